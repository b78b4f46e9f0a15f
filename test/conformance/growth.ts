/** Does what a process holds grow? */
/** Slope of the straight line through values taken at even steps, per step (least squares). */
export const slope = (values: readonly number[]): number => {
  const meanAt = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const above = values.reduce((sum, value, at) => sum + (at - meanAt) * (value - mean), 0);
  const below = values.reduce((sum, _, at) => sum + (at - meanAt) ** 2, 0);
  return below === 0 ? 0 : above / below;
};
