/**
 * What the layers of small image networks do, on plain arrays in Keras's order: rows, columns,
 * channels, the last running fastest.
 *
 * A node is one call of a layer. Its output can be worked out for some rows alone: who changed
 * one corner of an image pays for that corner.
 *
 * @typedef {[number, number]} Pair rows, columns
 * @typedef {{data: Float32Array, shape: number[]}} Tensor
 * @typedef {{name: string, negative_slope?: number, max_value?: number | null, threshold?: number}}
 *   ActivationSettings
 *
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
 */

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

const SELU = { alpha: 1.6732632423543772, scale: 1.0507009873554805 };

/** The error function, to 1.2e-7 (W. J. Cody's bounds; Numerical Recipes' Chebyshev fit). @param {number} x */
function erf(x) {
  const t = 1 / (1 + Math.abs(x) / 2);
  const factors = [
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418,
    0.37409196, 1.00002368, -1.26551223,
  ];
  const power = factors.reduce((sum, factor) => sum * t + factor, 0);
  const tail = t * Math.exp(-x * x + power);
  return x >= 0 ? 1 - tail : tail - 1;
}

/** @param {number} x */
const sigmoid = (x) => 1 / (1 + Math.exp(-x));
/** @param {number} x */
const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Activations that take each value for itself, by Keras's names.
 * @type {Record<string, (x: number, settings: ActivationSettings) => number>} */
export const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x, { negative_slope = 0, max_value = null, threshold = 0 }) => {
    if (x < threshold) return negative_slope * (x - threshold);
    return max_value === null ? x : Math.min(x, max_value);
  },
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  leaky_relu: (x, { negative_slope = 0.2 }) => (x < 0 ? negative_slope * x : x),
  elu: (x, { negative_slope = 1 }) => (x < 0 ? negative_slope * Math.expm1(x) : x),
  selu: (x) => SELU.scale * (x < 0 ? SELU.alpha * Math.expm1(x) : x),
  gelu: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  silu: (x) => x * sigmoid(x),
  mish: (x) => x * Math.tanh(softplus(x)),
  sigmoid,
  hard_sigmoid: (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1),
  tanh: Math.tanh,
  softplus,
  softsign: (x) => x / (1 + Math.abs(x)),
  exponential: Math.exp,
};

/** Turn sums into what the layer gives, in place. A softmax looks at one position's values.
 * @param {Float32Array} values
 * @param {ActivationSettings} settings
 * @param {number} start
 * @param {number} end
 * @param {number} channels
 */
export function activate(values, settings, start, end, channels) {
  if (settings.name === "linear") return;
  if (
    settings.name === "relu" &&
    !settings.negative_slope &&
    settings.max_value == null &&
    !settings.threshold
  ) {
    for (let i = start; i < end; i++) if (values[i] < 0) values[i] = 0;
    return;
  }
  if (settings.name === "softmax" || settings.name === "log_softmax") {
    for (let at = start; at < end; at += channels)
      softmax(values.subarray(at, at + channels), settings.name);
    return;
  }
  const one = ACTIVATIONS[settings.name];
  for (let i = start; i < end; i++) values[i] = one(values[i], settings);
}

/** @param {Float32Array} row @param {string} name */
function softmax(row, name) {
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of row) largest = Math.max(largest, value);
  let sum = 0;
  for (const value of row) sum += Math.exp(value - largest);
  for (let i = 0; i < row.length; i++) {
    row[i] =
      name === "softmax" ? Math.exp(row[i] - largest) / sum : row[i] - largest - Math.log(sum);
  }
}

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

/** @typedef {(node: Node, inputs: Tensor[], out: Float32Array, from: number, to: number) => void} Run */

/** @type {Run} */
function convolve(node, [input], out, from, to) {
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

/** @param {Node} node @param {Tensor} input @param {Tensor} kernel @param {Float32Array | undefined} bias
 * @param {Float32Array} out @param {number} from @param {number} to */
function slideDepthwise(node, input, kernel, bias, out, from, to) {
  const width = node.shape[1];
  const [, , channels, multiplier] = kernel.shape;
  const filters = channels * multiplier;
  for (let y = from; y < to; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * filters;
      if (bias) out.set(bias, at);
      else out.fill(0, at, at + filters);
      underWindow(node, input.shape, y, x, (position, tap) => {
        for (let channel = 0; channel < channels; channel++) {
          const value = input.data[position * channels + channel];
          if (value === 0) continue;
          const first = channel * multiplier;
          for (let m = 0; m < multiplier; m++) {
            out[at + first + m] += value * kernel.data[tap * filters + first + m];
          }
        }
      });
    }
  }
}

/** @type {Run} */
function convolveDepthwise(node, [input], out, from, to) {
  slideDepthwise(node, input, node.weights.kernel, node.weights.bias?.data, out, from, to);
}

/** The image between the two halves of a separable convolution.
 * @param {Node} node @param {Tensor} input @param {number} from @param {number} to @returns {Tensor} */
export function depthwiseHalf(node, input, from, to) {
  const kernel = node.weights.depthwise_kernel;
  const shape = [node.shape[0], node.shape[1], kernel.shape[2] * kernel.shape[3]];
  const data = new Float32Array(product(shape));
  slideDepthwise(node, input, kernel, undefined, data, from, to);
  return { data, shape };
}

const POINT = {
  size: /** @type {Pair} */ ([1, 1]),
  strides: /** @type {Pair} */ ([1, 1]),
  dilation: /** @type {Pair} */ ([1, 1]),
  before: /** @type {Pair} */ ([0, 0]),
};

/** @type {Run} */
function convolveSeparable(node, [input], out, from, to) {
  const half = depthwiseHalf(node, input, from, to);
  const { pointwise_kernel: kernel, bias } = node.weights;
  slide({ ...node, ...POINT }, half, kernel.data, bias?.data, 1, node.shape, out, from, to);
}

/** @param {boolean} mean @returns {Run} */
function pool(mean) {
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

/** @param {number[]} shape @param {number} from @param {number} to @returns {[number, number]} */
export function span(shape, from, to) {
  const row = product(shape) / rowsOf(shape);
  return [from * row, to * row];
}

/** @typedef {"window" | "same" | "all"} Reach Which input rows an output row is made of. */

/** What each operation does, and how far a change of a row goes.
 * @type {Record<string, {run: Run, reach: Reach}>} */
export const OPERATIONS = {
  conv: { run: convolve, reach: "window" },
  depthwise_conv: { run: convolveDepthwise, reach: "window" },
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
