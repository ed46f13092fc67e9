// What is open at a crib and stands on pages of its own: cases, labels to print, consumables, parked codes, the shift.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { open, until } from "./bench.mjs";

const KEEPER = "BDG-0017";

/** A station built before these lists has none: said as skipped, with the reason. */
const offers = async (service, path) => (await fetch(`${service.address}${path}`)).status !== 404;

export const OPEN = {
  async "a parked code is resolved on its page by a keeper, and by nobody else"({ browser, service }) {
    if (!await offers(service, "/api/v1/parked")) return "the station has no list of parked codes";
    const page = await open(browser, service.address, "/parked?lane=counter");
    await service.scan("WHAT-IS-IT-1");
    await service.scan("WHAT-IS-IT-2");
    await page.locator(".parked").nth(1).waitFor();
    assert.equal(await page.locator(".resolve").count(), 0);
    await service.scan(KEEPER);
    const first = page.locator(".resolve").first();
    await first.locator("summary").first().click();
    await first.locator('input[name="why"]').fill("a supplier's own label");
    await first.locator('button[name="dismiss"]').click();
    await until("one is left", async () => (await page.locator(".parked").count()) === 1);
    await page.locator(".parked-text", { hasText: "WHAT-IS-IT-1" }).waitFor();
    await page.goto(`${service.address}/shift?lane=counter`);
    const parked = page.locator(".count", { hasText: "Parked codes" }).locator(".count-number");
    await parked.waitFor();
    assert.equal(await parked.textContent(), "1");
    return page;
  },

  async "what is overdue is listed with who has it and how late"({ browser, service }) {
    if (!await offers(service, "/api/v1/overdue")) return "the station has no list of what is overdue";
    const [late] = await service.ask("/api/v1/overdue");
    const page = await open(browser, service.address, "/overdue");
    const row = page.locator("tbody tr", { hasText: late.tag });
    await row.waitFor();
    assert.ok((await row.textContent()).includes(late.name));
    await row.locator(".late").waitFor();
    return page;
  },

  async "a case made at the counter stands on its page, with both units"({ browser, service }) {
    await service.scan(KEEPER);
    const seen = (await service.ask("/api/v1/units?limit=60&lane=counter")).filter((it) => it.holder === null && it.tag && it.serial_number);
    await service.scan("!CMD:PAIR");
    await service.scan(seen[0].tag);
    await service.scan(seen[1].serial_number);
    const page = await open(browser, service.address, "/cases?lane=counter");
    await page.locator(".parked").waitFor();
    const text = await page.locator(".parked").first().textContent();
    assert.ok(text.includes(seen[0].tag) && text.includes(seen[1].tag), text);
    return page;
  },

  async "a keeper makes up a kit on its page, and nobody else is shown how"({ browser, service }) {
    const page = await open(browser, service.address, "/unit/AT-000160?lane=counter");
    await page.locator(".parts .card").nth(5).waitFor();
    assert.equal(await page.locator(".keeping").count(), 0);
    await service.scan(KEEPER);
    await page.locator(".keeping summary").click();
    await page.locator('.keeping input[name="part"]').fill("AT-000135");
    await page.locator('.keeping input[name="part"]').press("Enter");
    await page.locator(".parts .card", { hasText: "AT-000135" }).waitFor();
    const part = await service.ask("/api/v1/units/AT-000135");
    assert.equal(part.kit.label, "AT-000160");
    assert.deepEqual([part.story[0].kind, part.story[0].person.name], ["unit-changed", "Amara Okafor"]);
    await page.locator(`[data-part="${part.id}"]`).click();
    await until("it is out again", async () => (await page.locator(".parts .card").count()) === 6);
    await page.goto(`${service.address}/unit/AT-000161?lane=counter`);
    await page.locator(".keeping summary").click();
    await page.locator('[name="out-of-kit"]').click();
    await page.locator('.keeping input[name="kit"]').fill("AT-999999");
    await page.locator('.keeping input[name="kit"]').press("Enter");
    await page.locator(".keeping .problem", { hasText: "AT-999999" }).waitFor();
    await page.locator('.keeping input[name="kit"]').fill("AT-000160");
    await page.locator('.keeping input[name="kit"]').press("Enter");
    await page.locator('[name="out-of-kit"]').waitFor();
    return page;
  },

  async "a keeper gives a tool its picture, which is shown wherever it is scanned"({ browser, service }) {
    const page = await open(browser, service.address, "/unit/AT-000117?lane=counter");
    await page.locator(".big-tag").waitFor();
    assert.equal(await page.locator(".page-picture").count(), 0);
    await service.scan(KEEPER);
    await page.locator(".keeping summary").click();
    const drawing = new URL("../../config/demo/pictures/TL-1001.png", import.meta.url);
    await page.locator('input[data-of="unit"]').setInputFiles(fileURLToPath(drawing));
    await page.locator(".page-picture").waitFor();
    await page.locator('.keeping input[name="until"]').fill("2031-05-06");
    await page.locator('.keeping input[name="until"]').press("Enter");
    await page.locator(".fact", { hasText: "2031" }).waitFor();
    await page.goto(`${service.address}/?lane=counter`);
    await service.scan("AT-000117");
    const shown = page.locator(".answer .unit-picture");
    await shown.waitFor();
    assert.ok(await shown.evaluate(async (it) => { await it.decode(); return it.naturalWidth; }) > 0);
    await service.scan("AT-000118");
    await until("what has no picture shows none", async () => (await page.locator(".answer .unit-picture").count()) === 0);
    return page;
  },

  async "a bad label stands in the queue as soon as it is noted, and shelves say what is there"({ browser, service }) {
    const page = await open(browser, service.address, "/labels?lane=counter");
    await page.locator(".lead", { hasText: "No label" }).waitFor();
    const [unit] = (await service.ask("/api/v1/units?limit=60")).filter((it) => it.holder === null && it.tag);
    for (const code of [KEEPER, "!CMD:BADLABEL", unit.tag]) await service.scan(code);
    await page.locator("tbody tr", { hasText: unit.tag }).waitFor();
    const [asked] = await service.ask("/api/v1/labels?lane=counter");
    const fields = () => page.locator(".label-sheet .print-field").allInnerTexts();
    await until("the label names what the keeper may print", async () => (await fields()).includes(`SERIAL ${asked.serial_number}`));
    await page.goto(`${service.address}/stock`);
    await page.locator("tbody tr").nth(1).waitFor();
    return page;
  },
};
