// A picture of a damage, from the camera of a phone or a file: sent to the station, which binds it by its hash to what was told.
// It is asked for only while damage is told at this side; the answer comes like that of any scan.

import { h, icon } from "./dom.js";
import { ask } from "./api.js";
import { takeUnrecorded } from "./live.js";
import { say } from "./words.js";

async function send(file, lane) {
  try {
    await ask(`/api/v1/stills?lane=${encodeURIComponent(lane)}`, { method: "POST", headers: { "content-type": file.type }, body: file });
  } catch (error) {
    takeUnrecorded({ answer: "no", why: say("notKept", { cause: error.message }), kind: "unknown", key: "", because: "", unit: null, events: [], lane, time: new Date().toISOString(), payload: file.name, person: null });
  }
}

/** A button that takes a picture, while somebody tells of damage here. */
export function picture(id, lane) {
  if (!lane?.tells_damage) return null;
  const file = h("input", { type: "file", accept: "image/png,image/jpeg", capture: "environment", hidden: true, "aria-label": say("addPicture"),
    change: () => { if (file.files[0]) send(file.files[0], id); } });
  return h("div", { class: "picture" }, file, h("button", { type: "button", class: "send", click: () => file.click() }, icon("eye"), say("addPicture")));
}
