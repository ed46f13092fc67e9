// A keeper's day at the page, by keys alone: what is set aside, in doubt, held back, moved, and what people may.
// Each form is there for a keeper and for nobody else, and says at its field what the station has against it.

import assert from "node:assert/strict";
import axe from "axe-core";
import { Service, open, until } from "./bench.mjs";

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
async function enter(page, form, values, by = "name") {
  for (const [name, value] of Object.entries(values)) {
    await tabTo(page, `${form} [${by}="${name}"]`);
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

  async "on a fresh store a keeper makes a model of nothing and the first unit of a code, by keys alone"({ browser }) {
    const service = await Service.start([]);
    try {
      await service.enter("1,Ada,keeper", "");
      await service.scan("PLATE-4711", "web");
      const page = await open(browser, service.address, "/parked?lane=web");
      await page.locator(".parked").waitFor();
      assert.equal(await page.locator(".resolve").count(), 0);
      await service.scan("BDG-1", "web");
      await tabTo(page, ".resolve > summary");
      await page.keyboard.press("Enter");
      await tabTo(page, ".inner > summary");
      await page.keyboard.press("Enter");
      await enter(page, ".inner", { maker: "Bosch", name: "GSR 18V-60", sku: "DRILL-18", gtin: "4006381333932" });
      await page.locator('.inner [name="gtin"][aria-invalid]').waitFor();
      await page.locator(".inner .problem", { hasText: "check digit" }).waitFor();
      await enter(page, ".inner", { gtin: "4006381333931", category: "drill" });
      await until("it stands where the unit is made", async () => (await page.locator('[name="model"]').inputValue()) === "Bosch GSR 18V-60");
      await page.keyboard.press("Enter");
      await page.locator(".noted").waitFor();
      assert.equal(await page.locator(".parked").count(), 0);
      const unit = await service.ask("/api/v1/units/PLATE-4711?lane=web");
      assert.deepEqual([unit.model, unit.sku, unit.story.at(-1).person.name], ["Bosch GSR 18V-60", "DRILL-18", "Ada"]);
      return page;
    } finally {
      await service.stop();
    }
  },

  async "a parked code becomes a unit of a model that is chosen by typing, in German too"({ browser, service }) {
    await service.scan(KEEPER);
    for (const code of ["PLATE-ONE", "PLATE-TWO"]) await service.scan(code, "window");
    const page = await open(browser, service.address, "/parked?lane=counter&lang=de");
    const one = `[data-parked="${await page.locator(".parked", { hasText: "PLATE-ONE" }).getAttribute("data-parked")}"]`;
    await tabTo(page, `${one} .resolve > summary`);
    await page.keyboard.press("Enter");
    await enter(page, one, { model: "Nichts dergleichen" });
    await page.locator(`${one} .problem`, { hasText: "es gibt kein Modell Nichts dergleichen" }).waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("clamp 323");
    await page.locator(`${one} datalist option[value="Fluke 323 Clamp Meter"]`).waitFor({ state: "attached" });
    await page.keyboard.press("Control+a");
    await page.keyboard.type("Fluke 323 Clamp Meter");
    await page.locator(`${one} datalist option[value="Fluke 323 Clamp Meter"]`).waitFor({ state: "attached" });
    await page.keyboard.press("Enter");
    await page.locator(".noted", { hasText: "Vermerkt" }).waitFor();
    assert.equal(await page.locator(".parked").count(), 1);
    assert.equal((await service.ask("/api/v1/units/PLATE-ONE?lane=counter")).model, "Fluke 323 Clamp Meter");
    return page;
  },

  async "a keeper holds a unit back, recalls its model and lets both go again, by keys alone"({ browser, service }) {
    const page = await open(browser, service.address, "/unit/AT-000102?lane=counter");
    await page.locator(".story").waitFor();
    assert.equal(await page.locator(".keeping").count(), 0);
    await service.scan(KEEPER);
    await tabTo(page, ".keeping summary");
    await page.keyboard.press("Enter");
    const fact = (text) => page.locator(".fact", { hasText: text });
    await enter(page, ".keeping", { hold: "frayed cord" }, "data-do");
    await fact("frayed cord").waitFor();
    await service.scan("AT-000102", "window");
    await tabTo(page, ".keeping [data-do=recall]");
    await page.keyboard.type("battery");
    await tabTo(page, '[name="recall-model"]');
    await page.keyboard.press("Enter");
    await fact("battery").waitFor();
    const { standing } = await service.ask("/api/v1/units/AT-000102");
    assert.deepEqual([standing.on_hold, standing.recalled, standing.model.recalled], ["frayed cord", null, "battery"]);
    for (const [button, text] of [["hold-lift", "frayed cord"], ["recall-lift-model", "battery"]]) {
      await tabTo(page, `[name="${button}"]`);
      await page.keyboard.press("Enter");
      await until(`${text} is no more`, async () => (await fact(text).count()) === 0);
    }
    const { standing: { on_hold, model } } = await service.ask("/api/v1/units/AT-000102");
    assert.deepEqual([on_hold, model.recalled], [null, null]);
    return page;
  },

  async "a keeper sets days, the home and the note of a unit, and what cannot be stands at its field"({ browser, service }) {
    await service.scan(KEEPER);
    const page = await open(browser, service.address, "/unit/AT-000102?lane=counter&lang=de");
    await page.locator(".keeping summary").click();
    await page.locator('.keeping [data-do="calibration"]').fill("2031-05-06");
    await page.locator('.keeping [data-do="calibration"]').press("Enter");
    await page.locator(".fact", { hasText: "2031" }).waitFor();
    await page.locator('.keeping [data-do="inspection"]').fill("2999-05-06");
    await page.locator('.keeping [data-do="inspection"]').press("Enter");
    await page.locator('.keeping [data-do="inspection"][aria-invalid]').waitFor();
    await page.locator(".problem", { hasText: "liegt nicht zwischen 1950 und 2200" }).waitFor();
    await page.locator('.keeping [data-do="inspection"]').fill("");
    const [place] = (await service.ask("/api/v1/locations")).filter((it) => it.name && it.name !== it.label);
    await enter(page, ".keeping", { home: "Nirgends" });
    await page.locator(".problem", { hasText: "es gibt keinen Ort Nirgends" }).waitFor();
    await enter(page, ".keeping", { home: place.name });
    await page.locator(".fact", { hasText: `${place.label} · ${place.name}` }).waitFor();
    await enter(page, ".keeping", { note: "charger in the lid" });
    await page.locator(".fact", { hasText: "charger in the lid" }).waitFor();
    await page.locator('.keeping [data-do="calibration"]').fill("");
    await page.locator('.keeping [data-do="calibration"]').press("Enter");
    await until("the calibration is no more", async () => (await page.locator(".fact", { hasText: "2031" }).count()) === 0);
    const unit = await service.ask("/api/v1/units/AT-000102");
    assert.deepEqual([unit.note, unit.standing.home, unit.standing.calibration_due], ["charger in the lid", { label: place.label, name: place.name }, null]);
    return page;
  },

  async "a unit that bears no serial number is said to bear none at its page, and one that has one is not asked"({ browser, service }) {
    await service.scan(KEEPER);
    const bare = (await service.ask("/api/v1/units?limit=500&lane=counter")).find((it) => it.tag && !it.serial_number);
    const page = await open(browser, service.address, "/unit/AT-000102?lane=counter");
    await page.locator(".keeping").waitFor();
    assert.equal(await page.locator('[data-do="no-serial-number"]').count(), 0);
    await page.goto(`${service.address}/unit/${bare.tag}?lane=counter`);
    await tabTo(page, ".keeping summary");
    await page.keyboard.press("Enter");
    await enter(page, ".keeping", { "no-serial-number": "none on it" }, "data-do");
    await page.locator(".fact", { hasText: "none on it" }).waitFor();
    await tabTo(page, '[name="bears-number"]');
    await page.keyboard.press("Enter");
    await page.locator('[data-do="no-serial-number"]').waitFor();
    assert.equal((await service.ask(`/api/v1/units/${bare.tag}`)).standing.no_serial_number, null);
    return page;
  },

  async "a keeper sets what a person may at their page, by keys alone, and nobody else sees it"({ browser, service }) {
    const people = await service.ask("/api/v1/people");
    const { id } = people.find((it) => it.role === "operator");
    const page = await open(browser, service.address, `/person/${id}?lane=counter`);
    await page.locator(".page-head").waitFor();
    assert.equal(await page.locator(".keeping, .papers .panel").count(), 0);
    await service.scan(KEEPER);
    await tabTo(page, ".keeping summary");
    await page.keyboard.press("Enter");
    const panel = (text) => page.locator(".papers .panel", { hasText: text });
    await enter(page, ".keeping", { training: "laser until tomorrow" });
    await page.locator('[name="training"][aria-invalid]').waitFor();
    await enter(page, ".keeping", { training: "forklift" });
    await panel("forklift").waitFor();
    await enter(page, ".keeping", { licence: "WBK 4711" });
    await panel("WBK 4711").waitFor();
    await enter(page, ".keeping", { held_max: "3" });
    await panel("Limit and PIN").locator("dd", { hasText: "3" }).waitFor();
    await enter(page, ".keeping", { pin: "4711", again: "4712" });
    await page.locator('[name="again"][aria-invalid]').waitFor();
    await enter(page, ".keeping", { pin: "1111", again: "1111" });
    await page.locator('[name="pin"][aria-invalid]').waitFor();
    await enter(page, ".keeping", { pin: "4711", again: "4711" });
    await page.locator(".noted", { hasText: "PIN is set" }).waitFor();
    await panel("Limit and PIN").locator("dd", { hasText: "set" }).waitFor();
    for (const [button, gone] of [["end-licence", "WBK 4711"], ["remove-pin", "set"]]) {
      await tabTo(page, `[name="${button}"]`);
      await page.keyboard.press("Enter");
      await until(`${gone} is gone`, async () => (await page.locator(".papers .panel", { hasText: gone }).count()) === 0);
    }
    await page.locator('form[aria-label="Training: forklift"] button').press("Enter");
    await until("the training is over", async () => (await panel("forklift").count()) === 0);
    await tabTo(page, '[name="leave"]');
    await page.keyboard.press("Enter");
    await page.locator('.pill, [name="back"]', { hasText: "no longer valid" }).waitFor();
    await tabTo(page, '[name="back"]');
    await page.keyboard.press("Enter");
    await page.locator('[name="leave"]').waitFor();
    const person = await service.ask(`/api/v1/people/${id}?lane=counter`);
    assert.deepEqual([person.active, person.held_max, person.has_pin, person.licence], [true, 3, false, null]);
    assert.ok(!person.trainings.some((it) => it.name === "forklift"));
    return page;
  },

  async "a keeper says what was counted on a shelf, and nobody else is asked"({ browser, service }) {
    const page = await open(browser, service.address, "/stock?lane=counter");
    await page.locator("tbody tr").first().waitFor();
    assert.equal(await page.locator(".resolve").count(), 0);
    await service.scan(KEEPER);
    await tabTo(page, ".resolve > summary");
    await page.keyboard.press("Enter");
    await enter(page, ".resolve[open]", { counted: "41", why: "stock-taking" });
    await page.locator("tbody .figure", { hasText: "41" }).first().waitFor();
    return page;
  },

  async "an accessibility check finds nothing serious in a keeper's forms, and nothing is cut off"({ browser, service }) {
    await service.scan(KEEPER);
    await service.scan("PLATE-ONE", "window");
    for (const code of ["!CMD:PAIR", "AT-000102", "41870022", "!CMD:CANCEL"]) await service.scan(code);
    for (const [width, colorScheme, lang] of [[1920, "light", "en"], [1024, "dark", "de"], [390, "light", "de"], [390, "dark", "en"]]) {
      const page = await open(browser, service.address, "/", { viewport: { width, height: 844 }, colorScheme });
      for (const path of ["/parked", "/cases", "/unit/AT-000102", "/person/2"]) {
        await service.scan("!CMD:HELP"); // The session lasts while something is scanned.
        await page.goto(`${service.address}${path}?lane=counter&lang=${lang}`);
        await page.locator(".resolve, .keeping, .case form").first().waitFor();
        await page.evaluate(() => { for (const it of document.querySelectorAll("details.resolve, details.inner, details.keeping")) it.open = true; });
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
        const found = violations.filter((it) => ["serious", "critical"].includes(it.impact));
        assert.deepEqual(found.map((it) => `${path} ${width} ${lang}: ${it.id} at ${it.nodes.map((node) => node.target.join(" ")).join(", ")}`), []);
        const narrow = await page.locator("form .field, form .send").evaluateAll((all) => all.filter((it) => it.offsetParent && it.getBoundingClientRect().height < 44).map((it) => it.outerHTML));
        assert.deepEqual(narrow, []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} at ${width}`);
      }
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
    return null;
  },
};
