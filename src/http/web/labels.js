// Labels that wait to be printed, the oldest first: new ones, and those that were lost or read badly.
// The page prints them as a sheet in that order, so that the first one printed is the first one to be verified; a unit without a tag gets one by RELABEL or PAIR, so it has nothing to print yet.

import { h } from "./dom.js";
import { post } from "./api.js";
import { when } from "./format.js";
import { list, table } from "./list.js";
import { PAGES, REASONS, say, word } from "./words.js";

export const name = "labels";

/** Takes a label off the list; a keeper's badge at this side is the permission. */
function printed(label, lane, reload) {
  const problem = h("span", { class: "problem", role: "alert", hidden: true });
  const done = async () => {
    try {
      await post(`/api/v1/instructions?lane=${encodeURIComponent(lane())}`, { do: "printed", unit: `#${label.unit}` });
      reload();
    } catch (error) {
      problem.hidden = false;
      problem.textContent = error.message;
    }
  };
  return h("span", {}, h("button", { type: "button", class: "send", click: done }, say("wasPrinted")), problem);
}

/** A field by its name, whole: a number that is cut is another number. */
const field = (name, value) => value && h("span", { class: "print-field" }, h("b", {}, name), " ", h("span", { class: "mono" }, value));

/** One label as it is stuck on: the code, the tag in letters, what it belongs on, and for whoever may print it its serial number and lot. */
const label = (it) => h("figure", { class: "print-card" },
  h("img", { class: "print-code", src: `/api/v1/units/${it.unit}/label`, alt: "", width: 116, height: 116 }),
  h("figcaption", {}, h("strong", { class: "print-word mono" }, it.tag), h("span", { class: "print-about" }, it.model),
    field(say("serialField"), it.serial_number), field(say("lotField"), it.lot)));

/** The sheet of all that have a tag: what is seen is what comes out of the printer. */
const sheet = (labels) => labels.length > 0 && h("section", { class: "sheet-group label-sheet" },
  h("p", { class: "no-print" }, h("button", { type: "button", class: "send", click: () => print() }, say("printSheet", { n: labels.length })), h("span", { class: "quiet" }, say("printedNext"))),
  h("div", { class: "print-cards" }, labels.map(label)));

/** Shows the queue and returns how to leave it. */
export const show = (main, _, { lane }) => list(main, {
  title: PAGES.labels,
  address: () => `/api/v1/labels?limit=500&lane=${encodeURIComponent(lane())}`,
  draw: (labels, reload) => [h("div", { class: "no-print" },
    h("p", { class: "lead" }, labels.length === 0 ? say("noLabels") : say("labelsLead", { n: labels.length })),
    labels.length > 0 && table([say("unit"), say("code"), say("reason"), say("sinceLabel"), say("personColumn"), ""], labels.map((it) => [
      h("a", { href: `/unit/${it.unit}`, class: "strong-link" }, it.model), it.tag ? h("span", { class: "mono" }, it.tag) : h("span", { class: "quiet" }, say("noTag")),
      word(REASONS, it.reason), when(it.since), it.person ?? "", printed(it, lane, reload)]))), sheet(labels.filter((it) => it.tag))],
});
