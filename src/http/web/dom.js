// Building the page from nodes: text is always a text node, so that nothing scanned can become markup.
// Deliberately absent: innerHTML and everything like it; the content security policy forbids it as well.

const SVG = "http://www.w3.org/2000/svg";

/** Makes an element. Properties that are functions become listeners; null and false are left out. */
export function h(name, properties, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(key, value);
    else if (key === "class") element.className = value;
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((it) => it !== null && it !== undefined && it !== false));
  return element;
}

/** Puts children in place of whatever an element has. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((it) => it !== null && it !== undefined && it !== false));
}

/** A sentence in which words between back ticks are to be typed as they stand. */
export const typed = (text) => text.split("`").map((it, at) => (at % 2 === 1 ? h("code", {}, it) : it));

const SHAPES = {
  // Each answer has an outline of its own: circle, square, diamond, octagon.
  good: ["M24 3a21 21 0 1 0 0 42 21 21 0 0 0 0-42Z", "M14 25l7 7 13-15"],
  done: ["M10 4h28a6 6 0 0 1 6 6v28a6 6 0 0 1-6 6H10a6 6 0 0 1-6-6V10a6 6 0 0 1 6-6Z", "M9 25l6 7 11-14", "M23 32l13-14"],
  already: ["M24 2.5 45.5 24 24 45.5 2.5 24Z", "M16 20h16M16 28h16"],
  asks: ["M24 2.5 45.5 24 24 45.5 2.5 24Z", "M18.5 19a5.5 5.5 0 1 1 8 4.9c-1.9 1-2.5 1.9-2.5 3.6M24 33.5v.5"],
  no: ["M15.5 3.5h17l12 12v17l-12 12h-17l-12-12v-17Z", "M16 16l16 16M32 16 16 32"],
  scan: ["M4 14V4h10M34 4h10v10M44 34v10H34M14 44H4V34", "M13 14v20M19 14v20M25 14v20M29 14v20M36 14v20"],
  bars: ["M3 8v32M12 8v32M19 8v32M30 8v32M36 8v32M45 8v32"],
  out: ["M18 8H8v32h10", "M20 24h22M33 14l10 10-10 10"],
  in: ["M30 8h10v32H30", "M4 24h24M19 14l10 10-10 10"],
  auto: ["M6 17h32M30 8l9 9-9 9", "M42 31H10M18 22l-9 9 9 9"],
  warn: ["M24 5 45 42H3Z", "M24 18v12M24 35v1"],
  plug: ["M16 6v10M32 6v10M10 16h28v6a14 14 0 0 1-28 0Z", "M24 36v8"],
  person: ["M24 6a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z", "M7 43c1-9 8-14 17-14s16 5 17 14"],
  sound: ["M6 18h8l11-9v30l-11-9H6Z", "M32 17c4 4 4 10 0 14M37 11c8 8 8 18 0 26"],
  mute: ["M6 18h8l11-9v30l-11-9H6Z", "M33 19l10 10M43 19 33 29"],
  light: ["M24 15a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z", "M24 3v5M24 40v5M3 24h5M40 24h5M9 9l4 4M35 35l4 4M9 39l4-4M35 13l4-4"],
  dark: ["M40 29A18 18 0 1 1 19 8a14 14 0 0 0 21 21Z"],
  more: ["M6 6h14v14H6ZM28 6h14v14H28ZM6 28h14v14H6ZM28 28h14v14H28Z"],
  globe: ["M24 4a20 20 0 1 0 0 40 20 20 0 0 0 0-40Z", "M4 24h40", "M24 4c-12 12-12 28 0 40M24 4c12 12 12 28 0 40"],
  box: ["M4 14 24 4l20 10v20L24 44 4 34Z", "M4 14l20 10 20-10M24 24v20"],
  wrench: ["M30 5a12 12 0 0 0-10 17L5 37l6 6 15-15a12 12 0 0 0 16-15l-7 7-6-1-1-6 7-7a12 12 0 0 0-5-1Z"],
  truck: ["M3 10h25v23H3ZM28 18h9l8 8v7H28", "M12 33a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM36 33a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Z"],
  label: ["M5 5h18l21 21-18 18L5 23Z", "M14.5 12a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z"],
  eye: ["M4 12h10l4-6h12l4 6h10v30H4Z", "M24 17a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z"],
  kit: ["M5 16h38v24H5ZM16 16V8h16v8", "M5 26h38M21 23h6v6h-6Z"],
  camera: ["M4 14h10l4-6h12l4 6h10v26H4Z", "M24 19a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15Z"],
  search: ["M21 8a13 13 0 1 0 0 26 13 13 0 0 0 0-26Z", "M31 31l11 11"],
};

/** A line drawing; it is decoration, the word beside it says the same. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 48 48");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  for (const shape of SHAPES[name] ?? []) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", shape);
    svg.append(path);
  }
  return svg;
}
