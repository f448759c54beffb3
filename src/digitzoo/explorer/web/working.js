/**
 * The formulas of a layer with the numbers put in, as Python's `explain` writes them.
 *
 * @import { Layer, Line, Row } from "./formulas.js"
 * @import { Say } from "./sentences.js"
 *
 * @typedef {object} Step
 * @property {"size" | "weights" | "sight"} about
 * @property {string} title
 * @property {string} formula
 * @property {string} numbers
 * @property {string} remark
 */

/** Write a whole number with separators. @param {number} value */
export function number(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Write a multiplication, or a shape. @param {(number | string)[]} factors */
export function times(factors) {
  return factors.map((one) => (typeof one === "number" ? number(one) : one)).join(" x ");
}

/** @param {Step["about"]} about @param {string} title @param {string} [formula]
 * @param {string} [numbers] @param {string} [remark] @returns {Step} */
const step = (about, title, formula = "", numbers = "", remark = "") => ({
  about,
  title,
  formula,
  numbers,
  remark,
});

/** The axes, those with the same numbers together. @template Item @param {Item[]} items
 * @param {Say} say @returns {[Item, string][]} */
export function alike(items, say) {
  const names = [say("height"), say("width")];
  const [height, width] = items.map((item) => JSON.stringify(item));
  if (height !== width) return items.map((item, axis) => [item, names[axis]]);
  return items.length ? [[items[0], say("and", { first: names[0], last: names[1] })]] : [];
}

/** A letter for each axis, with the axis's own beside it where they differ.
 * @param {string} letter @param {number[]} sizes */
function onEachAxis(letter, sizes) {
  if (new Set(sizes).size <= 1) return sizes.map(() => letter);
  return [`${letter}_h`, `${letter}_w`];
}

/** Explain a layer. @param {Layer} layer @param {Row} row @param {Say} say @returns {Step[]} */
export function explain(layer, row, say) {
  return [
    ...sizeSteps(layer, row, say),
    ...weightSteps(layer, row, say),
    ...sightSteps(layer, row, say),
  ];
}

/** @param {Layer} layer @param {Row} row @param {Say} say */
function sizeSteps(layer, row, say) {
  const steps = alike(row.lines, say).flatMap(([line, axes]) => lineSteps(line, axes, say));
  const made = row.output[row.output.length - 1];
  if (layer.kind === "DepthwiseConv2D") {
    const multiplier = layer.depth_multiplier ?? 1;
    const numbers = `${times([made / multiplier, multiplier])} = ${number(made)}`;
    steps.push(step("size", say("channels"), "D x M", numbers, say("each channel")));
  } else if (layer.kind.endsWith("Conv2D")) {
    steps.push(step("size", say("channels"), "K", number(made), say("one filter each")));
  } else if (layer.edges) {
    const sign = layer.kind === "ZeroPadding2D" ? "+" : "-";
    const edges = layer.edges.map((pair, axis) => [row.input[axis], pair, row.output[axis]]);
    for (const [[size, pair, output], axes] of alike(edges, say)) {
      const [before, after] = /** @type {number[]} */ (pair);
      const numbers = [size, before, after].map((one) => number(Number(one))).join(` ${sign} `);
      const title = say("output size", { axes });
      steps.push(step("size", title, "", `${numbers} = ${number(Number(output))}`));
    }
  } else if (layer.kind === "Flatten") {
    steps.push(
      step("size", say("output shape"), "", `${times(row.input)} = ${number(row.output[0])}`),
    );
  }
  return steps;
}

/** What stands for the kernel: its size, or the reach of a dilated one. @param {Line} line */
const letterOf = (line) => (line.dilation > 1 ? "R" : "F");

/** @param {Line} line @param {string} axes @param {Say} say */
function lineSteps(line, axes, say) {
  const { size, kernel, strides, dilation, before, after, output, unused } = line;
  const reach = dilation * (kernel - 1) + 1;
  const steps = [];
  if (dilation > 1) {
    const numbers = `${number(dilation)} x (${number(kernel)} - 1) + 1 = ${number(reach)}`;
    steps.push(step("size", say("reach", { axes }), "d x (F - 1) + 1", numbers));
  }
  const room = size - reach + before + after;
  let division = `(${number(size)} - ${number(reach)} + ${number(before + after)}) / ${number(strides)}`;
  let remark = before === after ? "" : say("padded", { before, after });
  if (room % strides) {
    division = `floor(${division})`;
    const quotient = Number((room / strides).toPrecision(4));
    remark = say("rounded down", { quotient, unused, positions: size + before + after });
  }
  const title = say("output size", { axes });
  const formula = `(W - ${letterOf(line)} + 2P) / S + 1`;
  steps.push(step("size", title, formula, `${division} + 1 = ${number(output)}`, remark));
  return steps;
}

/** The arrays of a layer's weights: their letters, their sizes, and whether they multiply.
 * @param {Layer} layer @param {Row} row @returns {[string[], number[], boolean][]} */
function weightsOf(layer, row) {
  const { input, output } = row;
  const [inputs, made] = [input[input.length - 1], output[output.length - 1]];
  const bias = layer.use_bias !== false;
  const kernel = layer.kernel_size ?? [];
  const letters = onEachAxis("F", kernel);
  const multiplier = layer.depth_multiplier ?? 1;
  const groups = layer.groups ?? 1;
  /** @type {[string[], number[], boolean][]} */
  let weights = [];
  if (layer.kind === "BatchNormalization") {
    return ["gamma", "beta", "moving mean", "moving variance"].map((name) => [
      [name],
      [inputs],
      false,
    ]);
  }
  if (layer.kind === "Dense") weights = [[["N", "U"], [inputs, made], true]];
  else if (layer.kind === "Conv2D") {
    const depth = groups > 1 ? "(D / G)" : "D";
    weights = [[[...letters, depth, "K"], [...kernel, inputs / groups, made], true]];
  } else if (layer.kind === "DepthwiseConv2D" || layer.kind === "SeparableConv2D") {
    weights = [[[...letters, "D", "M"], [...kernel, inputs, multiplier], true]];
    if (layer.kind === "SeparableConv2D") {
      weights.push([["1", "1", "(D x M)", "K"], [1, 1, inputs * multiplier, made], true]);
    }
  } else return [];
  if (!bias) return weights;
  const named =
    layer.kind === "Dense" ? ["U"] : layer.kind === "DepthwiseConv2D" ? ["D", "M"] : ["K"];
  return [...weights, [named, [made], false]];
}

/** @param {Layer} layer @param {Row} row @param {Say} say */
function weightSteps(layer, row, say) {
  const weights = weightsOf(layer, row);
  if (!weights.length) return [step("weights", "", "", "", say("no weights"))];
  const groups = layer.groups ?? 1;
  let remark = "";
  if (groups > 1) remark = say("grouped", { groups, channels: row.input[2] / groups });
  if (layer.kind === "BatchNormalization") {
    remark = say("not trained", { count: number(row.params / 2) });
  }
  const formula = weights.map(([letters]) => times(letters)).join(" + ");
  const numbers = weights.map(([, sizes]) => times(sizes)).join(" + ");
  const steps = [
    step("weights", say("params"), formula, `${numbers} = ${number(row.params)}`, remark),
  ];
  const products = weights.filter(([, , multiplies]) => multiplies);
  if (products.length) {
    const positions = row.output.slice(0, -1);
    const places = onEachAxis("O", positions);
    const letters = products.map(([own]) => times([...places, ...own])).join(" + ");
    const worked = products.map(([, sizes]) => times([...positions, ...sizes])).join(" + ");
    steps.push(step("weights", say("macs"), letters, `${worked} = ${number(row.macs)}`));
  }
  return steps;
}

/** @param {Layer} layer @param {Row} row @param {Say} say */
function sightSteps(layer, row, say) {
  if (!row.fields) {
    if (layer.kind === "Dense") return [];
    const key = layer.kind === "Flatten" ? "no positions" : "sees everything";
    return [step("sight", "", "", "", say(key))];
  }
  const { fields } = row;
  if (layer.edges) {
    const moved = layer.edges.map((edge, axis) => ({ edge, field: fields[axis] }));
    return alike(moved, say).flatMap(([{ field }, axes]) => [
      step("sight", say("receptive field", { axes }), "r", number(field.size)),
      step("sight", say("effective stride", { axes }), "j", number(field.stride)),
    ]);
  }
  const seen = row.lines.map((line, axis) => ({ line, field: fields[axis] }));
  return alike(seen, say).flatMap(([{ line, field }, axes]) => {
    const shift = field.stride / line.strides;
    const reach = line.dilation * (line.kernel - 1) + 1;
    const before = field.size - (reach - 1) * shift;
    const grown = `${number(before)} + (${reach} - 1) x ${number(shift)} = ${number(field.size)}`;
    const stride = `${number(shift)} x ${number(line.strides)} = ${number(field.stride)}`;
    return [
      step("sight", say("receptive field", { axes }), `r + (${letterOf(line)} - 1) x j`, grown),
      step("sight", say("effective stride", { axes }), "j x S", stride),
    ];
  });
}

/** Explain the letters that were used, and no others. @param {Step[]} steps @param {Say} say */
export function legend(steps, say) {
  const words = steps.flatMap(({ formula }) => formula.replace(/[()]/g, " ").split(/\s+/));
  const used = new Set(
    words.flatMap((one) => (one[1] === "_" ? [one, one[0], one.slice(1)] : [one])),
  );
  const letters = [
    "W",
    "O",
    "F",
    "R",
    "2P",
    "S",
    "d",
    "D",
    "K",
    "G",
    "M",
    "N",
    "U",
    "r",
    "j",
    "_h",
    "_w",
  ];
  const told = letters.filter((letter) => used.has(letter));
  return told.map((letter) => say(`symbol ${letter}`)).join("; ");
}
