// The pictures of the documents, taken from the running page with the demo's data: node pictures.mjs FOLDER

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Service, browse, open, says } from "./bench.mjs";
import { seeing } from "./lens.mjs";

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
const browser = await browse();
const service = await Service.start();
/** The wall is 1440 pixels wide here: the picture of it stays small. */
const SIZES = { "": [1440, 810], "-panel": [1024, 600], "-phone": [390, 844] };

async function take(page, name) {
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(150); // Let the last paint finish; a picture is no test.
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(join(folder, `${name}.png`));
}

await service.scan("BDG-0042");
await service.scan("AT-000123");
for (const [suffix, [width, height]] of Object.entries(SIZES)) {
  const page = await open(browser, service.address, "/", { viewport: { width, height }, colorScheme: "light" });
  const tools = (await service.ask("/api/v1/units?query=bosch&limit=20")).filter((it) => it.holder === null && it.tag);
  await service.scan(tools[0].tag);
  await says(page, "Out to");
  await take(page, `station${suffix}`);
  await page.context().close();
}
const [width, height] = SIZES[""];
const page = await open(browser, service.address, "/", { viewport: { width, height }, colorScheme: "dark" });
await service.scan("BDG-0017", "window");
await service.scan("NOT-ONE-OF-OURS", "window");
await says(page, "Unknown code", "window");
await service.scan("AT-000123");
await says(page, "AT-000123");
await take(page, "two-sides-dark");
await page.context().close();
const refused = await open(browser, service.address, "/", { viewport: { width: 1024, height: 600 }, colorScheme: "light" });
await service.scan("AT-000112");
await says(refused, "Cannot go out");
await take(refused, "station-no");
await refused.context().close();
const german = await open(browser, service.address, "/", { viewport: { width: 1024, height: 600 }, colorScheme: "dark", locale: "de-DE" });
await german.locator("#all-commands").click();
await german.locator("#command-panel").waitFor();
await take(german, "commands-panel-german");
await german.context().close();
const light = await open(browser, service.address, "/", { viewport: { width: 1280, height: 720 }, colorScheme: "light" });
for (const [path, name] of [["/units?query=bosch", "units"], ["/unit/AT-000123", "unit"], ["/people", "people"], ["/person/3", "person"], ["/events", "events"], ["/cards", "cards"], ["/identify?code=%5DC1010952012345678821ABC%1D10LOT7", "identify"]]) {
  await light.goto(`${service.address}${path}`);
  await light.locator("main .card, main .panel, main tbody tr, main .print-card").first().waitFor();
  await take(light, name);
}
for (const [scene, kind, suffixes] of [["read", "read", ["", "-phone"]], ["dark", "hint", ["-panel"]]]) {
  await seeing(browser, service, [scene], async (lens) => {
    for (const suffix of suffixes) {
      const [w, h] = SIZES[suffix];
      const eye = await open(browser, lens.address, "/camera?lane=counter", { viewport: { width: w, height: h }, colorScheme: "light" });
      await eye.locator(`.sight-${kind}`).waitFor();
      await take(eye, `camera-${scene}${suffix}`);
      await eye.context().close();
    }
  });
}
await browser.close();
await service.stop();
