// Questions to the station. An answer that is not one becomes an error with the station's own sentence.

import { say, said } from "./words.js";

export async function ask(path, options = {}) {
  const answer = await fetch(path, { cache: "no-store", ...options });
  const told = await answer.json().catch(() => null);
  if (!answer.ok) {
    const error = new Error(said(told?.detail) || say("stationAnswered", { status: answer.status }));
    error.status = answer.status;
    error.detail = told?.detail;
    throw error;
  }
  return told;
}

/** Posts an object and returns the answer. */
export const post = (path, value) =>
  ask(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(value) });
