export const mean = (numbers: number[]): number =>
	numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** The smallest number that half of all are not above. */
export function median(numbers: number[]): number {
	const sorted = [...numbers].sort((a, b) => a - b);
	return sorted[Math.ceil(sorted.length / 2) - 1];
}

export interface Fit {
	slope: number;
	/** 1 where all points lie on the line, near 0 where the line tells nothing. */
	r2: number;
}

/** The straight line of least squares through pairs of x and y. */
export function fit(points: Array<[number, number]>): Fit {
	const [x0, y0] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
	const sum = (of: (dx: number, dy: number) => number) =>
		points.reduce((total, [x, y]) => total + of(x - x0, y - y0), 0);
	const [xx, xy, yy] = [sum((x) => x * x), sum((x, y) => x * y), sum((_x, y) => y * y)];
	return { slope: xy / xx, r2: yy === 0 ? 1 : xy ** 2 / (xx * yy) };
}
