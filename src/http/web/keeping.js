// What a keeper does to the record of a unit at its page, while a keeper's session is open at this side.
// The station decides who may; without such a session these forms are not shown, because they would only be refused.

import { fill, h, icon, typed } from "./dom.js";
import { ask } from "./api.js";
import { field, form, instruct, isKept } from "./form.js";
import { dayOf } from "./format.js";
import { say } from "./words.js";

/** Forms about one unit; `reload` draws the page anew. */
export function keeping(unit, lane, reload) {
  if (!isKept(lane)) return null;
  const of = { unit, name: `#${unit.id}`, lane, reload, give: async (wanted) => { await instruct(lane, wanted); } };
  return h("details", { class: "panel keeping", open: opened, toggle: (event) => { opened = event.target.open; } },
    h("summary", {}, h("h2", {}, say("keeping"))),
    h("div", { class: "keeping-forms" }, against(of, "hold", "on_hold"), against(of, "recall", "recalled"), numberless(of), home(of), dues(of), days(of), note(of), kit(of), parts(of), picture(of)));
}

/** Opened once, the forms stay open while one after the other is used. */
let opened = false;

/** A form of buttons alone: what is so, and its end. */
const lift = ({ reload }, title, words, send, name) => form({ title, reload, buttons: [[words, send, name]] });

/** Hold and recall: of this unit alone or of all of its model, each with its reason and its end. */
function against({ unit: { standing }, name, reload, give }, what, column) {
  const [its, models] = [standing[column], standing.model[column]];
  const model = `#${standing.model.id}`;
  return [
    its && lift({ reload }, say(`${what}Is`, { why: its }), say(`${what}Lift`), () => give({ do: what, unit: name }), `${what}-lift`),
    models && lift({ reload }, say(`${what}OfModelIs`, { why: models }), say(`${what}Lift`), () => give({ do: what, model }), `${what}-lift-model`),
    !(its && models) && form({ title: say(what), reload, fields: [field("why", say("reason"), { "data-do": what })], buttons: [
      !its && [say(`${what}Unit`), ({ why }) => give({ do: what, unit: name, why }), what],
      !models && [say("allOfModel"), ({ why }) => give({ do: what, model, why }), `${what}-model`],
    ].filter(Boolean) }),
  ];
}

/** What bears no serial number of its maker: its tag is enough then. Of a unit that has one on record it cannot be said. */
function numberless({ unit, name, reload, give }) {
  const { no_serial_number: its, model } = unit.standing;
  const doing = "no-serial-number";
  return [
    its && lift({ reload }, say("numberlessIs", { why: its }), say("bearsNumber"), () => give({ do: doing, unit: name }), "bears-number"),
    model.no_serial_number && lift({ reload }, say("numberlessModelIs", { why: model.no_serial_number }), say("bearsNumber"), () => give({ do: doing, model: `#${model.id}` }), "bears-number-model"),
    !its && !model.no_serial_number && !unit.serial_number && form({ title: say("numberless"), reload, fields: [field("why", say("reason"), { "data-do": doing })], buttons: [
      [say("numberlessUnit"), ({ why }) => give({ do: doing, unit: name, why }), doing],
      [say("allOfModel"), ({ why }) => give({ do: doing, model: `#${model.id}`, why }), `${doing}-model`],
    ] }),
  ];
}

/** Where it is put back; an emptied field says nowhere. Places are offered as somebody types. */
function home({ unit: { standing }, name, reload, give }) {
  const offered = h("datalist", { id: "places" });
  const place = field("home", say("home"), { required: false, list: "places", value: standing.home?.label ?? "", placeholder: say("homeHint") });
  const suggest = async () => {
    const found = await ask(`/api/v1/locations?limit=20&query=${encodeURIComponent(place.input.value)}`).catch(() => []);
    fill(offered, found.map((it) => h("option", { value: it.label }, it.name)));
  };
  place.input.addEventListener("input", suggest);
  place.input.addEventListener("focus", suggest);
  return [offered, form({ title: say("home"), reload, fields: [place], buttons: [[say("keep"), ({ home }) => give({ do: "home", unit: name, ...(home && { location: home }) })]] })];
}

/** A day that is kept, or taken away by emptying its field. */
const dated = ({ name, reload, give }, doing, title, part, value) => form({ title, reload, fields: [field(part, title, { type: "date", required: false, value: value ?? "", "data-do": doing })],
  buttons: [[say("keep"), (entered) => give({ do: doing, unit: name, ...(entered[part] && { [part]: entered[part] }) })]] });

/** When it must be calibrated and inspected. */
const dues = (of) => [dated(of, "calibration", say("calibrationDue"), "due", dayOf(of.unit.standing.calibration_due)), dated(of, "inspection", say("inspectionDue"), "due", dayOf(of.unit.standing.inspection_due))];

/** Until when its warranty lasts and when it was bought. */
const days = (of) => [dated(of, "warranty", say("warranty"), "until", of.unit.warranty_until), dated(of, "purchase", say("purchased"), "on", of.unit.purchased)];

/** A line for whoever looks at it. */
const note = ({ unit, name, reload, give }) => form({ title: say("note"), reload, fields: [field("note", say("note"), { required: false, value: unit.note ?? "", maxlength: 300 })],
  buttons: [[say("keep"), ({ note }) => give({ do: "note", unit: name, ...(note && { note }) })]] });

/** Of which kit the unit is a part; what has parts itself is none. */
function kit({ unit, name, reload, give }) {
  if (unit.parts.length > 0) return null;
  if (unit.kit) return lift({ reload }, [say("partOf"), unit.kit.label].join(" "), say("outOfKit"), () => give({ do: "kit", unit: name }), "out-of-kit");
  return form({ title: say("partOf"), reload, fields: [field("kit", say("partOf"), { placeholder: say("tagOrNumber") })], buttons: [[say("intoKit"), (it) => give({ do: "kit", unit: name, kit: it.kit })]] });
}

/** The parts of a kit, each with its way out; a unit that is no part may get its first. */
function parts({ unit, name, reload, give }) {
  if (unit.kit) return null;
  return [unit.parts.length > 0 && h("div", { class: "parts-out" }, unit.parts.map((it) => {
    const out = lift({ reload }, say("partsOf"), say("partOut", { part: it.tag ?? it.model }), () => give({ do: "kit", unit: `#${it.id}` }), "part-out");
    out.querySelector("button").dataset.part = it.id;
    return out;
  })), form({ title: say("newPart"), reload, fields: [field("part", say("newPart"), { placeholder: say("tagOrNumber") })], buttons: [[say("intoKit"), ({ part }) => give({ do: "kit", unit: part, kit: name })]] })];
}

/** The picture: of this unit alone, or of all of its model that have none of their own. */
function picture({ unit, name, lane, reload, give }) {
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
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
  const choose = (of, words) => {
    const file = h("input", { type: "file", accept: "image/png,image/jpeg", hidden: true, "data-of": of, "aria-label": words,
      change: () => { if (file.files[0]) doing(() => ask(`/api/v1/units/%23${unit.id}/picture?of=${of}&lane=${encodeURIComponent(lane())}`, { method: "POST", headers: { "content-type": file.files[0].type }, body: file.files[0] })); } });
    return [file, h("button", { type: "button", class: "send", click: () => file.click() }, icon("eye"), words)];
  };
  return h("div", { class: "keeping-row" }, h("h3", {}, say("picture")), choose("unit", say("pictureOfUnit")), choose("model", say("pictureOfModel")),
    unit.picture && h("button", { type: "button", class: "send", click: () => doing(() => give({ do: "picture", unit: name })) }, say("noPicture")), problem);
}
