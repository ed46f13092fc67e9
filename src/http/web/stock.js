// Shelves of consumables: how much lies there, and what is to be ordered.

import { h, icon } from "./dom.js";
import { field, form, instruct, isKept, told } from "./form.js";
import { when } from "./format.js";
import { list, table } from "./list.js";
import { PAGES, say } from "./words.js";

export const name = "stock";

/** What was counted on a shelf, for a keeper to say. */
const counting = (shelf, lane, reload) => isKept(lane) && h("details", { class: "resolve" }, h("summary", {}, say("count")),
  form({ title: say("count"), reload, fields: [field("counted", say("counted"), { type: "number", min: 0 }), field("why", say("reason"))],
    buttons: [[say("send"), async ({ counted, why }) => { await instruct(lane, { do: "count", shelf: shelf.shelf, counted: Number(counted), why }); }]] }));

/** Shows the shelves and returns how to leave them. */
export const show = (main, _, { lane }) => list(main, {
  title: PAGES.stock,
  lane,
  address: () => "/api/v1/stock?limit=500",
  draw: (shelves, reload) => [
    told(), h("p", { class: "lead" }, shelves.length === 0 ? say("noStock") : say("stockLead", { n: shelves.length })),
    shelves.length > 0 && table([say("unit"), say("shelf"), say("place"), say("quantity"), say("minimum"), ""], shelves.map((it) => [
      h("strong", {}, it.model), h("span", { class: "mono" }, it.shelf), it.location ?? "", h("strong", { class: "figure" }, it.quantity),
      it.quantity < it.minimum || it.reorder_since
        ? h("span", { class: "figure late" }, icon("warn"), ` ${it.minimum} · ${it.reorder_since ? say("toOrder", { when: when(it.reorder_since) }) : say("toOrderNow")}`) : h("span", { class: "figure" }, it.minimum), counting(it, lane, reload) || ""]))],
});
