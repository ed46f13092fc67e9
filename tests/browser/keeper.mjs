// A keeper's day at the page, by keys alone: what is set aside, in doubt, held back, moved, and what people may.
// Each form is there for a keeper and for nobody else, and says at its field what the station has against it.

import assert from "node:assert/strict";
import { open, until } from "./bench.mjs";

const KEEPER = "BDG-0017";

/** Walks with Tab to a field or button, as a person does who has no mouse. */
async function tabTo(page, selector) {
  for (let tabs = 0; tabs < 200; tabs += 1) {
    if (await page.evaluate((it) => document.activeElement.matches(it), selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no Tab leads to ${selector}`);
}

/** Fills a form by keys: each field in turn, then Enter. */
async function enter(page, form, values) {
  for (const [name, value] of Object.entries(values)) {
    await tabTo(page, `${form} [name="${name}"]`);
    await page.keyboard.press("Control+a");
    await page.keyboard.type(value);
  }
  await page.keyboard.press("Enter");
}

export const KEEPING = {
  async "a keeper closes a case with a reason, at its page and at the unit's, and nobody else is shown how"({ browser, service }) {
    await service.scan(KEEPER);
    const units = await service.ask("/api/v1/units?limit=60&lane=counter");
    const alone = (number) => units.filter((it) => it.serial_number === number).length === 1;
    const seen = units.filter((it) => it.holder === null && it.tag && it.serial_number && alone(it.serial_number));
    for (const [one, other] of [[0, 1], [2, 3]]) for (const code of ["!CMD:PAIR", seen[one].tag, seen[other].serial_number, "!CMD:CANCEL"]) await service.scan(code);
    const page = await open(browser, service.address, "/cases?lane=window");
    await page.locator(".case").nth(1).waitFor();
    assert.equal(await page.locator(".case form").count(), 0);
    await service.scan(KEEPER, "window");
    await page.locator(".case form").nth(1).waitFor();
    const card = page.locator(".case", { hasText: seen[0].tag });
    const form = `[data-case="${await card.getAttribute("data-case")}"] form`;
    await enter(page, form, { why: "   " });
    await page.locator(`${form} .problem`, { hasText: "reason" }).waitFor();
    assert.equal(await page.locator(`${form} [name="why"]`).getAttribute("aria-describedby"), await page.locator(`${form} .problem`).getAttribute("id"));
    await enter(page, form, { why: "labels were swapped" });
    await page.locator(".noted", { hasText: "closed" }).waitFor();
    assert.equal(await page.locator(".case").count(), 1);
    await page.goto(`${service.address}/unit/${seen[3].tag}?lane=window`);
    await enter(page, ".case form", { why: "looked at both" });
    await page.locator(".noted").waitFor();
    assert.equal(await page.locator(".case").count(), 0);
    const closed = (await service.ask("/api/v1/cases?all=true")).map((it) => it.resolution).sort();
    assert.deepEqual(closed, ["labels were swapped", "looked at both"]);
    return page;
  },
};
