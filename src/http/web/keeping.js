// What a keeper does to the record of a unit at its page, while a keeper's session is open at this side.
// The station decides who may; without such a session these forms are not shown, because they would only be refused.

import { fill, h, icon, typed } from "./dom.js";
import { ask, post } from "./api.js";
import { isKept } from "./form.js";
import { say } from "./words.js";

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
  return h("details", { class: "panel keeping", open: opened, toggle: (event) => { opened = event.target.open; } },
    h("summary", {}, h("h2", {}, say("keeping"))), kit(unit, instruct), parts(unit, instruct), days(unit, instruct), picture(unit, { at, doing, instruct }), problem);
}

/** Opened once, the forms stay open while one after the other is used. */
let opened = false;

/** One field and its button; `make` turns what was entered into an instruction. */
function entry(title, field, button, instruct, make) {
  return h("form", { class: "keeping-row", submit: (event) => {
    event.preventDefault();
    instruct(make(field.value.trim()));
  } }, h("h3", {}, title), field, h("button", { type: "submit", class: "send" }, button));
}

const tagField = (name) => h("input", { class: "field", name, required: true, autocomplete: "off", spellcheck: "false", placeholder: say("tagOrNumber"), "aria-label": say("tagOrNumber") });

/** Of which kit the unit is a part; what has parts itself is none. */
function kit(unit, instruct) {
  if (unit.parts.length > 0) return null;
  if (!unit.kit) return entry(say("partOf"), tagField("kit"), say("intoKit"), instruct, (kit) => ({ do: "kit", unit: `#${unit.id}`, kit }));
  return h("div", { class: "keeping-row" }, h("h3", {}, say("partOf")), h("a", { href: `/unit/${unit.kit.id}`, class: "strong-link" }, unit.kit.label),
    h("button", { type: "button", class: "send", name: "out-of-kit", click: () => instruct({ do: "kit", unit: `#${unit.id}` }) }, say("outOfKit")));
}

/** The parts of a kit, each with its way out; a unit that is no part may get its first. */
function parts(unit, instruct) {
  if (unit.kit) return null;
  return [unit.parts.length > 0 && h("div", { class: "keeping-row" }, h("h3", {}, say("partsOf")), unit.parts.map((it) =>
    h("button", { type: "button", class: "send", "data-part": it.id, click: () => instruct({ do: "kit", unit: `#${it.id}` }) }, say("partOut", { part: it.tag ?? it.model })))),
  entry(say("newPart"), tagField("part"), say("intoKit"), instruct, (part) => ({ do: "kit", unit: part, kit: `#${unit.id}` }))];
}

/** When it was bought and until when its warranty lasts; an emptied field takes the day away. */
function days(unit, instruct) {
  const dayField = (name, value, label) => h("input", { class: "field", type: "date", name, value: value ?? "", "aria-label": label });
  return [entry(say("warranty"), dayField("until", unit.warranty_until, say("warranty")), say("keep"), instruct, (day) => ({ do: "warranty", unit: `#${unit.id}`, ...(day && { until: day }) })),
    entry(say("purchased"), dayField("on", unit.purchased, say("purchased")), say("keep"), instruct, (day) => ({ do: "purchase", unit: `#${unit.id}`, ...(day && { on: day }) }))];
}

/** The picture: of this unit alone, or of all of its model that have none of their own. */
function picture(unit, { at, doing, instruct }) {
  const choose = (of, words) => {
    const file = h("input", { type: "file", accept: "image/png,image/jpeg", hidden: true, "data-of": of, "aria-label": words,
      change: () => { if (file.files[0]) doing(() => ask(`/api/v1/units/%23${unit.id}/picture?of=${of}&${at}`, { method: "POST", headers: { "content-type": file.files[0].type }, body: file.files[0] })); } });
    return [file, h("button", { type: "button", class: "send", click: () => file.click() }, icon("eye"), words)];
  };
  return h("div", { class: "keeping-row" }, h("h3", {}, say("picture")), choose("unit", say("pictureOfUnit")), choose("model", say("pictureOfModel")),
    unit.picture && h("button", { type: "button", class: "send", click: () => instruct({ do: "picture", unit: `#${unit.id}` }) }, say("noPicture")));
}
