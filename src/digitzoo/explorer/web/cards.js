/**
 * The layers of a network, each a card that can be folded, with what flows out of it.
 *
 * @import { Network } from "./network.js"
 * @import { Choice } from "./why.js"
 *
 * @typedef {{view: MapView, card: HTMLDetailsElement, canvas: HTMLCanvasElement}} Card
 *
 * @typedef {object} Handlers
 * @property {(number: number) => void} show Shows a layer's formulas.
 * @property {(number: number) => void} draw Draws a card anew.
 * @property {(choice: Choice) => void} choose Shows where a number comes from.
 * @property {() => Choice | null} chosen The number that is shown.
 */

import { button, find, make } from "./elements.js";
import { MapView } from "./maps.js";

const MOST_OPEN = 14; // layers that are shown without being folded

/** Name what a node takes, where that is not what the one before it gives alone.
 * @param {Network} network @param {number} number */
function sources({ nodes, inputShape }, number) {
  const { inputs } = nodes[number];
  const before = number ? nodes[number - 1].output : 0;
  if (inputs.every((value) => value === before) && inputs.length < 2) return "";
  const named = inputs.map((value) => nodes.find(({ output }) => output === value)?.name);
  return ` ← ${named.map((name) => name ?? inputShape.join(" × ")).join(", ")}`;
}

/** Make a card for each node; null for those that hand on what comes in.
 * @param {Network} network @param {Handlers} page */
export function makeCards(network, page) {
  const { nodes } = network;
  /** @type {(Card | null)[]} */
  const cards = [];
  const drawn = nodes.filter((node) => node.operation !== "copy").length;
  for (const [number, node] of nodes.entries()) {
    const name = button(node.name, () => page.show(number), { class: "name" });
    const head = make(
      "summary",
      {},
      name,
      make("small", {}, `${node.kind} ${node.shape.join(" × ")}${sources(network, number)}`),
    );
    const card = make("details", { class: "layer" }, head);
    cards.push(null);
    find("layers").append(card);
    if (node.operation === "copy") {
      card.classList.add("slim");
      continue;
    }
    const canvas = make("canvas", { tabindex: "0", role: "application" });
    card.append(canvas);
    const view = new MapView(canvas, node.shape);
    card.open = drawn <= MOST_OPEN || number < 4 || number >= nodes.length - 3;
    cards[number] = { view, card, canvas };
    card.addEventListener("toggle", () => page.draw(number));
    canvas.addEventListener("click", (event) => {
      const index = view.locate(event.clientX, event.clientY);
      if (index === null) return;
      page.choose({ node: number, index });
      find("why").scrollIntoView({ block: "nearest" });
    });
    canvas.addEventListener("keydown", (event) => {
      const choice = page.chosen();
      const index = view.step(choice?.node === number ? choice.index : 0, event.key);
      if (index === null) return;
      event.preventDefault();
      page.choose({ node: number, index });
    });
    if (view.shown < view.channels) {
      const all = button(
        "",
        () => {
          view.showAll();
          all.remove();
          canvas.focus();
          page.draw(number);
        },
        { class: "all", "data-count": String(view.channels) },
      );
      card.append(all);
    }
  }
  return cards;
}
