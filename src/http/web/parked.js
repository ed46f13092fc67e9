// Codes that were set aside because nobody knew them: what, when, where, and what becomes of each.
// A keeper says it here: a number of a unit, a unit of its own, of a model that is there or new, or nothing of ours.

import { fill, h, icon } from "./dom.js";
import { ask, post } from "./api.js";
import { field, form, instruct, isKept, told } from "./form.js";
import { when } from "./format.js";
import { list } from "./list.js";
import { button, thumbnail } from "./stills.js";
import { IDENTIFIERS, KINDS, PAGES, say, word } from "./words.js";

export const name = "parked";

const BINDABLE = ["serial", "tag", "foreign-tag", "imei", "mac", "vin", "rfid-uid"];
const SUGGESTED = 20;

const chosen = () => ({ label: say("kind"), input: h("select", { class: "field", name: "as" }, h("option", { value: "" }, say("asRead")), BINDABLE.map((it) => h("option", { value: it }, word(IDENTIFIERS, it)))) });

/** What people call a model. */
const called = (it) => `${it.maker} ${it.name}`.trim();

/** A field in which a model is chosen by typing; `of` is how an instruction names what stands there. */
function modelField(id) {
  const offered = h("datalist", { id });
  const model = field("model", say("model"), { list: id, placeholder: say("modelHint") });
  let known = [];
  let asked = 0;
  const suggest = async () => {
    const mine = asked += 1;
    const found = await ask(`/api/v1/models?limit=${SUGGESTED}&query=${encodeURIComponent(model.input.value)}`).catch(() => []);
    if (mine !== asked) return; // A newer question is under way.
    known = found;
    fill(offered, known.map((it) => h("option", { value: called(it) }, [it.sku, it.category].filter(Boolean).join(" · "))));
  };
  model.input.addEventListener("input", suggest);
  model.input.addEventListener("focus", suggest);
  const of = (text) => {
    const meant = known.filter((it) => called(it) === text);
    return meant.length === 1 ? `#${meant[0].id}` : text;
  };
  return { model, offered, of };
}

/** The form of a model that is not in the register; `entered` gets its name. */
function newModel(code, lane, entered) {
  const categories = h("datalist", { id: `categories-${code.id}` });
  const gtin = /(?:^|;)01=(\d{14})(?:;|$)/.exec(code.text)?.[1] ?? (/^\d{14}$/.test(code.text) ? code.text : "");
  const more = { required: false };
  const fields = [field("maker", say("maker"), more), field("name", say("modelName")), field("sku", say("sku"), more),
    field("gtin", "GTIN", { ...more, inputmode: "numeric", value: gtin }), field("category", say("category"), { ...more, list: categories.id })];
  const whole = h("details", { class: "inner", toggle: async () => {
    if (whole.open) fill(categories, (await ask("/api/v1/categories").catch(() => [])).map((it) => h("option", { value: it })));
  } }, h("summary", {}, say("newModel")), categories, form({
    title: say("newModel"), fields, reload: () => { whole.open = false; },
    blame: (detail) => (/GTIN|check digit/.test(detail) ? "gtin" : /SKU/.test(detail) && !/there already, with/.test(detail) ? "sku" : /category/.test(detail) ? "category" : "name"),
    buttons: [[say("enterModel"), async ({ maker, name, sku, gtin, category }) => {
      await instruct(lane, { do: "model", maker, name, category, ...(sku && { sku }), ...(gtin && { gtin }) });
      entered(called({ maker, name }));
    }, "enter-model"]],
  }));
  return whole;
}

function resolving(code, lane, reload) {
  if (!isKept(lane)) return null;
  const resolve = async (wanted) => { await post(`/api/v1/parked/${code.id}/resolve?lane=${encodeURIComponent(lane())}`, wanted); };
  const { model, offered, of } = modelField(`models-${code.id}`);
  const [asUnit, asNew] = [chosen(), chosen()];
  const title = (what) => `${say("resolveAs")} ${say(what)}`;
  return h("details", { class: "resolve" }, h("summary", {}, say("resolve")),
    form({ title: title("resolveUnit"), reload, fields: [field("unit", say("unit"), { placeholder: say("tagOrNumber") }), asUnit],
      buttons: [[say("resolve"), ({ unit, as }) => resolve({ do: "bind", unit, as: as || null }), "bind"]] }),
    form({ title: title("resolveNew"), reload, fields: [model, asNew],
      buttons: [[say("enterUnit"), ({ model: text, as }) => resolve({ do: "create", model: of(text), as: as || null }), "create"]] }),
    offered, newModel(code, lane, (text) => {
      model.input.value = text;
      model.input.focus();
    }),
    form({ title: title("resolveNothing"), reload, fields: [field("why", say("reason"))],
      buttons: [[say("dismiss"), ({ why }) => resolve({ do: "dismiss", why }), "dismiss"]] }));
}

/** A picture of where the code was found; another one takes its place here, and both stay in the ledger. */
function taking(code, lane, reload) {
  const place = h("div", {});
  button(lane, { event: code.id }, () => {
    document.activeElement?.blur();
    reload();
  }).then((it) => it && place.append(it));
  return place;
}

/** Shows the codes and returns how to leave them. */
export const show = (main, _, { lane }) => list(main, {
  title: PAGES.parked,
  lane,
  address: () => `/api/v1/parked?limit=200&lane=${encodeURIComponent(lane())}`,
  draw: (codes, reload) => [
    told(), h("p", { class: "lead" }, codes.length === 0 ? say("nothingParked") : say("parkedLead", { n: codes.length })),
    codes.length > 0 && !isKept(lane) && h("p", { class: "quiet" }, say("keeperResolves")),
    codes.some((it) => it.text.includes("•")) && h("p", { class: "quiet" }, say("masked")),
    h("div", { class: "parked-codes" }, codes.map((it) => h("article", { class: "panel parked", "data-parked": it.id },
      h("div", { class: "parked-head" }, h("h2", { class: "mono parked-text" }, it.text || "—"), it.times > 1 && h("span", { class: "pill pill-held-back" }, `× ${it.times}`)),
      h("div", { class: "facts" }, h("span", {}, word(KINDS, it.kind)), h("time", {}, when(it.time)), h("span", {}, `${it.station} · ${say("side", { side: it.lane })}`),
        it.person && h("span", {}, icon("person"), ` ${it.person}`)),
      it.still && thumbnail(it.still, lane(), say("pictureOf", { what: it.text })),
      taking(it, lane, reload), resolving(it, lane, reload)))),
  ],
});
