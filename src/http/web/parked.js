// Codes that were set aside because nobody knew them: what, when, where, and what becomes of each.
// A keeper's badge at this side of the station is the permission; without it the station says so.

import { fill, h, icon, typed } from "./dom.js";
import { post } from "./api.js";
import { when } from "./format.js";
import { list } from "./list.js";
import { button, thumbnail } from "./stills.js";
import { IDENTIFIERS, KINDS, PAGES, say, word } from "./words.js";

export const name = "parked";

const BINDABLE = ["serial", "tag", "foreign-tag", "imei", "mac", "vin", "rfid-uid"];

function resolving(code, lane, reload) {
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const send = async (wanted) => {
    try {
      await post(`/api/v1/parked/${code.id}/resolve?lane=${encodeURIComponent(lane())}`, wanted);
      document.activeElement?.blur();
      reload();
    } catch (error) {
      problem.hidden = false;
      fill(problem, typed(error.message));
    }
  };
  const unit = h("input", { class: "field", name: "unit", autocomplete: "off", placeholder: say("tagOrNumber"), "aria-label": say("tagOrNumber"), required: true });
  const kind = h("select", { class: "field", "aria-label": say("kind") }, h("option", { value: "" }, say("asRead")), BINDABLE.map((it) => h("option", { value: it }, word(IDENTIFIERS, it))));
  const why = h("input", { class: "field", name: "why", autocomplete: "off", placeholder: say("reason"), "aria-label": say("reason"), required: true });
  const submit = (make) => (event) => {
    event.preventDefault();
    send(make());
  };
  return h("details", { class: "resolve" }, h("summary", {}, say("resolve")),
    h("form", { submit: submit(() => ({ do: "bind", unit: unit.value.trim(), as: kind.value || null })) },
      h("span", {}, `${say("resolveAs")} ${say("resolveUnit")}`), unit, kind, h("button", { type: "submit", class: "send" }, say("resolve"))),
    h("form", { submit: submit(() => ({ do: "dismiss", why: why.value.trim() })) },
      h("span", {}, `${say("resolveAs")} ${say("resolveNothing")}`), why, h("button", { type: "submit", class: "send" }, say("resolve"))),
    problem);
}

/** A picture of where the code was found; another one takes its place here, and both stay in the ledger. */
function taking(code, lane, reload) {
  const place = h("div", {});
  button(lane, { event: code.id }, () => {
    document.activeElement?.blur();
    reload();
  }).then((it) => it && place.append(it));
  return place;
}

/** Shows the codes and returns how to leave them. */
export const show = (main, _, { lane }) => list(main, {
  title: PAGES.parked,
  address: () => `/api/v1/parked?limit=200&lane=${encodeURIComponent(lane())}`,
  draw: (codes, reload) => [
    h("p", { class: "lead" }, codes.length === 0 ? say("nothingParked") : say("parkedLead", { n: codes.length })),
    codes.some((it) => it.text.includes("•")) && h("p", { class: "quiet" }, say("masked")),
    h("div", { class: "parked-codes" }, codes.map((it) => h("article", { class: "panel parked", "data-parked": it.id },
      h("div", { class: "parked-head" }, h("h2", { class: "mono parked-text" }, it.text || "—"), it.times > 1 && h("span", { class: "pill pill-held-back" }, `× ${it.times}`)),
      h("div", { class: "facts" }, h("span", {}, word(KINDS, it.kind)), h("time", {}, when(it.time)), h("span", {}, `${it.station} · ${say("side", { side: it.lane })}`),
        it.person && h("span", {}, icon("person"), ` ${it.person}`)),
      it.still && thumbnail(it.still, lane(), say("pictureOf", { what: it.text })),
      taking(it, lane, reload), resolving(it, lane, reload)))),
  ],
});
