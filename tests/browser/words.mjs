// The words of the page: one file a language, the same in both, and none anywhere else. No browser is needed.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import en from "../../src/http/web/words-en.js";
import de from "../../src/http/web/words-de.js";
import sentences from "../../src/http/web/sentences-de.js";
import codes, { ELEMENTS } from "../../src/http/web/sentences-codes-de.js";

const WEB = new URL("../../src/http/web/", import.meta.url);
const RULES = new URL("../../src/rules/words/", import.meta.url);

const IDENTIFY = new URL("../../src/identify/", import.meta.url);
const MAKERS = new URL("../../config/makers/", import.meta.url);

/** Files of `identify` whose words a page never shows: names of symbologies, single readers, rows of the precedence, faults of rules. */
const NOT_SHOWN = new Set(["aim.rs", "single.rs", "precedence.rs", "maker.rs", "options.rs"]);

/** What is the same in both languages. */
const SAME = new Set(["UII {}", "IMEI {}", "MEID {}", "VIN", "URL", "CAGE", "DUNS", "Bookland", "UDI-DI", "ICCID", "EPC (SGTIN)", "{} addon {}", "{} {} uom {}", "YYJJJ {}"]);

/** Strings of a module of the program, what is filled in as `{}`; without its tests, comments and attributes. */
function literalsOf(source) {
  const bare = source.split("#[cfg(test)]")[0].replaceAll(/^\s*\/\/.*$|\s\/\/ .*$/gm, "").replaceAll(/#!?\[(?!error)[^\]]*\]/g, "").replaceAll(/b?'(\\.|[^'\\])'/g, "");
  return [...bare.matchAll(/"((?:[^"\\]|\\[\s\S])*)"/g)].map((it) => it[1].replaceAll(/\\\n\s*/g, "").replaceAll('\\"', '"').replaceAll(/\{[^}]*\}/g, "{}"));
}

/** Every entry by its path, with what is filled in. */
function entries(words, path = "") {
  return Object.entries(words).flatMap(([key, value]) =>
    (typeof value === "object" ? entries(value, `${path}${key}.`) : [[`${path}${key}`, [...value.matchAll(/\{\w+\}/g)].map(String).sort()]]));
}

/** Text that a person would read: two words, or one that begins with a capital. */
const isProse = (text) => /[A-Za-z]{2,} [a-z]{2,}|^[A-Z][a-z]+\W*$|[a-z]: $/.test(text.replaceAll(/\$\{[^}]*\}/g, "{}"));

/** What stands on keys is the same in every language. */
const KEYS = new Set(["Esc", "Escape", "Enter", "Tab", "Alt"]);

/** Strings of a module that are no names of classes, selectors, addresses or shapes. */
function strings(source) {
  const bare = source.replaceAll(/^\s*\/\/.*$|\s\/\/ .*$|\/\*[\s\S]*?\*\//gm, "").replaceAll(/^import .*$|^const SHAPES[\s\S]*?^};$/gm, "")
    .replaceAll(/(class:|className =|querySelector(All)?\(|closest\??\.?\(|matchMedia\(|"class",) *("[^"]*"|`[^`]*`)/g, "")
    .replaceAll(/class: \w+ \? "[^"]*"/g, "").replaceAll(/=== "[^"]*"|(KEYS|KEY) = "[^"]*"/g, "");
  return [...bare.matchAll(/"([^"\n]*)"|`([^`\n]*)`/g)].map((it) => it[1] ?? it[2]).filter((it) => !KEYS.has(it));
}

/** Sentences as the station says them, with what they are in German. */
const PUT_TOGETHER = {
  "Makita DDF484: in; this serial number was superseded: the unit now bears another": "Makita DDF484: da; diese Seriennummer ist abgelöst: das Stück trägt jetzt eine andere",
  "Not bound: SKU-1 is the SKU of Acme Drill, not the serial number of one piece": "Nicht zugeordnet: SKU-1 ist die Artikelnummer von Acme Drill, nicht die Seriennummer eines Stücks",
  "tag AT-000123G (the same as AT-000123) already belongs to this unit": "das Etikett AT-000123G (dasselbe wie AT-000123) trägt schon dieses Stück",
  "Misread, scan again: the tag has the letter O, which no tag of ours has, because it looks like 0; did you mean AT-000123?": "Falsch gelesen, nochmals scannen: das Etikett hat den Buchstaben O, den keines unserer Etiketten hat, weil er wie 0 aussieht; war AT-000123 gemeint?",
  "AT-000123 is in LOC-Q1": "AT-000123 ist in LOC-Q1",
  "Events 3 to 9 are not signed, but a silence is among them, after which the station signs: checkpoints were removed, and what they covered may have been rewritten. Compare with a backup, or with a checkpoint that was kept elsewhere (scanstation verify --checkpoint). The files were copied aside.":
    "Die Ereignisse 3 bis 9 sind nicht unterschrieben, aber darunter ist eine Pause, nach der die Station unterschreibt: Prüfpunkte wurden entfernt, und was sie deckten, kann umgeschrieben sein. Mit einer Sicherung vergleichen, oder mit einem anderswo aufbewahrten Prüfpunkt (scanstation verify --checkpoint). Die Dateien sind beiseitekopiert.",
  "Wera Click-Torque C 3: taken out of service": "Wera Click-Torque C 3: außer Dienst genommen",
  "Makita DDF484: reported lost: tell the keeper": "Makita DDF484: als verloren gemeldet: der Leitung sagen",
  "Makita DDF484: in repair; last in LOC-A · Bay A; REPAIR and its plate when it is back; warranty ended 2026-03-31": "Makita DDF484: in Reparatur; zuletzt in LOC-A · Bay A; REPAIR und das Typenschild, wenn es zurück ist; Garantie abgelaufen 2026-03-31",
  "Makita DDF484: reported lost: tell the keeper; last with Kim, overdue since Tue 17:00; FOUND if it is here": "Makita DDF484: als verloren gemeldet: der Leitung sagen; zuletzt bei Kim, überfällig seit Di 17:00; FOUND, wenn es hier ist",
  "Makita DDF484: to be checked first; last with Kim": "Makita DDF484: erst zu prüfen; zuletzt bei Kim",
  "Makita DDF484: in; regulated, no serial number on record: PAIR its plate; part of AT-9": "Makita DDF484: da; kontrolliert, keine Seriennummer bekannt: sein Typenschild mit PAIR zuordnen; Teil von AT-9",
  "Paired already, and right: Fairphone FP5; DONE binds the IMEI": "Schon zugeordnet, und richtig: Fairphone FP5; DONE ordnet die IMEI zu",
  "Paired: AT-1 with SN-2, Fairphone FP5 + IMEI": "Zugeordnet: AT-1 mit SN-2, Fairphone FP5 + IMEI",
  "Makita DDF484: to be looked at": "Makita DDF484: anzusehen",
  "On hold: to be looked at; ask the keeper. Free: AT-000124, LOC-B": "Zurückgehalten: anzusehen; die Leitung fragen. Frei: AT-000124, LOC-B",
  "Makita DDF484: to be cleaned": "Makita DDF484: zu reinigen",
  "AT-000123 in quarantine": "AT-000123 in Quarantäne",
  "Undone: AT-000123 is in service again": "Zurückgenommen: AT-000123 ist wieder im Dienst",
  "Hello Kim: you have 1; training cord is over": "Hallo Kim: du hast 1; Unterweisung cord ist abgelaufen",
  "Hello Kim; training a is over; training b until 3 Dec 08:00": "Hallo Kim; Unterweisung a ist abgelaufen; Unterweisung b bis 3 Dez 08:00",
  "Kit with 1 part: complete? DONE, or MISSING": "Kit mit 1 Teil: vollständig? DONE, oder MISSING",
  "Kit with 3 parts; NOT AT-1 (with Kim): complete? DONE, or MISSING": "Kit mit 3 Teilen; ohne AT-1 (bei Kim): vollständig? DONE, oder MISSING",
  "In the cart: Kit out; with 3 parts": "Im Korb: Kit raus; mit 3 Teilen",
  "In the cart: Kit out to Ana, due 17:00; with 1 part; NOT AT-1 (with Kim)": "Im Korb: Kit raus an Ana, fällig 17:00; mit 1 Teil; ohne AT-1 (bei Kim)",
  "Kit for Kim with 1 part; NOT AT-1 (with Ana): complete? DONE, or MISSING": "Kit von Kim mit 1 Teil; ohne AT-1 (bei Ana): vollständig? DONE, oder MISSING",
  "Kit for Kim with 3 parts: complete? DONE, or MISSING": "Kit von Kim mit 3 Teilen: vollständig? DONE, oder MISSING",
  "Out to Kim: Kit, due 17:00; with 2 parts; NOT AT-1 (with Ana), AT-2 (training missing)": "An Kim: Kit, fällig 17:00; mit 2 Teilen; ohne AT-1 (bei Ana), AT-2 (Unterweisung fehlt)",
  "Back in: Drill, put it in LOC-A; worn; part of AT-9": "Zurück: Drill, kommt in LOC-A; abgenutzt; Teil von AT-9",
  "Makita DDF484: with Kim, overdue since Tue 17:00; warranty ended 2026-03-31; next: bring it back": "Makita DDF484: bei Kim, überfällig seit Di 17:00; Garantie abgelaufen 2026-03-31; jetzt: zurückbringen",
  "Fluke 323: in, LOC-M; worn; warranty until 2027-03-31; next: calibrate it, due 3 Dec 23:59": "Fluke 323: da, LOC-M; abgenutzt; Garantie bis 2027-03-31; jetzt: kalibrieren, fällig 3 Dez 23:59",
  "Hello Kim: you have 1; training a until 3 Dec 08:00; licence valid until Tue 23:59": "Hallo Kim: du hast 1; Unterweisung a bis 3 Dez 08:00; Erlaubnis gültig bis Di 23:59",
  "Hello Kim; training a is over; licence expired": "Hallo Kim; Unterweisung a ist abgelaufen; Erlaubnis abgelaufen",
  "Hello Kim: 1 overdue, you have 3; training a is over; training b is over; training c until 3 Dec 08:00; licence expired; 2 of it to be calibrated; 1 still in your cart: DONE or CANCEL; changed meanwhile: AT-1":
    "Hallo Kim: 1 überfällig, du hast 3; Unterweisung a ist abgelaufen; Unterweisung b ist abgelaufen; Unterweisung c bis 3 Dez 08:00; Erlaubnis abgelaufen; 2 davon zu kalibrieren; 1 noch in deinem Korb: DONE oder CANCEL; inzwischen verändert: AT-1",
  "Kim has the cart of Ana now: 2; 1 left before; NOT AT-1 (training missing)": "Kim hat jetzt den Korb von Ana: 2; 1 von früher; NICHT AT-1 (Unterweisung fehlt)",
  "Done: 1 out to Ana; NOT booked: AT-1 (changed meanwhile), AT-2 (on hold)": "Fertig: 1 an Ana; NICHT gebucht: AT-1 (inzwischen geändert), AT-2 (zurückgehalten)",
  "Label to be printed again: AT-000124, Bosch GSR 18V-60. Scan the new label": "Etikett neu zu drucken: AT-000124, Bosch GSR 18V-60. Das neue Etikett scannen",
  "Missing: AT-1; it stays with nobody": "Es fehlt: AT-1; niemand hat es",
  "Second proof: plate, PIN or another badge, 20 s; NOT booked: AT-1": "Zweiter Nachweis: Typenschild, PIN oder anderer Ausweis, 20 s; NICHT gebucht: AT-1",
  "Back in: Drill, put it in LOC-A; worn; found again; part of AT-9": "Zurück: Drill, kommt in LOC-A; abgenutzt; wiedergefunden; Teil von AT-9",
  "Returned for Kim: Drill; found again": "Zurückgegeben für Kim: Drill; wiedergefunden",
  "Back in: Drill, put it in LOC-A; NOT booked: AT-1": "Zurück: Drill, kommt in LOC-A; NICHT gebucht: AT-1",
  "In the cart: Drill out to Ana, due 17:00": "Im Korb: Drill raus an Ana, fällig 17:00",
  "In the cart: Drill back in for Kim": "Im Korb: Drill zurück, war bei Kim",
  "Damaged: Drill; now scan the quarantine bin; no longer in the cart": "Schaden: Drill; jetzt das Quarantänefach scannen; nicht mehr im Korb",
  "Drill is in LOC-F · Cabinet F; still with Kim: IN returns it": "Drill ist in LOC-F · Cabinet F; noch bei Kim: IN bringt es zurück",
  "Cart emptied: 2 not booked; still for Kim": "Korb geleert: 2 nicht gebucht; noch für Kim",
  "Hello Ana: you have 1; the last scan of Kim was NOT booked": "Hallo Ana: du hast 1; der letzte Scan von Kim ist NICHT gebucht",
  "Read twice: On hold: spring; ask the keeper": "Zweimal gelesen: Zurückgehalten: spring; die Leitung fragen",
  "Undone: AT-1 is reported lost again": "Zurückgenommen: AT-1 ist wieder als verloren gemeldet",
  "In the cart: Drill out, due 17:00; scan the job": "Im Korb: Drill raus, fällig 17:00; den Auftrag scannen",
  "Out to Kim: Drill, due 17:00; still waiting for the job: AT-1, AT-2": "An Kim: Drill, fällig 17:00; wartet noch auf den Auftrag: AT-1, AT-2",
  "Out to Kim with job 4711: AT-1; NOT booked: AT-2 (reserved)": "An Kim mit Auftrag 4711: AT-1; NICHT gebucht: AT-2 (reserviert)",
  "Job 4711: nothing out to Kim; NOT booked: AT-2 (on hold)": "Auftrag 4711: nichts an Kim; NICHT gebucht: AT-2 (zurückgehalten)",
  "NOT booked, scan the job first: AT-1": "NICHT gebucht, erst den Auftrag scannen: AT-1",
  "Done: 2 and 1 kit with 3 parts out to Kim, 1 kit with 1 part back in": "Fertig: 2 und 1 Satz mit 3 Teilen an Kim, 1 Satz mit 1 Teil zurück",
  "Cart emptied: 2 kits with 5 parts not booked; still for Kim": "Korb geleert: 2 Sätze mit 5 Teilen nicht gebucht; noch für Kim",
  "Hello Kim; 1 kit with 2 parts still in your cart: DONE or CANCEL": "Hallo Kim; 1 Satz mit 2 Teilen noch in deinem Korb: DONE oder CANCEL",
  "Handed over: 1 kit with 3 parts to Kim": "Übergeben: 1 Satz mit 3 Teilen an Kim",
  "Kim left: the last scan was NOT booked": "Kim ging: der letzte Scan ist NICHT gebucht",
};

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

  async "every sentence of the rules has its German form"() {
    const files = readdirSync(RULES).filter((it) => it !== "cards.rs");
    const literals = files.flatMap((it) => literalsOf(readFileSync(new URL(it, RULES), "utf8")));
    // Words that are put together, not sentences: names of modes and cards, marks between parts.
    const whole = [...new Set(literals)].filter((it) => /[a-z]{3,} |[A-Za-z]{3,}: |[a-z]{4,}$/.test(it) && !/^[a-z-]+$|^(, |; |\. | )/.test(it) && !it.startsWith("{}: {}"));
    const known = { ...sentences, ...codes };
    // What begins with "; " is an end that may follow any sentence.
    const has = (it) => [it, it.replace(/^(\{\})+(?=; )/, ""), it.replace(/^(\{\})+(?=; )|\{\}$/g, ""), it.replace(/\{\}$/, ""), it.replace(/(\{\}){2,}/, "{}"), it.replace(/\{\}$/, " {}"), it.replace(/(\w)\{\}/, "$1 {}")].some((form) => Object.hasOwn(known, form));
    assert.deepEqual(whole.filter((it) => !has(it)), []);
    return null;
  },

  async "what is put together from parts is German in each of them"() {
    // The module asks the browser for its language once, when it is first read.
    globalThis.location = { search: "?lang=de" };
    globalThis.localStorage = { getItem: () => null };
    Object.defineProperty(globalThis, "navigator", { value: { languages: ["de"] }, configurable: true });
    const { said } = await import("../../src/http/web/words.js");
    assert.deepEqual(Object.keys(PUT_TOGETHER).map(said), Object.values(PUT_TOGETHER));
    return null;
  },

  async "every sentence, name and meaning of `identify` has its German form"() {
    const known = { ...codes, ...ELEMENTS };
    const files = readdirSync(IDENTIFY, { recursive: true }).filter((it) => it.endsWith(".rs") && !NOT_SHOWN.has(it));
    const shown = files.flatMap((file) => {
      const source = readFileSync(new URL(file, IDENTIFY), "utf8");
      // In a table of names each row has its name second; elsewhere a sentence is what has words with blanks between.
      const names = [...source.matchAll(/^ *row\("\w+", "([^"]+)"/gm), ...source.matchAll(/\(\w+, "[a-z]+", "([^"]+)"\)/g), ...source.matchAll(/=> "([a-z][^"]+)",$/gm)].map((it) => it[1]);
      const phrases = literalsOf(source).filter((it) => /[a-z]{2,} [a-z(]|[A-Za-z]{3,}[:.]? \{\}|\{\} [a-z]{3,}/.test(it) && !it.startsWith(" "));
      return [...(file.endsWith("parts.rs") || file.endsWith("di.rs") ? names : []), ...phrases];
    });
    const has = (it) => SAME.has(it) || [it, `${it}.`, it.replaceAll('"{}"', "{}")].some((form) => Object.hasOwn(known, form));
    assert.ok(shown.length > 300, `${shown.length} found`);
    assert.deepEqual([...new Set(shown)].filter((it) => !has(it)), []);
    const makers = readdirSync(MAKERS).flatMap((it) => readFileSync(new URL(it, MAKERS), "utf8").split("[[rule]]").slice(1));
    const rules = makers.filter((it) => /^distinctive = true/m.test(it)).flatMap((it) => [.../^name = "(.*)"/m.exec(it) ?? []].slice(1));
    const facts = makers.flatMap((it) => it.split("[[rule.fact]]").slice(1)).map((it) => (/^shown = "(.*)"/m.exec(it) ?? /^name = "(.*)"/m.exec(it))[1]);
    assert.deepEqual([...new Set([...rules, ...facts])].filter((it) => !Object.hasOwn(known, it)), []);
    return null;
  },
};
