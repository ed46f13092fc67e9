// The words of the page: one file a language, the same in both, and none anywhere else. No browser is needed.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import en from "../../src/http/web/words-en.js";
import de from "../../src/http/web/words-de.js";
import sentences from "../../src/http/web/sentences-de.js";

const WEB = new URL("../../src/http/web/", import.meta.url);
const RULES = new URL("../../src/rules/words/", import.meta.url);

/** Every entry by its path, with what is filled in. */
function entries(words, path = "") {
  return Object.entries(words).flatMap(([key, value]) =>
    (typeof value === "object" ? entries(value, `${path}${key}.`) : [[`${path}${key}`, [...value.matchAll(/\{\w+\}/g)].map(String).sort()]]));
}

/** Text that a person would read: two words, or one that begins with a capital. */
const isProse = (text) => /[A-Za-z]{2,} [a-z]{2,}|^[A-Z][a-z]+\W*$|[a-z]: $/.test(text.replaceAll(/\$\{[^}]*\}/g, "{}"));

/** What stands on keys is the same in every language. */
const KEYS = new Set(["Esc", "Escape", "Enter", "Tab"]);

/** Strings of a module that are no names of classes, selectors, addresses or shapes. */
function strings(source) {
  const bare = source.replaceAll(/^\s*\/\/.*$|\s\/\/ .*$|\/\*[\s\S]*?\*\//gm, "").replaceAll(/^import .*$|^const SHAPES[\s\S]*?^};$/gm, "")
    .replaceAll(/(class:|className =|querySelector(All)?\(|closest\??\.?\(|matchMedia\(|"class",) *("[^"]*"|`[^`]*`)/g, "")
    .replaceAll(/class: \w+ \? "[^"]*"/g, "").replaceAll(/=== "[^"]*"|(KEYS|KEY) = "[^"]*"/g, "");
  return [...bare.matchAll(/"([^"\n]*)"|`([^`\n]*)`/g)].map((it) => it[1] ?? it[2]).filter((it) => !KEYS.has(it));
}

export const WORDS = {
  async "both languages have the same words and fill in the same things"() {
    assert.deepEqual(entries(de), entries(en));
    return null;
  },

  async "no word of the page stands outside the files of its languages"() {
    const found = readdirSync(WEB).filter((it) => it.endsWith(".js") && !/^(words|sentences)-/.test(it)).flatMap((file) =>
      strings(readFileSync(new URL(file, WEB), "utf8")).filter(isProse).map((it) => `${file}: ${it}`));
    assert.deepEqual(found, []);
    const page = readFileSync(new URL("index.html", WEB), "utf8").replace(/<noscript>.*<\/noscript>|<title>.*<\/title>/g, "");
    assert.deepEqual([...page.matchAll(/>([^<]*[A-Za-z]{2}[^<]*)</g)].map((it) => it[1].trim()).filter((it) => it !== "scanstation"), []);
    return null;
  },

  async "every sentence of the rules has its German form, and none is forgotten there"() {
    const files = readdirSync(RULES).filter((it) => it !== "cards.rs" && it !== "because.rs");
    const literals = files.flatMap((it) => [...readFileSync(new URL(it, RULES), "utf8").split("#[cfg(test)]")[0].matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((found) => found[1]));
    const forms = new Set(literals.map((it) => it.replaceAll(/\{[^}]*\}/g, "{}")));
    // Words that are put together, not sentences: names of modes and cards, marks between parts.
    const whole = [...forms].filter((it) => /[a-z]{3,} |[A-Za-z]{3,}: |[a-z]{4,}$/.test(it) && !/^[a-z-]+$|^(, |; |\. | )/.test(it) && !it.startsWith("{}: {}"));
    const missing = whole.filter((it) => !Object.hasOwn(sentences, it) && !Object.hasOwn(sentences, it.replace(/\{\}$/, "").replace(/\{\}\{\}/, "{}")));
    if (missing.length > 0) console.log(`     shown in English: ${missing.length} of ${whole.length}\n       ${missing.join("\n       ")}`);
    assert.ok(missing.length * 10 <= whole.length, `${missing.length} of ${whole.length} sentences have no German form`);
    return null;
  },
};
