// The station's screen: one column for each side that is in use. Readable from three metres: mode, person, last answer.

import { fill, h, icon } from "./dom.js";
import { ask } from "./api.js";
import { clock, isPast, seconds, when } from "./format.js";
import { live, station } from "./live.js";
import { ANSWERS, KINDS, MODES, PAGES, STATES, said, say, word } from "./words.js";

export const name = "station";

const REST_MS = 25_000;
const IN_USE_MS = 120_000;
const LANES_MAX = 4;
const HISTORY = 12;

const arrived = new Map(); // lane → when its newest outcome came, by this browser's own clock

/** The sides to show: those with a scanner, with somebody at them, or scanned at lately; else the page's own. */
function lanesShown(own) {
  const view = station.view;
  const names = new Set();
  for (const source of Object.values(view?.sources ?? {})) names.add(source.lane);
  for (const [id, lane] of Object.entries(view?.lanes ?? {})) {
    if (lane.session || lane.cart.length > 0 || lane.notice) names.add(id);
  }
  for (const [id, at] of arrived) if (performance.now() - at < IN_USE_MS) names.add(id);
  if (names.size === 0) names.add(own);
  const sorted = [...names].sort((a, b) => a.localeCompare(b));
  if (sorted.length <= LANES_MAX) return sorted;
  return sorted.sort((a, b) => (arrived.get(b) ?? 0) - (arrived.get(a) ?? 0)).slice(0, LANES_MAX).sort();
}

function modeBand(id, lane, several) {
  const mode = lane?.mode ?? "auto";
  return h("div", { class: `mode mode-${mode}` }, icon(mode in MODES ? mode : "auto"),
    h("span", { class: "mode-text" }, h("span", { class: "mode-word" }, word(MODES, mode)),
      (several || mode !== "auto") && h("span", { class: "side" },
        [several && say("side", { side: id }), mode !== "auto" && say("fallsBack")].filter(Boolean).join(" · "))));
}

function person(lane) {
  const session = lane?.session;
  if (!session) {
    return h("div", { class: "person nobody" }, icon("person"), h("span", { class: "person-name" }, say("nobody")));
  }
  return h("div", { class: "person" }, icon("person"),
    h("div", { class: "person-text" },
      h("a", { class: "person-name", href: `/person/${session.holder}` }, session.name),
      h("div", { class: "person-holds" },
        session.overdue > 0 && h("span", { class: "overdue" }, icon("warn"), say("overdue", { n: session.overdue })),
        h("span", {}, session.held === 0 ? say("holdsNothing") : say("holdsShort", { n: session.held })),
        h("span", { class: "ends", "data-ends": session.ends }))));
}

function unitLine(unit) {
  const facts = [
    unit.tag && h("span", { class: "mono" }, unit.tag),
    unit.serial_number && h("span", {}, `${say("serialShort")} `, h("span", { class: "mono" }, unit.serial_number)),
    unit.holder ? h("span", {}, say("with", { name: unit.holder })) : unit.location && h("span", {}, unit.location),
    unit.due && h("span", { class: isPast(unit.due) ? "late" : null }, say("due", { when: when(unit.due) })),
    unit.state !== "in-service" && h("span", {}, word(STATES, unit.state)),
  ];
  return h("div", { class: "unit-line" },
    h("a", { class: "unit-model", href: `/unit/${unit.id}` }, unit.model), h("div", { class: "facts" }, facts));
}

/** Longer words stand smaller, so that they are whole. */
const size = (why) => `why ${why.length > 78 ? "why-long" : why.length > 44 ? "why-mid" : ""}`;

/** Words that break nowhere but between them: a model's number stays in one piece. */
const whole = (text) => text.split(" ").flatMap((it) => [" ", h("span", { class: "whole" }, it)]).slice(1);

function answer(outcome) {
  return h("section", { class: `answer answer-${outcome.answer}`, "data-seq": outcome.seq },
    h("div", { class: "answer-head" }, icon(outcome.answer), h("span", { class: "answer-word" }, word(ANSWERS, outcome.answer)),
      h("time", { class: "answer-time" }, clock(outcome.time))),
    h("p", { class: size(said(outcome.why)) }, whole(said(outcome.why))),
    outcome.unit && unitLine(outcome.unit),
    h("p", { class: "read" }, `${say("read")} `, h("span", { class: "mono" }, outcome.payload || "—"), ` · ${word(KINDS, outcome.kind)}`,
      outcome.because && h("span", { class: "because" }, ` · ${said(outcome.because)}`)));
}

function notice(told) {
  return h("section", { class: `answer answer-${told.answer}` },
    h("div", { class: "answer-head" }, icon(told.answer), h("span", { class: "answer-word" }, word(ANSWERS, told.answer))),
    h("p", { class: size(said(told.why)) }, whole(said(told.why))));
}

function prompt(lane) {
  return h("section", { class: "answer resting" }, icon("scan"),
    h("p", { class: "why" }, said(lane?.prompt) || say("scanAnything")));
}

function cart(lane) {
  const lines = lane?.cart ?? [];
  return h("section", { class: "cart" },
    h("h2", {}, say("cart"), h("span", { class: "cart-count" }, lines.length)),
    h("ol", {}, lines.slice().reverse().map((line) =>
      h("li", { class: `line line-${line.direction}` }, icon(line.direction === "in" ? "in" : "out"),
        h("div", {}, h("a", { href: `/unit/${line.unit}`, class: "line-model" }, line.model),
          h("div", { class: "facts" }, h("span", { class: "mono" }, line.label), line.due && h("span", {}, say("due", { when: when(line.due) })),
            line.parts?.length > 0 && h("span", {}, say("withParts", { parts: line.parts.join(", ") }))))))));
}

function lately(outcomes) {
  return h("section", { class: "lately" }, h("h2", {}, say("lately")),
    outcomes.length === 0 ? h("p", { class: "quiet" }, say("nothingYet")) : h("ol", {}, outcomes.map((it) =>
      h("li", { class: `past past-${it.answer}` }, icon(it.answer),
        h("div", {}, h("span", { class: "past-why" }, said(it.why)),
          h("div", { class: "facts" }, h("time", {}, seconds(it.time)), h("span", { class: "mono" }, it.unit?.tag ?? it.payload),
            it.person && h("span", {}, it.person)))))));
}

/** What the person at this side has now; asked anew whenever that changes. */
const held = new Map(); // lane → { key, units }

function holdings(id, lane, redraw) {
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
  const units = held.get(id).units;
  return units.length > 0 && h("section", { class: "cart holds" },
    h("h2", {}, say("holdsNow"), h("span", { class: "cart-count" }, units.length)),
    h("ol", {}, units.map((unit) =>
      h("li", { class: `line ${unit.overdue ? "line-late" : ""}` }, icon(unit.overdue ? "warn" : "out"),
        h("div", {}, h("a", { href: `/unit/${unit.id}`, class: "line-model" }, unit.model),
          h("div", { class: "facts" }, h("span", { class: "mono" }, unit.tag ?? ""), unit.due && h("span", { class: unit.overdue ? "late" : null }, say("due", { when: when(unit.due) }))))))));
}

function column(id, several, redraw) {
  const lane = station.view?.lanes?.[id];
  const outcomes = station.outcomes.filter((it) => it.lane === id);
  const newest = outcomes[0];
  const rests = !newest || performance.now() - (arrived.get(id) ?? -Infinity) > REST_MS;
  const hasCart = (lane?.cart.length ?? 0) > 0;
  const shown = lane?.notice ? notice(lane.notice) : rests ? prompt(lane) : answer(newest);
  return h("article", { class: `lane ${lane?.session ? "with-session" : ""}`, "aria-label": say("side", { side: id }), "data-lane": id },
    h("div", { class: "lane-head" }, modeBand(id, lane, several), person(lane)),
    h("div", { class: "lane-answer" }, shown),
    h("div", { class: "lane-side" }, hasCart ? cart(lane) : holdings(id, lane, redraw), lately(outcomes.slice(rests ? 0 : 1, (rests ? 0 : 1) + HISTORY))));
}

function ends(main) {
  for (const element of main.querySelectorAll("[data-ends]")) {
    const left = Math.ceil((new Date(element.dataset.ends).getTime() - Date.now()) / 1_000);
    element.textContent = left > 0 && left <= 15 ? say("endsIn", { n: left }) : "";
  }
}

/** Shows the screen and returns how to leave it. */
export function show(main, _, { lane }) {
  document.title = PAGES.station;
  let wanted = false;
  let drawn = "";
  const draw = () => {
    wanted = false;
    const names = lanesShown(lane());
    main.className = `lanes lanes-${names.length}`;
    fill(main, names.map((id) => column(id, names.length > 1, redraw)));
    drawn = signature();
    ends(main);
  };
  // What changes by the passing of time alone: which sides are in use, which answers have rested.
  const signature = () => lanesShown(lane()).map((id) => `${id}:${performance.now() - (arrived.get(id) ?? -Infinity) > REST_MS}`).join();
  const redraw = () => {
    if (!wanted) requestAnimationFrame(draw);
    wanted = true;
  };
  const onOutcome = ({ detail: { outcome, fresh } }) => {
    if (fresh) arrived.set(outcome.lane, performance.now());
    redraw();
  };
  const timer = setInterval(() => {
    if (signature() !== drawn) redraw();
    ends(main);
  }, 1_000);
  live.addEventListener("state", redraw);
  live.addEventListener("outcome", onOutcome);
  draw();
  return () => {
    main.className = "";
    clearInterval(timer);
    live.removeEventListener("state", redraw);
    live.removeEventListener("outcome", onOutcome);
  };
}
