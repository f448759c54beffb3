/**
 * A drawing made into an image as MNIST's were made: scaled to a box of 20 pixels, its centre of
 * mass in the middle. It follows `prepare_digit` from where that has found the ink.
 *
 * @typedef {{data: Float32Array, width: number, height: number}} Plane Ink in 0..1, row by row.
 */

const SIZE = 28;
const BOX = 20;
const CENTRE = 14;
const EDGE = 0.15; // coverage at which a stroke begins
const THIN = 1.4; // pixels of the 20; 99 of 100 images of MNIST have wider strokes
const WIDENED = 1.9;

/** @param {Plane} plane @param {number} level @returns {[number, number, number, number] | null} */
function inkBox({ data, width, height }, level) {
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] <= level) continue;
      top = Math.min(top, y);
      bottom = y;
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
  }
  return bottom < 0 ? null : [top, bottom + 1, left, right + 1];
}

/** Make 28 x 28 pixels in 0..255 of a drawing; black where nothing is drawn.
 * @param {Plane} drawing @returns {Uint8Array} */
export function prepareDigit(drawing) {
  if (!inkBox(drawing, EDGE)) return new Uint8Array(SIZE * SIZE);
  return centre(fitBox(widenStrokes(drawing)));
}

/** @param {Plane} plane @param {number} margin @returns {Plane} */
function framed({ data, width, height }, margin) {
  const out = { width: width + 2 * margin, height: height + 2 * margin };
  const padded = new Float32Array(out.width * out.height);
  for (let y = 0; y < height; y++) {
    padded.set(data.subarray(y * width, (y + 1) * width), (y + margin) * out.width + margin);
  }
  return { data: padded, ...out };
}

/** The mean over 2 radius + 1 pixels in both directions. @param {Plane} plane @param {number} radius @returns {Plane} */
function blurred({ data, width, height }, radius) {
  const size = 2 * radius + 1;
  const across = new Float32Array(data.length);
  const out = new Float32Array(data.length);
  /** @param {number} at @param {number} end */
  const inside = (at, end) => Math.min(Math.max(at, 0), end - 1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let d = -radius; d <= radius; d++) sum += data[y * width + inside(x + d, width)];
      across[y * width + x] = sum / size;
    }
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let d = -radius; d <= radius; d++) sum += across[inside(y + d, height) * width + x];
      out[y * width + x] = sum / size;
    }
  }
  return { data: out, width, height };
}

/** Twice the area over the length of the edges: the width of a long stroke. @param {Plane} plane */
function strokeWidth(plane) {
  const { data, width, height } = framed(plane, 1);
  let area = 0;
  let edges = 0;
  for (let y = 0; y < height - 1; y++) {
    for (let x = 0; x < width - 1; x++) {
      const at = y * width + x;
      area += data[at];
      edges += Math.hypot(data[at + width] - data[at], data[at + 1] - data[at]);
    }
  }
  return (2 * area) / edges;
}

/** Smear strokes that would be too thin in the box, and make them as strong as before. @param {Plane} plane @returns {Plane} */
function widenStrokes(plane) {
  const [top, bottom, left, right] = inkBox(plane, EDGE) ?? [0, 1, 0, 1];
  const perPixel = Math.max(bottom - top, right - left) / BOX;
  const radius = Math.round((WIDENED * perPixel) / 4);
  if (radius === 0 || strokeWidth(plane) >= THIN * perPixel) return plane;
  const before = framed(plane, 2 * radius + 1);
  const smeared = blurred(blurred(before, radius), radius);
  const onStrokes = smeared.data.filter((_, i) => before.data[i] > 0.5).sort();
  const level = quantile(onStrokes, 0.25);
  return { ...smeared, data: smeared.data.map((value) => Math.min(value / level, 1)) };
}

/** A quantile of sorted values, between neighbours in proportion. @param {Float32Array} sorted @param {number} share */
function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

/** How much each of some pixels in a row is of each of `count` pixels: a Hamming window over one
 * and a half new pixels, as Pillow's filter of that name has it. @param {number} length @param {number} count */
function shares(length, count) {
  const scale = length / count;
  const reach = Math.max(scale, 1);
  return Array.from({ length: count }, (_, target) => {
    const middle = (target + 0.5) * scale;
    const first = Math.max(Math.floor(middle - reach + 0.5), 0);
    const end = Math.min(Math.floor(middle + reach + 0.5), length);
    const weights = Array.from({ length: end - first }, (_, i) =>
      hamming((first + i - middle + 0.5) / reach),
    );
    const total = weights.reduce((sum, one) => sum + one, 0);
    return { first, weights: weights.map((one) => one / total) };
  });
}

/** @param {number} x */
function hamming(x) {
  if (x === 0) return 1;
  if (Math.abs(x) >= 1) return 0;
  const angle = Math.PI * x;
  return (Math.sin(angle) / angle) * (0.54 + 0.46 * Math.cos(angle));
}

/** Scale what is there to 20 pixels of its longer side, beginning at the top left.
 * @param {Plane} plane @returns {Float32Array} 20 x 20. */
function fitBox(plane) {
  const [top, bottom, left, right] = inkBox(plane, EDGE) ?? [0, 1, 0, 1];
  const length = Math.max(bottom - top, right - left);
  const parts = shares(length, BOX);
  const across = new Float32Array(length * BOX);
  for (let y = 0; y < bottom - top; y++) {
    for (const [x, { first, weights }] of parts.entries()) {
      let sum = 0;
      for (const [i, weight] of weights.entries()) {
        const column = left + first + i;
        if (column < right) sum += weight * plane.data[(top + y) * plane.width + column];
      }
      across[y * BOX + x] = sum;
    }
  }
  const scaled = new Float32Array(BOX * BOX);
  for (const [y, { first, weights }] of parts.entries()) {
    for (let x = 0; x < BOX; x++) {
      let sum = 0;
      for (const [i, weight] of weights.entries()) sum += weight * across[(first + i) * BOX + x];
      scaled[y * BOX + x] = Math.max(sum, 0);
    }
  }
  const full = Math.max(quantile(Float32Array.from(scaled).sort(), 0.99), 0.3);
  return scaled.map((value) => Math.min(value / full, 1));
}

/** Put the centre of mass where MNIST has it, by whole pixels and with nothing cut off.
 * @param {Float32Array} scaled @returns {Uint8Array} */
function centre(scaled) {
  const box = inkBox({ data: scaled, width: BOX, height: BOX }, 0) ?? [0, 1, 0, 1];
  const [top, bottom, left, right] = box;
  let [mass, rows, columns] = [0, 0, 0];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const ink = scaled[y * BOX + x];
      mass += ink;
      rows += ink * (y - top);
      columns += ink * (x - left);
    }
  }
  /** @param {number} moment @param {number} length */
  const place = (moment, length) =>
    Math.min(Math.max(roundHalfEven(CENTRE - moment / mass), 0), SIZE - length);
  const [y0, x0] = [place(rows, bottom - top), place(columns, right - left)];
  const image = new Uint8Array(SIZE * SIZE);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      image[(y0 + y - top) * SIZE + x0 + x - left] = roundHalfEven(255 * scaled[y * BOX + x]);
    }
  }
  return image;
}

/** Round as Python does. @param {number} value */
function roundHalfEven(value) {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** Find the ink of a picture: what differs from its edges, light or dark.
 * @param {Plane} gray In 0..1. @returns {Plane} */
export function findInk({ data, width, height }) {
  const edge = [];
  for (let x = 0; x < width; x++) edge.push(data[x], data[(height - 1) * width + x]);
  for (let y = 0; y < height; y++) edge.push(data[y * width], data[y * width + width - 1]);
  const paper = quantile(Float32Array.from(edge).sort(), 0.5);
  const distance = data.map((value) => Math.abs(value - paper));
  const sorted = Float32Array.from(distance).sort();
  const [noise, full] = [3 * quantile(sorted, 0.5) + 0.04, Math.max(quantile(sorted, 0.995), 0.1)];
  return {
    data: distance.map((one) => (one < noise ? 0 : Math.min(one / full, 1))),
    width,
    height,
  };
}
