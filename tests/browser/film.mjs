// Films for a camera that is a folder of pictures: a label over a desk, drawn by the browser and told as a list of scenes.
// The label carries a card of the station itself, so that what the camera reads is known.

import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** What can be seen, each a style of desk and label; the names are those of the hints, `read` and `empty`. */
export const SCENES = {
  read: { label: "left: 420px; top: 130px; width: 400px; transform: rotate(-7deg)" },
  small: { label: "left: 590px; top: 320px; width: 42px; filter: blur(.8px)" },
  blurred: { label: "left: 420px; top: 130px; width: 400px; filter: blur(22px)", desk: "filter: blur(16px)" },
  dark: { label: "left: 420px; top: 130px; width: 400px; filter: blur(9px)", desk: "filter: brightness(.13)" },
  glare: { label: "left: 420px; top: 130px; width: 400px", lamp: "left: 380px; top: 60px; width: 520px; height: 520px" },
  empty: { label: "display: none" },
};

const page = (svg, { label = "", desk = "", lamp = "display: none" }) => `<!doctype html><style>
  body { margin: 0; width: 1280px; height: 720px; overflow: hidden; background: #000 }
  .desk { position: absolute; inset: 0; background: repeating-linear-gradient(93deg, #6d6153 0 38px, #75695a 38px 41px, #685d50 41px 90px); ${desk} }
  .tool { position: absolute; left: 60px; top: 430px; width: 420px; height: 190px; border-radius: 40px 90px 30px 60px; background: linear-gradient(#3d4a52, #20282d) }
  .label { position: absolute; background: #f4f2ec; padding: 22px; border-radius: 10px; box-shadow: 0 6px 24px #0008; ${label} }
  .label svg { display: block; width: 100%; height: auto } .label p { font: 600 24px sans-serif; text-align: center; margin: 10px 0 0 }
  .lamp { position: absolute; border-radius: 50%; background: radial-gradient(#fff 0 58%, #fff8 70%, #fff0 100%); ${lamp} }
</style><div class="desk"><div class="tool"></div><div class="label">${svg}<p>Check out</p></div><div class="lamp"></div></div>`;

/** Draws pictures of these scenes, in their order, into a folder; returns it. */
export async function film(browser, service, folder, scenes) {
  mkdirSync(folder, { recursive: true });
  const svg = (await (await fetch(`${service.address}/api/v1/cards/OUT`)).text()).replace(/^<\?xml[^>]*>/, "");
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const canvas = await context.newPage();
  for (const [at, scene] of scenes.entries()) {
    await canvas.setContent(page(svg, SCENES[scene]));
    await canvas.screenshot({ path: join(folder, `${String(at).padStart(3, "0")}.png`) });
  }
  await context.close();
  return folder;
}

/** The configuration of a camera that sees a folder of pictures, again and again. */
export const camera = (folder, { preview = true, rate = 10 } = {}) =>
  `[[camera]]\nname = "lens"\nlane = "counter"\nfolder = "${folder}"\nrate = ${rate}\nagain = true\npreview = ${preview}\nbudget_ms = 400\n`;
