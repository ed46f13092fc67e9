// One unit: what it is (its numbers), who has it, and its story from the ledger.

import { fill, h, icon } from "./dom.js";
import { ask } from "./api.js";
import { day, isOver, isPast, when } from "./format.js";
import { caseCard } from "./cases.js";
import { isFilledIn, isKept, told } from "./form.js";
import { keeping } from "./keeping.js";
import { live } from "./live.js";
import { unitCard } from "./units.js";
import { button, pictureOf, thumbnail } from "./stills.js";
import { CASES, ENDED, EVENTS, FACTS, IDENTIFIERS, KINDS, PAGES, STATES, VALUES, said, say, word } from "./words.js";

export const name = "unit";

const fact = (label, value, more = null) => value && h("div", { class: "fact" }, h("dt", {}, label), h("dd", {}, value, more));

/** The pictures of an identifier, one for each angle, and a button for another. */
function angles(unit, it, lane, reload) {
  const place = h("div", { class: "angles" }, it.stills.map((still) => thumbnail(still, lane(), say("pictureOf", { what: word(IDENTIFIERS, it.kind) }))));
  if (!it.ended) button(lane, { unit: `#${unit.id}`, identifier: it.kind, ending: it.raw }, reload).then((found) => found && place.append(found));
  return place;
}

const warranty = ({ warranty_until: until }) => fact(say("warranty"), until && say(isOver(until) ? "endedOn" : "until", { when: day(until) }));

function identity(unit, identifiers, lane, reload) {
  return h("section", { class: "panel" }, h("h2", {}, say("identity")),
    h("table", { class: "table table-plain" }, h("tbody", {}, [...identifiers].sort((a, b) => Boolean(a.ended) - Boolean(b.ended)).map((it) =>
      h("tr", { class: it.ended ? "ended" : null },
        h("th", { scope: "row" }, word(IDENTIFIERS, it.kind)),
        h("td", {}, h("span", { class: "mono" }, it.raw), it.ended && h("span", { class: "pill pill-held-back" }, word(ENDED, it.ended)), angles(unit, it, lane, reload)),
        h("td", { class: "quiet" }, it.valid_until ? say("until", { when: when(it.valid_until) }) : say("since", { when: when(it.valid_from) })))))),
    h("dl", { class: "facts-list" }, fact(say("sku"), unit.sku && h("span", { class: "mono" }, unit.sku)), fact(say("lot"), unit.lot), fact(say("note"), unit.note), fact(say("purchased"), unit.purchased && day(unit.purchased)), warranty(unit), fact(say("lastSeen"), unit.seen && say("seenAt", { when: when(unit.seen.time), station: unit.seen.station }))),
    identifiers.some((it) => it.raw.includes("•")) && h("p", { class: "quiet" }, say("masked")));
}

const placed = ({ label, name }) => (name && name !== label ? `${label} · ${name}` : label);

/** What keeps it from going out, its own and that of its model. */
function against({ model, ...its }) {
  const why = (column) => [its[column], model[column]].filter(Boolean).join("; ");
  const due = (at) => at && h("span", { class: isPast(at) ? "late" : null }, when(at));
  return [fact(say("hold"), why("on_hold") && h("span", { class: "late" }, why("on_hold"))), fact(say("recall"), why("recalled") && h("span", { class: "late" }, why("recalled"))),
    fact(say("calibrationDue"), due(its.calibration_due)), fact(say("inspectionDue"), due(its.inspection_due)), fact(say("numberless"), why("no_serial_number"))];
}

function custody(unit) {
  const late = unit.due && isPast(unit.due);
  const holder = unit.custody ? h("a", { href: `/person/${unit.custody.id}` }, unit.holder) : unit.holder;
  return h("section", { class: "panel" }, h("h2", {}, say("custody")),
    h("p", { class: `custody ${unit.holder ? (late ? "is-late" : "is-out") : "is-in"}` }, icon(unit.holder ? (late ? "warn" : "out") : "in"),
      unit.holder ? h("span", {}, `${say("withHolder")} `, holder) : unit.state === "in-service" ? say("in") : word(STATES, unit.state)),
    h("dl", { class: "facts-list" }, fact(say("sinceLabel"), unit.custody && when(unit.custody.since)), fact(say("dueLabel"), unit.due && h("span", { class: late ? "late" : null }, when(unit.due))),
      fact(say("place"), unit.location), fact(say("home"), unit.standing.home && placed(unit.standing.home)), fact(say("state"), word(STATES, unit.state)),
      against(unit.standing),
      fact(say("partOf"), unit.kit && h("a", { href: `/unit/${unit.kit.id}`, class: "strong-link" }, unit.kit.label))));
}

const parts = (units) => h("section", { class: "parts" }, h("h2", { class: "list-title" }, say("partsOf"), " ", h("span", { class: "quiet" }, units.length)),
  h("div", { class: "cards" }, units.map(unitCard)));

/** What a line of the ledger says beside its kind; numbers of our own records say nothing to a person. */
const SILENT = new Set(["model"]);
const SHOWN_MAX = 6;
/** Words of some keys stand in tables of their own. */
const TABLES = { as: KINDS, opened: CASES };
const isMoment = (value) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
/** Where its home was and is, both are told by their labels as well. */
const isNumber = (body, key) => body.column === "home" && (key === "before" || key === "after");
const facts = (body) => Object.entries(body ?? {}).filter(([key, value]) => value && !SILENT.has(key) && !isNumber(body, key)).slice(0, SHOWN_MAX)
  .map(([key, value]) => h("span", {}, `${FACTS[key] ?? key.replaceAll("_", " ")}: `, h("span", { class: "fact-value" }, Object.hasOwn(TABLES[key] ?? VALUES, value) ? (TABLES[key] ?? VALUES)[value] : isMoment(value) ? when(value) : said(value))));

const SHAPE = { "checked-out": "out", "handed-over": "auto", "checked-in": "in", refused: "no", parked: "warn", corrected: "auto", moved: "box", "unit-registered": "label", "identifier-bound": "label", "identifier-ended": "label", "state-changed": "wrench", "case-changed": "warn" };

function story(events) {
  return h("section", { class: "panel story" }, h("h2", {}, say("story")), h("ol", {}, events.map((it) =>
    h("li", {}, icon(SHAPE[it.kind] ?? "scan"),
      h("div", {}, h("strong", {}, word(EVENTS, it.kind)), it.holder && it.kind !== "checked-in" ? ` · ${it.holder.name ?? it.holder.id}` : "",
        h("div", { class: "facts" }, h("time", { datetime: it.event_time }, when(it.event_time)), it.person && h("span", {}, say("by", { name: it.person.name ?? it.person.id })),
          it.body === null ? h("span", { class: "quiet" }, say("wordsPurged")) : facts(it.body),
          h("span", { class: "quiet" }, say("numberIs", { n: it.seq }))))))));
}

/** Shows the unit and returns how to leave it. */
export function show(main, id, { lane }) {
  document.title = PAGES.unit;
  let drawnFor = null;
  const load = async () => {
    try {
      const unit = await ask(`/api/v1/units/${id}?lane=${encodeURIComponent(lane())}`);
      document.title = unit.tag ?? unit.model;
      drawnFor = isKept(lane);
      fill(main, h("div", { class: "page" },
        h("header", { class: "page-head" }, unit.picture && h("img", { class: "page-picture", src: pictureOf(unit), alt: say("pictureOf", { what: unit.model }) }),
          h("p", { class: `big-tag ${unit.tag ? "mono" : ""}` }, unit.tag ?? say("noTag")), h("h1", {}, unit.model)),
        told(), unit.cases.length > 0 && h("div", { class: "parked-codes cases" }, unit.cases.map((it) => caseCard(it, lane, load))),
        h("div", { class: "panels" }, custody(unit), identity(unit, unit.identifiers, lane, load)), keeping(unit, lane, load),
        unit.parts.length > 0 && parts(unit.parts), story(unit.story)));
    } catch (error) {
      fill(main, h("div", { class: "page" }, h("h1", {}, PAGES.unit), h("p", { class: `told ${error.status === 404 ? "lead" : "problem"}` }, error.message),
        error.status === 404 && h("a", { class: "send", href: "/units" }, say("searchAgain"))));
    }
  };
  const onOutcome = ({ detail: { outcome } }) => { if (!isFilledIn(main) && (String(outcome.unit?.id) === id || outcome.unit?.tag === id)) load(); };
  // A keeper's badge at this side brings the forms, and the numbers unmasked.
  const onState = () => { if (!isFilledIn(main) && drawnFor !== null && drawnFor !== isKept(lane)) load(); };
  live.addEventListener("outcome", onOutcome);
  live.addEventListener("state", onState);
  load();
  return () => {
    live.removeEventListener("outcome", onOutcome);
    live.removeEventListener("state", onState);
  };
}
