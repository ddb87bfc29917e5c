import * as echarts from 'echarts';

export interface Line {
	name: string;
	/** Pairs of x and y. */
	points: Array<[number, number]>;
}

export interface Plot {
	title: string;
	/** What the axes tell, with their units. */
	x: string;
	y: string;
	lines: Line[];
	/** A scale for x on which each step is ten times the one before. */
	hasLogarithmicX?: boolean;
}

/** Lines as an SVG for a Markdown page, on white so that it can be read on a dark page, too. */
export function plot({ title, x, y, lines, hasLogarithmicX }: Plot): string {
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
			series: lines.map(({ name, points }) => ({ type: 'line', name, data: points })),
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
