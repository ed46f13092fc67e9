// A day at the counter, as a person has it: by scans alone, by keys, by touch, in two languages, on three screens.

import assert from "node:assert/strict";
import { calm, open, says, shown, until } from "./bench.mjs";

export const CRIB = {
  async "a whole turn at the crib by scans alone"({ browser, service }) {
    const page = await open(browser, service.address);
    const tools = (await service.ask("/api/v1/units?query=bosch&limit=20")).filter((it) => it.holder === null && it.tag);
    service.wedge("BDG-0042\r");
    await says(page, "Hello");
    service.wedge(`${tools[0].tag}\r`);
    await says(page, "Out to");
    service.wedge("!CMD:IN\r");
    await page.locator(".mode-in .side", { hasText: "falls back" }).waitFor();
    service.wedge(`${tools[0].tag}\r`);
    await says(page, "Back in");
    service.wedge("!CMD:UNDO\r");
    await says(page, "Undone");
    service.wedge("!CMD:AUTO\r");
    await page.locator(".mode-auto").waitFor();
    service.wedge("!CMD:DAMAGED\r");
    await page.locator(".mode-damaged").waitFor();
    service.wedge("!CMD:AUTO\r");
    await page.locator(".mode-auto").waitFor();
    service.wedge(`${tools[0].tag}\r`);
    await says(page, "Back in");
    service.wedge("NOT-KNOWN-TO-ANYBODY\r");
    await says(page, "Unknown code");
    assert.equal(await shown(page).word(), "No");
    service.wedge("!CMD:DONE\r");
    await says(page, "Goodbye");
    await page.locator(".nobody").waitFor();
    return page;
  },

  async "a picture of a damage is added at the page and bound to it"({ browser, service }) {
    const page = await open(browser, service.address);
    for (const code of ["BDG-0017", "!CMD:DAMAGED", "AT-000123"]) await service.scan(code);
    await page.locator(".picture button").waitFor();
    const picture = await page.locator(".brand").screenshot();
    await page.locator('.picture input[type="file"]').setInputFiles({ name: "crack.png", mimeType: "image/png", buffer: picture });
    await says(page, "Picture kept for");
    await service.scan("LOC-Q");
    await page.locator(".picture").waitFor({ state: "detached" });
    return page;
  },

  async "every card of the station is a button and is on the sheet, and no other"({ browser, service }) {
    const cards = (await service.ask("/api/v1/cards")).map((it) => it.word).sort();
    assert.ok(cards.length > 15 && cards.includes("HANDOVER"));
    const page = await open(browser, service.address);
    await calm(page);
    await page.locator("#all-commands").waitFor();
    await page.keyboard.press("F7");
    await page.locator("#command-panel").waitFor();
    const buttons = await page.locator("#command-panel .big-command-head strong").allTextContents();
    assert.deepEqual(buttons.sort(), cards);
    await page.keyboard.press("Escape");
    await page.locator("#command-panel").waitFor({ state: "hidden" });
    await page.goto(`${service.address}/cards`);
    await page.locator(".print-card").first().waitFor();
    const printed = (await page.locator(".print-word").allTextContents()).map((it) => it.replace(/ \d+$/, ""));
    assert.deepEqual([...new Set(printed)].sort(), cards);
    const broken = await page.locator(".print-code").evaluateAll((all) => all.filter((it) => it.complete && it.naturalWidth === 0).length);
    assert.equal(broken, 0);
    return page;
  },

  async "a command is given by touch, with a number, and by its own key"({ browser, service }) {
    const page = await open(browser, service.address);
    await service.scan("BDG-0042");
    await says(page, "Hello");
    await page.locator("#all-commands").click();
    await page.locator(".numbers button", { hasText: "DUE 3" }).click();
    await says(page, "3 days");
    await page.locator("#command-panel").waitFor({ state: "hidden" });
    await calm(page);
    await page.keyboard.press("Shift+F3");
    await page.locator(".mode-handover").waitFor();
    await page.keyboard.press("F9");
    await page.locator(".mode-auto").waitFor();
    return page;
  },

  async "a code is explained field by field, and nothing is recorded"({ browser, service }) {
    const { head } = await service.ask("/api/v1/state");
    const page = await open(browser, service.address, "/identify");
    await page.keyboard.type("]C1010952012345678821ABC", { delay: 0 });
    await page.keyboard.press("Enter");
    await page.locator(".elements tbody tr").nth(1).waitFor();
    assert.deepEqual(await page.locator(".element-id").allTextContents(), ["01", "21"]);
    assert.deepEqual(await page.locator(".element-value").allTextContents(), ["09520123456788", "ABC"]);
    await page.locator("#identify").fill("490154203237519");
    await page.keyboard.press("Enter");
    await until("the mistake is named", async () => !(await page.locator(".explained").textContent()).includes("GS1"));
    await page.locator("#identify").fill("<img src=x onerror=alert(1)>");
    await page.keyboard.press("Enter");
    await until("hostile text stays text", async () => (await page.locator(".verdict").textContent()).includes("<img"));
    assert.equal(await page.locator("main img").count(), 0);
    assert.equal((await service.ask("/api/v1/state")).head, head);
    return page;
  },

  async "a code is explained in German where the page is German: why, what is wrong, names and meanings"({ browser, service }) {
    const page = await open(browser, service.address, "/identify?lang=de");
    const explained = async (code, says) => {
      await page.locator("#identify").fill(code);
      await page.keyboard.press("Enter");
      await until(says.join(", "), async () => {
        const text = await page.locator(".explained").textContent();
        return says.every((it) => text.includes(it));
      });
    };
    await explained("]C101095201234567882110ABC", ["Das Symbol kündigt GS1-Daten an. Es nennt ein einzelnes Stück.", "Prüfziffer 8", "GTIN"]);
    await explained("(01)09520123456789(21)A", ["es sieht aus wie GS1-Elemente in Klammern und sind keine: (01) GTIN: die Prüfziffer stimmt nicht"]);
    await explained("[)>\\x1e06\\x1d1PAB12\\x1d14D20240230\\x1e\\x04", ["Eine Nachricht nach ISO/IEC 15434 im Format 06.", "Ablauf JJJJMMTT", "diesen Tag gibt es nicht"]);
    await explained("C02XK1ABJG5H", ["Passt zu den Seriennummern von Apple (zwölf Zeichen", "zweites Halbjahr 2018", "hergestellt"]);
    return page;
  },

  async "the page speaks German where the browser does, and the switch is kept"({ browser, service }) {
    const page = await open(browser, service.address, "/", { locale: "de-AT" });
    await service.scan("BDG-0042");
    await says(page, "Hallo");
    assert.equal(await shown(page).word(), "Gut");
    assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
    await page.locator("#language").click();
    await page.locator("#nav a", { hasText: "People" }).waitFor();
    assert.match(page.url(), /lang=en/);
    await page.goto(`${service.address}/people`);
    await page.locator("h1", { hasText: "People" }).waitFor();
    return page;
  },

  async "the essential fits without scrolling: wall, panel and phone"({ browser, service }) {
    await service.scan("BDG-0042");
    const tools = (await service.ask("/api/v1/units?query=bosch&limit=20")).filter((it) => it.holder === null && it.tag);
    let last = null;
    for (const [at, [width, height]] of [[1920, 1080], [1024, 600], [390, 844]].entries()) {
      const page = await open(browser, service.address, "/", { viewport: { width, height } });
      await service.scan(tools[at].tag);
      await says(page, "Out to");
      await page.locator(".command-done").waitFor();
      const essential = [".mode-word", ".person-name", ".answer-word", ".why", ".command-done", "#all-commands"];
      // The screen is drawn anew as answers come: what is not there at this moment is looked for again.
      const boxes = await until("everything is drawn", async () => {
        const found = await page.evaluate((all) => all.map((it) => document.querySelector(it)?.getBoundingClientRect().toJSON()), essential);
        return found.every(Boolean) && found;
      });
      for (const [index, box] of boxes.entries()) {
        assert.ok(box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height, `${essential[index]} at ${width}×${height}: ${JSON.stringify(box)}`);
      }
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width}: nothing to the side`);
      assert.deepEqual(page.faults, []);
      await last?.context().close();
      last = page;
    }
    return last;
  },
};
