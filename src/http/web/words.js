// The language of the page: chosen by the address (`?lang=de`), else by the switch, else by the browser.
// Each language is one file; here stand only how it is chosen and how its sentences are filled in.

import de from "./words-de.js";
import en from "./words-en.js";
import sentences from "./sentences-de.js";
import keeper from "./sentences-keeper-de.js";
import codes, { ELEMENTS } from "./sentences-codes-de.js";

const LANGUAGES = { en, de };
const SENTENCES = { de: { ...sentences, ...keeper, ...codes } };
const NAMES = { de: { ...codes, ...ELEMENTS } };
const KEY = "scanstation.language";

function chosen() {
  const wanted = [new URLSearchParams(location.search).get("lang"), localStorage.getItem(KEY),
    ...navigator.languages.map((it) => it.split("-")[0])];
  return wanted.find((it) => it && Object.hasOwn(LANGUAGES, it)) ?? "en";
}

/** The language in use, by its short name. */
export const language = chosen();
const words = LANGUAGES[language];

export const { locale, ANSWERS, MODES, KINDS, IDENTIFIERS, STATES, EVENTS, ENDED, ROLES, GROUPS, CARDS, CASES, CONDITIONS, CONFIDENCE, HINTS, REASONS, FAULTS, FACTS, VALUES, PAGES, TEXT } = words;

/** Takes the next language and shows the page anew; the live stream resumes from the ledger. */
export function switchLanguage() {
  const names = Object.keys(LANGUAGES);
  const next = names[(names.indexOf(language) + 1) % names.length];
  localStorage.setItem(KEY, next);
  const url = new URL(location.href);
  url.searchParams.set("lang", next);
  location.assign(url);
}

/** The name of the language that the switch leads to, in that language. */
export const otherLanguage = () => {
  const names = Object.keys(LANGUAGES);
  const next = names[(names.indexOf(language) + 1) % names.length];
  return { short: next, name: LANGUAGES[next].name };
};

/** The word of a table, or the wire word itself in plain letters. */
export const word = (table, key) => (Object.hasOwn(table, key) ? table[key] : String(key ?? "").replaceAll("-", " "));

/** The answer whose word and shape a screen shows: a question is not told as "already". */
export const shown = ({ answer, asks }) => (asks ? "asks" : answer);

const plural = new Intl.PluralRules(locale);

/** A sentence of `TEXT`, filled in; the number `n` chooses between one and many. */
export function say(key, values = {}) {
  const found = TEXT[key];
  const text = typeof found === "object" ? found[plural.select(values.n)] ?? found.other : found ?? key;
  return text.replaceAll(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** What is longer is no sentence of the station, and looking for its form would cost time. */
const SENTENCE_MAX = 400;

/** "10 out, 1 overdue": each count is a part of its own. */
const COUNTED = /^\d+ [^,]+(, \d+ [^,]+)+$/;

/** Puts sentences into another language by their form; one that has no form there stays as it was said. */
function translator(sentences = {}) {
  // The longest fixed text first, so that the most particular form is tried first.
  const forms = Object.entries(sentences).filter(([form]) => form.includes("{}"))
    .sort(([a], [b]) => b.replaceAll("{}", "").length - a.replaceAll("{}", "").length)
    .map(([form, text]) => ({ pattern: new RegExp(`^${form.split("{}").map(escaped).join("(.+?)")}$`, "su"), text }));
  // A form that begins with "; " is an end that may follow any sentence, and another end.
  const ends = forms.filter(({ pattern }) => pattern.source.startsWith("^; "));
  const end = (text) => {
    if (Object.hasOwn(sentences, text)) return sentences[text];
    const found = ends.map(({ pattern, text: form }) => [pattern.exec(text), form]).find(([it]) => it);
    let at = 0;
    return found ? found[1].replaceAll("{}", () => translated(found[0][(at += 1)])) : null;
  };
  const translated = (sentence) => {
    if (!sentence || sentence.length > SENTENCE_MAX) return sentence ?? "";
    if (Object.hasOwn(sentences, sentence)) return sentences[sentence];
    const last = sentence.lastIndexOf("; ");
    const said = last > 0 ? end(sentence.slice(last)) : null;
    if (said !== null) return translated(sentence.slice(0, last)) + said;
    if (COUNTED.test(sentence)) return sentence.split(", ").map(translated).join(", ");
    for (const { pattern, text } of forms) {
      const found = pattern.exec(sentence);
      if (!found) continue;
      let at = 0;
      // `{}` takes the parts in order, `{2}` the second; each part may itself be a sentence.
      return text.replaceAll(/\{(\d?)\}/g, (_, number) => translated(found[number ? Number(number) : (at += 1)]));
    }
    return sentence;
  };
  return translated;
}

/** A sentence of the station in the language of the page. */
export const said = translator(SENTENCES[language]);

/** The name of an element of a code, the meaning of its value or what is wrong with it, in the language of the page. */
export const named = translator(NAMES[language]);
