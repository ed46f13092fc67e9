// The command cards as buttons and keys. The list is the station's own, so that page and rules cannot drift apart.
// The first row is for every day; all of them, in groups, are one key away. A button sends what its card would.

import { ask } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { CARDS, GROUPS, ROLES, said, say, word } from "./words.js";
import * as entry from "./entry.js";
import { station, takeUnrecorded } from "./live.js";
import { cameraOf, take } from "./stills.js";

const GROUP_OF = {
  way: ["OUT", "IN", "AUTO"],
  cart: ["DONE", "CANCEL", "UNDO", "HELP"],
  place: ["HANDOVER", "MOVE", "FOUND"],
  condition: ["DIRTY", "WORN", "DAMAGED", "LOST", "STOLEN", "REPAIR", "TRANSIT", "OK", "MISSING"],
  label: ["PAIR", "RELABEL", "NOTAG", "TAGLOST", "BADLABEL", "PRINT"],
  number: ["DUE", "DUE JOB", "JOB", "QTY"],
  keeper: ["SHIFT", "OVERRIDE", "TAKE", "AUDIT", "DECOMMISSION", "DISPOSE"],
};
const FIRST = ["OUT", "IN", "DONE", "UNDO", "CANCEL"];
const KEYS = {
  OUT: "F2", IN: "F3", DONE: "F4", UNDO: "F8", CANCEL: "F9", AUTO: "Shift+F2", HANDOVER: "Shift+F3", MOVE: "Shift+F4",
  FOUND: "Shift+F6", DAMAGED: "Shift+F7", LOST: "Shift+F8", REPAIR: "Shift+F9", HELP: "F1",
};
const ALL_KEY = "F7";
const NUMBERS = { DUE: [1, 3, 7, 14], QTY: [1, 2, 5, 10] };

let cards = [];
let laneOf = () => "web";
let bar = null;
let panel = null;

/** The cards of this station; none until it has said them. */
export const known = () => cards;

/** Cards in their groups; one that no group names is shown with the others. */
export function grouped() {
  const named = new Set(Object.values(GROUP_OF).flat());
  const groups = Object.entries(GROUP_OF).map(([group, words]) => [group, words.map((it) => cards.find((card) => card.word === it)).filter(Boolean)]);
  groups.push(["other", cards.filter((it) => !named.has(it.word))]);
  return groups.filter(([, all]) => all.length > 0);
}

function use(card, number = null) {
  entry.send(number === null ? card.text : `${card.text} ${number}`, laneOf());
  show(false);
}

const needs = (card) => card.role && h("span", { class: "command-role", title: say("needsRole", { role: word(ROLES, card.role) }) }, icon("person"), word(ROLES, card.role));

const keyOf = (card) => KEYS[card.word] && h("kbd", {}, KEYS[card.word]);

function button(card) {
  return h("button", { type: "button", class: `big-command big-command-${card.word.toLowerCase()}`, "aria-keyshortcuts": KEYS[card.word], title: CARDS[card.word] ?? card.about, click: () => use(card) },
    h("span", { class: "big-command-head" }, h("strong", {}, card.word), keyOf(card)),
    h("span", { class: "big-command-about" }, CARDS[card.word] ?? card.about), needs(card));
}

function numbered(card) {
  const field = h("input", { type: "number", min: 1, max: 999, value: NUMBERS[card.word]?.[0] ?? 1, "aria-label": say("numberFor", { word: card.word }) });
  const form = h("form", { class: "numbered", submit: (event) => {
    event.preventDefault();
    if (field.value) use(card, field.value);
  } }, field, h("button", { type: "submit", class: "send" }, say("send")));
  return h("div", { class: "big-command is-numbered" },
    h("span", { class: "big-command-head" }, h("strong", {}, card.word)), h("span", { class: "big-command-about" }, CARDS[card.word] ?? card.about), needs(card),
    h("div", { class: "numbers" }, (NUMBERS[card.word] ?? []).map((it) =>
      h("button", { type: "button", class: "send", click: () => use(card, it) }, `${card.word} ${it}`)), form));
}

const STILL_KEY = "Shift+F1";
let camera = null;

/** Takes a picture of the damage or the unknown code at this side; the answer comes as that of any scan. */
async function still() {
  const lane = laneOf();
  try {
    await take(camera, lane);
  } catch (error) {
    takeUnrecorded({ lane, answer: "no", why: error.message, kind: "unknown", key: "", because: "", unit: null, events: [], time: new Date().toISOString(), payload: "", person: null });
  }
}

const stillButton = () => camera && h("button", { type: "button", id: "take-still", class: "command command-still", "aria-keyshortcuts": STILL_KEY, title: say("takePicture"), "aria-label": say("takePicture"), click: still },
  icon("camera"), h("kbd", {}, STILL_KEY));

/** Cards that say something behind their word: a reason, a job. */
const WORDED = ["OVERRIDE", "TAKE", "JOB"];

function worded(card) {
  const label = card.word === "JOB" ? card.word : say("reason");
  const field = h("input", { class: "field", autocomplete: "off", maxlength: 80, placeholder: label, "aria-label": `${card.word}: ${label}` });
  const submit = (event) => {
    event.preventDefault();
    use(card, field.value.trim() || null);
    field.value = "";
  };
  return h("div", { class: "big-command is-numbered" },
    h("span", { class: "big-command-head" }, h("strong", {}, card.word)), h("span", { class: "big-command-about" }, CARDS[card.word] ?? card.about), needs(card),
    h("form", { class: "numbered", submit }, field, h("button", { type: "submit", class: "send" }, say("send"))));
}

const shape = (card) => (card.number ? numbered(card) : WORDED.includes(card.word) ? worded(card) : button(card));

/** The last ten own actions, the newest first: each is taken back by its number. */
function actions() {
  const session = station.view?.lanes?.[laneOf()]?.session;
  const all = session?.undoable ?? [];
  return all.length > 0 && h("section", { class: "group group-actions" }, h("h3", {}, say("takeBack")),
    h("div", { class: "group-cards numbers" }, all.map((it, at) => h("button", { type: "button", class: "send", click: () => use({ text: undo() }, at + 1) }, said(it)))));
}

const undo = () => cards.find((it) => it.word === "UNDO")?.text ?? "";

/** Opens or closes all commands. */
export function show(opens) {
  if (!panel || panel.hidden === !opens) return;
  // The panel stands on the bar, whatever its height is on this screen.
  document.documentElement.style.setProperty("--bottom", `${bar.closest("footer").offsetHeight}px`);
  panel.hidden = !opens;
  if (opens) fill(panel.querySelector(".own-actions"), actions());
  document.getElementById("all-commands").setAttribute("aria-expanded", String(opens));
  if (opens) panel.querySelector("button")?.focus();
  else if (panel.contains(document.activeElement)) document.activeElement.blur();
}

function build() {
  const first = FIRST.map((it) => cards.find((card) => card.word === it)).filter(Boolean);
  fill(bar, first.map((card) => h("button", { type: "button", class: `command command-${card.word.toLowerCase()}`, "aria-keyshortcuts": KEYS[card.word],
    title: CARDS[card.word] ?? card.about, click: () => use(card) }, card.word, keyOf(card))),
  stillButton(),
  h("button", { type: "button", id: "all-commands", class: "command command-all", "aria-expanded": "false", "aria-controls": "command-panel", "aria-keyshortcuts": ALL_KEY,
    click: () => show(panel.hidden) }, icon("more"), h("span", { class: "command-all-word" }, say("more")), h("kbd", {}, ALL_KEY)));
  fill(panel, h("div", { class: "panel-head" }, h("h2", {}, say("allCommands")),
    h("button", { type: "button", class: "send", click: () => show(false) }, say("close"), h("kbd", {}, "Esc"))),
  h("div", { class: "own-actions" }),
  h("div", { class: "groups" }, grouped().map(([group, all]) => h("section", { class: `group group-${group}`, "data-cards": Math.min(all.length, 4) }, h("h3", {}, word(GROUPS, group)),
    h("div", { class: "group-cards" }, all.map(shape))))));
}

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Escape" && panel && !panel.hidden) {
    event.preventDefault();
    return show(false);
  }
  if (!/^F\d+$/.test(event.key)) return;
  const pressed = `${event.shiftKey ? "Shift+" : ""}${event.key}`;
  const card = cards.find((it) => KEYS[it.word] === pressed);
  const pictures = camera && pressed === STILL_KEY;
  if (!card && pressed !== ALL_KEY && !pictures) return;
  event.preventDefault();
  if (!entry.isCalm(event.timeStamp) || event.repeat) return;
  if (pictures) return still();
  if (card) use(card);
  else show(panel.hidden);
}

/** Fills the row and the panel as soon as the station has said its cards. */
export async function attach(row, all, lane) {
  bar = row;
  panel = all;
  laneOf = lane;
  addEventListener("keydown", onKey);
  for (let wait = 500; cards.length === 0; wait = Math.min(wait * 2, 8_000)) {
    try {
      cards = await ask("/api/v1/cards");
    } catch {
      await new Promise((resolve) => { setTimeout(resolve, wait); });
    }
  }
  camera = await cameraOf(lane());
  build();
  dispatchEvent(new Event("cards"));
}
