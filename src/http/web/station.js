// The station's screen: one column for each side that is in use. Readable from three metres: mode, person, last answer.

import { fill, h, icon } from "./dom.js";
import { answer, notice, prompt } from "./answer.js";
import { cart, holdings, lately, steps } from "./aside.js";
import { fit } from "./fit.js";
import { live, station } from "./live.js";
import { picture } from "./picture.js";
import { MODES, PAGES, say, word } from "./words.js";

export const name = "station";

const REST_MS = 25_000;
const IN_USE_MS = 120_000;
const LANES_MAX = 4;
const HISTORY = 12;
/** Seconds before a session ends by silence from which they are counted, at most; else a half of it. */
const ENDS_SHOWN = 15;

const SHAPES = { out: "out", in: "in", auto: "auto", handover: "auto", move: "box", found: "search", lost: "search", damaged: "warn", ok: "good", checked: "good", repair: "wrench", transit: "truck", missing: "box" };

const arrived = new Map(); // lane → when its newest outcome came, by this browser's own clock
const warnings = new Map(); // lane → the end of its session, the seconds to it when it was first seen

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
  return h("div", { class: `mode mode-${mode}` }, icon(SHAPES[mode] ?? "label"),
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
        lane.taker && lane.taker !== session.name && h("span", { class: "taker" }, say("forTaker", { name: lane.taker })),
        session.overdue > 0 && h("span", { class: "overdue" }, icon("warn"), say("overdue", { n: session.overdue })),
        h("span", {}, session.held === 0 ? say("holdsNothing") : say("holdsShort", { n: session.held })),
        h("span", { class: "ends", "data-ends": session.ends }))));
}

const rested = (id) => performance.now() - (arrived.get(id) ?? -Infinity) > REST_MS;

function column(id, several, redraw) {
  const lane = station.view?.lanes?.[id];
  const outcomes = station.outcomes.filter((it) => it.lane === id);
  const newest = outcomes[0];
  const rests = !newest || rested(id);
  const shown = lane?.notice ? notice(lane.notice) : rests ? prompt(lane) : answer(newest);
  const first = rests && !lane?.session && !several;
  return h("article", { class: `lane ${lane?.session ? "with-session" : ""}`, "aria-label": say("side", { side: id }), "data-lane": id },
    h("div", { class: "lane-head" }, modeBand(id, lane, several), person(lane)),
    h("div", { class: "lane-answer" }, shown),
    h("div", { class: "lane-side" }, first && steps(), picture(id, lane), lane?.cart.length > 0 ? cart(lane.cart) : holdings(id, lane, redraw),
      lately(outcomes.slice(rests ? 0 : 1, (rests ? 0 : 1) + HISTORY), !rests)));
}

/** Counts down to the end of a session; that it is about to end is the station's word, and sounds as such. */
function ends(main) {
  for (const element of main.querySelectorAll("[data-ends]")) {
    const { ends: at } = element.dataset;
    const left = Math.ceil((new Date(at).getTime() - Date.now()) / 1_000);
    const lane = element.closest(".lane");
    const known = warnings.get(lane.dataset.lane);
    const warning = known?.at === at ? known : { at, whole: left };
    warnings.set(lane.dataset.lane, warning);
    const soon = left > 0 && left <= Math.min(ENDS_SHOWN, warning.whole / 2);
    element.textContent = soon ? say("endsIn", { n: left }) : "";
    lane.classList.toggle("ending", soon);
  }
}

/** The link that has the focus keeps it when the screen is drawn anew. */
function keepingFocus(main, draw) {
  const focused = main.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  draw();
  if (focused) main.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
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
    keepingFocus(main, () => fill(main, names.map((id) => column(id, names.length > 1, redraw))));
    drawn = signature();
    ends(main);
    fit(main);
  };
  // What changes by the passing of time alone: which sides are in use, which answers have rested.
  const signature = () => lanesShown(lane()).map((id) => `${id}:${rested(id)}`).join();
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
  const room = new ResizeObserver(redraw);
  room.observe(main);
  document.fonts.ready.then(redraw);
  live.addEventListener("state", redraw);
  live.addEventListener("outcome", onOutcome);
  draw();
  return () => {
    main.className = "";
    clearInterval(timer);
    room.disconnect();
    live.removeEventListener("state", redraw);
    live.removeEventListener("outcome", onOutcome);
  };
}
