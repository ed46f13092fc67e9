// A page that is one list from the station: asked when it opens and whenever something was scanned.
// An address that this station does not have is said as that, and not as a fault.

import { fill, h } from "./dom.js";
import { ask } from "./api.js";
import { isKept } from "./form.js";
import { live } from "./live.js";
import { say } from "./words.js";

/** Shows a page with a title; `draw` makes its content from the answer, anew when a keeper comes to the `lane` or goes. Returns how to leave it. */
export function list(main, { title, address, draw, lane = null }) {
  document.title = title;
  const body = h("div", { class: "list-body" }, h("p", { class: "quiet" }, say("reading")));
  fill(main, h("div", { class: "page" }, h("h1", {}, title), body));
  let asked = 0;
  let drawnFor = null;
  const load = async () => {
    const mine = asked += 1;
    try {
      const found = await ask(address());
      drawnFor = lane && isKept(lane);
      if (mine === asked) fill(body, draw(found, load));
    } catch (error) {
      if (mine === asked) fill(body, h("p", { class: error.status === 404 ? "quiet" : "problem" }, error.status === 404 ? say("unavailable") : error.message));
    }
  };
  // A form that somebody fills in is not taken away under their hands.
  const onOutcome = () => { if (!body.contains(document.activeElement)) load(); };
  const onState = () => { if (lane && drawnFor !== isKept(lane)) onOutcome(); };
  live.addEventListener("outcome", onOutcome);
  live.addEventListener("state", onState);
  load();
  return () => {
    asked += 1;
    live.removeEventListener("outcome", onOutcome);
    live.removeEventListener("state", onState);
  };
}

/** A table with the names of its columns. */
export const table = (columns, rows) => h("div", { class: "scroll" }, h("table", { class: "table table-list" },
  h("thead", {}, h("tr", {}, columns.map((it) => h("th", { scope: "col" }, it)))),
  h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((it, at) => h("td", { "data-column": columns[at] }, it)))))));
