// One person and what they hold, overdue first.

import { fill, h, icon } from "./dom.js";
import { ask } from "./api.js";
import { isPast, when } from "./format.js";
import { live } from "./live.js";
import { PAGES, ROLES, say, word } from "./words.js";
import { isMasked, unitCard } from "./units.js";

export const name = "person";

/** What they were trained in; shown where the station tells it. */
const trainings = (all) => all && h("section", { class: "panel" }, h("h2", {}, say("trainings")),
  all.length === 0 ? h("p", { class: "quiet" }, say("noTrainings")) : h("ul", { class: "plain" }, all.map((it) =>
    h("li", {}, h("strong", {}, it.name ?? it.training), " ", it.valid_until && h("span", { class: isPast(it.valid_until) ? "late" : "quiet" },
      say(isPast(it.valid_until) ? "expired" : "validUntil", { when: when(it.valid_until) }))))));

/** Their licence for regulated things; without the role its reference is masked and its end is not told. */
const licence = (it) => it && h("section", { class: "panel" }, h("h2", {}, say("licence")), h("p", {}, h("span", { class: "mono" }, it.reference), " ",
  it.valid_until && h("span", { class: isPast(it.valid_until) ? "late" : "quiet" }, say(isPast(it.valid_until) ? "expired" : "validUntil", { when: when(it.valid_until) }))));

/** Shows the person and returns how to leave them. */
export function show(main, id, { lane }) {
  document.title = PAGES.person;
  const load = async () => {
    try {
      const { units, ...person } = await ask(`/api/v1/people/${id}?lane=${encodeURIComponent(lane())}`);
      document.title = person.name;
      units.sort((a, b) => (a.due ?? "9").localeCompare(b.due ?? "9"));
      fill(main, h("div", { class: "page" },
        h("header", { class: "page-head" }, h("h1", {}, person.name),
          h("p", { class: "lead" }, `${word(ROLES, person.role)} · ${person.held === 0 ? say("holdsNothing") : say("holds", { n: person.held })} `,
            person.overdue > 0 && h("span", { class: "pill pill-late" }, icon("warn"), say("overdue", { n: person.overdue })),
            !person.active && h("span", { class: "pill pill-held-back" }, say("badgeEnded")))),
        h("div", { class: "cards" }, units.length === 0 && h("p", { class: "empty" }, say("nothingHeld")), units.map(unitCard)),
        trainings(person.trainings), licence(person.licence),
        (isMasked(units) || (person.licence && !Object.hasOwn(person.licence, "valid_until"))) && h("p", { class: "quiet" }, say("masked"))));
    } catch (error) {
      fill(main, h("div", { class: "page" }, h("h1", {}, PAGES.person), h("p", { class: "problem" }, error.message)));
    }
  };
  const onOutcome = ({ detail: { outcome } }) => { if (outcome.unit) load(); };
  live.addEventListener("outcome", onOutcome);
  load();
  return () => live.removeEventListener("outcome", onOutcome);
}
