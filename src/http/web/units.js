// Search as you type. Enter takes the text as it stands then, never an older suggestion (a scanner's Enter is fast).

import { fill, h, icon } from "./dom.js";
import { ask } from "./api.js";
import { count, isPast, when } from "./format.js";
import { STATES, TEXT, word } from "./words.js";

export const name = "units";

/** A unit in a list. */
export function unitCard(unit) {
  const late = unit.due && isPast(unit.due);
  const place = unit.holder ? `With ${unit.holder}` : unit.location ?? "";
  const state = unit.holder ? (late ? "Overdue" : "Out") : unit.state === "in-service" ? "In" : word(STATES, unit.state);
  const kind = unit.holder ? (late ? "late" : "out") : unit.state === "in-service" ? "in" : "held-back";
  return h("a", { class: "card", href: `/unit/${unit.id}` },
    h("div", { class: "card-head" }, h("span", { class: "mono card-tag" }, unit.tag ?? "no tag"), h("span", { class: `pill pill-${kind}` }, state)),
    h("div", { class: "card-title" }, unit.model),
    h("div", { class: "facts" }, place && h("span", {}, place), unit.due && h("span", { class: late ? "late" : null }, `due ${when(unit.due)}`)),
    h("div", { class: "facts" }, unit.serial_number && h("span", {}, "S/N ", h("span", { class: "mono" }, unit.serial_number)),
      unit.sku && h("span", {}, "SKU ", h("span", { class: "mono" }, unit.sku)), unit.lot && h("span", {}, `Lot ${unit.lot}`)));
}

/** Whether the page shows masked numbers. */
export const isMasked = (units) => units.some((it) => it.serial_number?.includes("•"));

/** Shows the search and returns how to leave it. */
export function show(main, _, { lane, go }) {
  document.title = "Units";
  let asked = 0;
  let timer = 0;
  const list = h("div", { class: "cards" });
  const said = h("p", { class: "lead", role: "status" });
  const field = h("input", { id: "search", type: "search", class: "search", placeholder: "Tag, serial number, model, maker, place, person", "aria-label": "Search units",
    autocomplete: "off", spellcheck: "false", value: new URLSearchParams(location.search).get("query") ?? "" });
  const find = async (opens) => {
    const mine = asked += 1;
    const text = field.value;
    try {
      const units = await ask(`/api/v1/units?limit=120&lane=${encodeURIComponent(lane())}&query=${encodeURIComponent(text)}`);
      if (mine !== asked) return; // A newer question is under way: this answer is for an older text.
      if (opens && units.length === 1) return go(`/unit/${units[0].id}`);
      fill(list, units.map(unitCard));
      const found = units.length >= 120 ? "The first 120 units" : count(units.length, "unit", "units");
      said.textContent = `${text ? `${found} for “${text}”` : found}.${isMasked(units) ? ` ${TEXT.masked}` : ""}`;
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
  fill(main, h("div", { class: "page" }, h("h1", {}, "Units"), h("div", { class: "search-row" }, icon("search"), field), said, list));
  find(false);
  return () => clearTimeout(timer);
}
