/** Sizes of values: rows, columns, channels, or units alone. */

/** @param {number[]} shape */
export function product(shape) {
  return shape.reduce((size, one) => size * one, 1);
}

/** The channels, units or classes of a shape: its last size. @param {number[]} shape */
export function depth(shape) {
  return shape[shape.length - 1] ?? 1;
}

/** The rows that a change can be confined to: those of an image, one for a vector. @param {number[]} shape */
export function rowsOf(shape) {
  return shape.length === 3 ? shape[0] : 1;
}

/** @param {number[]} shape @param {number} from @param {number} to @returns {[number, number]} */
export function span(shape, from, to) {
  const row = product(shape) / rowsOf(shape);
  return [from * row, to * row];
}
