/**
 * Where a number on the page comes from: the terms that make it, and what it sees of each layer.
 *
 * @import { Node, Tensor } from "./operations.js"
 * @import { Network } from "./network.js"
 *
 * @typedef {[number, number, number, number]} Box First row, first column, last row, last column.
 *
 * @typedef {object} Term
 * @property {number} value What comes in.
 * @property {number} weight What it is multiplied by; 1 where nothing is.
 * @property {number} input Which of the node's inputs it comes from.
 * @property {number} index Its place there.
 * @property {number} tap Its place in the window, counted row by row; -1 outside windows.
 * @property {number} channel Its channel there.
 *
 * @typedef {object} Answer
 * @property {"sum" | "largest" | "mean" | "factor" | "same" | "row" | "merge"} kind How the terms
 *   make the number.
 * @property {Term[]} terms
 * @property {number} bias
 * @property {number} sum Before the activation.
 * @property {number} result After it, as the page computed it.
 * @property {number} outside Products with the zeros of the padding, which are no terms.
 */

import { JOINS, normalizer, spread } from "./operations.js";
import { depth, product } from "./shapes.js";
import { depthwiseHalf, underWindow } from "./windowed.js";

/** Which row, column and channel a place in a value is. @param {number[]} shape @param {number} index */
export function placeOf(shape, index) {
  const channels = depth(shape);
  const width = shape.length === 3 ? shape[1] : 1;
  const position = Math.floor(index / channels);
  return { row: Math.floor(position / width), column: position % width, channel: index % channels };
}

/** Say where one number of a node's output comes from.
 * @param {Network} network @param {number} number The node's. @param {number} index @returns {Answer} */
export function ask(network, number, index) {
  const node = network.nodes[number];
  const inputs = node.inputs.map((value) => network.values[value]);
  const { row, column, channel } = placeOf(node.shape, index);
  const result = network.values[node.output].data[index];
  const [input] = inputs;
  const channels = depth(input.shape);
  const { kernel, bias } = node.weights;
  /** @type {Term[]} */
  const terms = [];
  /** @param {number} at @param {number} weight @param {number} [tap] @param {number} [which] */
  const add = (at, weight, tap = -1, which = 0) => {
    const value = inputs[which].data[at];
    terms.push({
      value,
      weight,
      input: which,
      index: at,
      tap,
      channel: at % depth(inputs[which].shape),
    });
  };
  /** @param {Answer["kind"]} kind @param {number} [added] @returns {Answer} */
  const answer = (kind, added = 0) => {
    const products = terms.map((term) => term.value * term.weight);
    let sum = products.reduce((total, one) => total + one, 0) + added;
    if (kind === "largest") sum = Math.max(...products);
    if (kind === "mean") sum /= terms.length;
    const taps = (node.size[0] * node.size[1] * channels) / node.groups;
    const outside = node.operation === "conv" ? taps - terms.length : 0;
    return { kind, terms, bias: added, sum, result, outside };
  };
  switch (node.operation) {
    case "conv": {
      const filters = depth(node.shape);
      const perGroup = channels / node.groups;
      const first = Math.floor(channel / (filters / node.groups)) * perGroup;
      underWindow(node, input.shape, row, column, (position, tap) => {
        for (let one = 0; one < perGroup; one++) {
          const weight = kernel.data[(tap * perGroup + one) * filters + channel];
          add(position * channels + first + one, weight, tap);
        }
      });
      return answer("sum", bias?.data[channel]);
    }
    case "separable_conv": {
      // The products are those of the second half: one weight for each image of the first.
      const half = depthwiseHalf(node, input, row, row + 1);
      const pointwise = node.weights.pointwise_kernel;
      const count = depth(half.shape);
      const at = (row * half.shape[1] + column) * count;
      for (let one = 0; one < count; one++) {
        const weight = pointwise.data[one * depth(node.shape) + channel];
        terms.push({
          value: half.data[at + one],
          weight,
          input: 0,
          index: -1,
          tap: -1,
          channel: one,
        });
      }
      return answer("sum", bias?.data[channel]);
    }
    case "dense": {
      const [size, units] = kernel.shape;
      const start = Math.floor(index / units) * size;
      for (let one = 0; one < size; one++) add(start + one, kernel.data[one * units + channel]);
      return answer("sum", bias?.data[channel]);
    }
    case "max_pool":
    case "average_pool":
      underWindow(node, input.shape, row, column, (position, tap) => {
        add(position * channels + channel, 1, tap);
      });
      return answer(node.operation === "max_pool" ? "largest" : "mean");
    case "batch_normalization": {
      const [factor, added] = normalizer(node, channel);
      add(index, factor);
      return answer("factor", added);
    }
    case "layer_normalization": {
      const size = product(node.shape.slice(node.axis));
      const start = index - (index % size);
      const [mean, factor] = spread(input.data.subarray(start, start + size), node.epsilon);
      const { gamma, beta } = node.weights;
      const weight = factor * (gamma?.data[index % size] ?? 1);
      add(index, weight);
      return answer("factor", (beta?.data[index % size] ?? 0) - mean * weight);
    }
    case "rescaling":
      add(index, node.scale[index % node.scale.length]);
      return answer("factor", node.offset[index % node.offset.length]);
    case "add":
    case "average":
      for (const which of inputs.keys()) add(index, 1, -1, which);
      return answer(node.operation === "add" ? "sum" : "mean");
    case "subtract":
    case "multiply":
    case "maximum":
    case "minimum": {
      for (const which of inputs.keys()) add(index, 1, -1, which);
      const sum = terms.map((term) => term.value).reduce(JOINS[node.operation]);
      return { kind: "merge", terms, bias: 0, sum, result, outside: 0 };
    }
    case "prelu": {
      const alpha = node.weights.alpha.data;
      add(index, input.data[index] < 0 ? alpha[index % alpha.length] : 1);
      return answer("factor");
    }
    case "activation":
      add(index, 1);
      return answer("same");
    default:
      return { kind: "row", terms, bias: 0, sum: result, result, outside: 0 };
  }
}

/** What part of each value a box of one value is made of, as far back as the image.
 * @param {Network} network @param {number} value @param {Box} box @returns {Map<number, Box>} */
export function seen(network, value, box) {
  /** @type {Map<number, Box>} */
  const boxes = new Map([[value, box]]);
  for (const node of [...network.nodes].reverse()) {
    const own = boxes.get(node.output);
    if (!own || node.output > value) continue;
    for (const input of node.inputs) {
      const shape = network.values[input].shape;
      const found = through(node, own, shape);
      const before = boxes.get(input);
      boxes.set(input, before ? around(before, found) : found);
    }
  }
  return boxes;
}

/** @param {Node} node @param {Box} box @param {number[]} shape The input's. @returns {Box} */
function through(node, [top, left, bottom, right], shape) {
  const [height, width] = shape.length === 3 ? shape : [1, 1];
  const hasWindow = /conv|pool/.test(node.operation);
  if (node.shape.length !== 3 || shape.length !== 3 || node.operation === "dense") {
    if (node.shape.length !== 3 || shape.length !== 3) return [0, 0, height - 1, width - 1];
    return [top, left, bottom, right];
  }
  if (/layer_normalization|concatenate/.test(node.operation) && node.axis < 2)
    return [0, 0, height - 1, width - 1];
  if (node.operation === "copy" && (node.shape[0] !== height || node.shape[1] !== width)) {
    return [0, 0, height - 1, width - 1];
  }
  const strides = hasWindow ? node.strides : [1, 1];
  const taps = hasWindow
    ? [0, 1].map((axis) => (node.size[axis] - 1) * node.dilation[axis])
    : [0, 0];
  const [above, beside] = hasWindow || node.operation === "pad" ? node.before : [0, 0];
  return [
    Math.max(top * strides[0] - above, 0),
    Math.max(left * strides[1] - beside, 0),
    Math.min(bottom * strides[0] - above + taps[0], height - 1),
    Math.min(right * strides[1] - beside + taps[1], width - 1),
  ];
}

/** @param {Box} one @param {Box} other @returns {Box} */
function around(one, other) {
  return [
    Math.min(one[0], other[0]),
    Math.min(one[1], other[1]),
    Math.max(one[2], other[2]),
    Math.max(one[3], other[3]),
  ];
}

/** The shape that a flat value had when it was an image, for pictures of what flowed into a unit.
 * @param {Network} network @param {number} value @returns {number[]} */
export function imageShape(network, value) {
  for (let at = value; ; ) {
    const { shape } = network.values[at];
    if (shape.length === 3) return shape;
    const maker = network.nodes.find((node) => node.output === at);
    if (maker?.operation !== "copy") return network.values[value].shape;
    [at] = maker.inputs;
  }
}
