/**
 * The panel that says where one number comes from, as a whole or product by product.
 *
 * @import { Answer, Term } from "./asking.js"
 * @import { Network } from "./network.js"
 * @import { Node } from "./operations.js"
 *
 * @typedef {{node: number, index: number}} Choice A number of a node's output.
 */

import { ask, placeOf } from "./asking.js";
import { cssColours, scaleFor } from "./colours.js";
import { button, make } from "./elements.js";
import { MapView } from "./maps.js";
import { depth } from "./shapes.js";
import { readable, say } from "./words.js";
import { contributions, equation, strongest, windowTable } from "./worked.js";

const LARGE = 224; // pixels of the chosen map
const SPEEDS = [2, 8, 32, 128]; // products a second

export class WhyPanel {
  /**
   * @param {HTMLElement} body
   * @param {() => Network} network
   * @param {(choice: Choice) => void} choose Chooses another number.
   * @param {(node: number, channel: number) => void} toggle Switches a channel off or on.
   */
  constructor(body, network, choose, toggle) {
    this.body = body;
    this.network = network;
    this.choose = choose;
    this.toggle = toggle;
    /** @type {Choice | null} */
    this.choice = null;
    this.shownChannel = -1;
    this.done = -1; // products that were stepped through; -1 shows all
    this.speed = SPEEDS[1];
    this.playing = 0;
    this.channelsOpen = false;
    /** @type {Term | null} The product that was stepped to last. */
    this.reached = null;
    // What can be pressed stays in its place, so that a step takes no button from under the hand.
    this.place = make("strong", { "aria-live": "polite" });
    this.content = make("div");
    this.oneStep = button("", () => this.advance(), { id: "one-step" });
    this.playButton = button("", () => (this.playing ? this.pause() : this.#play()), {
      id: "play",
    });
    this.next = button("", () => this.#nextPlace(), { id: "next-place" });
    this.speeds = make("select", { id: "speed" });
    for (const one of SPEEDS) this.speeds.append(make("option", { value: `${one}` }, `${one}/s`));
    this.speeds.value = String(this.speed);
    this.speeds.addEventListener("change", () => {
      this.speed = Number(this.speeds.value);
      if (this.playing) this.#play();
    });
    this.said = make("p", { class: "steps", id: "steps" });
    this.stepper = make(
      "div",
      { role: "group", class: "tools" },
      ...[this.oneStep, this.playButton, this.next, this.speeds, this.said],
    );
    this.toggleButton = button("", () => this.#toggle(), { id: "toggle" });
    // The chosen map, large enough for a finger.
    this.large = make("canvas", { class: "large", role: "img" });
    this.large.addEventListener("click", (event) => this.#touch(event));
    /** @type {MapView | null} */
    this.largeView = null;
    body.append(
      make("p", { class: "place" }, this.place),
      this.large,
      this.content,
      this.stepper,
      make("p", {}, this.toggleButton),
    );
  }

  /** Show a number, or another. @param {Choice | null} choice */
  show(choice) {
    this.pause();
    this.choice = choice;
    this.shownChannel = -1;
    this.done = -1;
    this.render();
  }

  render() {
    this.stepper.hidden = this.toggleButton.hidden = this.large.hidden = !this.choice;
    if (!this.choice) {
      this.place.textContent = "";
      this.content.replaceChildren(make("p", { class: "help" }, say("why help")));
      return;
    }
    const network = this.network();
    const { node: number, index } = this.choice;
    const node = network.nodes[number];
    const answer = ask(network, number, index);
    const { row, column, channel } = placeOf(node.shape, index);
    const key = node.shape.length === 3 ? "place" : "place unit";
    const place = say(key, { layer: node.name, row, column, channel });
    const said = `${place}: ${readable(answer.result)}`;
    if (this.place.textContent !== said) this.place.textContent = said;
    this.#drawLarge(node, row, column, channel);
    /** @type {HTMLElement[]} */
    const parts = [];
    if (answer.terms.some((term) => term.tap >= 0)) parts.push(...this.#window(node, answer));
    else if (node.operation === "dense") parts.push(...contributions(network, node, answer));
    else if (node.operation === "separable_conv") {
      const help = make("p", { class: "help" }, say("depthwise first"));
      parts.push(help, strongest(network, node, answer));
    }
    parts.push(equation(network, number, answer, channel));
    this.#replace(parts);
    this.#renderStepper(answer);
    const off = network.off[number].has(channel);
    this.toggleButton.textContent = say(off ? "switch on" : "switch off");
  }

  /** Draw the map that a number lies on, by itself.
   * @param {Node} node @param {number} row @param {number} column @param {number} channel */
  #drawLarge(node, row, column, channel) {
    const [height, width, channels] = node.shape;
    this.large.hidden = node.shape.length !== 3 || height * width < 2;
    if (this.large.hidden) return;
    const values = this.network().values[node.output].data;
    const map = Float32Array.from(
      { length: height * width },
      (_, i) => values[i * channels + channel],
    );
    this.largeView = new MapView(this.large, [height, width, 1], { tile: LARGE });
    this.largeView.frames = [{ box: [row, column, row, column], channel: 0, strong: true }];
    this.largeView.draw(map, scaleFor(values));
    this.large.setAttribute("aria-label", say("one map", { channel }));
  }

  /** @param {MouseEvent} event */
  #touch(event) {
    const at = this.largeView?.locate(event.clientX, event.clientY) ?? null;
    if (!this.choice || at === null) return;
    const { node, index } = this.choice;
    const channels = depth(this.network().nodes[node].shape);
    this.choose({ node, index: at * channels + (index % channels) });
  }

  /** Put what is said anew where it was; who stood on a button of it stands there again.
   * @param {HTMLElement[]} parts */
  #replace(parts) {
    const stops = () => [
      .../** @type {NodeListOf<HTMLElement>} */ (this.content.querySelectorAll("button, summary")),
    ];
    const at = stops().indexOf(/** @type {HTMLElement} */ (document.activeElement));
    this.content.replaceChildren(...parts);
    stops()[at]?.focus({ preventScroll: true });
  }

  #toggle() {
    if (!this.choice) return;
    const { node, index } = this.choice;
    this.toggle(node, placeOf(this.network().nodes[node].shape, index).channel);
  }

  /** The window on its input: what it sees, the kernel, the products. @param {Node} node @param {Answer} answer */
  #window(node, answer) {
    const all = answer.terms;
    const sums = new Map();
    for (const { channel, value, weight } of all) {
      sums.set(channel, (sums.get(channel) ?? 0) + value * weight);
    }
    const largest = [...sums.keys()].reduce((best, one) =>
      Math.abs(sums.get(one)) > Math.abs(sums.get(best)) ? one : best,
    );
    let channel = sums.has(this.shownChannel) ? this.shownChannel : largest;
    this.reached = this.done > 0 ? this.#ordered(all)[this.done - 1] : null;
    if (this.reached) channel = this.reached.channel;
    const terms = all.filter((term) => term.channel === channel);
    const reached = new Set(this.#ordered(all).slice(0, this.done < 0 ? all.length : this.done));
    const isPool = answer.kind !== "sum";
    /** @param {Term} term */
    const isChosen = (term) =>
      term === this.reached || (answer.kind === "largest" && term.value === answer.sum);
    /** @param {string} title @param {(term: Term) => number} number @param {boolean} stepped */
    const grid = (title, number, stepped) =>
      windowTable(node, terms, title, number, (term) => !stepped || reached.has(term), isChosen);
    /** @type {HTMLElement[]} */
    const grids = [grid(say("patch"), (term) => term.value, false)];
    if (!isPool) {
      grids.push(
        make("span", { class: "sign" }, "×"),
        grid(say("kernel"), (term) => term.weight, false),
      );
      grids.push(
        make("span", { class: "sign" }, "="),
        grid(say("products"), (term) => term.value * term.weight, true),
      );
    }
    /** @type {HTMLElement[]} */
    const parts = [make("div", { class: "grids" }, ...grids)];
    if (sums.size > 1) {
      const scale = scaleFor([...sums.values()]);
      const chips = [...sums].map(([one, sum]) => {
        const chip = button(`${one}: ${readable(sum)}`, () => {
          this.shownChannel = one;
          this.done = -1;
          this.render();
        });
        chip.setAttribute("aria-pressed", String(one === channel));
        Object.assign(chip.style, cssColours(scale, sum));
        return chip;
      });
      parts.unshift(make("p", { class: "help" }, say("of channel", { channel })));
      const all = make(
        "details",
        {},
        make("summary", {}, say("by channel")),
        make("p", { class: "chips" }, ...chips),
      );
      all.open = this.channelsOpen;
      all.addEventListener("toggle", () => {
        this.channelsOpen = all.open;
      });
      parts.push(all);
    }
    return parts;
  }

  /** The terms in the order in which they are stepped through. @param {Term[]} terms */
  #ordered(terms) {
    return [...terms].sort((one, other) => one.channel - other.channel || one.tap - other.tap);
  }

  /** @param {Answer} answer */
  #renderStepper(answer) {
    const terms = this.#ordered(answer.terms);
    this.stepper.hidden = answer.kind !== "sum" || terms.length < 2;
    this.stepper.setAttribute("aria-label", say("step"));
    this.oneStep.textContent = say("one step");
    this.playButton.textContent = say(this.playing ? "pause" : "play");
    this.next.textContent = say("next place");
    this.speeds.setAttribute("aria-label", say("speed"));
    this.said.textContent = "";
    if (this.done <= 0) return;
    const { value, weight } = terms[this.done - 1];
    const walked = terms.slice(0, this.done);
    const sum = walked.reduce((total, term) => total + term.value * term.weight, 0);
    this.said.textContent = say("step says", {
      done: this.done,
      count: terms.length,
      value: readable(value),
      weight: readable(weight),
      product: readable(value * weight),
      sum: readable(sum),
    });
  }

  /** Go one product on; behind the last one to the next place. */
  advance() {
    if (!this.choice) return;
    const { terms } = ask(this.network(), this.choice.node, this.choice.index);
    if (this.done >= terms.length) {
      const speed = this.playing;
      this.#nextPlace();
      this.playing = speed;
      this.done = 0;
      return;
    }
    this.done = Math.max(this.done, 0) + 1;
    this.render();
  }

  #nextPlace() {
    if (!this.choice) return;
    const node = this.network().nodes[this.choice.node];
    const size = node.shape.reduce((all, one) => all * one, 1);
    const step = node.shape.length === 3 ? depth(node.shape) : 1;
    const next = (this.choice.index + step) % size;
    const timer = this.playing;
    this.playing = 0;
    this.choose({ node: this.choice.node, index: next });
    this.playing = timer;
    this.done = timer ? 0 : -1;
  }

  #play() {
    clearInterval(this.playing);
    this.playing = window.setInterval(() => this.advance(), 1000 / this.speed);
    this.render();
  }

  pause() {
    clearInterval(this.playing);
    this.playing = 0;
    this.playButton.textContent = say("play");
  }
}
