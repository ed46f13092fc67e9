// How the shift stands: what is still out, overdue, set aside, without a label or its quarantine bin, or blocked by a case.

import { h } from "./dom.js";
import { when } from "./format.js";
import { list, table } from "./list.js";
import { unitsOut } from "./overdue.js";
import { PAGES, say } from "./words.js";

export const name = "shift";

const COUNTS = [["out", "stillOut", null], ["overdue", "isOverdue", "/overdue"], ["parked", "parkedCodes", "/parked"], ["labels", "labelsOpen", "/labels"], ["bins", "binsOpen", null], ["cases", "casesOpen", "/cases"]];

/** Rows of units in quarantine that never reached a quarantine bin. */
const binsWaiting = (units) => table([say("unit"), say("lastPlace"), say("inQuarantine")], units.map((it) => [
  [h("a", { href: `/unit/${it.unit}`, class: "strong-link" }, it.model), " ", h("span", { class: "mono quiet whole" }, it.tag ?? "")],
  it.location ?? "",
  it.since ? say("since", { when: when(it.since) }) : ""]));

/** Shows the shift and returns how to leave it. */
export const show = (main, _, { lane }) => list(main, {
  title: PAGES.shift,
  address: () => `/api/v1/shift?lane=${encodeURIComponent(lane())}`,
  draw: (shift) => [
    h("p", { class: "lead" }, say("shiftLead")),
    h("div", { class: "counts" }, COUNTS.map(([key, label, path]) => {
      const inside = [h("strong", { class: "count-number" }, shift[key] ?? 0), h("span", {}, say(label))];
      return path ? h("a", { class: "card count", href: path }, inside) : h("div", { class: "card count" }, inside);
    })),
    shift.units_out?.length > 0 && [h("h2", { class: "list-title" }, say("stillOut")), unitsOut(shift.units_out)],
    shift.bins_waiting?.length > 0 && [h("h2", { class: "list-title" }, say("binsOpen")), binsWaiting(shift.bins_waiting)]],
});
