// Four tones that differ in pitch, number and length, so that they are told apart in noise and by one ear.
// A browser is silent until somebody touches the page; until then the page says how to enable sound.

import { say } from "./words.js";
import { fill, icon } from "./dom.js";

// [hertz, start, length, shape] of each note; lengths in seconds.
const TONES = {
  good: [[1320, 0, 0.13, "sine"]],
  done: [[660, 0, 0.13, "sine"], [990, 0.15, 0.22, "sine"]],
  already: [[540, 0, 0.09, "triangle"], [540, 0.16, 0.09, "triangle"]],
  no: [[170, 0, 0.65, "square"]],
};
const LOUD = { sine: 0.5, triangle: 0.5, square: 0.22 };
const KEY = "scanstation.sound";

let context = null;
let wanted = localStorage.getItem(KEY) !== "off";
let last = { answer: null, at: -1 };
let button = null;

const isReady = () => context?.state === "running";

/** Plays the tone of an answer, unless the same one has just begun: a refusal is heard however close it follows. */
export function play(answer) {
  if (!wanted || !isReady() || (answer === last.answer && context.currentTime - last.at < 0.08)) return false;
  last = { answer, at: context.currentTime };
  for (const [hertz, start, length, shape] of TONES[answer] ?? []) {
    const oscillator = new OscillatorNode(context, { type: shape, frequency: hertz });
    const gain = new GainNode(context, { gain: 0 });
    const begin = context.currentTime + 0.005 + start;
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(LOUD[shape], begin + 0.01);
    gain.gain.setValueAtTime(LOUD[shape], begin + length - 0.03);
    gain.gain.linearRampToValueAtTime(0, begin + length);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(begin);
    oscillator.stop(begin + length + 0.02);
  }
  return true;
}

async function wake() {
  context ??= new AudioContext({ latencyHint: "interactive" });
  context.onstatechange = show;
  if (context.state === "suspended") await context.resume().catch(() => {});
  show();
}

function show() {
  const asks = wanted && !isReady();
  const text = say(asks ? "soundAsk" : wanted ? "soundOn" : "soundOff");
  button.classList.toggle("asks", asks);
  button.setAttribute("aria-label", text);
  button.title = text;
  fill(button, icon(wanted && !asks ? "sound" : "mute"), asks ? text : null);
}

/** Gives the button its meaning; any touch or key also wakes the sound. */
export function attach(element) {
  button = element;
  button.addEventListener("click", () => {
    if (!wanted || isReady()) wanted = !wanted;
    localStorage.setItem(KEY, wanted ? "on" : "off");
    wake().then(() => play("good"));
  });
  for (const touch of ["keydown", "pointerdown"]) {
    addEventListener(touch, (event) => { if (wanted && !isReady() && event.target !== button) wake(); }, { capture: true });
  }
  show();
  // A kiosk browser that allows sound from the start is ready at once.
  if (wanted) wake();
}
