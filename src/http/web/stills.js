// Pictures taken by a camera of this station and kept by their hash: for a damage, an unknown code or an identifier.
// Cameras are asked for once; without one there is no button anywhere.

import { ask, post } from "./api.js";
import { h, icon } from "./dom.js";
import { say, said } from "./words.js";

let asked = null;

/** The cameras of this machine; none if it has none or the page is elsewhere. */
export function cameras() {
  asked ??= ask("/api/v1/cameras").catch(() => { asked = null; return []; });
  return asked;
}

/** The camera that looks at a side, else the first. */
export const cameraOf = async (lane) => {
  const all = await cameras();
  return (all.find((it) => it.lane === lane) ?? all[0])?.name ?? null;
};

/** Takes a picture; `shows` says what of: `{event}` or `{unit, identifier, ending}`, else it is shown at the lane. */
export function take(camera, lane, shows = {}) {
  const query = new URLSearchParams({ lane, ...shows });
  return post(`/api/v1/cameras/${encodeURIComponent(camera)}/still?${query}`, {});
}

/** The address of the picture by which people know a unit; it changes with the picture, so that it may be kept. */
export const pictureOf = (unit) => `/api/v1/units/${unit.id}/picture?still=${unit.picture}`;

/** A kept picture, small; a click shows all of it. */
export function thumbnail(still, lane, label) {
  const address = `/api/v1/stills/${still}?lane=${encodeURIComponent(lane)}`;
  return h("a", { class: "still-link", href: address, target: "_blank", rel: "noopener" }, h("img", { class: "still", src: address, alt: label, loading: "lazy" }));
}

/** A button that takes a picture, and what came of it; `null` where no camera is. */
export async function button(lane, shows, done = () => {}) {
  const camera = await cameraOf(lane());
  if (!camera) return null;
  const told = h("span", { class: "still-told", role: "status" });
  const take_ = h("button", { type: "button", class: "send take-still", click: async () => {
    take_.disabled = true;
    told.textContent = say("takingPicture");
    try {
      const kept = await take(camera, lane(), shows);
      told.textContent = said(kept.answer?.why) || say("pictureKept");
      done(kept);
    } catch (error) {
      told.textContent = error.message;
    }
    take_.disabled = false;
  } }, icon("camera"), h("span", {}, say("takePicture")));
  return h("span", { class: "taking" }, take_, told);
}
