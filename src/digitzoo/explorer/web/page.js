/**
 * The page: what is drawn goes in, the network runs, and everything on it can be asked.
 *
 * @import { Box } from "./asking.js"
 * @import { PackedNetwork } from "./network.js"
 * @import { Choice } from "./why.js"
 * @import { Language } from "./words.js"
 *
 * @typedef {{title: string, formula: string | null, numbers: string | null, remark: string}} Step
 * @typedef {{title: string, steps: Step[]}} Section
 *
 * @typedef {object} PageData
 * @property {string} version
 * @property {string} title
 * @property {Language} language
 * @property {string[]} classes
 * @property {boolean} centred Whether drawings are made like MNIST's digits.
 * @property {number} parameters
 * @property {PackedNetwork} network
 * @property {Record<Language, Section[]>} sections The formulas of each node.
 * @property {{pixels: string, labels: (number | null)[]}} samples
 */

import { drawAnswer } from "./answer.js";
import { placeOf, seen } from "./asking.js";
import { makeCards } from "./cards.js";
import { PIXELS, scaleFor } from "./colours.js";
import { listen } from "./controls.js";
import { prepareDigit } from "./digit.js";
import { find, findCanvas, findInput, make } from "./elements.js";
import { MapView } from "./maps.js";
import { Network, unpack } from "./network.js";
import { LARGEST_PICTURE, Picture } from "./picture.js";
import { makeSamples, nameSamples } from "./samples.js";
import { Sketch } from "./sketch.js";
import { WhyPanel } from "./why.js";
import { say, speak, spoken } from "./words.js";

const SLICE = 12; // milliseconds of work between two looks at the hand that draws

export class Page {
  /** @param {PageData} data */
  constructor(data) {
    this.data = data;
    this.networks = { trained: new Network(data.network), untrained: new Network(data.network) };
    this.networks.untrained.choose(false);
    /** @type {"trained" | "untrained"} */
    this.which = "trained";
    this.picture = new Picture(data.network.input, data.centred);
    this.hasImage = false;
    this.isDrawn = false; // by hand
    this.isWanted = false;
    /** @type {Promise<void> | null} */
    this.running = null;
    /** @type {number | null} The layer whose formulas are shown. */
    this.layer = null;
    this.sketch = new Sketch(findCanvas("sketch"), () => this.takeSketch());
    this.seenView = new MapView(findCanvas("seen"), [...data.network.input.slice(0, 2), 1], {
      tile: LARGEST_PICTURE,
    });
    this.why = new WhyPanel(
      find("why-body"),
      () => this.network,
      (choice) => this.choose(choice),
      (node, channel) => this.toggle(node, channel),
    );
    this.cards = makeCards(this.network, {
      show: (number) => this.showLayer(number),
      draw: (number) => this.#drawCard(number),
      choose: (choice) => this.choose(choice),
      chosen: () => this.why.choice,
    });
    makeSamples(data, this.networks.trained, (number) => this.takeSample(number));
    listen(this);
    const asked = new URLSearchParams(location.hash.slice(1));
    if (asked.get("scheme")) document.documentElement.dataset.scheme = asked.get("scheme") ?? "";
    this.speak(
      asked.get("language") === "ko" ? "ko" : asked.get("language") === "en" ? "en" : data.language,
    );
    if (data.samples.labels.length) this.takeSample(0);
    else this.refresh();
  }

  /** The network whose layers are shown. */
  get network() {
    return this.networks[this.which];
  }

  /** Work the network out and draw it, giving way to the hand that draws. A run that has begun is
   * brought to its end: half of one would leave layers of two images. The newest image is next. */
  refresh() {
    this.isWanted = true;
    this.running ??= this.#work();
    return this.running;
  }

  async #work() {
    try {
      while (this.isWanted) {
        this.isWanted = false;
        await this.#run();
      }
    } finally {
      this.running = null;
    }
  }

  async #run() {
    const { image } = this.picture;
    this.#drawSeen(image);
    let since = performance.now();
    for (const network of this.#running()) {
      for (const number of network.steps(image)) {
        if (network === this.network) this.#drawCard(number);
        if (performance.now() - since < SLICE) continue;
        await new Promise((resolve) => setTimeout(resolve));
        since = performance.now();
      }
    }
    this.#drawAnswer();
    this.why.render();
  }

  /** @param {Uint8Array} base @param {number} [number] Of the sample that it is. */
  #takeImage(base, number = -1) {
    this.sketch.clear();
    this.#press(number);
    this.picture.base = base;
    this.picture.mend();
    this.isDrawn = false;
    this.hasImage = number >= 0 || !this.data.centred || base.some((pixel) => pixel > 0);
    return this.refresh();
  }

  takeSketch() {
    this.#press(-1);
    if (!this.isDrawn) this.picture.mend(); // what was erased was another image's
    this.hasImage = this.isDrawn = !this.sketch.isEmpty;
    const { picture, sketch } = this;
    picture.base = picture.centred ? prepareDigit(sketch.plane()) : picture.resized(sketch.ink);
    this.refresh();
  }

  /** @param {number} number Of the sample that is looked at. */
  #press(number) {
    for (const [place, sample] of [...find("samples").children].entries()) {
      sample.setAttribute("aria-pressed", String(place === number));
    }
  }

  /** @param {number} number */
  takeSample(number) {
    const count = this.picture.base.length;
    const pixels = unpack(this.data.samples.pixels);
    return this.#takeImage(pixels.slice(number * count, (number + 1) * count), number);
  }

  /** @param {File} file */
  async takeFile(file) {
    let picture;
    try {
      picture = await createImageBitmap(file);
    } catch {
      find("answer").textContent = say("no image", { name: file.name });
      return;
    }
    return this.#takeImage(this.picture.fitted(picture));
  }

  /** @param {number} node @param {number} channel */
  toggle(node, channel) {
    this.network.toggle(node, channel);
    this.sayOff();
    return this.refresh();
  }

  /** Show where a number comes from. @param {Choice} choice */
  choose(choice) {
    this.why.show(choice);
    this.#frame();
    this.showLayer(choice.node);
  }

  /** Outline what the chosen number sees of every layer before it. */
  #frame() {
    const { choice } = this.why;
    const { nodes, values } = this.network;
    for (const card of this.cards) if (card) card.view.frames = [];
    this.seenView.frames = [];
    if (choice) {
      const node = nodes[choice.node];
      const { row, column, channel } = placeOf(node.shape, choice.index);
      const own = /** @type {Box} */ ([row, column, row, column]);
      for (const [value, box] of seen(this.network, node.output, own)) {
        const maker = nodes.findIndex((one) => one.output === value);
        const view = value === 0 ? this.seenView : this.cards[maker]?.view;
        const isVector = values[value].shape.length !== 3;
        if (!view || (isVector && value !== node.output)) continue;
        const isOwn = value === node.output;
        const [height, width] = values[value].shape;
        const isWhole = box[2] - box[0] + 1 === height && box[3] - box[1] + 1 === width;
        if (isWhole && !isOwn) continue; // it sees everything: lines would say nothing
        view.frames.push({
          box: isVector ? [0, 0, 0, 0] : box,
          channel: isOwn ? channel : value === 0 ? 0 : null,
          strong: isOwn || value === 0,
        });
      }
    }
    this.#drawAll();
  }

  #drawAll() {
    this.#drawSeen(this.picture.image);
    for (const number of this.cards.keys()) this.#drawCard(number);
  }

  /** @param {ArrayLike<number>} image */
  #drawSeen(image) {
    const isColour = this.picture.size.channels === 3;
    const view = this.seenView;
    view.channels = isColour ? 3 : 1;
    view.shown = 1;
    view.draw(image, PIXELS, isColour);
  }

  /** @param {number} number */
  #drawCard(number) {
    const card = this.cards[number];
    if (!card?.card.open) return;
    const values = this.network.values[this.network.nodes[number].output].data;
    card.view.off = this.network.off[number];
    card.view.draw(values, scaleFor(values));
  }

  /** The networks that are asked. */
  #running() {
    const { trained, untrained } = this.networks;
    return findInput("beside").checked ? [trained, untrained] : [trained];
  }

  #drawAnswer() {
    drawAnswer(this.#running(), this.data.classes, this.hasImage);
  }

  /** @param {number} number */
  showLayer(number) {
    this.layer = number;
    for (const [place, card] of this.cards.entries())
      card?.card.classList.toggle("chosen", place === number);
    this.#drawFormulas();
  }

  #drawFormulas() {
    const body = find("formulas-body");
    if (this.layer === null) {
      body.replaceChildren(make("p", { class: "help" }, say("formulas help")));
      return;
    }
    const { title, steps } = this.data.sections[spoken()][this.layer];
    const items = steps.map(({ title: name, formula, numbers, remark }) => {
      const lines = [formula, numbers]
        .filter((line) => line)
        .map((line) => make("code", {}, String(line)));
      return make("li", {}, make("span", {}, name), ...lines, make("small", {}, remark));
    });
    body.replaceChildren(
      make("p", {}, make("strong", {}, title)),
      make("ul", { class: "formulas" }, ...items),
    );
  }

  /** @param {"trained" | "untrained"} which */
  showNetwork(which) {
    this.which = which;
    findInput("which").value = which;
    this.#drawAll();
    this.sayOff();
    this.refresh();
  }

  sayOff() {
    const { off, nodes } = this.network;
    const names = nodes.flatMap((node, number) =>
      [...off[number]].map((channel) => `${node.name} ${channel}`),
    );
    find("off").textContent = names.length
      ? say("switched off", { channels: names.join(", ") })
      : "";
    find("all-on").hidden = names.length === 0;
  }

  /** Say everything in a language. @param {Language} language */
  speak(language) {
    speak(language);
    document.documentElement.lang = language;
    for (const element of document.querySelectorAll("[data-say]")) {
      element.textContent = say(element.getAttribute("data-say") ?? "");
    }
    for (const element of document.querySelectorAll("[data-label]")) {
      const text = say(element.getAttribute("data-label") ?? "");
      element.setAttribute("aria-label", text);
      element.setAttribute("title", text);
    }
    const { title, classes, version, parameters } = this.data;
    find("title").textContent = title;
    find("about").textContent = say("parameters", { count: parameters.toLocaleString(language) });
    find("language").textContent = say("language");
    find("sees-help").textContent = say("sees help", this.picture.size);
    find("made-by").textContent = say("made by", { version });
    nameSamples(classes);
    for (const [number, card] of this.cards.entries()) {
      const { name, shape } = this.network.nodes[number];
      card?.canvas.setAttribute("aria-label", say("map label", { name, shape: shape.join(" × ") }));
    }
    for (const all of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".all"))) {
      all.textContent = say("show all", { count: all.dataset.count ?? "" });
    }
    this.sayOff();
    this.#drawFormulas();
    this.#drawAnswer();
    this.why.render();
  }
}

const page = new Page(JSON.parse(find("data").textContent ?? ""));
Object.assign(globalThis, { digitzoo: page }); // for the console, and for tests
