// The camera at the page: what it sees, what could be better, and pictures that are kept.
// The camera is a folder of pictures, read by the same child process as a lens.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Service, calm, open, says, until } from "./bench.mjs";
import { camera, film } from "./film.mjs";

/** Does something with a service whose camera sees these scenes. */
export async function seeing(browser, drawn, scenes, work, options = {}) {
  const folder = mkdtempSync(join(tmpdir(), "scanstation-film-"));
  try {
    const file = join(folder, "station.toml");
    writeFileSync(file, camera(await film(browser, drawn, join(folder, "film"), scenes), options));
    const service = await Service.start(["--demo", "--config", file]);
    try {
      return await work(service);
    } finally {
      await service.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const HINTS = { dark: "Too dark", glare: "Glare", blurred: "Hold still", small: "closer" };

export const LENS = {
  async "what the camera reads is outlined, and the aiming frame shows where to hold a label"({ browser, service: drawn }) {
    return seeing(browser, drawn, ["read"], async (service) => {
      const page = await open(browser, service.address, "/camera?lane=counter");
      await page.locator(".sight-read").waitFor();
      const painted = await page.locator(".eye").evaluate((it) => [it.width, it.height]);
      assert.deepEqual(painted, [640, 360]);
      const { outlines } = await page.evaluate(async () => {
        const answer = await fetch("/api/v1/cameras/lens/preview");
        return JSON.parse(answer.headers.get("scanstation-sight"));
      });
      assert.equal(outlines.length, 1);
      const green = await page.locator(".eye").evaluate((it, [x, y]) => [...it.getContext("2d").getImageData(x - 3, y - 3, 7, 7).data].some((_, at, all) => at % 4 === 1 && all[at] > all[at - 1] + 40), outlines[0][0].map(Math.round));
      assert.ok(green, "the outline is drawn");
      return page;
    });
  },

  async "the page says what could be better: light, glare, holding still, distance"({ browser, service: drawn }) {
    let last = null;
    for (const [scene, words] of Object.entries(HINTS)) {
      last = await seeing(browser, drawn, [scene], async (service) => {
        const page = await open(browser, service.address, "/camera");
        await page.locator(".sight-hint", { hasText: words }).waitFor();
        assert.deepEqual(page.faults, []);
        return page;
      });
    }
    return last;
  },

  async "a picture is taken for an unknown code and for each identifier, by button and by key"({ browser, service: drawn }) {
    return seeing(browser, drawn, ["empty"], async (service) => {
      await service.scan("BDG-0017");
      const page = await open(browser, service.address, "/?lane=counter");
      await service.scan("NOBODY-KNOWS-ME");
      await says(page, "Unknown code");
      await page.locator("#take-still").click();
      await says(page, "Picture kept for the unknown code");
      await page.goto(`${service.address}/parked?lane=counter`);
      await page.locator(".parked .still").waitFor();
      await until("the picture is shown", () => page.locator(".parked .still").evaluate((it) => it.complete && it.naturalWidth === 1280));
      await page.goto(`${service.address}/unit/AT-000123?lane=counter`);
      for (const many of [1, 2]) {
        await page.locator(".take-still").first().click();
        await until(`${many} angles`, async () => (await page.locator(".angles .still").count()) === many);
      }
      await page.goto(`${service.address}/?lane=counter`);
      await page.locator("#take-still").waitFor();
      await service.scan("AT-000123");
      await says(page, "Out to");
      await calm(page);
      await page.keyboard.press("Shift+F1");
      await says(page, "Damage or unknown code first");
      return page;
    }, { preview: false });
  },
};
