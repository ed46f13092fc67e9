// Everybody in the register and how much they hold; those with something overdue first.

import { fill, h, icon } from "./dom.js";
import { ask } from "./api.js";
import { PAGES, ROLES, say, word } from "./words.js";

export const name = "people";

function card(person) {
  return h("a", { class: `card card-person ${person.active ? "" : "inactive"}`, href: `/person/${person.id}` },
    h("div", { class: "card-head" }, h("span", { class: "card-title" }, person.name),
      person.overdue > 0 && h("span", { class: "pill pill-late" }, icon("warn"), say("overdue", { n: person.overdue }))),
    h("div", { class: "facts" }, h("span", {}, word(ROLES, person.role)), h("span", {}, person.held === 0 ? say("holdsNothing") : say("holds", { n: person.held })),
      !person.active && h("span", { class: "late" }, say("badgeEnded"))));
}

/** Shows the people. */
export function show(main) {
  document.title = PAGES.people;
  const list = h("div", { class: "cards" });
  const said = h("p", { class: "lead", role: "status" });
  const field = h("input", { type: "search", class: "search", placeholder: say("searchPeopleHint"), "aria-label": say("searchPeople"), autocomplete: "off", spellcheck: "false" });
  let everybody = [];
  const draw = () => {
    const text = field.value.trim().toLowerCase();
    const shown = everybody.filter((it) => `${it.name} ${word(ROLES, it.role)}`.toLowerCase().includes(text));
    fill(list, shown.length === 0 && h("p", { class: "empty" }, say("noPeople")), shown.map(card));
    const held = shown.reduce((sum, it) => sum + it.held, 0);
    const overdue = shown.reduce((sum, it) => sum + it.overdue, 0);
    said.textContent = `${[say("peopleShown", { n: shown.length }), say("unitsHeld", { n: held }), overdue > 0 && say("overdue", { n: overdue })].filter(Boolean).join(", ")}.`;
  };
  field.addEventListener("input", draw);
  fill(main, h("div", { class: "page" }, h("h1", {}, PAGES.people), h("div", { class: "search-row" }, icon("search"), field), said, list));
  ask("/api/v1/people").then((people) => {
    everybody = people.sort((a, b) => b.overdue - a.overdue || a.name.localeCompare(b.name));
    draw();
  }, (error) => { said.textContent = error.message; });
}
