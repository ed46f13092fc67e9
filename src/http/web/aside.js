// Beside the answer: the cart or what the person has, what was scanned lately, and the three steps for whoever is new.

import { h, icon } from "./dom.js";
import { ask } from "./api.js";
import { seconds, when } from "./format.js";
import { station } from "./live.js";
import { said, say } from "./words.js";

const LONG = 3;

/** What lies there in one line: equal things are named once, with the number of each. */
function grouped(all) {
  const groups = new Map();
  for (const it of all) {
    const key = JSON.stringify([it.model, it.kind, it.due, it.parts]);
    groups.set(key, [...(groups.get(key) ?? []), it]);
  }
  return [...groups.values()];
}

const SHAPES = { out: "out", in: "in", late: "warn" };

function line(group, saysDue) {
  const [{ kind, model, unit, due, parts }] = group;
  return h("li", { class: `line line-${kind}`, "data-units": group.length }, icon(SHAPES[kind]),
    h("div", { class: "line-text" }, h("a", { href: `/unit/${unit}`, class: "line-model" }, model),
      h("span", { class: "line-numbers" }, group.map((it) => it.number && h("span", { class: "mono" }, it.number))),
      h("div", { class: "facts" }, saysDue && due && h("span", { class: kind === "late" ? "late" : null }, say("due", { when: when(due) })),
        parts.length > 0 && h("span", {}, say("withParts", { parts: parts.join(", ") })))));
}

/** A due time that all lines share is said once, above them. */
function shared(all) {
  const [first, ...more] = all.map((it) => it.due ?? null);
  return first && more.length > 0 && more.every((it) => it === first) ? first : null;
}

function lines(name, title, all) {
  const due = shared(all);
  return h("section", { class: `cart ${name} ${all.length > LONG ? "long" : ""}` },
    h("h2", {}, h("span", {}, title, due && h("span", { class: "cart-due" }, say("due", { when: when(due) }))), h("span", { class: "cart-count" }, all.length)),
    h("ol", { class: "fitted" }, grouped(all).map((it) => line(it, due === null))), h("p", { class: "unfitted", hidden: true }));
}

/** What lies in the cart, newest first. */
export const cart = (all) => lines("", say("cart"), all.slice().reverse().map(({ direction, unit, model, label, due, parts }) =>
  ({ kind: direction === "in" ? "in" : "out", unit, model, number: label, due, parts: parts.map((it) => it.label) })));

const held = new Map(); // lane → { key, units, holder }: what the person at this side has

/** What the person has now; asked anew whenever that changes. */
export function holdings(id, lane, redraw) {
  const session = lane?.session;
  if (!session) {
    held.delete(id);
    return null;
  }
  const key = `${session.holder} ${session.held} ${session.overdue} ${station.outcomes.find((it) => it.lane === id)?.seq}`;
  const known = held.get(id);
  if (known?.key !== key) {
    held.set(id, { key, units: known?.holder === session.holder ? known.units : [], holder: session.holder });
    ask(`/api/v1/people/${session.holder}?lane=${encodeURIComponent(id)}`).then(({ units }) => {
      if (held.get(id)?.key !== key) return;
      held.set(id, { key, units, holder: session.holder });
      redraw();
    }, () => {});
  }
  const { units } = held.get(id);
  return units.length > 0 && lines("holds", say("holdsNow"), units.map(({ overdue, id: unit, model, tag, due }) =>
    ({ kind: overdue ? "late" : "out", unit, model, number: tag, due, parts: [] })));
}

/** What was scanned before, newest first. */
export const lately = (outcomes, answered) => h("section", { class: "lately" }, h("h2", {}, say("lately")),
  outcomes.length === 0 ? h("p", { class: "quiet" }, say(answered ? "nothingBefore" : "nothingYet")) : h("ol", {}, outcomes.map((it) =>
    h("li", { class: `past past-${it.answer}` }, icon(it.answer),
      h("div", { class: "past-text" }, h("span", { class: "past-why" }, said(it.why)),
        h("div", { class: "facts" }, h("time", {}, seconds(it.time)), h("span", { class: "mono past-read" }, it.unit?.tag ?? it.payload),
          it.person && h("span", {}, it.person)))))));

const STEPS = [["person", "stepBadge", "stepBadgeMore"], ["scan", "stepTool", "stepToolMore"], ["done", "stepDone", "stepDoneMore"]];
/** At a dock nothing goes out by itself. */
const STEPS_IN = STEPS.with(1, ["scan", "stepIn", "stepInMore"]);

/** How it goes, for whoever stands here for the first time. */
export const steps = () => h("section", { class: "steps" }, h("h2", {}, say("steps")), h("ol", {}, (station.view?.kind === "dock" ? STEPS_IN : STEPS).map(([shape, title, more]) =>
  h("li", { class: "step" }, icon(shape), h("div", {}, h("strong", {}, say(title)), h("span", {}, say(more)))))));
