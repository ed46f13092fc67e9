// Search as you type. Enter takes the text as it stands then, never an older suggestion (a scanner's Enter is fast).

import { fill, h, icon } from "./dom.js";
import { ask } from "./api.js";
import { isPast, when } from "./format.js";
import { PAGES, STATES, say, word } from "./words.js";

export const name = "units";

/** A unit in a list; with the words by which it was found, where nothing else on it has them. */
export function unitCard(unit) {
  const late = unit.due && isPast(unit.due);
  const place = unit.holder ? say("isWith", { name: unit.holder }) : unit.location ?? "";
  const state = unit.holder ? say(late ? "isOverdue" : "out") : unit.state === "in-service" ? say("in") : word(STATES, unit.state);
  const kind = unit.holder ? (late ? "late" : "out") : unit.state === "in-service" ? "in" : "held-back";
  return h("a", { class: "card", href: `/unit/${unit.id}` },
    h("div", { class: "card-head" }, h("span", { class: `card-tag ${unit.tag ? "mono" : ""}` }, unit.tag ?? say("noTag")), h("span", { class: `pill pill-${kind}` }, state)),
    h("div", { class: "card-title" }, unit.model),
    h("div", { class: "facts" }, place && h("span", {}, place), unit.due && h("span", { class: late ? "late" : null }, say("due", { when: when(unit.due) }))),
    h("div", { class: "facts" }, unit.serial_number && h("span", {}, `${say("serialShort")} `, h("span", { class: "mono" }, unit.serial_number)),
      unit.sku && h("span", {}, `${say("sku")} `, h("span", { class: "mono" }, unit.sku)), unit.lot && h("span", {}, say("lotIs", { lot: unit.lot }))),
    ["owner", "note"].includes(unit.found_by) && h("div", { class: "facts" }, h("span", {}, unit.found_by === "owner" ? say("ownerIs", { name: unit.matched }) : unit.matched)));
}

/** Whether the page shows masked numbers. */
export const isMasked = (units) => units.some((it) => it.serial_number?.includes("•"));

/** Shows the search and returns how to leave it. */
export function show(main, _, { lane, go }) {
  document.title = PAGES.units;
  let asked = 0;
  let timer = 0;
  const list = h("div", { class: "cards" });
  const said = h("p", { class: "lead", role: "status" });
  const field = h("input", { id: "search", type: "search", class: "search", placeholder: say("searchUnitsHint"), "aria-label": say("searchUnits"),
    autocomplete: "off", spellcheck: "false", value: new URLSearchParams(location.search).get("query") ?? "" });
  const find = async (opens) => {
    const mine = asked += 1;
    const text = field.value;
    try {
      const units = await ask(`/api/v1/units?limit=120&lane=${encodeURIComponent(lane())}&query=${encodeURIComponent(text)}`);
      if (mine !== asked) return; // A newer question is under way: this answer is for an older text.
      if (opens && units.length === 1) return go(`/unit/${units[0].id}`);
      fill(list, units.length === 0 && h("p", { class: "empty" }, say("noUnits")), units.map(unitCard));
      const found = say(`${units.length >= 120 ? "firstUnits" : "unitsFound"}${text ? "For" : ""}`, { n: units.length, text });
      said.textContent = `${found}.${isMasked(units) ? ` ${say("masked")}` : ""}`;
    } catch (error) {
      said.textContent = error.message;
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, 90, false);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    clearTimeout(timer);
    find(true);
  });
  fill(main, h("div", { class: "page" }, h("h1", {}, PAGES.units), h("div", { class: "search-row" }, icon("search"), field), said, list));
  find(false);
  return () => clearTimeout(timer);
}
