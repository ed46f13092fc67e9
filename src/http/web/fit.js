// Makes what stands on the station's screen whole: words as large as their room allows, and lists that say what they leave out.
// Style sheets cannot know how long a sentence is; this looks at what was drawn and gives way in a fixed order.

import { say } from "./words.js";

/** Sizes as shares of the largest, and what becomes shorter, then is left out, before words get smaller still. */
const ORDER = [
  [[], [1, 0.9, 0.81, 0.73, 0.66]],
  [["terse"], [0.81, 0.73, 0.66, 0.59]],
  [["terse", "bare"], [0.81, 0.73, 0.66, 0.59, 0.53, 0.48, 0.43, 0.38]],
];

const isWhole = (box) => box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1;

function answer(box) {
  for (const [leftOut, sizes] of ORDER) {
    box.classList.add(...leftOut);
    for (const size of sizes) {
      box.style.setProperty("--fit", size);
      if (isWhole(box)) return;
    }
  }
  box.classList.add("cut"); // Longer than any answer of the station: its end is left out.
}

/** Lines that do not fit wrap into a column outside; they are counted, and the count is said. */
function list(lines) {
  const outside = () => [...lines.children].filter((it) => it.offsetLeft > lines.firstElementChild.offsetLeft + 4)
    .reduce((sum, it) => sum + Number(it.dataset.units), 0);
  const note = lines.nextElementSibling;
  if (lines.children.length === 0 || outside() === 0) return;
  note.hidden = false;
  note.textContent = say("andMore", { n: 1 }); // It takes a line's room itself: counted with it in place.
  note.textContent = say("andMore", { n: outside() });
}

/** Fits everything below an element. */
export function fit(main) {
  for (const box of main.querySelectorAll(".answer")) answer(box);
  for (const lines of main.querySelectorAll(".fitted")) list(lines);
}
