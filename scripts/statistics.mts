export const mean = (numbers: number[]): number =>
	numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** The lower of the two middle numbers where their count is even. */
export function median(numbers: number[]): number {
	const sorted = [...numbers].sort((a, b) => a - b);
	return sorted[Math.ceil(sorted.length / 2) - 1];
}

interface LinearFit {
	slope: number;
	/** The coefficient of determination: 1 if all points are on the line. */
	r2: number;
}

/** Least squares through pairs of x and y. */
export function linearFit(points: Array<[number, number]>): LinearFit {
	const [x0, y0] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
	const sum = (of: (dx: number, dy: number) => number) =>
		points.reduce((total, [x, y]) => total + of(x - x0, y - y0), 0);
	const [xx, xy, yy] = [sum((x) => x * x), sum((x, y) => x * y), sum((_x, y) => y * y)];
	return { slope: xy / xx, r2: yy === 0 ? 1 : xy ** 2 / (xx * yy) };
}
