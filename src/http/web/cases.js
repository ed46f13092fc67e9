// Open cases: a tag and a serial number that do not belong together, the same number twice. Each blocks its units.
// A keeper closes one with a reason, here and at the units' own pages.

import { h, icon } from "./dom.js";
import { post } from "./api.js";
import { field, form, isKept, told } from "./form.js";
import { when } from "./format.js";
import { list } from "./list.js";
import { CASES, PAGES, said, say, word } from "./words.js";

export const name = "cases";

const fact = (label, value) => value && h("span", {}, `${label}: `, h("span", { class: "mono" }, value));

/** The form that closes a case; the register's own no comes as an answer. */
const closing = (it, lane, reload) => isKept(lane) && form({ title: say("closeCase"), reload, fields: [field("why", say("reason"))], buttons: [[say("closeCase"), async ({ why }) => {
  const answer = await post(`/api/v1/cases/${it.id}/resolve?lane=${encodeURIComponent(lane())}`, { why });
  if (answer.answer === "no") throw new Error(said(answer.why));
  return said(answer.why);
}]] });

/** One case, with its way out for a keeper. */
export const caseCard = (it, lane, reload) => h("article", { class: "panel parked case", "data-case": it.id },
  h("div", { class: "parked-head" }, h("h2", {}, icon("warn"), ` ${word(CASES, it.kind)}`), it.readings > 1 && h("span", { class: "pill pill-held-back" }, `× ${it.readings}`)),
  h("p", {}, h("a", { class: "strong-link", href: `/unit/${it.unit}` }, it.label ?? it.unit),
    it.other && [" · ", h("a", { class: "strong-link", href: `/unit/${it.other}` }, it.other_label ?? it.other)]),
  h("div", { class: "facts" }, fact(say("read"), it.tag), fact(say("serialShort"), it.serial_number), fact(say("place"), it.place),
    h("span", {}, say("since", { when: when(it.opened) })), it.person && h("span", {}, say("by", { name: it.person }))),
  closing(it, lane, reload));

/** Shows the cases and returns how to leave them. */
export const show = (main, _, { lane }) => list(main, {
  title: PAGES.cases,
  lane,
  address: () => `/api/v1/cases?limit=200&lane=${encodeURIComponent(lane())}`,
  draw: (cases, reload) => [
    told(), h("p", { class: "lead" }, cases.length === 0 ? say("noCases") : say("casesLead", { n: cases.length })),
    h("div", { class: "parked-codes" }, cases.map((it) => caseCard(it, lane, reload))),
  ],
});
