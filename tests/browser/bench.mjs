// One service on a store of its own, one browser, and the few things every test does with them.
// Waiting is for something, never for time; nothing here knows how the page is built inside.

import { spawn, spawnSync } from "node:child_process";
import { createServer, connect } from "node:net";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const PATIENCE_MS = 60_000;

/** Starts the browser; sound needs no click, as in a kiosk. */
export const browse = (sound = "no-user-gesture-required") =>
  chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", `--autoplay-policy=${sound}`] });

/** A running service; `more` are further words of its command line. */
export class Service {
  static async start(more = ["--demo"], { port = 0, config = null, folder = mkdtempSync(join(tmpdir(), "scanstation-page-")) } = {}) {
    const service = new Service();
    service.folder = folder;
    if (config) {
      writeFileSync(join(folder, "station.toml"), config);
      more = [...more, "--config", join(folder, "station.toml")];
    }
    service.process = spawn(process.env.SCANSTATION, ["serve", "--data", folder, "--listen", `127.0.0.1:${port}`, ...more],
      { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    service.process.stderr.on("data", (it) => { said += it; });
    service.address = await new Promise((resolve, reject) => {
      let out = "";
      service.process.stdout.on("data", (it) => {
        out += it;
        const found = /http:\/\/[^\s/]+/.exec(out);
        if (found && out.includes("\n")) resolve(found[0]);
      });
      service.process.on("exit", (status) => reject(new Error(`the service ended with ${status}: ${said}`)));
    });
    return service;
  }

  /** Ends the process with a signal and waits until it is gone. */
  async end(signal) {
    this.process.removeAllListeners("exit");
    const gone = new Promise((resolve) => { this.process.once("exit", resolve); });
    this.process.kill(signal);
    await gone;
  }

  async stop() {
    await this.end("SIGTERM");
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Posts a scan and returns the answer. */
  async scan(data, lane = "counter") {
    const answer = await fetch(`${this.address}/api/v1/scans`, { method: "POST", body: JSON.stringify({ data, lane }) });
    return answer.json();
  }

  /** Enters people as the owner of the store does, in the name of the demo's keeper; in nobody's on a store without one. */
  async enter(people, as = "as=BDG-0017") {
    const pass = readFileSync(join(this.folder, "station.pass"), "utf8").trim();
    const answer = await fetch(`${this.address}/api/v1/import/people?${as}`,
      { method: "POST", headers: { "X-Scanstation-Pass": pass }, body: `badge,name,role\n${people}\n` });
    const report = await answer.json();
    if (answer.status !== 200 || !report.done) throw new Error(`not entered: ${JSON.stringify(report)}`);
  }

  /** What was read, oldest first and unmasked: as the owner of the store may export it. */
  read() {
    const words = ["export", "scans", "--form", "jsonl", "--unmasked", "--data", this.folder];
    const { stdout, stderr, status } = spawnSync(process.env.SCANSTATION, words, { encoding: "utf8" });
    if (status !== 0) throw new Error(`not exported: ${stderr}`);
    return stdout.split("\n").filter(Boolean).map((it) => JSON.parse(it).payload);
  }

  async ask(path) {
    return (await fetch(`${this.address}${path}`)).json();
  }

  /** Writes to the simulated scanner, as a scanner would send it. */
  wedge(text) {
    const port = openSync(join(this.folder, "scanner"), "w");
    writeSync(port, text);
    closeSync(port);
  }
}

/** A cable between page and service that can be pulled. */
export class Cable {
  static async lay(address) {
    const cable = new Cable();
    const port = Number(new URL(address).port);
    cable.ends = new Set();
    cable.whole = true;
    cable.server = createServer((near) => {
      if (!cable.whole) return near.destroy();
      const far = connect(port, "127.0.0.1");
      for (const [one, other] of [[near, far], [far, near]]) {
        cable.ends.add(one);
        one.on("error", () => {});
        one.on("close", () => { cable.ends.delete(one); other.destroy(); });
      }
      near.pipe(far);
      far.pipe(near);
    });
    await new Promise((resolve) => { cable.server.listen(0, "127.0.0.1", resolve); });
    cable.address = `http://127.0.0.1:${cable.server.address().port}`;
    return cable;
  }

  pull() {
    this.whole = false;
    for (const end of this.ends) end.destroy();
  }

  plug() { this.whole = true; }

  remove() {
    this.pull();
    this.server.close();
  }
}

/** Waits until the page takes a function key for a person's: within a burst of keys it is a scanner's. */
export const calm = (page) => page.waitForFunction(() => performance.now() - (window.lastKey ?? 0) > 300);

/** Opens a page that complains about every error of its own. */
export async function open(browser, address, path = "/", options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.faults = [];
  page.on("pageerror", (it) => page.faults.push(it.message));
  page.on("console", (it) => { if (it.type() === "error" && !it.text().includes("Failed to load resource") && !it.text().includes("ERR_")) page.faults.push(it.text()); });
  page.on("dialog", (it) => { page.faults.push(`dialog: ${it.message()}`); it.dismiss(); });
  page.asked = new Set(); // questions to the station that are not answered yet
  page.on("request", (it) => { if (it.url().includes("/api/") && !it.url().includes("/updates")) page.asked.add(it); });
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, (it) => page.asked.delete(it));
  await page.addInitScript(() => addEventListener("keydown", () => { window.lastKey = performance.now(); }, { capture: true }));
  await page.goto(`${address}${path}`);
  await page.locator("#sources.well, #sources.none, #sources.bad").waitFor();
  return page;
}

/** Waits until something holds; asks the page again and again, as an eye does. */
export async function until(what, holds) {
  const begun = Date.now();
  for (;;) {
    const found = await holds();
    if (found) return found;
    if (Date.now() - begun > PATIENCE_MS) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}

/** The answer that a side of the screen shows now. */
export const shown = (page, lane = "counter") => ({
  word: () => page.locator(`[data-lane="${lane}"] .answer-word`).textContent(),
  why: () => page.locator(`[data-lane="${lane}"] .why`).textContent(),
});

/** Waits until a side shows words; what it shows instead is told with the error. */
export const says = (page, text, lane = "counter") =>
  page.locator(`[data-lane="${lane}"] .answer`).filter({ hasText: text }).waitFor().catch(async (error) => {
    const shows = await page.locator(`[data-lane="${lane}"]`).allInnerTexts();
    throw new Error(`${lane} does not say ${JSON.stringify(text)} but ${JSON.stringify(shows)}`, { cause: error });
  });
