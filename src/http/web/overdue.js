// What is past its due time, the longest first: what, who has it, and how late it is.

import { h, icon } from "./dom.js";
import { lateBy, when } from "./format.js";
import { list, table } from "./list.js";
import { PAGES, say } from "./words.js";

export const name = "overdue";

/** Rows of units that somebody has. */
export const unitsOut = (units) => table([say("unit"), say("holder"), say("dueLabel"), say("lateBy")], units.map((it) => [
  [h("a", { href: `/unit/${it.unit}`, class: "strong-link" }, it.model), " ", h("span", { class: "mono quiet whole" }, it.tag ?? "")],
  h("a", { href: `/person/${it.holder}`, class: "strong-link" }, it.name),
  it.due ? when(it.due) : "",
  it.overdue && h("span", { class: "late" }, icon("warn"), ` ${lateBy(it.due)}`)]));

/** Shows the list and returns how to leave it. */
export const show = (main) => list(main, {
  title: PAGES.overdue,
  address: () => "/api/v1/overdue?limit=500",
  draw: (units) => [
    h("p", { class: "lead" }, units.length === 0 ? say("nothingOverdue") : say("overdueLead", { n: units.length })),
    units.length > 0 && unitsOut(units)],
});
