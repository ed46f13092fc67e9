// The station's screen as an eye has it from three metres: nothing cut, nothing hidden without a word, nothing by colour alone.

import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Service, browse, open, says, until } from "./bench.mjs";

const SIZES = [[1920, 1080], [1024, 600], [390, 844]];
const CART = "[rules]\nself_service = false\nsession_idle_s = 600\n";
const FREE = [103, 104, 105, 106, 107, 108, 110, 113, 114, 115, 118, 119].map((it) => `AT-000${it}`);

/** Runs with a service of its own kind. */
async function withService(config, more, run) {
  const service = await Service.start(more, { config });
  try {
    return await run(service);
  } finally {
    await service.stop();
  }
}

/** What of the answers stands outside its box. */
const cutOff = (page) => page.evaluate(() => [...document.querySelectorAll(".answer")].flatMap((box) => {
  const room = box.getBoundingClientRect();
  return [...box.querySelectorAll(".answer-word, .part, .resting .why")].filter((it) => it.checkVisibility()).filter((it) => {
    const at = it.getBoundingClientRect();
    return at.height < 8 || at.top < room.top - 1 || at.bottom > room.bottom + 1 || at.left < room.left - 1 || at.right > room.right + 1;
  }).map((it) => it.textContent);
}));

export const SCREEN = {
  async "a cart of twelve is whole on every screen, or says how many more there are"({ browser }) {
    return withService(CART, ["--demo"], async (service) => {
      for (const code of ["BDG-0042", "!CMD:OUT", "BDG-0023", ...FREE]) await service.scan(code);
      for (const [width, height] of SIZES) {
        const page = await open(browser, service.address, "/", { viewport: { width, height } });
        await page.locator(".cart .line").first().waitFor();
        assert.equal(await page.locator(".cart .cart-count").textContent(), "12");
        await until("every unit is named or counted", () => page.evaluate(() => {
          const list = document.querySelector(".cart ol");
          const room = list.getBoundingClientRect();
          const seen = [...list.children].filter((it) => it.getBoundingClientRect().left < room.right - 4);
          const whole = seen.every((it) => it.getBoundingClientRect().bottom <= room.bottom + 1);
          const named = seen.reduce((sum, it) => sum + it.querySelectorAll(".line-numbers .mono").length, 0);
          const more = Number(document.querySelector(".cart .unfitted:not([hidden])")?.textContent.match(/\d+/)[0] ?? 0);
          return whole && named + more === 12;
        }));
        assert.deepEqual(page.faults, []);
        await page.context().close();
      }
      return null;
    });
  },

  async "an answer is whole on one, two and four sides, the longest too"({ browser }) {
    // The same tool is scanned on each screen, on a quick machine within a second.
    return withService("[rules]\nrepeat_ms = 0\n", ["--demo"], async (service) => {
      const people = { counter: "BDG-0042", window: "BDG-0023", third: "BDG-0029", fourth: "BDG-0017" };
      for (const sides of [1, 2, 4]) {
        const lanes = Object.keys(people).slice(0, sides);
        for (const [width, height] of SIZES) {
          const page = await open(browser, service.address, "/", { viewport: { width, height } });
          for (const lane of lanes) {
            const { lanes: now } = await service.ask("/api/v1/state");
            if (!now[lane]?.session) await service.scan(people[lane], lane);
            const { why } = await service.scan("AT-000117", lane);
            assert.match(why, /Free:/); // Somebody else has it: a cause, two ways out and the nearest free equal.
            await says(page, "Free:", lane);
          }
          await until("nothing is cut", async () => (await cutOff(page)).length === 0);
          for (const lane of lanes) {
            const why = page.locator(`[data-lane="${lane}"] .why`);
            // The answer is drawn anew while its lane changes; what was taken away meanwhile has no size.
            const letters = async () => (await why.isVisible()) && why.evaluate((it) => Number.parseFloat(getComputedStyle(it.querySelector(".part")).fontSize));
            await until(`${lane} of ${sides} is to be read at ${width}×${height}`, async () => (await letters()) >= 11);
          }
          assert.deepEqual(page.faults, []);
          await page.context().close();
        }
      }
      return null;
    });
  },

  async "a look-up shows lot and owner, and where it was last of what is not there"({ browser }) {
    return withService("[rules]\nrepeat_ms = 0\n", ["--demo"], async (service) => {
      await service.scan("BDG-0017");
      const body = JSON.stringify({ to: "Alpine Rescue Ltd", how: "transfer", date: "2026-02-03", proof: "receipt 9" });
      const changed = await fetch(`${service.address}/api/v1/units/AT-000144/owners?lane=counter`, { method: "POST", body });
      assert.equal((await changed.json()).answer, "done");
      for (const code of ["!CMD:LOST", "AT-000144", "!CMD:DONE"]) await service.scan(code);
      for (const [width, height] of SIZES) {
        const page = await open(browser, service.address, "/", { viewport: { width, height } });
        await service.scan("AT-000144", "window"); // So the next one is another answer.
        await service.scan("AT-000144");
        await says(page, "reported lost", "counter");
        const facts = page.locator('[data-lane="counter"] .unit-line .facts span');
        await until(`all is to be read at ${width}×${height}`, async () => {
          const shown = await facts.evaluateAll((all) => all.filter((it) => it.checkVisibility()).map((it) => it.textContent));
          return ["Lot L24-0917", "Owner Alpine Rescue Ltd", "last in Cabinet F"].every((it) => shown.includes(it));
        });
        await until("nothing is cut", async () => (await cutOff(page)).length === 0);
        assert.deepEqual(page.faults, []);
        await page.context().close();
      }
      return null;
    });
  },

  async "a kit in the cart names its parts, and so does its page"({ browser }) {
    return withService("[rules]\nrepeat_ms = 0\n", ["--demo"], async (service) => {
      const page = await open(browser, service.address);
      for (const code of ["BDG-0042", "AT-000160"]) await service.scan(code);
      await says(page, "6 parts");
      await service.scan("AT-000160");
      await page.locator(".cart:not(.holds) .line", { hasText: "AT-000161" }).waitFor();
      assert.ok(!(await page.locator("main").textContent()).includes("[object"));
      await page.goto(`${service.address}/unit/AT-000160`);
      await page.locator(".parts .card").nth(5).waitFor();
      assert.deepEqual(page.faults, []);
      return null;
    });
  },

  async "the end of a session is said and heard before it comes, and a cart left behind is a loud no"({ browser }) {
    return withService("[rules]\nself_service = false\nsession_idle_s = 5\n", ["--demo"], async (service) => {
      const page = await open(browser, service.address);
      const heard = await listen(page);
      for (const code of ["BDG-0042", "AT-000123"]) await service.scan(code);
      await page.locator(".ending .ends", { hasText: "ends in" }).waitFor();
      await until("a warning was heard", () => heard().then((it) => it.includes("already")));
      await says(page, "NOT booked");
      await page.locator('[data-lane="counter"] .answer-no').waitFor();
      await until("the no was heard", () => heard().then((it) => it.includes("no")));
      await page.locator(".nobody").waitFor();
      assert.deepEqual(page.faults, []);
      return null;
    });
  },

  async "four answers have four words, four shapes and four tones, and need no colour"({ browser, service }) {
    const page = await open(browser, service.address);
    const heard = await listen(page);
    await page.emulateMedia({ forcedColors: "active" });
    const seen = new Map();
    for (const code of ["BDG-0042", "!CMD:IN", "AT-000123", "!CMD:DONE"]) await service.scan(code); // Now it is in.
    for (const [code, answer] of [["BDG-0042", "good"], ["!CMD:IN", "good"], ["AT-000123", "already"], ["NOBODY-KNOWS", "no"], ["!CMD:DONE", "done"]]) {
      const said = await service.scan(code);
      assert.equal(said.answer, answer);
      const box = page.locator(`[data-lane="counter"] .answer[data-seq="${Math.max(...said.events)}"]`);
      await box.waitFor();
      seen.set(answer, `${await box.locator(".answer-word").textContent()} ${await box.locator(".answer-head .icon path").first().getAttribute("d")}`);
      await until("its tone was heard", () => heard().then((it) => it.includes(answer)));
      assert.equal(await page.evaluate(() => document.getAnimations().length), 0, "nothing moves");
    }
    assert.equal(new Set(seen.values()).size, 4);
    return page;
  },

  async "a browser that keeps silent until it is touched is told so on the screen"({ service }) {
    const quiet = await browse("document-user-activation-required");
    try {
      const page = await open(quiet, service.address);
      await page.locator("#sound.asks", { hasText: "Enable sound" }).waitFor();
      await page.locator("#sound").click();
      await page.locator('#sound:not(.asks)[aria-label="Sound on"]').waitFor();
      assert.deepEqual(page.faults, []);
      return null;
    } finally {
      await quiet.close();
    }
  },

  async "the camera page shows a film, outlines what it found and says it, whole on every screen"({ browser }) {
    const folder = mkdtempSync(join(tmpdir(), "scanstation-film-"));
    copyFileSync(new URL("../vectors/vision/zxing-qrcode-2-1.png", import.meta.url), join(folder, "1.png"));
    const camera = `[[camera]]\nname = "desk"\nlane = "counter"\nfolder = "${folder}"\nagain = true\nrate = 5\nbudget_ms = 2000\npreview = true\n`;
    try {
      return await withService(camera, ["--demo"], async (service) => {
        for (const [width, height] of SIZES) {
          const page = await open(browser, service.address, "/camera", { viewport: { width, height } });
          await page.locator(".sight-read").waitFor();
          const green = await until("the symbol is outlined", () => page.evaluate(() => {
            const eye = document.querySelector(".eye");
            const { data } = eye.getContext("2d").getImageData(0, 0, eye.width, eye.height);
            let found = 0;
            for (let at = 0; at < data.length; at += 4) if (data[at] < 90 && data[at + 1] > 200 && data[at + 2] < 150) found += 1;
            return found;
          }));
          assert.ok(green > 200, `${green} pixels`);
          const box = await page.locator(".eye").boundingBox();
          assert.ok(box.y + box.height <= height && box.x + box.width <= width, `${width}×${height}: ${JSON.stringify(box)}`);
          assert.deepEqual(page.faults, []);
          await page.context().close();
        }
        return null;
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },

  async "whatever is touched with a glove is at least 44 pixels high"({ browser, service }) {
    await service.scan("WHAT-IS-IT");
    for (const [width, height] of SIZES) {
      const page = await open(browser, service.address, "/", { viewport: { width, height } });
      await page.locator("#all-commands").waitFor();
      for (const path of ["/", "/units", "/people", "/parked", "/shift", "/cards", "/identify"]) {
        await page.goto(`${service.address}${path}`);
        await page.locator("#all-commands").waitFor();
        await page.locator("main *").first().waitFor();
        if (path === "/") await page.locator("#all-commands").click();
        else if (width < 640) await page.locator("#nav summary").click();
        const small = await page.evaluate(() => [...document.querySelectorAll("button, summary, input, select, nav a, .card")]
          .filter((it) => it.checkVisibility() && !it.closest(".search-row") && it.getBoundingClientRect().height < 44)
          .map((it) => `${it.tagName} ${it.className} ${it.textContent.slice(0, 20)} ${it.getBoundingClientRect().height}`));
        assert.deepEqual(small, [], `${path} at ${width}`);
      }
      await page.context().close();
    }
    return null;
  },
};

/** Writes down which answers' tones begin, known by their first note; the tones themselves are played. */
async function listen(page) {
  await page.locator('#sound[aria-label="Sound on"]').waitFor();
  await page.evaluate(() => {
    window.heard = [];
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function begin(...at) {
      window.heard.push(`${this.type} ${Math.round(this.frequency.value)}`);
      return start.apply(this, at);
    };
  });
  const NOTES = { "sine 1320": "good", "sine 660": "done", "triangle 540": "already", "square 170": "no" };
  return async () => (await page.evaluate(() => window.heard)).map((it) => NOTES[it]).filter(Boolean);
}
