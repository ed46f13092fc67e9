// Questions to the station. An answer that is not one becomes an error with the station's own sentence.

export async function ask(path, options = {}) {
  const answer = await fetch(path, { cache: "no-store", ...options });
  const said = await answer.json().catch(() => null);
  if (!answer.ok) throw new Error(said?.detail ?? `the station answered ${answer.status}`);
  return said;
}
