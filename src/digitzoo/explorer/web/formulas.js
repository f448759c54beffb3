/**
 * Sizes, parameters, multiplications and receptive fields of the common layers: the Python
 * package's formulas, for a page that answers as one types. Tests hold both to the same answers.
 *
 * @typedef {object} Layer
 * @property {string} kind Keras's class name.
 * @property {number} [filters]
 * @property {number} [units]
 * @property {number[]} [kernel_size]
 * @property {number[]} [pool_size]
 * @property {number[]} [strides]
 * @property {"valid" | "same"} [padding]
 * @property {number[]} [dilation_rate]
 * @property {number} [groups]
 * @property {number} [depth_multiplier]
 * @property {boolean} [use_bias]
 * @property {number[][]} [edges] Rows and columns, before and after, of a padding or cropping.
 *
 * @typedef {{size: number, kernel: number, strides: number, dilation: number, before: number,
 *   after: number, output: number, unused: number}} Line A window on one axis, worked out.
 *
 * @typedef {{size: number, stride: number, first: number}} Field What one position sees of the
 *   image on one axis: how many pixels, how far apart neighbours are, where the first begins.
 *
 * @typedef {object} Row
 * @property {number[]} input
 * @property {number[]} output
 * @property {number} params
 * @property {number} macs
 * @property {Line[]} lines
 * @property {Field[] | null} fields Null where everything is seen.
 */

/** What each layer takes, in the order in which it is asked for. @type {Record<string, string[]>} */
export const ARGUMENTS = {
  Conv2D: ["filters", "kernel_size", "strides", "padding", "dilation_rate", "groups", "use_bias"],
  DepthwiseConv2D: [
    "kernel_size",
    "strides",
    "padding",
    "dilation_rate",
    "depth_multiplier",
    "use_bias",
  ],
  SeparableConv2D: [
    "filters",
    "kernel_size",
    "strides",
    "padding",
    "dilation_rate",
    "depth_multiplier",
    "use_bias",
  ],
  MaxPooling2D: ["pool_size", "strides", "padding"],
  AveragePooling2D: ["pool_size", "strides", "padding"],
  GlobalMaxPooling2D: [],
  GlobalAveragePooling2D: [],
  ZeroPadding2D: ["edges"],
  Cropping2D: ["edges"],
  BatchNormalization: [],
  Activation: [],
  Dropout: [],
  Flatten: [],
  Dense: ["units", "use_bias"],
};

/** A layer that cannot work on what it is given. */
export class LayerError extends Error {
  /** @param {string} key Of a sentence. @param {Record<string, string | number>} values */
  constructor(key, values) {
    super(`${key} ${JSON.stringify(values)}`);
    this.key = key;
    this.values = values;
  }
}

/** @param {number[]} numbers */
const product = (numbers) => numbers.reduce((all, one) => all * one, 1);

/** Move a window along one axis.
 * @param {number} size @param {number} kernel @param {number} strides
 * @param {"valid" | "same"} padding @param {number} dilation @returns {Line} */
export function slide(size, kernel, strides = 1, padding = "valid", dilation = 1) {
  const reach = dilation * (kernel - 1) + 1;
  let [before, after] = [0, 0];
  let output = Math.floor((size - reach) / strides) + 1;
  if (padding === "same") {
    output = Math.ceil(size / strides);
    const zeros = Math.max((output - 1) * strides + reach - size, 0);
    before = Math.floor(zeros / 2); // the odd zero goes to the end, as in TensorFlow
    after = zeros - before;
  } else if (size < reach) {
    throw new LayerError("too large", { reach, size });
  }
  const unused = Math.max(size + before + after - ((output - 1) * strides + reach), 0);
  return { size, kernel, strides, dilation, before, after, output, unused };
}

/** Work one layer out. @param {Layer} layer @param {number[]} shape
 * @param {Field[] | null} [fields] What each input position sees; by default itself. @returns {Row} */
export function workOut(
  layer,
  shape,
  fields = shape.map(() => ({ size: 1, stride: 1, first: 0 })),
) {
  const seen = fields?.slice(0, 2) ?? null;
  /** @type {Row} */
  const row = { input: shape, output: shape, params: 0, macs: 0, lines: [], fields: seen };
  const bias = layer.use_bias === false ? 0 : 1;
  if (!(layer.kind in ARGUMENTS)) throw new LayerError("unknown", { kind: layer.kind });
  if (layer.kind === "Flatten") return { ...row, output: [product(shape)], fields: null };
  if (layer.kind === "Dense") {
    const inputs = shape[shape.length - 1];
    const units = layer.units ?? 1;
    const whole = shape.length === 3 ? seen : null;
    const macs = (product(shape) / inputs) * inputs * units;
    return {
      ...row,
      output: [...shape.slice(0, -1), units],
      params: (inputs + bias) * units,
      macs,
      fields: whole,
    };
  }
  if (layer.kind === "BatchNormalization") {
    return { ...row, params: 4 * shape[shape.length - 1] };
  }
  if (layer.kind === "Activation" || layer.kind === "Dropout") return row;
  if (shape.length !== 3)
    throw new LayerError("no image", { kind: layer.kind, rank: shape.length });
  const [height, width, channels] = shape;
  if (layer.kind === "ZeroPadding2D" || layer.kind === "Cropping2D") {
    const sign = layer.kind === "ZeroPadding2D" ? 1 : -1;
    const edges = layer.edges ?? [
      [1, 1],
      [1, 1],
    ];
    const output = [height, width].map(
      (size, axis) => size + sign * (edges[axis][0] + edges[axis][1]),
    );
    if (Math.min(...output) < 1) throw new LayerError("cropped away", { height, width });
    const moved = seen?.map((field, axis) => ({
      ...field,
      first: field.first - sign * edges[axis][0] * field.stride,
    }));
    return { ...row, output: [...output, channels], fields: moved ?? null };
  }
  const isGlobal = layer.kind.startsWith("Global");
  const kernel = isGlobal ? [height, width] : (layer.kernel_size ?? layer.pool_size ?? [2, 2]);
  const isPool = layer.kind.includes("Pool");
  const strides = isGlobal ? kernel : (layer.strides ?? (isPool ? kernel : [1, 1]));
  const dilation = layer.dilation_rate ?? [1, 1];
  if (Math.max(...strides) > 1 && Math.max(...dilation) > 1 && layer.kind !== "DepthwiseConv2D") {
    throw new LayerError("both", {});
  }
  const lines = [height, width].map((size, axis) =>
    slide(size, kernel[axis], strides[axis], layer.padding, dilation[axis]),
  );
  const positions = lines.map((line) => line.output);
  const taps = product(kernel);
  const places = product(positions);
  row.lines = lines;
  row.fields = seen?.map((field, axis) => through(field, lines[axis])) ?? null;
  if (isGlobal) return { ...row, output: [channels] };
  if (isPool) return { ...row, output: [...positions, channels] };
  const filters = layer.filters ?? 1;
  const between = channels * (layer.depth_multiplier ?? 1);
  if (layer.kind === "DepthwiseConv2D") {
    const weights = taps * between;
    return {
      ...row,
      output: [...positions, between],
      params: weights + bias * between,
      macs: places * weights,
    };
  }
  let weights = taps * between + between * filters;
  if (layer.kind === "Conv2D") {
    const groups = layer.groups ?? 1;
    if (channels % groups || filters % groups)
      throw new LayerError("groups", { groups, channels, filters });
    weights = taps * (channels / groups) * filters;
  }
  const params = weights + bias * filters;
  return { ...row, output: [...positions, filters], params, macs: places * weights };
}

/** Look through a window. @param {Field} field @param {Line} line @returns {Field} */
function through(field, line) {
  return {
    size: field.size + line.dilation * (line.kernel - 1) * field.stride,
    stride: field.stride * line.strides,
    first: field.first - line.before * field.stride,
  };
}

/** Work layers out one after the other. @param {Layer[]} layers @param {number[]} shape */
export function summarize(layers, shape) {
  /** @type {Row[]} */
  const rows = [];
  /** @type {Field[] | null | undefined} */
  let fields;
  let input = shape;
  for (const layer of layers) {
    const row = workOut(layer, input, fields);
    rows.push(row);
    [input, fields] = [row.output, row.fields];
  }
  const params = rows.reduce((sum, row) => sum + row.params, 0);
  const macs = rows.reduce((sum, row) => sum + row.macs, 0);
  return { rows, params, macs };
}
