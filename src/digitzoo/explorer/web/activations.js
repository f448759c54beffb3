/**
 * What a layer makes of its sums.
 *
 * @typedef {{name: string, negative_slope?: number, max_value?: number | null, threshold?: number}}
 *   ActivationSettings
 */

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
const ACTIVATIONS = {
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
