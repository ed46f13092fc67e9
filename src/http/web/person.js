// One person and what they hold, overdue first.

import { fill, h, icon } from "./dom.js";
import { ask } from "./api.js";
import { count } from "./format.js";
import { live } from "./live.js";
import { TEXT } from "./words.js";
import { isMasked, unitCard } from "./units.js";

export const name = "person";

/** Shows the person and returns how to leave them. */
export function show(main, id, { lane }) {
  document.title = "Person";
  const load = async () => {
    try {
      const { units, ...person } = await ask(`/api/v1/people/${id}?lane=${encodeURIComponent(lane())}`);
      document.title = person.name;
      units.sort((a, b) => (a.due ?? "9").localeCompare(b.due ?? "9"));
      fill(main, h("div", { class: "page" },
        h("header", { class: "page-head" }, h("h1", {}, person.name),
          h("p", { class: "lead" }, `${person.role} · ${person.held === 0 ? "holds nothing" : `holds ${count(person.held, "unit", "units")}`} `,
            person.overdue > 0 && h("span", { class: "pill pill-late" }, icon("warn"), `${person.overdue} overdue`),
            !person.active && h("span", { class: "pill pill-held-back" }, "badge no longer valid"))),
        h("div", { class: "cards" }, units.map(unitCard)),
        isMasked(units) && h("p", { class: "quiet" }, TEXT.masked)));
    } catch (error) {
      fill(main, h("div", { class: "page" }, h("h1", {}, "Person"), h("p", { class: "problem" }, error.message)));
    }
  };
  const onOutcome = ({ detail: { outcome } }) => { if (outcome.unit) load(); };
  live.addEventListener("outcome", onOutcome);
  load();
  return () => live.removeEventListener("outcome", onOutcome);
}
