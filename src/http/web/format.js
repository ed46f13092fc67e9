// Times and places as a person says them.

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const SECONDS = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });
const YEAR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const DAY_MS = 86_400_000;

const midnight = (time) => new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();

/** "today 17:00", "tomorrow 08:00", "Mon 24 Nov 17:00". */
export function when(text, now = new Date()) {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return "";
  const days = Math.round((midnight(time) - midnight(now)) / DAY_MS);
  const near = { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days];
  if (near) return `${near} ${CLOCK.format(time)}`;
  return Math.abs(days) < 300 ? `${DAY.format(time)} ${CLOCK.format(time)}` : YEAR.format(time);
}

export const clock = (text) => CLOCK.format(new Date(text));
export const seconds = (text) => SECONDS.format(new Date(text));
export const isPast = (text, now = new Date()) => text !== null && new Date(text) < now;
export const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;
