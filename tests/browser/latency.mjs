// From the event being durable to the answer being painted, in a real browser: a measurement, not a test.
// The service's answer to the scanning program is the sign that the event is durable; both clocks are this machine's.

import { Service, browse, open, until } from "./bench.mjs";

const SCANS = Number(process.env.SCANS ?? 300);
const wall = () => performance.timeOrigin + performance.now();

const browser = await browse();
const service = await Service.start();
const page = await open(browser, service.address, "/", { viewport: { width: 1920, height: 1080 } });
await page.evaluate(() => {
  window.painted = new Map();
  new MutationObserver(() => {
    const seq = Number(document.querySelector(".answer[data-seq]")?.dataset.seq);
    if (!seq || window.painted.has(seq)) return;
    window.painted.set(seq, 0);
    // A message sent while a frame is drawn is received after that frame was handed to the screen.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => window.painted.set(seq, performance.timeOrigin + performance.now());
    port2.postMessage(0);
  }).observe(document.querySelector("main"), { childList: true, subtree: true });
});
const units = (await service.ask("/api/v1/units?limit=100")).filter((it) => it.tag);
const [shown, whole] = [[], []];
for (let at = 0; at < SCANS; at += 1) {
  const sent = wall();
  const { events } = await service.scan(units[at % units.length].tag);
  const durable = wall();
  const seq = Math.max(...events);
  const painted = await until("the answer is painted", () => page.evaluate((it) => window.painted.get(it), seq));
  shown.push(painted - durable);
  whole.push(painted - sent);
}
await browser.close();
await service.stop();

const line = (name, times) => {
  times.sort((a, b) => a - b);
  const part = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1);
  console.log(`${name}: p50 ${part(0.5)} ms, p90 ${part(0.9)} ms, p99 ${part(0.99)} ms, most ${part(1)} ms (n=${times.length})`);
};
line("durable to painted", shown);
line("sent to painted", whole);
