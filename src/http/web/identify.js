// What is this code? Pasted or scanned here, explained field by field; nothing is recorded and no record is looked at.
// While this page is open, what the keyboard scanner types goes into its field and not to the counter.

import { fill, h, icon } from "./dom.js";
import { post } from "./api.js";
import { CONFIDENCE, KINDS, PAGES, named, say, said, word } from "./words.js";

export const name = "identify";

const EXAMPLES = ["]C1010952012345678821ABC", "(01)09520123456788(21)12345(10)LOT7", "490154203237518", "AT-000123", "https://id.gs1.org/01/09520123456788/21/12345"];

/** Control characters as a person can see and type them. */
const visible = (text) => text.replaceAll(/[\u0000-\u001f\u007f]/g, (it) => `\\x${it.charCodeAt(0).toString(16).padStart(2, "0")}`);
const meant = (text) => text.replaceAll(/\\x([0-9A-Fa-f]{2})|<GS>/g, (_, hex) => String.fromCharCode(hex ? Number.parseInt(hex, 16) : 0x1d));

/** A symbology identifier in front is told apart from the payload by the station; `]` and two characters. */
const fact = (label, value) => value && h("div", { class: "fact" }, h("dt", {}, label), h("dd", {}, value));

function element(it) {
  return h("tr", { class: it.valid ? null : "is-wrong" },
    h("th", { scope: "row" }, h("span", { class: "mono element-id" }, it.element), h("span", { class: "element-name" }, it.syntax === "ai" ? it.name : named(it.name))),
    h("td", {}, h("span", { class: "mono element-value" }, it.syntax === "derived" ? named(it.value) : visible(it.value))),
    h("td", {}, named(it.meaning), !it.valid && h("span", { class: "late" }, icon("no"), ` ${it.reason ? named(it.reason) : say("notValid")}`)));
}

function explained(found) {
  return [
    h("section", { class: "panel verdict" },
      h("p", { class: `custody ${found.valid ? "is-in" : "is-late"}` }, icon(found.valid ? "good" : "no"), h("span", {}, word(KINDS, found.kind))),
      h("p", { class: "why-line" }, said(found.why)),
      found.reason && h("p", { class: "late" }, said(found.reason)),
      h("dl", { class: "facts-list" }, fact(say("key"), h("span", { class: "mono" }, visible(found.key))), fact(say("confidence"), word(CONFIDENCE, found.confidence)),
        fact(say("symbology"), found.symbology && `${found.symbology}${found.aim ? ` (${found.aim})` : ""}`),
        fact(say("checked"), say(found.valid ? "valid" : "notValid"))),
      found.warnings.length > 0 && [h("h2", {}, say("warnings")), h("ul", {}, found.warnings.map((it) => h("li", {}, said(it))))],
      found.candidates.length > 0 && [h("h2", {}, say("candidates")), h("ul", {}, found.candidates.map((it) => h("li", {}, word(KINDS, it.kind), " ", h("span", { class: "mono" }, it.key ?? "")))) ]),
    h("section", { class: "panel" }, h("h2", {}, say("elements")), found.elements.length === 0 ? h("p", { class: "quiet" }, say("nothingToSay")) :
      h("table", { class: "table elements" }, h("thead", {}, h("tr", {}, [say("element"), say("value"), say("meaning")].map((it) => h("th", { scope: "col" }, it)))),
        h("tbody", {}, found.elements.map(element))))];
}

/** Shows the page and returns how to leave it. */
export function show(main) {
  document.title = PAGES.identify;
  const answer = h("div", { class: "explained", role: "status" });
  const field = h("input", { id: "identify", class: "search mono", autocomplete: "off", autocapitalize: "off", spellcheck: "false", maxlength: 4096, placeholder: say("identifyHint"), "aria-label": say("identifyField") });
  let asked = 0;
  const explain = async (text) => {
    const mine = asked += 1;
    if (text === "") return fill(answer);
    const url = new URL(location.href);
    url.searchParams.set("code", text);
    history.replaceState(null, "", url);
    try {
      const found = await post("/api/v1/identify", { data: meant(text) });
      if (mine === asked) fill(answer, explained(found));
    } catch (error) {
      if (mine === asked) fill(answer, h("p", { class: "problem" }, error.message));
    }
  };
  // A scanner's separators would be lost in a field of one line: they are shown as they are typed by hand.
  field.addEventListener("keydown", (event) => {
    if (!event.ctrlKey || event.altKey || event.metaKey || !["]", "^", "\\", "_", "d"].includes(event.key)) return;
    event.preventDefault();
    field.setRangeText(visible(String.fromCharCode(event.key.toUpperCase().charCodeAt(0) & 0x1f)), field.selectionStart, field.selectionEnd, "end");
  });
  const form = h("form", { class: "search-row", submit: (event) => {
    event.preventDefault();
    explain(field.value);
    field.select();
  } }, icon("scan"), field, h("button", { type: "submit", class: "send" }, say("explain")));
  fill(main, h("div", { class: "page" }, h("h1", {}, PAGES.identify), form, h("p", { class: "lead" }, say("identifyLead")),
    h("p", { class: "examples" }, `${say("example")}: `, EXAMPLES.map((it) => h("button", { type: "button", class: "chip-button mono", click: () => {
      field.value = it;
      explain(it);
    } }, it))), answer));
  const given = new URLSearchParams(location.search).get("code");
  if (given) {
    field.value = visible(given);
    explain(given);
  }
  field.focus();
  return () => { asked += 1; };
}
