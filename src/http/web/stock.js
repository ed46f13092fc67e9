// Shelves of consumables: how much lies there, and what is to be ordered.

import { h, icon } from "./dom.js";
import { post } from "./api.js";
import { when } from "./format.js";
import { list, table } from "./list.js";
import { PAGES, say } from "./words.js";

export const name = "stock";

/** What was counted on a shelf; a keeper's badge at this side is the permission. */
function counting(shelf, lane, reload) {
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const counted = h("input", { class: "field", type: "number", min: 0, required: true, "aria-label": say("counted"), placeholder: say("counted") });
  const why = h("input", { class: "field", required: true, autocomplete: "off", "aria-label": say("reason"), placeholder: say("reason") });
  const submit = async (event) => {
    event.preventDefault();
    try {
      await post(`/api/v1/instructions?lane=${encodeURIComponent(lane())}`, { do: "count", shelf: shelf.shelf, counted: Number(counted.value), why: why.value.trim() });
      document.activeElement?.blur();
      reload();
    } catch (error) {
      problem.hidden = false;
      problem.textContent = error.message;
    }
  };
  return h("details", { class: "resolve" }, h("summary", {}, say("count")),
    h("form", { submit }, counted, why, h("button", { type: "submit", class: "send" }, say("send"))), problem);
}

/** Shows the shelves and returns how to leave them. */
export const show = (main, _, { lane }) => list(main, {
  title: PAGES.stock,
  address: () => "/api/v1/stock?limit=500",
  draw: (shelves, reload) => [
    h("p", { class: "lead" }, shelves.length === 0 ? say("noStock") : say("stockLead", { n: shelves.length })),
    shelves.length > 0 && table([say("unit"), say("shelf"), say("place"), say("quantity"), say("minimum"), ""], shelves.map((it) => [
      h("strong", {}, it.model), h("span", { class: "mono" }, it.shelf), it.location ?? "", h("strong", { class: "figure" }, it.quantity),
      it.quantity < it.minimum || it.reorder_since
        ? h("span", { class: "figure late" }, icon("warn"), ` ${it.minimum} · ${it.reorder_since ? say("toOrder", { when: when(it.reorder_since) }) : say("toOrderNow")}`) : h("span", { class: "figure" }, it.minimum), counting(it, lane, reload)]))],
});
