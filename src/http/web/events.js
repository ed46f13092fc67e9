// What was scanned lately, newest first, as it happens.

import { fill, h, icon } from "./dom.js";
import { ask } from "./api.js";
import { seconds, when } from "./format.js";
import { live } from "./live.js";
import { ANSWERS, KINDS, PAGES, said, say, shown, word } from "./words.js";

export const name = "events";

function row(outcome) {
  return h("tr", { class: `past-${outcome.answer}` },
    h("td", { class: "cell-answer" }, icon(shown(outcome)), h("span", {}, word(ANSWERS, shown(outcome)))),
    h("td", { class: "cell-time", title: when(outcome.time) }, seconds(outcome.time)),
    h("td", { class: "cell-why" }, h("div", {}, said(outcome.why)),
      h("div", { class: "facts" }, outcome.unit && h("a", { href: `/unit/${outcome.unit.id}` }, outcome.unit.model),
        outcome.because && h("span", { class: "because" }, said(outcome.because)))),
    h("td", { class: "cell-read" }, h("span", { class: "mono" }, outcome.payload || "—"), h("div", { class: "facts" }, word(KINDS, outcome.kind))),
    h("td", { class: "cell-person" }, outcome.person ?? ""),
    h("td", {}, outcome.lane),
    h("td", { class: "number" }, outcome.seq || ""));
}

/** Shows the list and returns how to leave it. */
export function show(main) {
  document.title = PAGES.events;
  const body = h("tbody");
  const rows = h("table", { class: "table" },
    h("thead", {}, h("tr", {}, ["answer", "time", "whatHappened", "read", "personColumn", "sideColumn", "number"].map((it) => h("th", { scope: "col" }, say(it))))), body);
  const problem = h("p", { class: "problem", hidden: true });
  fill(main, h("div", { class: "page" }, h("h1", {}, PAGES.events), h("p", { class: "lead" }, say("eventsLead")), problem,
    h("div", { class: "scroll" }, rows)));
  const known = new Set();
  const onOutcome = ({ detail: { outcome } }) => {
    if (outcome.seq && known.has(outcome.seq)) return;
    known.add(outcome.seq);
    body.prepend(row(outcome));
  };
  ask("/api/v1/scans?limit=200").then((outcomes) => {
    for (const { seq, outcome } of outcomes.reverse()) onOutcome({ detail: { outcome: { ...outcome, seq } } });
  }, (error) => {
    problem.hidden = false;
    problem.textContent = error.message;
  });
  live.addEventListener("outcome", onOutcome);
  return () => live.removeEventListener("outcome", onOutcome);
}
