/**
 * The calculator's table of layers: what comes out of each, and what can be done with it.
 *
 * @import { Say } from "./sentences.js"
 * @import { calculate, TypedError, TypedLayer, Worked } from "./typed.js"
 *
 * @typedef {{choose: (place: number) => void, move: (place: number, by: number) => void,
 *   remove: (place: number) => void, add: () => void}} Acts
 */

import { button, make } from "./elements.js";
import { unusual } from "./typed.js";
import { number } from "./working.js";

export class StackTable {
  /** @param {Say} say @param {Acts} acts What is done when something is pressed. */
  constructor(say, acts) {
    this.say = say;
    this.acts = acts;
    this.body = make("div");
  }

  /** Make the rows anew. @param {TypedLayer[]} layers @param {number} chosen */
  rebuild(layers, chosen) {
    const { say, acts } = this;
    const columns = ["layer", "output", "params", "macs", "field", "change"];
    const heads = columns.map((name) =>
      make("th", { scope: "col", role: "columnheader" }, say(`column ${name}`)),
    );
    /** @type {HTMLElement[]} */
    const rows = [make("tr", { role: "row" }, ...heads)];
    for (const [place, { kind }] of layers.entries()) {
      const at = { number: place + 1, kind };
      const choose = button("", () => acts.choose(place), {
        class: "dz-choose",
        "aria-pressed": String(place === chosen),
        "aria-label": say("edit layer", at),
      });
      const tools = [
        this.#tool("↑", say("move up", at), `up-${place}`, place > 0, () => acts.move(place, -1)),
        this.#tool("↓", say("move down", at), `down-${place}`, place < layers.length - 1, () =>
          acts.move(place, 1),
        ),
        this.#tool("✕", say("remove", at), `remove-${place}`, true, () => acts.remove(place)),
      ];
      rows.push(this.#row(place, choose, make("span", { class: "dz-tools" }, ...tools)));
    }
    rows.push(this.#row(-1, make("strong", { class: "dz-total" }), ""));
    const table = make("table", { class: "dz-table", role: "table", "aria-label": say("layers") });
    table.append(...rows);
    const add = button(say("add"), () => acts.add(), { class: "dz-add" });
    this.body.replaceChildren(table, make("p", { class: "dz-tools" }, add));
  }

  /** @param {number} place @param {Node} first @param {Node | string} last */
  #row(place, first, last) {
    const { say } = this;
    const cells = ["output", "params", "macs", "field"].map((name) =>
      make("td", { role: "cell", "data-cell": name, "data-label": say(`column ${name}`) }),
    );
    return make(
      "tr",
      { role: "row", "data-place": String(place) },
      make("th", { scope: "row", role: "rowheader" }, first),
      ...cells,
      make("td", { role: "cell", class: "dz-change" }, last),
    );
  }

  /** @param {string} sign @param {string} label @param {string} tool @param {boolean} works @param {() => void} pressed */
  #tool(sign, label, tool, works, pressed) {
    const one = button(sign, pressed, { "aria-label": label, title: label, "data-tool": tool });
    one.disabled = !works;
    return one;
  }

  /** Show what was worked out. @param {TypedLayer[]} layers @param {ReturnType<typeof calculate>} calculated */
  fill(layers, { results, params, macs, error, failed }) {
    const { say } = this;
    const waits = failed < 0 ? say("waits for input") : say("waits for", { number: failed + 1 });
    for (const [place, layer] of layers.entries()) {
      const result = results[place];
      const texts = unusual(layer).map((name) => `${name}=${layer.texts[name].trim()}`);
      const row = this.#rowAt(place);
      row
        .querySelector(".dz-choose")
        ?.replaceChildren(`${place + 1}. ${layer.kind} `, make("small", {}, texts.join(", ")));
      row.classList.toggle("dz-wrong", Boolean(result.error));
      row.classList.toggle("dz-message", !result.worked);
      const { output, params: own, macs: work } = result.worked?.row ?? {};
      const message = result.error ? complaint(result.error, say) : waits;
      const cells = output
        ? [shape(output), number(own ?? 0), number(work ?? 0), sight(result.worked, say)]
        : [message, "", "", ""];
      this.#fill(row, cells);
    }
    const total = this.#rowAt(-1);
    const title = total.querySelector(".dz-total");
    if (title) title.textContent = say(error ? "total so far" : "total");
    const worked = results.filter((result) => result.worked).pop()?.worked;
    const output = worked ? shape(worked.row.output) : "";
    this.#fill(total, [output, number(params), number(macs), sight(worked, say)]);
  }

  /** @param {number} place */
  #rowAt(place) {
    return /** @type {HTMLElement} */ (this.body.querySelector(`tr[data-place="${place}"]`));
  }

  /** Fill the cells of a row; a message has the room of all. @param {HTMLElement} row @param {string[]} texts */
  #fill(row, texts) {
    const cells = /** @type {NodeListOf<HTMLTableCellElement>} */ (
      row.querySelectorAll("[data-cell]")
    );
    const isMessage = row.classList.contains("dz-message");
    for (const [at, cell] of cells.entries()) {
      if (cell.textContent !== texts[at]) cell.textContent = texts[at];
      cell.hidden = isMessage && at > 0;
    }
    cells[0].colSpan = isMessage ? cells.length : 1;
  }
}

/** @param {number[]} sizes */
export function shape(sizes) {
  return sizes.map(number).join(" × ");
}

/** What a layer sees of the image. @param {Worked | undefined} worked @param {Say} say */
export function sight(worked, say) {
  if (!worked) return "";
  const { fields } = worked.row;
  return fields ? shape(fields.map((field) => field.size)) : say("everything");
}

/** What is wrong, in words. @param {TypedError} error @param {Say} say */
export function complaint({ key, values }, say) {
  const shown = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === "number" ? number(value) : value.trim() || say("nothing"),
  ]);
  return say(`error ${key}`, Object.fromEntries(shown));
}
