// How the shift stands: what is still out, overdue, set aside, without a label, or blocked by a case.

import { h } from "./dom.js";
import { list } from "./list.js";
import { unitsOut } from "./overdue.js";
import { PAGES, say } from "./words.js";

export const name = "shift";

const COUNTS = [["out", "stillOut", null], ["overdue", "isOverdue", "/overdue"], ["parked", "parkedCodes", "/parked"], ["labels", "labelsOpen", "/labels"], ["cases", "casesOpen", "/cases"]];

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
    shift.units_out?.length > 0 && [h("h2", { class: "list-title" }, say("stillOut")), unitsOut(shift.units_out)]],
});
