/**
 * The calculator: sizes, parameters, multiplications and receptive fields as one types.
 *
 * `<div class="dz-calculator">` becomes one, with a stack of layers and a link that keeps it;
 * `data-layers` says what stands in it at first, as in the link. With `data-about="size"` or
 * `"weights"` it is a small one, of one layer, that shows these formulas alone.
 *
 * @import { Step } from "./working.js"
 */

import { button, make } from "./elements.js";
import { ARGUMENTS } from "./formulas.js";
import { sayIn } from "./sentences.js";
import { complaint, StackTable, shape, sight } from "./stack.js";
import { calculate, offered, read, SIZES, unusual, write } from "./typed.js";
import { drawLine, roomFor } from "./windows.js";
import { alike, explain, legend, number } from "./working.js";

const CHOICES = { padding: ["valid", "same"], use_bias: ["True", "False"] };
const IN_PAIRS = ["kernel_size", "pool_size", "strides", "dilation_rate"];
const FIRST = "28x28x1;Conv2D:kernel_size=5;MaxPooling2D;Flatten;Dense:units=128;Dense";
const KEPT_AFTER = 300; // milliseconds without a key until the link is kept
let made = 0;

class Calculator {
  /** @param {HTMLElement} body */
  constructor(body) {
    this.body = body;
    this.id = `dz-calculator-${made++}`;
    this.say = sayIn(document.documentElement.lang.startsWith("ko") ? "ko" : "en");
    this.about = body.dataset.about ?? null;
    this.elsewhere = body.querySelector("a"); // a link to the calculator's own page
    const asked = this.about ? null : read(location.hash);
    this.typed =
      asked ??
      read(body.dataset.layers ?? "") ??
      /** @type {import("./typed.js").Typed} */ (read(FIRST));
    if (this.about) this.typed.layers.splice(1);
    this.chosen = 0;
    this.timer = 0;
    const { say } = this;
    this.input = make("fieldset", {}, make("legend", {}, say("input")));
    this.stack = new StackTable(say, {
      choose: (place) => this.choose(place),
      move: (place, by) => this.move(place, by),
      remove: (place) => this.remove(place),
      add: () => this.add(),
    });
    this.editor = make("fieldset");
    this.status = make("div", { class: "dz-answer", role: "status", "aria-live": "polite" });
    this.drawings = make("div", { class: "dz-drawings" });
    this.formulas = make("div", { class: "dz-formulas" });
    const link = make("p", { class: "dz-tools" });
    if (this.elsewhere) link.append(this.elsewhere);
    body.replaceChildren(this.input);
    if (!this.about) {
      this.copied = make("span", { role: "status" });
      link.append(
        button(say("copy link"), () => this.copy(), { class: "dz-copy" }),
        this.copied,
      );
      body.append(this.stack.body);
      addEventListener("hashchange", () => this.#restore());
    }
    body.append(this.editor, this.status, this.drawings, this.formulas, link);
    this.rebuild();
    clearTimeout(this.timer); // nothing was typed yet
    new ResizeObserver(() => {
      if (this.room !== roomFor(this.drawings.clientWidth)) this.#draw();
    }).observe(body);
  }

  /** Take what the address says, if it is one of ours. */
  #restore() {
    const asked = read(location.hash);
    if (!asked || write(asked) === write(this.typed)) return;
    this.typed = asked;
    this.chosen = 0;
    this.rebuild();
  }

  /** Make all fields anew: the layers are others. @param {string} [focused] What has the focus then. */
  rebuild(focused) {
    const { say, typed } = this;
    const sizes = SIZES.map((name, at) => {
      const [label, field] = this.#field(name, say(`input ${name}`), typed.input[at], (text) => {
        typed.input[at] = text;
      });
      field.setAttribute("inputmode", "numeric");
      return label;
    });
    this.input.replaceChildren(
      /** @type {Element} */ (this.input.firstElementChild),
      make("div", { class: "dz-fields dz-sizes" }, ...sizes),
    );
    if (!this.about) this.stack.rebuild(typed.layers, this.chosen);
    this.#makeEditor();
    this.update();
    if (focused) /** @type {HTMLElement | null} */ (this.body.querySelector(focused))?.focus();
  }

  /** A field with its label and a place for its error.
   * @param {string} name @param {string} title @param {string} text @param {(text: string) => void} changed
   * @returns {[HTMLElement, HTMLInputElement | HTMLSelectElement]} */
  #field(name, title, text, changed) {
    const choices =
      name === "kind" ? Object.keys(ARGUMENTS) : CHOICES[/** @type {"padding"} */ (name)];
    const id = `${this.id}-${name}`;
    const shared = { id, "data-field": name, "aria-describedby": `${id}-error` };
    const field = choices
      ? make("select", shared)
      : make("input", { ...shared, autocomplete: "off" });
    for (const choice of choices ?? []) field.append(make("option", { value: choice }, choice));
    field.value = text;
    field.addEventListener("input", () => {
      changed(field.value);
      this.update();
    });
    const label = make("label", { for: id }, title);
    if (!SIZES.includes(name) && name !== "kind") label.append(" ", make("code", {}, name));
    const error = make("p", { class: "dz-error", id: `${id}-error`, "aria-live": "polite" });
    return [make("div", { class: "dz-field" }, label, field, error), field];
  }

  #makeEditor() {
    const { say, typed } = this;
    const layer = typed.layers[this.chosen];
    this.editor.hidden = !layer;
    if (!layer) return;
    const title = say("edit layer", { number: this.chosen + 1, kind: layer.kind });
    const fields = ["kind", ...ARGUMENTS[layer.kind]].map((name) => {
      const text = name === "kind" ? layer.kind : layer.texts[name];
      const [label, field] = this.#field(name, say(name), text, (value) => {
        if (name === "kind") {
          const kept = unusual(layer).map((one) => [one, layer.texts[one]]);
          typed.layers[this.chosen] = offered(value, Object.fromEntries(kept));
          this.rebuild("[data-field=kind]");
        } else layer.texts[name] = value;
      });
      if (name === "strides" && layer.kind.endsWith("Pooling2D")) {
        field.setAttribute("placeholder", say("as the window"));
      }
      return label;
    });
    const help = ARGUMENTS[layer.kind].some((name) => IN_PAIRS.includes(name))
      ? [make("p", { class: "dz-help" }, say("pair help"))]
      : [];
    if (layer.texts.edges !== undefined) {
      help.push(make("p", { class: "dz-help" }, say("edges help")));
    }
    this.editor.replaceChildren(
      make("legend", {}, this.about ? layer.kind : title),
      make("div", { class: "dz-fields" }, ...fields),
      ...help,
    );
  }

  /** @param {number} place */
  choose(place) {
    this.chosen = place;
    this.rebuild(`tr[data-place="${place}"] .dz-choose`);
  }

  /** @param {number} place @param {number} by */
  move(place, by) {
    const { layers } = this.typed;
    const [layer] = layers.splice(place, 1);
    layers.splice(place + by, 0, layer);
    this.chosen = place + by;
    const other = by > 0 ? "up" : "down"; // at an end the arrow works no more
    const isLast = this.chosen === 0 || this.chosen === layers.length - 1;
    const same = by > 0 ? "down" : "up";
    this.rebuild(`[data-tool="${isLast ? other : same}-${this.chosen}"]`);
  }

  /** @param {number} place */
  remove(place) {
    const { layers } = this.typed;
    layers.splice(place, 1);
    if (this.chosen > place || this.chosen === layers.length)
      this.chosen = Math.max(this.chosen - 1, 0);
    this.rebuild(layers.length ? `tr[data-place="${this.chosen}"] .dz-choose` : ".dz-add");
  }

  /** Add a layer behind the chosen one: another of its kind. */
  add() {
    const { layers } = this.typed;
    const like = layers[this.chosen];
    this.chosen = layers.length ? this.chosen + 1 : 0;
    layers.splice(this.chosen, 0, like ? offered(like.kind, like.texts) : offered("Conv2D"));
    this.rebuild("[data-field=kind]");
  }

  /** Work everything out and show it. */
  update() {
    this.calculated = calculate(this.typed);
    if (!this.about) this.stack.fill(this.typed.layers, this.calculated);
    this.#showError();
    this.#answer();
    this.#draw();
    if (this.elsewhere) this.elsewhere.hash = write(this.typed);
    if (this.about) return;
    clearTimeout(this.timer); // a browser refuses too many changes of the address in a row
    this.timer = window.setTimeout(() => {
      history.replaceState(null, "", `#${write(this.typed)}`);
    }, KEPT_AFTER);
  }

  get #results() {
    return this.calculated?.results ?? [];
  }

  /** Say at a field what is wrong with it. */
  #showError() {
    const { error = null, failed = -1 } = this.calculated ?? {};
    const isHere = error && (failed < 0 || failed === this.chosen);
    for (const field of this.body.querySelectorAll("[data-field]")) {
      const isWrong = Boolean(isHere && field.getAttribute("data-field") === error?.field);
      const text = isWrong && error ? complaint(error, this.say) : "";
      field.setAttribute("aria-invalid", String(isWrong));
      const place = field.parentElement?.querySelector(".dz-error");
      if (place && place.textContent !== text) place.textContent = text;
    }
  }

  #answer() {
    const { say } = this;
    const worked = this.#results[this.chosen]?.worked;
    if (!worked) {
      const { failed = -1 } = this.calculated ?? {};
      const waits = failed >= 0 && failed !== this.chosen;
      const text = waits ? say("waits for", { number: failed + 1 }) : say("no answer");
      this.status.replaceChildren(make("p", { class: "dz-shape" }, text));
      this.formulas.replaceChildren();
      return;
    }
    const { input, output, params, macs } = worked.row;
    const facts = [
      ["answer params", number(params)],
      ["answer macs", number(macs)],
      ["answer field", sight(worked, say)],
    ];
    this.status.replaceChildren(
      make(
        "p",
        { class: "dz-shape" },
        say("answer line", { input: shape(input), output: shape(output) }),
      ),
      make(
        "p",
        { class: "dz-facts" },
        ...facts.map(([key, value]) => make("span", {}, make("strong", {}, value), ` ${say(key)}`)),
      ),
    );
    const steps = explain(worked.layer, worked.row, say).filter(
      (step) => !this.about || step.about === this.about,
    );
    this.formulas.replaceChildren(
      make("p", { class: "dz-heading" }, say("formulas")),
      make("div", { class: "dz-steps" }, ...steps.map(item)),
      make("p", { class: "dz-help" }, legend(steps, say)),
    );
  }

  #draw() {
    const { say } = this;
    const worked = this.#results[this.chosen]?.worked;
    const lines = this.about === "weights" ? [] : (worked?.row.lines ?? []);
    this.room = roomFor(this.drawings.clientWidth);
    /** @type {HTMLElement[]} */
    const figures = [];
    for (const [line, axes] of alike(lines, say)) {
      const { kernel, size, before, after, output } = line;
      const values = { kernel, size, output, zeros: before + after };
      const drawing = drawLine(line, this.room, say("drawing", values));
      const key = [say("along axis", { axes }), ". ", say("drawing", values), " "];
      figures.push(
        make(
          "figure",
          {},
          make("figcaption", {}, ...key),
          make("div", { class: "dz-scroll" }, drawing),
        ),
      );
    }
    if (lines.length) {
      const hints = [say("drawing key")];
      if (lines.some(({ before, after }) => after > before)) hints.push(say("drawing extra"));
      if (lines.some(({ unused }) => unused)) hints.push(say("drawing unused"));
      figures.push(make("p", { class: "dz-help" }, hints.join(" ")));
    }
    this.drawings.replaceChildren(...figures);
  }

  /** Give the address of what is typed to the clipboard, or to the hand. */
  async copy() {
    const address = new URL(`#${write(this.typed)}`, location.href).href;
    history.replaceState(null, "", address);
    try {
      await navigator.clipboard.writeText(address);
      this.copied?.replaceChildren(this.say("copied"));
    } catch {
      const shown = make("input", {
        readonly: "",
        value: address,
        "aria-label": this.say("copy yourself"),
      });
      this.copied?.replaceChildren(this.say("copy yourself"), " ", shown);
      shown.select();
    }
  }
}

/** @param {Step} step */
function item({ title, formula, numbers, remark }) {
  const lines = [formula, numbers].filter((line) => line).map((line) => make("code", {}, line));
  const said = [title, remark].map((text, at) => make(at ? "small" : "span", {}, text));
  return make("p", {}, said[0], ...lines, said[1]);
}

for (const body of document.querySelectorAll(".dz-calculator")) {
  new Calculator(/** @type {HTMLElement} */ (body));
}
