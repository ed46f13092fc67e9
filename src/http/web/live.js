// The live stream: what the station looks like now, and what was scanned, in order and without gaps.
// The browser reconnects by itself with the last number it saw; the station sends what followed from its ledger.

const KEPT = 60;
const FRESH_MS = 5_000;

/** Fires `state` and `outcome` (detail: the outcome, whether it is fresh) and `connection`. */
export const live = new EventTarget();

export const station = {
  view: null,
  connected: false,
  seq: 0,
  /** The newest outcomes, newest first, each with its ledger number in `seq`. */
  outcomes: [],
};

let source = null;
let openedAt = 0;
let begins = false;
let silenceTimer = 0;

const tell = (name, detail) => live.dispatchEvent(new CustomEvent(name, { detail }));

function connected(now) {
  if (station.connected === now) return;
  station.connected = now;
  tell("connection");
}

function take(seq, outcome, fresh) {
  if (seq) {
    if (seq <= station.seq) return;
    station.seq = seq;
  }
  outcome.seq = seq;
  station.outcomes.unshift(outcome);
  station.outcomes.length = Math.min(station.outcomes.length, KEPT);
  tell("outcome", { outcome, fresh });
}

/** Shows an answer that came without a ledger number: what was not recorded. */
export const takeUnrecorded = (outcome) => take(0, outcome, true);

function onState(message) {
  connected(true);
  station.view = JSON.parse(message.data);
  if (begins && station.view.head < station.seq) {
    // Another ledger than the one we have seen: a restored or new store. Begin again.
    station.seq = station.view.head;
    station.outcomes = [];
  }
  begins = false;
  tell("state");
}

function onScan(message) {
  const outcome = JSON.parse(message.data);
  const age = Math.abs(Date.now() - new Date(outcome.time).getTime());
  take(Number(message.lastEventId) || 0, outcome, age < FRESH_MS || performance.now() - openedAt > 1_000);
}

function open() {
  source?.close();
  source = new EventSource(`/api/v1/updates?after=${station.seq}`);
  source.addEventListener("open", () => { openedAt = performance.now(); begins = true; });
  source.addEventListener("state", onState);
  source.addEventListener("message", onScan);
  source.addEventListener("error", () => {
    connected(false);
    // Closed for good (a full station says 503): the browser does not try again, so we do.
    if (source.readyState === EventSource.CLOSED) setTimeout(open, 2_000);
  });
}

/** A cable that was pulled closes nothing; asking shows it. */
async function watch() {
  try {
    const answer = await fetch("/healthz", { signal: AbortSignal.timeout(4_000), cache: "no-store" });
    if (answer.ok && !station.connected && source.readyState === EventSource.CLOSED) open();
  } catch {
    connected(false);
  }
  silenceTimer = setTimeout(watch, 15_000);
}

export async function start() {
  const begun = Date.now();
  try {
    const answer = await fetch("/api/v1/scans?limit=40");
    // What was scanned while the page was on its way is news; what was there before it is not.
    for (const { seq, outcome } of (await answer.json()).reverse()) take(seq, outcome, new Date(outcome.time).getTime() >= begun);
  } catch {
    // The stream will say that there is no connection, and bring what follows when there is one.
  }
  open();
  clearTimeout(silenceTimer);
  silenceTimer = setTimeout(watch, 15_000);
}
