// The sheet of command cards, to print and cut out: what the station knows, each with its word, its sentence and its QR code.

import { fill, h } from "./dom.js";
import { grouped, known } from "./commands.js";
import { CARDS, GROUPS, PAGES, ROLES, say, word } from "./words.js";

export const name = "cards";

const NUMBERS = { DUE: [1, 3, 7, 14], QTY: [1, 2, 5, 10] };

function printed(card, text) {
  return h("figure", { class: "print-card" },
    h("img", { class: "print-code", src: `/api/v1/cards/${encodeURIComponent(text)}`, alt: "", width: 116, height: 116 }),
    h("figcaption", {}, h("strong", { class: "print-word" }, text),
      card.role && h("span", { class: "print-role" }, say("needsRole", { role: word(ROLES, card.role) })),
      h("span", { class: "print-about" }, CARDS[card.word] ?? card.about)));
}

/** Shows the sheet and returns how to leave it. */
export function show(main) {
  document.title = PAGES.cards;
  const draw = () => fill(main, h("div", { class: "page sheet" },
    h("header", { class: "page-head no-print" }, h("h1", {}, PAGES.cards), h("p", { class: "lead" }, say("cardsLead")),
      h("button", { type: "button", class: "send", click: () => print() }, say("print"))),
    known().length === 0 && h("p", { class: "quiet" }, say("reading")),
    grouped().map(([group, all]) => h("section", { class: "sheet-group" }, h("h2", {}, word(GROUPS, group)),
      h("div", { class: "print-cards" }, all.flatMap((card) =>
        (card.number ? NUMBERS[card.word] ?? [1] : [null]).map((number) => printed(card, number === null ? card.word : `${card.word} ${number}`))))))));
  addEventListener("cards", draw);
  draw();
  return () => removeEventListener("cards", draw);
}
