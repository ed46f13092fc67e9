// What is wrong with the station, across the top of every page, and how its scanners are: each with what to do.

import { fill, h, icon, typed } from "./dom.js";
import { station } from "./live.js";
import { FAULTS, said, say } from "./words.js";

/** A line that drops for a moment is no news. */
const PATIENCE_MS = 700;

const byId = (id) => document.getElementById(id);
let lostAt = performance.now();
let shown = "";

function bar(kind, title, more = "", detail = "") {
  return h("div", { class: `bar bar-${kind === "lost" ? "lost" : "alarm"}` }, icon(kind === "alarm" ? "warn" : "plug"),
    h("div", { class: "bar-text" }, h("strong", {}, title), more && h("span", {}, typed(more)), detail && h("span", { class: "bar-detail" }, detail)));
}

const faults = () => Object.entries(station.view?.sources ?? {}).filter(([, it]) => it.fault).map(([id, { description, fault }]) =>
  ["fault", say("scannerFault", { name: description || id, what: FAULTS[fault.kind] ?? fault.message }), said(fault.remedy), FAULTS[fault.kind] && fault.message]);

/** Shows what is wrong now. */
export function showBars() {
  const all = [];
  if (!station.connected && performance.now() - lostAt > PATIENCE_MS) all.push(["lost", say("lost"), say("lostMore")]);
  for (const alarm of station.view?.alarms ?? []) all.push(["alarm", said(alarm)]);
  all.push(...faults());
  const now = JSON.stringify(all);
  if (now === shown) return; // An alert is read aloud when it changes, and only then.
  shown = now;
  fill(byId("bars"), all.map((it) => bar(...it)));
}

/** Shows how the scanners are, in few words. */
export function showSources() {
  const sources = Object.entries(station.view?.sources ?? {});
  const bad = sources.filter(([, it]) => it.fault).length;
  const n = sources.length;
  const text = n === 0 ? say("noScanner") : bad > 0 ? say("scannersUnwell", { n, bad }) : say("scannerReady", { n });
  const element = byId("sources");
  element.className = `sources ${!station.connected ? "off" : bad > 0 ? "bad" : n > 0 ? "well" : "none"}`;
  element.title = sources.map(([id, it]) => `${id}: ${it.description}, ${it.fault ? it.fault.message : say("scans", { n: it.scans })}`).join("\n");
  fill(element, icon(bad > 0 ? "warn" : "scan"), h("span", {}, station.connected ? text : say("noConnection")));
  byId("station-name").textContent = station.view?.station ?? "scanstation";
}

/** The line to the station came or went. */
export function lineChanged() {
  lostAt = performance.now();
  showBars();
  showSources();
}
