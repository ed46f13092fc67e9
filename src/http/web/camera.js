// What a camera sees: the newest picture, each found symbol outlined, where to hold a label, and what could be better.
// The picture is asked for again and again while this page is in view; nothing is kept.

import { fill, h, icon, typed } from "./dom.js";
import { button, cameras, thumbnail } from "./stills.js";
import { HINTS, PAGES, say } from "./words.js";

export const name = "camera";

/** The aiming frame: this share of the picture, in its middle. */
const AIM = 0.6;

/** The colour of a found symbol: bright on any picture, in both colour schemes. */
const FOUND = "#3ddc78";

/** A line that is seen on any picture: its colour on a dark edge. */
function stroke(pen, colour) {
  const width = pen.lineWidth;
  for (const [wide, style] of [[2, "#000b"], [1, colour]]) {
    pen.lineWidth = width * wide;
    pen.strokeStyle = style;
    pen.stroke();
  }
  pen.lineWidth = width;
}

function outline(pen, points, colour) {
  pen.beginPath();
  points.forEach(([x, y], at) => (at === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y)));
  pen.closePath();
  stroke(pen, colour);
}

/** Four corners of a frame, as a viewfinder has them. */
function aim(pen, width, height, colour) {
  const [w, h] = [width * AIM, height * AIM];
  const [left, top, leg] = [(width - w) / 2, (height - h) / 2, Math.min(w, h) / 8];
  for (const [x, y, dx, dy] of [[left, top, 1, 1], [left + w, top, -1, 1], [left + w, top + h, -1, -1], [left, top + h, 1, -1]]) {
    pen.beginPath();
    pen.moveTo(x + dx * leg, y);
    pen.lineTo(x, y);
    pen.lineTo(x, y + dy * leg);
    stroke(pen, colour);
  }
}

async function draw(canvas, blob, sight) {
  const image = await createImageBitmap(blob);
  canvas.width = sight.width;
  canvas.height = sight.height;
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  image.close();
  pen.lineWidth = Math.max(2, sight.width / 160);
  pen.lineJoin = pen.lineCap = "round";
  if (sight.outlines.length === 0) aim(pen, sight.width, sight.height, "#fff");
  for (const corners of sight.outlines) outline(pen, corners, FOUND);
}

/** Follows one camera until it is told to stop. */
function follow(camera, canvas, said) {
  const end = new AbortController();
  const tell = (text, kind) => {
    if (said.textContent === text) return; // A status is read aloud when it changes, and only then.
    said.className = `sight sight-${kind}`;
    fill(said, icon(kind === "read" ? "scan" : "warn"), h("span", {}, text));
  };
  const address = `/api/v1/cameras/${encodeURIComponent(camera)}/preview`;
  (async () => {
    let after = 0;
    while (!end.signal.aborted) {
      try {
        const answer = await fetch(`${address}?after=${after}`, { cache: "no-store", signal: end.signal });
        if (answer.status === 204) {
          tell(say("cameraWaiting"), "none");
          continue;
        }
        if (!answer.ok) throw new Error((await answer.json().catch(() => null))?.detail ?? say("stationAnswered", { status: answer.status }));
        const sight = JSON.parse(answer.headers.get("scanstation-sight"));
        // A number that goes back is a station that was started again.
        after = sight.number;
        await draw(canvas, await answer.blob(), sight);
        if (sight.outlines.length > 0) tell(say("read"), "read");
        else if (HINTS[sight.hint]) tell(HINTS[sight.hint], "hint");
      } catch (error) {
        if (end.signal.aborted) return;
        tell(error.message, "hint");
        after = 0;
        await new Promise((resolve) => { setTimeout(resolve, 1_000); });
      }
    }
  })();
  return () => end.abort();
}

/** Shows the cameras; the address names one, else the first. A picture is taken for the damage or the unknown code of this side. */
export function show(main, _, { lane }) {
  document.title = PAGES.camera;
  const page = h("div", { class: "page" }, h("h1", {}, PAGES.camera));
  fill(main, page);
  let stop = () => {};
  let left = false;
  cameras().then(async (all) => {
    const names = all.map((it) => it.name);
    const kept = h("div", { class: "kept" });
    const taking = await button(lane, {}, ({ still }) => fill(kept, thumbnail(still, lane(), say("pictureKept"))));
    if (left) return;
    if (all.length === 0) {
      page.append(h("p", { class: "empty" }, typed(say("noCamera"))));
      return;
    }
    const canvas = h("canvas", { class: "eye", role: "img", "aria-label": say("cameraSees") });
    const said = h("p", { class: "sight", role: "status" }, say("cameraWaiting"));
    const watch = (camera) => {
      stop();
      const seen = all.find((it) => it.name === camera).preview;
      canvas.hidden = !seen;
      stop = seen ? follow(camera, canvas, said) : () => {};
      if (!seen) fill(said, typed(say("notWatched")));
      document.title = camera;
    };
    const named = new URLSearchParams(location.search).get("camera");
    const first = names.includes(named) ? named : names[0];
    const choice = names.length > 1 && h("select", { class: "field", "aria-label": PAGES.camera, change: (event) => watch(event.target.value) },
      names.map((it) => h("option", { value: it, selected: it === first }, it)));
    page.append(h("div", { class: "camera" }, canvas, h("div", { class: "camera-side" }, choice, said, h("p", { class: "quiet" }, say("cameraHelp")), taking, kept)));
    watch(first);
  }, (error) => page.append(h("p", { class: "lead" }, error.message)));
  return () => { left = true; stop(); };
}
