// What is open at a crib and stands on pages of its own: cases, labels to print, consumables, parked codes, the shift.

import assert from "node:assert/strict";
import { open } from "./bench.mjs";

const KEEPER = "BDG-0017";

export const OPEN = {
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

  async "a bad label stands in the queue as soon as it is noted, and shelves say what is there"({ browser, service }) {
    const page = await open(browser, service.address, "/labels");
    await page.locator(".lead", { hasText: "No label" }).waitFor();
    const [unit] = (await service.ask("/api/v1/units?limit=60")).filter((it) => it.holder === null && it.tag);
    for (const code of [KEEPER, "!CMD:BADLABEL", unit.tag]) await service.scan(code);
    await page.locator("tbody tr", { hasText: unit.tag }).waitFor();
    await page.goto(`${service.address}/stock`);
    await page.locator("tbody tr").nth(1).waitFor();
    return page;
  },
};
