import * as echarts from 'echarts';

interface PlotSeries {
	name: string;
	/** Pairs of x and y. */
	points: Array<[number, number]>;
}

interface Plot {
	title: string;
	/** Axis labels with their units. */
	x: string;
	y: string;
	series: PlotSeries[];
	hasLogarithmicX?: boolean;
}

/** A line chart as SVG; the white background keeps it readable on a dark page. */
export function plot({ title, x, y, series, hasLogarithmicX }: Plot): string {
	const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 720, height: 400 });
	try {
		chart.setOption({
			animation: false,
			backgroundColor: '#fff',
			title: { text: title, left: 'center' },
			legend: { bottom: 0 },
			grid: { top: 50, bottom: 80, left: 70, right: 30 },
			xAxis: axis(x, 'middle', hasLogarithmicX),
			yAxis: axis(y, 'end'),
			series: series.map(({ name, points }) => ({ type: 'line', name, data: points })),
		});
		return chart.renderToSVGString();
	} finally {
		chart.dispose();
	}
}

const axis = (name: string, nameLocation: 'middle' | 'end', isLogarithmic = false) => ({
	type: isLogarithmic ? 'log' : 'value',
	name,
	nameLocation,
	nameGap: nameLocation === 'middle' ? 28 : 12,
});
