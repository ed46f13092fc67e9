// What a keeper does to the record of a unit at its page, while a keeper's session is open at this side.
// The station decides who may; without such a session these forms are not shown, because they would only be refused.

import { fill, h, icon, typed } from "./dom.js";
import { ask, post } from "./api.js";
import { station } from "./live.js";
import { say } from "./words.js";

const KEEPERS = new Set(["keeper", "admin"]);

/** Whether a keeper's session is open at this side. */
export const isKept = (lane) => KEEPERS.has(station.view?.lanes?.[lane()]?.session?.role);

/** Forms about one unit; `reload` draws the page anew. */
export function keeping(unit, lane, reload) {
  if (!isKept(lane)) return null;
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const at = `lane=${encodeURIComponent(lane())}`;
  const doing = async (work) => {
    try {
      await work();
      document.activeElement?.blur();
      reload();
    } catch (error) {
      problem.hidden = false;
      fill(problem, typed(error.message));
    }
  };
  const instruct = (wanted) => doing(() => post(`/api/v1/instructions?${at}`, wanted));
  return h("details", { class: "panel keeping" }, h("summary", {}, h("h2", {}, say("keeping"))),
    picture(unit, { at, doing, instruct }), problem);
}

/** The picture: of this unit alone, or of all of its model that have none of their own. */
function picture(unit, { at, doing, instruct }) {
  const choose = (of, words) => {
    const file = h("input", { type: "file", accept: "image/png,image/jpeg", hidden: true, "data-of": of, "aria-label": words,
      change: () => { if (file.files[0]) doing(() => ask(`/api/v1/units/${unit.id}/picture?of=${of}&${at}`, { method: "POST", headers: { "content-type": file.files[0].type }, body: file.files[0] })); } });
    return [file, h("button", { type: "button", class: "send", click: () => file.click() }, icon("eye"), words)];
  };
  return h("div", { class: "keeping-row" }, h("h3", {}, say("picture")), choose("unit", say("pictureOfUnit")), choose("model", say("pictureOfModel")),
    unit.picture && h("button", { type: "button", class: "send", click: () => instruct({ do: "picture", unit: String(unit.id) }) }, say("noPicture")));
}
