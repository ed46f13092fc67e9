// The frame of every page: address to view, bars, commands, clock, theme. One live stream serves all views.

import { ask } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { clock } from "./format.js";
import { lineChanged, showBars, showSources } from "./bars.js";
import * as commands from "./commands.js";
import * as entry from "./entry.js";
import { live, start, station } from "./live.js";
import * as sound from "./sound.js";
import { ANSWERS, PAGES, language, otherLanguage, said, say, shown, switchLanguage, word } from "./words.js";
import * as stationView from "./station.js";
import * as cameraView from "./camera.js";
import { cameras } from "./stills.js";
import * as cardsView from "./cards.js";
import * as casesView from "./cases.js";
import * as eventsView from "./events.js";
import * as identifyView from "./identify.js";
import * as labelsView from "./labels.js";
import * as overdueView from "./overdue.js";
import * as parkedView from "./parked.js";
import * as peopleView from "./people.js";
import * as personView from "./person.js";
import * as shiftView from "./shift.js";
import * as stockView from "./stock.js";
import * as unitView from "./unit.js";
import * as unitsView from "./units.js";

const VIEWS = [
  [/^\/$/, stationView],
  [/^\/units$/, unitsView],
  [/^\/people$/, peopleView],
  [/^\/overdue$/, overdueView],
  [/^\/events$/, eventsView],
  [/^\/parked$/, parkedView],
  [/^\/cases$/, casesView],
  [/^\/labels$/, labelsView],
  [/^\/stock$/, stockView],
  [/^\/shift$/, shiftView],
  [/^\/cards$/, cardsView],
  [/^\/identify$/, identifyView],
  [/^\/camera$/, cameraView],
  [/^\/unit\/([\w.-]+)$/, unitView],
  [/^\/person\/(\d+)$/, personView],
];
const NAV = [["/", "station"], ["/units", "units"], ["/people", "people"], ["/overdue", "overdue"], ["/events", "events"]];
const MORE = [["/parked", "parked"], ["/cases", "cases"], ["/labels", "labels"], ["/stock", "stock"], ["/shift", "shift"], ["/cards", "cards"], ["/identify", "identify"]];

/** A page that no link leads to belongs to the list it was opened from. */
const BELONGS = { unit: "/units", person: "/people" };
/** These stand in the menu where the bar has no room for them. */
const NARROW = 3;

const byId = (id) => document.getElementById(id);
let leave = () => {};

/** The side of the station that the page speaks for: named in the address, else the only scanner's, else `web`. */
export function lane() {
  const named = new URLSearchParams(location.search).get("lane");
  if (named) return named;
  const lanes = new Set(Object.values(station.view?.sources ?? {}).map((it) => it.lane));
  return lanes.size === 1 ? [...lanes][0] : "web";
}

const here = () => ({ lane, go });

function route() {
  leave();
  const main = byId("main");
  for (const [pattern, view] of VIEWS) {
    const found = pattern.exec(location.pathname);
    if (!found) continue;
    document.body.dataset.view = view.name;
    main.replaceChildren();
    leave = view.show(main, found[1] ?? null, here()) ?? (() => {});
    break;
  }
  const place = BELONGS[document.body.dataset.view] ?? location.pathname;
  for (const link of byId("nav").querySelectorAll("a")) {
    if (link.getAttribute("href") === place) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const menu = byId("nav").querySelector("details");
  menu.open = false;
  menu.classList.toggle("has-current", MORE.some(([path]) => path === location.pathname));
  commands.show(false);
  showGlance(null);
}

/** Goes to one of our own addresses and keeps the lane. */
function go(path) {
  const url = new URL(path, location.origin);
  const named = new URLSearchParams(location.search).get("lane");
  if (named && !url.searchParams.has("lane")) url.searchParams.set("lane", named);
  history.pushState(null, "", url);
  route();
  scrollTo(0, 0);
}

function onClick(event) {
  const link = event.target.closest?.("a[href^='/']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  go(link.getAttribute("href"));
}

function showLane() {
  const lanes = Object.keys(station.view?.lanes ?? {});
  const chip = byId("entry-lane");
  chip.hidden = lanes.length < 2 && lane() !== "web";
  chip.textContent = say("side", { side: lane() });
}

/** On other pages than the station's, the last answer passes by at the bottom. */
let glanceTimer = 0;
function showGlance(outcome) {
  const glance = byId("glance");
  clearTimeout(glanceTimer);
  glance.hidden = outcome === null || document.body.dataset.view === "station";
  if (glance.hidden) return;
  glance.className = `glance answer-${outcome.answer}`;
  fill(glance, icon(shown(outcome)), h("strong", {}, word(ANSWERS, shown(outcome))), h("span", {}, said(outcome.why)),
    outcome.unit && h("a", { href: `/unit/${outcome.unit.id}` }, say("show")));
  glanceTimer = setTimeout(() => showGlance(null), 12_000);
}

const THEMES = ["auto", "light", "dark"];
const THEME_KEY = "scanstation.theme";
function buildTheme() {
  const button = byId("theme");
  let theme = localStorage.getItem(THEME_KEY) ?? "auto";
  const show = () => {
    document.documentElement.dataset.theme = theme;
    const dark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
    button.title = say("colours", { theme: say({ auto: "themeAuto", light: "themeLight", dark: "themeDark" }[theme]) });
    button.setAttribute("aria-label", button.title);
    fill(button, icon(dark ? "dark" : "light"));
  };
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    localStorage.setItem(THEME_KEY, theme);
    show();
  });
  show();
}

function buildLanguage() {
  const other = otherLanguage();
  const button = byId("language");
  button.lang = other.short;
  button.title = other.name;
  button.setAttribute("aria-label", `${other.short.toUpperCase()} ${other.name}`);
  fill(button, icon("globe"), h("span", {}, other.short.toUpperCase()));
  button.addEventListener("click", switchLanguage);
}

/** What stands in the document itself is said in the language of the page. */
function translate() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  byId("entry").placeholder = say("justScan");
  byId("nav").setAttribute("aria-label", say("pages"));
  byId("commands").setAttribute("aria-label", say("commands"));
  byId("command-panel").setAttribute("aria-label", say("allCommands"));
}

function buildNav() {
  const link = (only) => ([path, page]) => h("a", { href: path, class: only }, PAGES[page]);
  fill(byId("nav"), NAV.slice(0, NARROW).map(link(null)), NAV.slice(NARROW).map(link("roomy")), h("details", { class: "more" }, h("summary", {}, say("more")),
    h("div", { class: "menu" }, NAV.slice(NARROW).map(link("narrow")), MORE.map(link(null)))));
  addEventListener("click", (event) => {
    const menu = byId("nav").querySelector("details");
    if (!menu.contains(event.target)) menu.open = false;
  });
}

/** Only where a camera is there is something to look at. */
async function addCameras() {
  if ((await cameras()).length > 0) byId("nav").querySelector(".menu").append(h("a", { href: "/camera" }, PAGES.camera));
}

function onOutcome({ detail: { outcome, fresh } }) {
  if (!fresh) return;
  sound.play(outcome.answer);
  byId("spoken").textContent = `${word(ANSWERS, shown(outcome))}. ${said(outcome.why)}`;
  showGlance(outcome);
}

/** What the station says unasked is heard and read aloud like an answer, once each time that it comes anew. */
const told = new Map(); // lane → the notice that was told, and how often its scanners had sent what is no scan
function tellNotices() {
  const sources = Object.values(station.view?.sources ?? {});
  for (const [id, { notice }] of Object.entries(station.view?.lanes ?? {})) {
    const thrown = sources.filter((it) => it.lane === id).reduce((sum, it) => sum + it.discards, 0);
    const now = notice ? `${thrown} ${notice.answer} ${notice.why}` : "";
    if (now && told.has(id) && told.get(id) !== now) {
      sound.play(notice.answer);
      byId("spoken").textContent = `${word(ANSWERS, notice.answer)}. ${said(notice.why)}`;
    }
    told.set(id, now);
  }
}

function tick() {
  byId("clock").textContent = clock(new Date());
  showBars();
}

translate();
buildNav();
addCameras();
buildTheme();
buildLanguage();
commands.attach(byId("commands"), byId("command-panel"), lane);
sound.attach(byId("sound"));
entry.attach(byId("entry-form"), byId("entry"), lane);
addEventListener("click", onClick);
addEventListener("popstate", route);
live.addEventListener("state", () => { showBars(); showSources(); showLane(); tellNotices(); });
live.addEventListener("connection", lineChanged);
live.addEventListener("outcome", onOutcome);
setInterval(tick, 1_000);
tick();
showSources();
route();
start();
