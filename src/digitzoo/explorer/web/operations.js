/**
 * What the layers of small image networks do, on plain arrays in Keras's order: rows, columns,
 * channels, the last running fastest.
 *
 * A node is one call of a layer. Its output can be worked out for some rows alone: who changed
 * one corner of an image pays for that corner.
 *
 * @import { ActivationSettings } from "./activations.js"
 *
 * @typedef {[number, number]} Pair rows, columns
 * @typedef {{data: Float32Array, shape: number[]}} Tensor
 * @typedef {object} Node
 * @property {string} name
 * @property {string} kind Keras's class name.
 * @property {string} operation A key of OPERATIONS.
 * @property {number[]} inputs The numbers of the values that come in.
 * @property {number} output The number of the value that comes out.
 * @property {number[]} shape The output's shape.
 * @property {ActivationSettings} activation
 * @property {Pair} size Taps of the window.
 * @property {Pair} strides
 * @property {Pair} dilation
 * @property {Pair} before Zeros before the first row and column; cropped ones are negative.
 * @property {number} groups
 * @property {number} axis Where inputs are joined, without the batch; the axes normalized.
 * @property {number} epsilon
 * @property {number[]} scale
 * @property {number[]} offset
 * @property {Record<string, Tensor>} weights By Keras's names.
 *
 * @typedef {(node: Node, inputs: Tensor[], out: Float32Array, from: number, to: number) => void} Run
 */

import { depth, product, span } from "./shapes.js";
import { convolve, convolveSeparable, pool } from "./windowed.js";

/** @type {Run} */
function multiplyByMatrix(node, [input], out) {
  const { kernel, bias } = node.weights;
  const [inputs, units] = kernel.shape;
  for (let row = 0; row * units < out.length; row++) {
    const result = out.subarray(row * units, (row + 1) * units);
    if (bias) result.set(bias.data);
    else result.fill(0);
    for (let i = 0; i < inputs; i++) {
      const value = input.data[row * inputs + i];
      if (value === 0) continue;
      const weights = kernel.data.subarray(i * units, (i + 1) * units);
      for (let unit = 0; unit < units; unit++) result[unit] += value * weights[unit];
    }
  }
}

/** What a batch normalization multiplies a channel by, and what it adds. @param {Node} node
 * @param {number} channel @returns {[number, number]} */
export function normalizer(node, channel) {
  const { gamma, beta, moving_mean: mean, moving_variance: variance } = node.weights;
  const factor = (gamma?.data[channel] ?? 1) / Math.sqrt(variance.data[channel] + node.epsilon);
  return [factor, (beta?.data[channel] ?? 0) - mean.data[channel] * factor];
}

/** @type {Run} */
function normalizeBatch(node, [input], out, from, to) {
  const channels = depth(node.shape);
  const [start, end] = span(node.shape, from, to);
  const factors = Array.from({ length: channels }, (_, channel) => normalizer(node, channel));
  for (let i = start; i < end; i++) {
    const [factor, added] = factors[i % channels];
    out[i] = input.data[i] * factor + added;
  }
}

/** The mean of some values, and one over their standard deviation. @param {Float32Array} values
 * @param {number} epsilon @returns {[number, number]} */
export function spread(values, epsilon) {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let variance = 0;
  for (const value of values) variance += (value - mean) ** 2 / values.length;
  return [mean, 1 / Math.sqrt(variance + epsilon)];
}

/** @type {Run} */
function normalizeLayer(node, [input], out) {
  const size = product(node.shape.slice(node.axis));
  const { gamma, beta } = node.weights;
  for (let at = 0; at < out.length; at += size) {
    const [mean, factor] = spread(input.data.subarray(at, at + size), node.epsilon);
    for (let i = 0; i < size; i++) {
      out[at + i] =
        (input.data[at + i] - mean) * factor * (gamma?.data[i] ?? 1) + (beta?.data[i] ?? 0);
    }
  }
}

/** @type {Run} */
function rescale(node, [input], out, from, to) {
  const [start, end] = span(node.shape, from, to);
  const { scale, offset } = node;
  for (let i = start; i < end; i++) {
    out[i] = input.data[i] * scale[i % scale.length] + offset[i % offset.length];
  }
}

/** @type {Run} */
function prelu(node, [input], out, from, to) {
  const [start, end] = span(node.shape, from, to);
  const alpha = node.weights.alpha.data;
  for (let i = start; i < end; i++) {
    out[i] = input.data[i] < 0 ? alpha[i % alpha.length] * input.data[i] : input.data[i];
  }
}

/** @type {Run} */
function pad(node, [input], out, from, to) {
  const [, width, channels] = node.shape;
  const [height, columns] = input.shape;
  for (let y = from; y < to; y++) {
    for (let x = 0; x < width; x++) {
      const row = y - node.before[0];
      const column = x - node.before[1];
      const inside = row >= 0 && row < height && column >= 0 && column < columns;
      const at = (y * width + x) * channels;
      const taken = (row * columns + column) * channels;
      if (inside) out.set(input.data.subarray(taken, taken + channels), at);
      else out.fill(0, at, at + channels);
    }
  }
}

/** How layers that merge join one value with the next.
 * @type {Record<string, (sum: number, value: number) => number>} */
export const JOINS = {
  add: (sum, value) => sum + value,
  subtract: (sum, value) => sum - value,
  multiply: (sum, value) => sum * value,
  maximum: (sum, value) => Math.max(sum, value),
  minimum: (sum, value) => Math.min(sum, value),
};

/** @param {(sum: number, value: number) => number} join @param {boolean} [mean] @returns {Run} */
function merge(join, mean = false) {
  return (node, inputs, out, from, to) => {
    const [start, end] = span(node.shape, from, to);
    for (let i = start; i < end; i++) {
      let value = inputs[0].data[i];
      for (let n = 1; n < inputs.length; n++) value = join(value, inputs[n].data[i]);
      out[i] = mean ? value / inputs.length : value;
    }
  };
}

/** @type {Run} */
function concatenate(node, inputs, out) {
  const before = product(node.shape.slice(0, node.axis));
  let at = 0;
  for (let outer = 0; outer < before; outer++) {
    for (const { data, shape } of inputs) {
      const size = product(shape.slice(node.axis));
      out.set(data.subarray(outer * size, (outer + 1) * size), at);
      at += size;
    }
  }
}

/** @type {Run} */
function copy(node, [input], out, from, to) {
  const [start, end] = span(node.shape, from, to);
  out.set(input.data.subarray(start, end), start);
}

/** @typedef {"window" | "same" | "all"} Reach Which input rows an output row is made of. */

/** What each operation does, and how far a change of a row goes.
 * @type {Record<string, {run: Run, reach: Reach}>} */
export const OPERATIONS = {
  conv: { run: convolve, reach: "window" },
  separable_conv: { run: convolveSeparable, reach: "window" },
  max_pool: { run: pool(false), reach: "window" },
  average_pool: { run: pool(true), reach: "window" },
  dense: { run: multiplyByMatrix, reach: "all" },
  batch_normalization: { run: normalizeBatch, reach: "same" },
  layer_normalization: { run: normalizeLayer, reach: "all" },
  activation: { run: copy, reach: "same" },
  prelu: { run: prelu, reach: "same" },
  rescaling: { run: rescale, reach: "same" },
  pad: { run: pad, reach: "all" },
  add: { run: merge(JOINS.add), reach: "same" },
  subtract: { run: merge(JOINS.subtract), reach: "same" },
  multiply: { run: merge(JOINS.multiply), reach: "same" },
  maximum: { run: merge(JOINS.maximum), reach: "same" },
  minimum: { run: merge(JOINS.minimum), reach: "same" },
  average: { run: merge(JOINS.add, true), reach: "same" },
  concatenate: { run: concatenate, reach: "all" },
  copy: { run: copy, reach: "all" },
};
