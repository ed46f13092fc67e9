// One person and what they hold, overdue first; for a keeper, what they may: trainings, licence, limit, PIN, and that they left.

import { fill, h, icon } from "./dom.js";
import { ask } from "./api.js";
import { field, form, instruct, isFilledIn, isKept, told } from "./form.js";
import { dayOf, isPast, when } from "./format.js";
import { live } from "./live.js";
import { PAGES, ROLES, say, word } from "./words.js";
import { isMasked, unitCard } from "./units.js";

export const name = "person";

const until = (at) => at && h("span", { class: isPast(at) ? "late" : "quiet" }, say(isPast(at) ? "expired" : "validUntil", { when: when(at) }));

/** What they were trained in; shown where the station tells it. */
const trainings = (all) => all && h("section", { class: "panel" }, h("h2", {}, say("trainings")),
  all.length === 0 ? h("p", { class: "quiet" }, say("noTrainings")) : h("ul", { class: "plain" }, all.map((it) => h("li", {}, h("strong", {}, it.name), " ", until(it.valid_until)))));

/** Their licence for regulated things; without the role its reference is masked and its end is not told. */
const licence = (it) => it && h("section", { class: "panel" }, h("h2", {}, say("licence")), h("p", {}, h("span", { class: "mono" }, it.reference), " ", until(it.valid_until)));

/** Their own limit and whether a PIN is set; a keeper alone is told. */
const limits = (person) => Object.hasOwn(person, "has_pin") && h("section", { class: "panel" }, h("h2", {}, say("limits")),
  h("dl", { class: "facts-list" }, [["limit", person.held_max ?? say("noLimit")], ["pin", say(person.has_pin ? "pinSet" : "pinNone")]].map(([key, value]) =>
    h("div", { class: "fact" }, h("dt", {}, say(key)), h("dd", {}, value)))));

/** Opened once, the forms stay open while one after the other is used. */
let opened = false;

/** What a keeper sets of a person; `reload` draws the page anew. */
function keeping(person, lane, reload) {
  if (!isKept(lane)) return null;
  const who = `#${person.id}`;
  const give = async (wanted) => { await instruct(lane, { person: who, ...wanted }); };
  const end = (value) => field("until", say("validTo"), { type: "date", required: false, value: value ?? "" });
  const alone = (title, words, name, wanted) => form({ title, reload, buttons: [[words, () => give(wanted), name]] });
  const dated = (values) => (values.until ? { until: values.until } : {});
  return h("details", { class: "panel keeping", open: opened, toggle: (event) => { opened = event.target.open; } }, h("summary", {}, h("h2", {}, say("keeping"))),
    h("div", { class: "keeping-forms" },
      form({ title: say("training"), reload, fields: [field("training", say("trainingName")), end()], buttons: [[say("keep"), (it) => give({ do: "training", name: it.training, ...dated(it) })]],
        blame: (detail) => (/check the year/.test(detail) ? "until" : "training") }),
      (person.trainings ?? []).map((it) => alone(`${say("training")}: ${it.name}`, say("endTraining"), "end-training", { do: "training", name: it.name, ended: true })),
      form({ title: say("licence"), reload, fields: [field("licence", say("licenceNumber"), { value: person.licence?.reference ?? "" }), end(dayOf(person.licence?.valid_until))],
        buttons: [[say("keep"), (it) => give({ do: "licence", reference: it.licence, ...dated(it) })], person.licence && [say("endLicence"), () => give({ do: "licence" }), "end-licence", true]].filter(Boolean) }),
      form({ title: say("limit"), reload, fields: [field("held_max", say("limitOf"), { type: "number", min: 1, max: 10_000, required: false, value: person.held_max ?? "" })],
        buttons: [[say("keep"), (it) => give({ do: "limit", ...(it.held_max && { held_max: Number(it.held_max) }) })]] }),
      pin(person, give, reload),
      person.active ? alone(say("leave"), say("leaves"), "leave", { do: "leave" }) : alone(say("leave"), say("isBack"), "back", { do: "leave", back: true })));
}

/** A PIN, entered twice because nobody sees it. */
function pin(person, give, reload) {
  const hidden = { type: "password", inputmode: "numeric", autocomplete: "new-password" };
  return form({ title: say("pin"), reload, fields: [field("pin", say("newPin"), hidden), field("again", say("samePin"), hidden)], blame: (detail) => (detail ? "pin" : "again"), buttons: [[say("keep"), async (it) => {
    if (it.pin !== it.again) throw new Error(say("pinsDiffer"));
    await give({ do: "pin", pin: it.pin });
    return say("pinKept");
  }, "set-pin"], person.has_pin && [say("removePin"), () => give({ do: "pin" }), "remove-pin", true]].filter(Boolean) });
}

/** Shows the person and returns how to leave them. */
export function show(main, id, { lane }) {
  document.title = PAGES.person;
  let drawnFor = null;
  const load = async () => {
    try {
      const { units, ...person } = await ask(`/api/v1/people/${id}?lane=${encodeURIComponent(lane())}`);
      document.title = person.name;
      drawnFor = isKept(lane);
      units.sort((a, b) => (a.due ?? "9").localeCompare(b.due ?? "9"));
      fill(main, h("div", { class: "page" },
        h("header", { class: "page-head" }, h("h1", {}, person.name),
          h("p", { class: "lead" }, `${word(ROLES, person.role)} · ${person.held === 0 ? say("holdsNothing") : say("holds", { n: person.held })} `,
            person.overdue > 0 && h("span", { class: "pill pill-late" }, icon("warn"), say("overdue", { n: person.overdue })),
            !person.active && h("span", { class: "pill pill-held-back" }, say("badgeEnded")))),
        told(), h("div", { class: "cards" }, units.length === 0 && h("p", { class: "empty" }, say("nothingHeld")), units.map(unitCard)),
        h("div", { class: "papers" }, trainings(person.trainings), licence(person.licence), limits(person)), keeping(person, lane, load),
        (isMasked(units) || (person.licence && !Object.hasOwn(person.licence, "valid_until"))) && h("p", { class: "quiet" }, say("masked"))));
    } catch (error) {
      fill(main, h("div", { class: "page" }, h("h1", {}, PAGES.person), h("p", { class: "problem" }, error.message)));
    }
  };
  const onOutcome = ({ detail: { outcome } }) => { if (outcome.unit && !isFilledIn(main)) load(); };
  const onState = () => { if (!isFilledIn(main) && drawnFor !== null && drawnFor !== isKept(lane)) load(); };
  live.addEventListener("outcome", onOutcome);
  live.addEventListener("state", onState);
  load();
  return () => {
    live.removeEventListener("outcome", onOutcome);
    live.removeEventListener("state", onState);
  };
}
