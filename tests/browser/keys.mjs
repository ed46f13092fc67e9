// What keyboards and scanners that act as one can do to the page, and what the page gives away: nothing, to nobody.

import assert from "node:assert/strict";
import en from "../../src/http/web/words-en.js";
import de from "../../src/http/web/words-de.js";
import { Service, calm, open, says, until } from "./bench.mjs";

const PAGES = ["/", "/units", "/people", "/events", "/overdue", "/parked", "/cases", "/labels", "/stock", "/shift", "/cards", "/identify?code=%5DC1010952012345678821ABC", "/unit/AT-000123", "/unit/AT-000160", "/person/1", "/camera"];

/** Waits until a page has drawn what it asked for. */
async function drawn(page, address, path) {
  await page.goto(`${address}${path}`);
  await page.locator("main h1, main .answer").first().waitFor();
  await page.locator("#all-commands").waitFor();
  await until("its questions are answered", () => page.asked.size === 0);
}

/** Keys as a scanner sends them, five milliseconds apart by their own clock, however busy the machine is. */
async function burst(page, keys) {
  const line = await page.context().newCDPSession(page);
  const begun = Date.now() / 1_000;
  for (const [at, key] of keys.entries()) await line.send("Input.dispatchKeyEvent", { type: key.text ? "keyDown" : "rawKeyDown", ...key, timestamp: begun + at * 0.005 });
  await line.detach();
}
const letters = (text) => [...text].map((it) => ({ key: it, text: it }));
const ENTER = { key: "Enter", code: "Enter", text: "\r", windowsVirtualKeyCode: 13 };

/** The payloads of the journal that hold a text, oldest first. */
const read = async (service, text) => service.read().filter((it) => it?.includes(text));

export const KEYS = {
  async "control characters of a scanner arrive, by Ctrl and by Alt with the number pad, and reach no shortcut"({ browser, service }) {
    const page = await open(browser, service.address);
    const ctrl = (key, code) => [{ key: "Control", code: "ControlLeft", modifiers: 2 }, { key, code, modifiers: 2 }];
    // CR LF: Enter, then Ctrl+J, which would open the downloads.
    await burst(page, [...letters("CTRL01"), ...ctrl("]", "BracketRight"), ...letters("2199"), ENTER, ...ctrl("j", "KeyJ")]);
    await until("the separator came by Ctrl", async () => (await read(service, "CTRL01"))[0] === "CTRL01\\x1d2199");
    const pad = [0, 2, 9].map((it) => ({ key: `${it}`, code: `Numpad${it}`, modifiers: 1 }));
    await burst(page, [...letters("ALT01"), { key: "Alt", code: "AltLeft", modifiers: 1 }, ...pad, { key: "Alt", code: "AltLeft", type: "keyUp" }, ...letters("2199"), ENTER]);
    await until("the separator came by Alt", async () => (await read(service, "ALT01"))[0] === "ALT01\\x1d2199");
    assert.equal(page.context().pages().length, 1);
    // F7 within a burst is a scanner's, and no command.
    await burst(page, [...letters("KEYS"), { key: "F7", code: "F7" }, ...letters("99"), ENTER]);
    await until("the code is whole", async () => (await read(service, "KEYS")).includes("KEYS99"));
    assert.ok(await page.locator("#command-panel").isHidden());
    return page;
  },

  async "keys reach the counter from wherever the focus was, and from a field that was left alone"({ browser, service }) {
    const page = await open(browser, service.address);
    for (const id of ["#language", "#nav a >> nth=1", "#entry", "#all-commands"]) {
      await page.locator(id).focus();
      await page.keyboard.type("FOCUS", { delay: 0 });
      await page.keyboard.press("Enter");
      await until("nothing is left in the field", async () => (await page.locator("#entry").inputValue()) === "");
    }
    await until("each was one scan", async () => (await read(service, "FOCUS")).length === 4);
    await page.clock.install();
    await page.goto(`${service.address}/units`);
    await page.locator(".card").first().waitFor();
    await page.locator("#search").focus();
    await page.keyboard.type("bosch");
    await page.clock.fastForward(31_500);
    await until("the search gave the keys back", () => page.evaluate(() => document.activeElement === document.body));
    assert.equal(await page.locator("#search").inputValue(), "bosch");
    await page.keyboard.type("LEFT-ALONE", { delay: 0 });
    await page.keyboard.press("Enter");
    await until("the scan went to the counter", async () => (await read(service, "LEFT-ALONE")).length === 1);
    return page;
  },

  async "a whole turn by keys alone, with the focus always to be seen"({ browser, service }) {
    const page = await open(browser, service.address, "/units");
    await page.locator(".card").first().waitFor();
    const unseen = [];
    for (let at = 0; at < 24; at += 1) {
      await page.keyboard.press("Tab");
      const mark = await page.evaluate(() => {
        const it = document.activeElement;
        const style = getComputedStyle(it);
        const box = it.closest(".search-row, .entry") ?? it;
        const ring = style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2;
        return { ring: ring || getComputedStyle(it).borderColor === style.outlineColor || box !== it, name: it.textContent.slice(0, 20) || it.id };
      });
      if (!mark.ring) unseen.push(mark.name);
    }
    assert.deepEqual(unseen, []);
    await drawn(page, service.address, "/");
    await page.keyboard.type("BDG-0042");
    await page.keyboard.press("Enter");
    await says(page, "Hello");
    await calm(page);
    await page.keyboard.press("F7");
    await page.locator("#command-panel").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("#command-panel").waitFor({ state: "hidden" });
    await page.keyboard.type("AT-000123");
    await page.keyboard.press("Enter");
    await says(page, "Out to");
    return page;
  },

  async "a killed station comes back, and the list has every scan once and in order"({ browser }) {
    let service = await Service.start();
    const { folder } = service;
    const port = new URL(service.address).port;
    const page = await open(browser, service.address, "/events");
    const sent = [];
    try {
      for (let round = 0; round < 3; round += 1) {
        for (let at = 0; at < 8; at += 1) {
          sent.push(`LOC-ROUND-${round}-${at}`); // A place is shown as it was read.
          await service.scan(sent.at(-1));
        }
        await service.end("SIGKILL");
        await page.locator(".bar-lost").waitFor();
        service = await Service.start(["--demo"], { port, folder });
        sent.push(`LOC-BACK-${round}`);
        await service.scan(sent.at(-1)); // perhaps before the page is there again
        await page.locator("tbody tr", { hasText: `LOC-BACK-${round}` }).first().waitFor();
      }
      const shown = (await page.locator("tbody .cell-read .mono").allTextContents()).filter((it) => /^LOC-(ROUND|BACK)-/.test(it)).reverse();
      assert.deepEqual(shown, sent);
      assert.deepEqual(page.faults, []);
      return null;
    } finally {
      await service.stop();
    }
  },

  async "two people scanning at the same moment stay apart, on the screen and in the record"({ browser, service }) {
    const page = await open(browser, service.address);
    const tools = (await service.ask("/api/v1/units?query=AT-0001&limit=60")).filter((it) => it.holder === null && it.tag && it.state === "in-service" && /Fluke|Leica|Makita|Step/.test(it.model)).map((it) => it.tag);
    const sides = { counter: ["BDG-0042", tools.filter((_, at) => at % 2 === 0).slice(0, 5)], window: ["BDG-0017", tools.filter((_, at) => at % 2 === 1).slice(0, 5)] };
    assert.ok(sides.window[1].length === 5);
    await Promise.all(Object.entries(sides).map(async ([lane, [badge, own]]) => {
      for (const code of [badge, ...own]) await service.scan(code, lane);
    }));
    for (const [lane, [, own]] of Object.entries(sides)) {
      const holds = page.locator(`[data-lane="${lane}"] .holds .line-numbers .mono`);
      await until(`${lane} has its own`, async () => own.every((tag, at) => tag && at >= 0) && (await holds.allTextContents()).length >= 5);
      assert.deepEqual((await holds.allTextContents()).filter((it) => own.includes(it)).sort(), [...own].sort());
      const other = sides[lane === "counter" ? "window" : "counter"][1];
      assert.ok(!(await holds.allTextContents()).some((it) => other.includes(it)));
    }
    return page;
  },

  async "numbers are masked in everything the page has until a badge is scanned at its side"({ browser, service }) {
    const numbers = ["1906774Y", "352918470012342"];
    const page = await open(browser, service.address, "/?lane=other");
    for (const path of ["/?lane=other", "/units?query=makita&lane=other", "/unit/AT-000123?lane=other", "/unit/AT-000149?lane=other", "/events?lane=other"]) {
      await service.scan("AT-000123", "other");
      await drawn(page, service.address, path);
      const whole = await page.content();
      for (const number of numbers) assert.ok(!whole.includes(number), `${path} has ${number}`);
    }
    await service.scan("BDG-0042", "other");
    await page.goto(`${service.address}/unit/AT-000123?lane=other`);
    await page.locator(".panel", { hasText: "1906774Y" }).first().waitFor();
    return page;
  },

  async "eight kilobytes of hostile code change nothing about the page"({ browser, service }) {
    const hostile = `<img src=x onerror=alert(1)>\u202e\u2066\u001b[31m\u0007{{7*7}}${"W\u0301".repeat(2_000)}`.slice(0, 4_000);
    await service.scan("BDG-0042");
    for (const [width, height] of [[1024, 600], [390, 844]]) {
      const page = await open(browser, service.address, "/", { viewport: { width, height } });
      await service.scan(`${width}${hostile}`);
      await says(page, "Unknown code");
      for (const path of ["/", "/events", "/parked"]) {
        if (path !== "/") await drawn(page, service.address, path);
        assert.equal(await page.locator("main img:not(.still):not(.print-code), main script").count(), 0);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} at ${width}`);
        assert.ok(!/[\u0000-\u0008\u001b\u202e\u2066]/.test(await page.locator("main").textContent()), `${path}: nothing that turns the text round`);
      }
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
    return null;
  },

  async "nothing is asked of anybody else, and the browser is told to refuse it"({ browser, service }) {
    const { headers } = await fetch(`${service.address}/`);
    const policy = headers.get("content-security-policy") ?? "";
    assert.ok(policy.includes("default-src 'none'") || policy.includes("default-src 'self'"), policy);
    assert.ok(!/unsafe|\*|https?:/.test(policy), policy);
    const page = await open(browser, service.address);
    const foreign = [];
    page.on("request", (it) => { if (!it.url().startsWith(`${service.address}/`) && !/^(data|blob):/.test(it.url())) foreign.push(it.url()); });
    for (const path of PAGES) {
      await drawn(page, service.address, path);
      assert.notEqual(await page.title(), "");
    }
    assert.deepEqual(foreign, []);
    const icon = await fetch(`${service.address}/assets/icon.svg`);
    assert.match(icon.headers.get("content-type"), /svg/);
    return page;
  },

  async "no page says in English what it has German words for"({ browser, service }) {
    const flat = (words) => Object.values(words).flatMap((it) => (typeof it === "object" ? flat(it) : [it]));
    const german = new Set(flat(de));
    const english = new Set(flat(en).filter((it) => !german.has(it) && /[a-z]{3}/.test(it)));
    for (const code of ["BDG-0017", "AT-000103", "WHAT-IS-IT", "!CMD:BADLABEL", "AT-000113", "!CMD:AUTO"]) await service.scan(code);
    const page = await open(browser, service.address, "/", { locale: "de-DE" });
    for (const path of PAGES) {
      await drawn(page, service.address, path);
      if (path === "/") await page.locator("#all-commands").click();
      const texts = await page.evaluate(() => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const found = [];
        while (walker.nextNode()) if (walker.currentNode.parentElement.closest("noscript, script, #language") === null) found.push(walker.currentNode.textContent.trim());
        return [...found, ...[...document.querySelectorAll("[title], [aria-label], [placeholder]")].filter((it) => it.id !== "language").flatMap((it) => [it.title, it.ariaLabel, it.placeholder])].filter(Boolean);
      });
      assert.deepEqual(texts.filter((it) => english.has(it)), [], path);
    }
    return page;
  },
};
