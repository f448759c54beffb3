/**
 * Convolutions and poolings: a window that moves over an image.
 *
 * @import { Node, Pair, Run, Tensor } from "./operations.js"
 */

import { depth, product } from "./shapes.js";

/** Visit the input positions under the window of one output position.
 * @param {Node} node
 * @param {number[]} shape The input's.
 * @param {number} y
 * @param {number} x
 * @param {(position: number, tap: number, row: number, column: number) => void} visit Is given the
 *   position and the tap, counted row by row, and the position's row and column.
 */
export function underWindow(node, shape, y, x, visit) {
  const [height, width] = shape;
  const [rows, columns] = node.size;
  for (let ky = 0; ky < rows; ky++) {
    const row = y * node.strides[0] - node.before[0] + ky * node.dilation[0];
    if (row < 0 || row >= height) continue;
    for (let kx = 0; kx < columns; kx++) {
      const column = x * node.strides[1] - node.before[1] + kx * node.dilation[1];
      if (column >= 0 && column < width)
        visit(row * width + column, ky * columns + kx, row, column);
    }
  }
}

/** @type {Run} */
export function convolve(node, [input], out, from, to) {
  const { kernel, bias } = node.weights;
  slide(node, input, kernel.data, bias?.data, node.groups, node.shape, out, from, to);
}

/** Move kernels over an image. Zeros are passed over: digits are mostly that, and so is what a
 * ReLU lets through.
 * @param {Node} node
 * @param {Tensor} input
 * @param {Float32Array} kernel
 * @param {Float32Array | undefined} bias
 * @param {number} groups
 * @param {number[]} shape
 * @param {Float32Array} out
 * @param {number} from
 * @param {number} to
 */
function slide(node, input, kernel, bias, groups, shape, out, from, to) {
  const [, width, filters] = shape;
  const image = input.data;
  const channels = input.shape[2];
  const perGroup = channels / groups;
  const filtersPerGroup = filters / groups;
  for (let y = from; y < to; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * filters;
      if (bias) out.set(bias, at);
      else out.fill(0, at, at + filters);
      underWindow(node, input.shape, y, x, (position, tap) => {
        for (let channel = 0; channel < channels; channel++) {
          const value = image[position * channels + channel];
          if (value === 0) continue;
          const group = groups === 1 ? 0 : Math.floor(channel / perGroup);
          const first = group * filtersPerGroup;
          const weights = (tap * perGroup + channel - group * perGroup) * filters + first;
          for (let f = 0; f < filtersPerGroup; f++)
            out[at + first + f] += value * kernel[weights + f];
        }
      });
    }
  }
}

/** The image between the two halves of a separable convolution.
 * @param {Node} node @param {Tensor} input @param {number} from @param {number} to @returns {Tensor} */
export function depthwiseHalf(node, input, from, to) {
  const kernel = node.weights.depthwise_kernel;
  const shape = [node.shape[0], node.shape[1], kernel.shape[2] * kernel.shape[3]];
  const data = new Float32Array(product(shape));
  slide(node, input, kernel.data, undefined, kernel.shape[2], shape, data, from, to);
  return { data, shape };
}

const POINT = {
  size: /** @type {Pair} */ ([1, 1]),
  strides: /** @type {Pair} */ ([1, 1]),
  dilation: /** @type {Pair} */ ([1, 1]),
  before: /** @type {Pair} */ ([0, 0]),
};

/** @type {Run} */
export function convolveSeparable(node, [input], out, from, to) {
  const half = depthwiseHalf(node, input, from, to);
  const { pointwise_kernel: kernel, bias } = node.weights;
  slide({ ...node, ...POINT }, half, kernel.data, bias?.data, 1, node.shape, out, from, to);
}

/** @param {boolean} mean @returns {Run} */
export function pool(mean) {
  return (node, [input], out, from, to) => {
    const channels = depth(input.shape);
    const width = node.shape.length === 3 ? node.shape[1] : 1;
    for (let y = from; y < to; y++) {
      for (let x = 0; x < width; x++) {
        const at = (y * width + x) * channels;
        let count = 0;
        out.fill(mean ? 0 : Number.NEGATIVE_INFINITY, at, at + channels);
        underWindow(node, input.shape, y, x, (position) => {
          count++;
          for (let channel = 0; channel < channels; channel++) {
            const value = input.data[position * channels + channel];
            if (mean) out[at + channel] += value;
            else if (value > out[at + channel]) out[at + channel] = value;
          }
        });
        if (mean) for (let channel = 0; channel < channels; channel++) out[at + channel] /= count;
      }
    }
  };
}
