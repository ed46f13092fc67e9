// What is typed, or sent by a scanner that acts as a keyboard: one line, one scan, in the order of typing.
// No click is needed first; the text counts as it is at the moment of Enter; keys of a fast burst reach no shortcut.

import { say } from "./words.js";
import { station, takeUnrecorded } from "./live.js";

const BURST_MS = 60;
const AFTER_MS = 250;
const TRIES = 4;
const ALT_DIGITS = 4;
const ALONE_MS = 30_000;

let input = null;
let lastKeyAt = -Infinity;
let keys = 0;
let sentAt = -Infinity;
let laneOf = () => "web";
const queue = [];
let busy = false;
let digits = null; // what is typed on the number pad while Alt is held
let elsewhereAt = 0;

const isText = (element) => element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;

/** A machine types: the last keys came faster than fingers do. */
const isBurst = (now) => now - lastKeyAt < BURST_MS;

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (it) => it.toString(16).padStart(2, "0")).join("");
}

/** Puts text into the queue of scans; each keeps its key, so that trying again never books twice. */
export function send(text, lane = laneOf()) {
  if (text === "") return;
  queue.push({ text, lane, key: newKey() });
  input.classList.add("sending");
  if (!busy) work();
}

async function work() {
  busy = true;
  while (queue.length > 0) await deliver(queue.shift());
  busy = false;
  input.classList.remove("sending");
}

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

async function deliver(scan) {
  let why = say("notSent");
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 0) await pause(250 * 2 ** attempt);
    try {
      const answer = await fetch("/api/v1/scans", {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": scan.key },
        body: JSON.stringify({ data: scan.text, lane: scan.lane }),
        signal: AbortSignal.timeout(8_000),
      });
      const said = await answer.json();
      if (answer.ok) return settle(scan, said);
      why = say("notRecorded", { cause: said.detail });
      if (answer.status < 500) break;
    } catch {
      why = say("notSent");
    }
  }
  takeUnrecorded(unrecorded(scan, { answer: "no", why, kind: "unknown", key: scan.text, because: "", unit: null, events: [] }));
}

const unrecorded = (scan, said) =>
  ({ ...said, lane: scan.lane, time: new Date().toISOString(), payload: scan.text, person: null });

/** What is in the ledger comes by the live stream; anything else is shown from the answer itself. */
function settle(scan, said) {
  const last = Math.max(0, ...(said.events ?? []));
  if (last > 0 && (station.connected || last <= station.seq)) return;
  takeUnrecorded(unrecorded(scan, said));
}

function submit() {
  const text = input.value;
  input.value = "";
  sentAt = performance.now();
  keys = 0;
  send(text);
}

/** Ctrl and a character as scanners send control characters: Ctrl+] is the GS1 separator. */
function control(event) {
  if (!event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1) return null;
  const byte = event.key.toUpperCase().charCodeAt(0) & 0x1f;
  return String.fromCharCode(byte);
}

/** Alt and digits of the number pad, as scanners send what no key has: 029 is the GS1 separator. Without this it is lost. */
function onAlt(event) {
  const digit = event.altKey && /^Numpad(\d)$/.exec(event.code)?.[1];
  if (digit === null || digit === undefined || digit === false) return false;
  event.preventDefault(); // The browser would change to another of its tabs.
  digits = `${digits ?? ""}${digit}`.slice(-ALT_DIGITS);
  lastKeyAt = event.timeStamp;
  return true;
}

function onKeyUp(event) {
  if (event.key !== "Alt" || digits === null) return;
  const sign = Number(digits);
  digits = null;
  if (sign === 0 || sign >= 0x7f) return; // Beyond that the meaning depends on a code page nobody named.
  input.setRangeText(String.fromCharCode(sign), input.selectionStart, input.selectionEnd, "end");
}

/** A field that was left alone gives the keys back: the next scan belongs to the counter. */
function giveBack() {
  const field = document.activeElement;
  if (isText(field) && field !== input && performance.now() - elsewhereAt > ALONE_MS) field.blur();
}

function onKey(event) {
  const now = event.timeStamp; // When it was pressed: a busy page sees the keys of a scanner late, and all at once.
  const burst = isBurst(now);
  const elsewhere = isText(event.target) && event.target !== input;
  if (elsewhere) elsewhereAt = now;
  if (elsewhere || event.isComposing || onAlt(event)) return;
  // The line feed after a carriage return (Ctrl+J) would open the browser's downloads.
  if (event.ctrlKey && now - sentAt < AFTER_MS) return event.preventDefault();
  const sign = burst && keys > 2 && input.value !== "" ? control(event) : null;
  if (sign !== null) {
    event.preventDefault();
    lastKeyAt = now;
    input.setRangeText(sign, input.selectionStart, input.selectionEnd, "end");
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Enter" && (event.target === input || input.value !== "")) {
    event.preventDefault();
    if (input.value !== "") submit();
    return;
  }
  // A scanner may end with Tab; a person who types and then tabs is slower.
  if (event.key === "Tab" && burst && keys > 3 && input.value !== "") {
    event.preventDefault();
    return submit();
  }
  if (event.key === "Escape") {
    input.value = "";
    return;
  }
  if (event.key.length !== 1) return;
  if (now - lastKeyAt > 1_000) keys = 0;
  keys += 1;
  lastKeyAt = now;
  const onButton = event.key === " " && input.value === "" && event.target !== input;
  if (event.target !== input && !onButton) input.focus({ preventScroll: true });
}

/** Whether a function key may be a person's: machines type within a burst. */
export const isCalm = (at) => at - lastKeyAt > 150 && at - sentAt > AFTER_MS;

/** Listens to the keyboard, wherever the focus is. */
export function attach(form, field, lane) {
  input = field;
  laneOf = lane;
  addEventListener("keydown", onKey, { capture: true });
  addEventListener("keyup", onKeyUp, { capture: true });
  addEventListener("focusin", () => { elsewhereAt = performance.now(); });
  setInterval(giveBack, 1_000);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
}
