// What a person can do at the page, done as a person does it: keys, eyes, a pulled cable.
// Each test has a service and a store of its own; a page that logs an error has failed.

import assert from "node:assert/strict";
import axe from "axe-core";
import { Cable, Service, browse, calm, open, says, shown, until } from "./bench.mjs";
import { CRIB } from "./crib.mjs";
import { LENS } from "./lens.mjs";
import { OPEN } from "./open.mjs";
import { KEEPING } from "./keeper.mjs";
import { KEYS } from "./keys.mjs";
import { SCREEN } from "./screen.mjs";
import { WORDS } from "./words.mjs";

const PAGES = ["/", "/units", "/people", "/events", "/overdue", "/parked", "/cases", "/labels", "/stock", "/shift", "/cards", "/identify?code=%5DC1010952012345678821ABC", "/unit/AT-000123", "/person/1"];

const TESTS = {
  async "a badge and a tool are scanned and the screen says what happened"({ browser, service }) {
    const page = await open(browser, service.address);
    service.wedge("BDG-0042\r");
    await says(page, "Hello");
    service.wedge("AT-000123\r");
    await says(page, "Out to");
    assert.equal(await shown(page).word(), "Good");
    await page.locator(".holds .line").first().waitFor();
    return page;
  },

  async "typing needs no click and Enter sends what stands there then"({ browser, service }) {
    const page = await open(browser, service.address);
    await page.locator("#theme").focus();
    await page.keyboard.type("BDG-0042");
    await page.keyboard.press("Enter");
    await says(page, "Hello");
    await page.keyboard.type("AT-000123", { delay: 0 });
    await page.keyboard.press("Enter");
    await says(page, "Out to");
    assert.equal(await page.locator("#entry").inputValue(), "");
    return page;
  },

  async "a keyboard scanner in a hurry loses nothing and keeps the order"({ browser, service }) {
    const page = await open(browser, service.address);
    const codes = Array.from({ length: 30 }, (_, at) => `HURRY-${String(at).padStart(2, "0")}`);
    for (const code of codes) {
      await page.keyboard.type(code, { delay: 0 });
      await page.keyboard.press("Enter");
      await page.keyboard.press("Control+j"); // the line feed of a CR LF suffix
    }
    const read = await until("all codes are in the journal", async () => {
      const found = service.read().filter((it) => it?.startsWith("HURRY"));
      return found.length >= codes.length && found;
    });
    assert.deepEqual(read, codes);
    return page;
  },

  async "a whole turn by keyboard alone"({ browser, service }) {
    const page = await open(browser, service.address);
    await page.keyboard.type("BDG-0042");
    await page.keyboard.press("Enter");
    await says(page, "Hello");
    await calm(page);
    await page.keyboard.press("F3");
    await page.locator(".mode-in").waitFor();
    await page.keyboard.press("F2");
    await page.locator(".mode-out").waitFor();
    await page.keyboard.type("AT-000123");
    await page.keyboard.press("Enter");
    await says(page, "Out to");
    await calm(page);
    await page.keyboard.press("F8");
    await says(page, "Undone");
    await page.keyboard.press("F4");
    await says(page, "Goodbye");
    assert.equal(await shown(page).word(), "Done");
    for (let tabs = 0; tabs < 30; tabs += 1) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(() => document.activeElement.textContent === "People")) break;
    }
    await page.keyboard.press("Enter");
    await page.locator(".card-person").first().waitFor();
    await page.locator(".card-person").first().focus();
    await page.keyboard.press("Enter");
    await page.locator("h1").filter({ hasNotText: "People" }).waitFor();
    return page;
  },

  async "what is found by its note shows the note"({ browser, service }) {
    const page = await open(browser, service.address, "/units");
    await page.locator(".card").first().waitFor();
    assert.equal(await page.locator(".card", { hasText: "Inspection every 12 months" }).count(), 0);
    await page.locator("#search").fill("inspection every");
    await page.locator(".card", { hasText: "Inspection every 12 months" }).first().waitFor();
    await until("nothing else is left", async () => (await page.locator(".card").count()) === (await page.locator(".card", { hasText: "Inspection every" }).count()));
    return page;
  },

  async "Enter on the search takes the text as it stands, not an older list"({ browser, service }) {
    const page = await open(browser, service.address, "/units");
    await page.locator(".card").first().waitFor();
    await page.locator("#search").focus();
    await page.keyboard.type("AT-000123", { delay: 0 });
    await page.keyboard.press("Enter");
    await page.locator(".big-tag").waitFor();
    assert.equal(await page.locator(".big-tag").textContent(), "AT-000123");
    return page;
  },

  async "a pulled cable is shown, and afterwards nothing is missing and nothing is there twice"({ browser, service }) {
    const cable = await Cable.lay(service.address);
    try {
      const page = await open(browser, cable.address, "/events");
      await service.scan("LOC-BEFORE-0");
      await page.locator("tbody tr").filter({ hasText: "LOC-BEFORE-0" }).waitFor();
      for (let round = 0; round < 3; round += 1) {
        cable.pull();
        await page.locator(".bar-lost").waitFor();
        for (let at = 0; at < 25; at += 1) await service.scan(`LOC-AWAY-${round}-${at}`); // A place is shown as it was read.
        cable.plug();
        await page.locator("tbody tr").filter({ hasText: `LOC-AWAY-${round}-24` }).waitFor();
        await until("the bar is gone", async () => (await page.locator(".bar-lost").count()) === 0);
      }
      const read = await page.locator("tbody .cell-read .mono").allTextContents();
      const expected = [0, 1, 2].flatMap((round) => Array.from({ length: 25 }, (_, at) => `LOC-AWAY-${round}-${at}`));
      assert.deepEqual(read.filter((it) => it.startsWith("LOC-AWAY")).reverse(), expected);
      const numbers = (await page.locator("tbody .number").allTextContents()).map(Number);
      assert.equal(new Set(numbers).size, numbers.length);
      return page;
    } finally {
      cable.remove();
    }
  },

  async "a service that was killed comes back and the page with it"({ browser }) {
    const first = await Service.start();
    const port = new URL(first.address).port;
    const page = await open(browser, first.address);
    await first.end("SIGKILL");
    await page.locator(".bar-lost").waitFor();
    const second = await Service.start(["--demo"], { port, folder: first.folder });
    try {
      await until("the page is live again", async () => (await page.locator(".bar-lost").count()) === 0);
      await second.scan("AFTER-THE-KILL");
      await says(page, "Unknown code");
      return page;
    } finally {
      await second.stop();
    }
  },

  async "hostile text stays text on every page"({ browser, service }) {
    const hostile = `<img src=x onerror="alert(1)"><script>alert(2)</script>"'&\u202e`;
    await service.enter(`9001,"<b onclick=alert(3)>Bob</b>",operator`);
    const page = await open(browser, service.address);
    await service.scan(hostile);
    await says(page, "Unknown code");
    await service.scan(`LOC-${hostile}`); // A place stands in the list as it was read, what nobody knows is masked there.
    await service.scan("BDG-9001");
    await says(page, "<b onclick");
    for (const path of ["/events", "/people", "/units?query=%3Cscript%3E", "/"]) {
      await page.goto(`${service.address}${path}`);
      await page.locator("#sources.well").waitFor();
      await page.locator("main *").first().waitFor();
      const alien = await page.evaluate(() => document.querySelectorAll("main img, main script, main b, [onclick], [onerror]").length);
      assert.equal(alien, 0, path);
    }
    await page.goto(`${service.address}/events`);
    await page.locator(".cell-read", { hasText: "<script>alert(2)</script>" }).waitFor();
    return page;
  },

  async "two people at two sides never cross"({ browser, service }) {
    const page = await open(browser, service.address);
    await service.scan("BDG-0042", "counter");
    const people = await service.ask("/api/v1/people");
    await service.enter("7001,Second Person,operator");
    await service.scan("BDG-7001", "window");
    await page.locator('[data-lane="window"] .person-name', { hasText: "Second Person" }).waitFor();
    await page.locator('[data-lane="counter"] .person-name', { hasText: people[0].name }).waitFor();
    assert.equal(await page.locator(".lane").count(), 2);
    const boxes = await page.locator(".lane").evaluateAll((all) => all.map((it) => it.getBoundingClientRect().left));
    assert.notEqual(boxes[0], boxes[1], "side by side");
    return page;
  },

  async "a scanner that cannot be read is a red bar with what to do"({ browser }) {
    const service = await Service.start(["--serial", "/dev/serial/by-id/none-such"]);
    try {
      const page = await open(browser, service.address);
      await page.locator(".bar-alarm").waitFor();
      const box = await page.locator(".bar-alarm").evaluate((it) => getComputedStyle(it).backgroundColor);
      assert.equal(box, "rgb(179, 33, 31)");
      return page;
    } finally {
      await service.stop();
    }
  },

  async "sound asks to be enabled, then says that it is on"({ browser, service }) {
    const page = await open(browser, service.address);
    await page.keyboard.press("Shift");
    await page.locator('#sound[aria-label="Sound on"]').waitFor();
    await page.locator("#sound").click();
    await page.locator('#sound[aria-label="Sound off"]').waitFor();
    await page.reload();
    await page.locator('#sound[aria-label="Sound off"]').waitFor();
    return page;
  },

  async "an accessibility check finds nothing serious on any page, light and dark, in both languages"({ browser, service }) {
    await service.scan("BDG-0042");
    await service.scan("AT-000123");
    await service.scan("NOT-KNOWN", "window");
    for (const [colorScheme, locale] of [["light", "en-GB"], ["dark", "en-GB"], ["light", "de-DE"], ["dark", "de-DE"]]) {
      const page = await open(browser, service.address, "/", { colorScheme, locale });
      for (const path of PAGES) {
        await page.goto(`${service.address}${path}`);
        await page.locator("main h1, main .answer").first().waitFor();
        await page.locator("main .loading").waitFor({ state: "detached" });
        if (path === "/") await page.locator("#all-commands").click();
        if (path === "/cases") await page.locator("#nav summary").click();
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
        const found = violations.filter((it) => ["serious", "critical"].includes(it.impact));
        const said = found.map((it) => `${path} ${colorScheme} ${locale}: ${it.id} at ${it.nodes.map((node) => node.target.join(" ")).join(", ")}`);
        assert.deepEqual(said, []);
      }
    }
    return null;
  },

  async "nothing is cut off or overlaps at the three sizes, light and dark"({ browser, service }) {
    await service.scan("BDG-0042");
    await service.scan("AT-000123");
    let last;
    for (const [width, height] of [[1920, 1080], [1024, 600], [390, 844]]) {
      for (const colorScheme of ["light", "dark"]) {
        last = await open(browser, service.address, "/", { viewport: { width, height }, colorScheme });
        for (const path of PAGES) {
          await last.goto(`${service.address}${path}`);
          await last.locator("main *").first().waitFor();
          const wide = await last.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(wide <= 0, `${path} at ${width} is ${wide} pixels too wide`);
        }
        assert.deepEqual(last.faults, []);
        await last.context().close();
      }
    }
    return null;
  },
};

const wanted = process.argv[2] ?? "";
let [passed, failed, skipped] = [0, 0, 0];
const browser = await browse();
for (const [name, test] of Object.entries({ ...WORDS, ...TESTS, ...KEYS, ...SCREEN, ...CRIB, ...OPEN, ...KEEPING, ...LENS })) {
  if (!name.includes(wanted)) continue;
  const service = await Service.start();
  const begun = performance.now();
  const took = () => `${((performance.now() - begun) / 1_000).toFixed(1)} s`;
  try {
    const page = await test({ browser, service });
    if (typeof page === "string") {
      skipped += 1;
      console.log(`skip ${name}: ${page}`);
      continue;
    }
    assert.deepEqual(page?.faults ?? [], [], "the page logged errors");
    passed += 1;
    console.log(`ok   ${name} (${took()})`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name} (${took()})\n${error.stack}`);
  } finally {
    for (const context of browser.contexts()) await context.close();
    await service.stop();
  }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 ? 0 : 1);
