// Shelves of consumables: how much lies there, and what is to be ordered.

import { h, icon } from "./dom.js";
import { when } from "./format.js";
import { list, table } from "./list.js";
import { PAGES, say } from "./words.js";

export const name = "stock";

/** Shows the shelves and returns how to leave them. */
export const show = (main) => list(main, {
  title: PAGES.stock,
  address: () => "/api/v1/stock?limit=500",
  draw: (shelves) => [
    h("p", { class: "lead" }, shelves.length === 0 ? say("noStock") : say("stockLead", { n: shelves.length })),
    shelves.length > 0 && table([say("unit"), say("shelf"), say("place"), say("quantity"), say("minimum")], shelves.map((it) => [
      h("strong", {}, it.model), h("span", { class: "mono" }, it.shelf), it.location ?? "", h("strong", {}, it.quantity),
      it.quantity < it.minimum || it.reorder_since
        ? h("span", { class: "late" }, icon("warn"), ` ${it.minimum} · ${it.reorder_since ? say("toOrder", { when: when(it.reorder_since) }) : say("toOrderNow")}`) : it.minimum]))],
});
