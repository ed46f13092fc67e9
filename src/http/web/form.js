// Forms by which a keeper changes the record: each field has its label, and what the station has against it stands in the form.
// Whoever may not change it is shown no form; the station decides all the same.
// Deliberately absent: what the forms ask, which the pages say.

import { fill, h, typed } from "./dom.js";
import { post } from "./api.js";
import { station } from "./live.js";
import { say } from "./words.js";

const KEEPERS = new Set(["keeper", "admin"]);

/** Whether a keeper's session is open at this side. */
export const isKept = (lane) => KEEPERS.has(station.view?.lanes?.[lane()]?.session?.role);

/** Whether somebody is in one of the forms: it is not taken away under their hands. */
export const isFilledIn = (main) => main.contains(document.activeElement?.closest("form") ?? null);

let forms = 0;
let noted = null;

/** What the last form did, said once: the page is drawn anew by then. */
export function told() {
  const it = noted;
  noted = null;
  return it && h("p", { class: "noted", role: "status" }, it);
}

/** A field of a form; `more` are further attributes. What it has is sent without blanks around it. */
export const field = (name, label, more = {}) => ({ label, input: h("input", { class: "field", name, required: true, autocomplete: "off", spellcheck: "false", ...more }) });

/** Gives an instruction at this side of the station. */
export const instruct = (lane, wanted) => post(`/api/v1/instructions?lane=${encodeURIComponent(lane())}`, wanted);

/**
 * A form with a title, fields and buttons: each button is `[words, send, name, bare]`, and `send` gets what was entered, by
 * name; a bare one asks for no field.
 * Afterwards `reload` draws the page anew. A refusal stands at the field that `blame` names for it, else at the first one.
 */
export function form({ title, fields = [], buttons, reload, blame = () => null }) {
  const problem = h("p", { class: "problem", role: "alert", id: `problem-${forms += 1}`, hidden: true });
  const refuse = (error) => {
    const at = fields.find((it) => it.input.name === blame(error.detail ?? "")) ?? fields[0];
    fill(problem, typed(error.message));
    problem.hidden = false;
    for (const { input } of fields) input.removeAttribute("aria-invalid");
    if (!at) return;
    at.input.setAttribute("aria-invalid", "true");
    at.input.setAttribute("aria-describedby", problem.id);
    at.input.focus();
  };
  const submit = async (event) => {
    event.preventDefault();
    const whole = event.target;
    const [, send] = buttons[Number(event.submitter?.dataset.at ?? 0)];
    try {
      noted = await send(Object.fromEntries(fields.map(({ input }) => [input.name, input.value.trim()]))) ?? say("noted");
      if (whole.contains(document.activeElement)) document.activeElement.blur(); // The next scan belongs to the counter.
      reload();
    } catch (error) {
      refuse(error);
    }
  };
  const labelled = ({ label, input }) => {
    if (label !== title) return h("label", { class: "labelled" }, h("span", {}, label), input);
    input.setAttribute("aria-label", label);
    return input;
  };
  return h("form", { class: "keeping-row", submit, "aria-label": title }, h("h3", {}, title), fields.map(labelled),
    buttons.map(([words, , name, bare], at) => h("button", { type: "submit", class: "send", name, "data-at": at, formnovalidate: bare }, words)), problem);
}
