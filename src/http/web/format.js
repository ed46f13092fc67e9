// Times and places as a person says them, in the language of the page.

import { locale, say } from "./words.js";

const CLOCK = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const SECONDS = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short" });
const YEAR = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const midnight = (time) => new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();

/** "today 17:00", "tomorrow 08:00", "Mon 24 Nov 17:00". */
export function when(text, now = new Date()) {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return "";
  const days = Math.round((midnight(time) - midnight(now)) / DAY_MS);
  const near = { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days];
  if (near) return say(near, { time: CLOCK.format(time) });
  return Math.abs(days) < 300 ? `${DAY.format(time)} ${CLOCK.format(time)}` : YEAR.format(time);
}

/** A day of the calendar, `2027-03-31`, as "31 Mar 2027"; it is the same day in every zone. */
export const day = (text) => YEAR.format(new Date(`${text}T12:00`));

/** The day of a moment as a date field has it, `2027-03-31`. */
export function dayOf(text) {
  if (!text) return null;
  const time = new Date(text);
  const two = (number) => String(number).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** Whether a day of the calendar is over. */
export const isOver = (text, now = new Date()) => new Date(`${text}T23:59:59.999`) < now;

/** How long ago something should have been back: "3 hours", "2 days". */
export function lateBy(text, now = new Date()) {
  const late = Math.max(0, now - new Date(text));
  return late < DAY_MS ? say("hours", { n: Math.max(1, Math.round(late / HOUR_MS)) }) : say("days", { n: Math.round(late / DAY_MS) });
}

export const clock = (text) => CLOCK.format(new Date(text));
export const seconds = (text) => SECONDS.format(new Date(text));
export const isPast = (text, now = new Date()) => text !== null && new Date(text) < now;
