/**
 * What the network says, as bars with names.
 *
 * @import { Network } from "./network.js"
 */

import { find, make } from "./elements.js";
import { say } from "./words.js";

/** @param {Network[]} networks The trained one, and the untrained one where it stands beside.
 * @param {string[]} classes @param {boolean} hasImage Whether there is something to answer to. */
export function drawAnswer(networks, classes, hasImage) {
  const table = make("table", { class: "bars" });
  if (networks.length > 1) {
    const heads = ["", say("trained"), say("untrained")].map((text) =>
      make("th", { scope: "col" }, text),
    );
    table.append(make("tr", {}, ...heads));
  }
  const results = networks.map((network) => network.probabilities);
  const best = results[0].indexOf(Math.max(...results[0]));
  for (const [place, name] of classes.entries()) {
    const cells = results.map((result) => {
      const percent = (100 * result[place]).toFixed(1);
      const bar = make("span", { class: "bar" });
      bar.style.inlineSize = `${Math.max(0, Math.min(100, 100 * result[place]))}%`;
      return make(
        "td",
        {},
        make("span", { class: "track" }, bar),
        make("span", { class: "percent" }, `${percent} %`),
      );
    });
    const head = make("th", { scope: "row" }, make("span", { class: "class" }, name));
    const line = make("tr", {}, head, ...cells);
    if (place === best && hasImage) line.classList.add("best");
    table.append(line);
  }
  find("bars").replaceChildren(table);
  const percent = (100 * results[0][best]).toFixed(1);
  const text = hasImage ? say("answer says", { name: classes[best], percent }) : say("nothing yet");
  if (find("answer").textContent !== text) find("answer").textContent = text;
}
