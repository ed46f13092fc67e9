// What a side of the station says: the last answer, a word it says unasked, or what it waits for.
// The result stands first and largest; what is about it, and the way out of a refusal, each have a line of their own.

import { h, icon } from "./dom.js";
import { clock, isPast, when } from "./format.js";
import { pictureOf } from "./stills.js";
import { ANSWERS, CONDITIONS, KINDS, STATES, said, say, shown, word } from "./words.js";

/** What comes before the first colon is a line of its own up to this length. */
const LEAD_MAX = 44;

/** Words that break nowhere but between them: a model's number stays in one piece. */
const whole = (text) => text.split(" ").flatMap((it) => [" ", h("span", { class: "whole" }, it)]).slice(1);

/** "Back in: drill, put it in Bay A": the result, then what it is about. */
function lines(sentence) {
  const at = sentence.indexOf(": ");
  if (at < 0 || at > LEAD_MAX) return [h("span", { class: "part" }, whole(sentence))];
  return [h("span", { class: "part" }, whole(sentence.slice(0, at + 1))), " ", h("span", { class: "part part-about" }, whole(sentence.slice(at + 2)))];
}

function why(text) {
  const sentences = text.split(/(?<=[\p{L}\d)]{2}\.) (?=\p{Lu})/u);
  const [first, ...more] = sentences;
  const way = more.length === 1 ? "way" : "about";
  return h("p", { class: "why" }, lines(first), more.map((it) => [" ", h("span", { class: `part part-${way}` }, whole(it))]));
}

/** The picture of the unit, small; what it shows stands in words beside it. */
const image = (unit) => unit?.picture && h("img", { class: "unit-picture", src: pictureOf(unit), alt: say("pictureOf", { what: unit.model }), decoding: "sync", draggable: "false" });

/** States in which a unit is where its place says, if nobody has it. */
const THERE = new Set(["received", "tagged", "in-service"]);

/** Who has the unit, or where it is; of one that is not there to be taken, who had it last and where it was. */
function whereabouts(unit) {
  const there = THERE.has(unit.state);
  if (unit.holder) return h("span", {}, say(there ? "with" : "lastWith", { name: unit.holder }));
  return unit.location && h("span", {}, there ? unit.location : say("lastIn", { place: unit.location }));
}

/** What the record says of the unit; its model only where the answer has not named it. */
function unitLine(unit, told) {
  const link = { class: "unit-link", href: `/unit/${unit.id}` };
  const named = told.includes(unit.model);
  return h("div", { class: "unit-line" },
    !named && h("a", { ...link, class: "unit-link unit-model" }, unit.model),
    h("div", { class: "facts" },
      unit.tag && (named ? h("a", { ...link, class: "unit-link mono" }, unit.tag) : h("span", { class: "mono" }, unit.tag)),
      unit.serial_number && h("span", {}, `${say("serialShort")} `, h("span", { class: "mono" }, unit.serial_number)),
      unit.lot && h("span", {}, say("lotIs", { lot: unit.lot })),
      unit.owner && h("span", {}, say("ownerIs", { name: unit.owner })),
      whereabouts(unit),
      unit.due && h("span", { class: isPast(unit.due) ? "late" : null }, say("due", { when: when(unit.due) })),
      unit.state !== "in-service" && h("span", {}, word(STATES, unit.state)),
      unit.condition && h("span", {}, word(CONDITIONS, unit.condition))));
}

const head = (kind, time, unit = null) => h("div", { class: "answer-head" }, icon(kind), h("span", { class: "answer-word" }, word(ANSWERS, kind)),
  time && h("time", { class: "answer-time" }, clock(time)), image(unit));

/** What a cart booked: on the screen, and on paper if somebody wants it. */
const receipt = (lines) => h("section", { class: "receipt" },
  h("h2", {}, say("receipt"), " ", h("button", { type: "button", class: "send receipt-print", click: () => window.print() }, say("print"))),
  h("ol", { class: "fitted" }, lines.map((it) => h("li", { class: `line line-${it.direction}`, "data-units": 1 }, icon(it.direction === "in" ? "in" : "out"),
    h("div", { class: "line-text" }, h("span", { class: "line-model" }, it.model), h("span", { class: "line-numbers" }, h("span", { class: "mono" }, it.label)),
      h("div", { class: "facts" }, it.due && h("span", {}, say("due", { when: when(it.due) })),
        it.condition && h("span", {}, word(CONDITIONS, it.condition)),
        it.parts.length > 0 && h("span", {}, say("withParts", { parts: it.parts.map((part) => part.label).join(", ") }))))))), h("p", { class: "unfitted", hidden: true }));

/** The answer to a scan. */
export function answer(outcome) {
  const told = said(outcome.why);
  return h("section", { class: `answer answer-${outcome.answer}`, "data-seq": outcome.seq },
    head(shown(outcome), outcome.time, outcome.unit), why(told), outcome.unit && unitLine(outcome.unit, told),
    outcome.receipt?.length > 0 && receipt(outcome.receipt),
    h("p", { class: "read" }, `${say("read")} `, h("span", { class: "mono" }, outcome.payload || "—"), ` · ${word(KINDS, outcome.kind)}`,
      outcome.because && h("span", { class: "because" }, ` · ${said(outcome.because)}`)));
}

/** What the station says without being asked: a session that ended by silence. */
export const notice = (told) => h("section", { class: `answer answer-${told.answer}` }, head(told.answer, null), why(said(told.why)));

/** What the station waits for, within the frame of a viewfinder. */
export const prompt = (lane) => h("section", { class: "answer resting" }, icon("bars"), h("p", { class: "why" }, whole(said(lane?.prompt) || say("scanAnything"))));
