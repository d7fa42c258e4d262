// Talks to the service. A key stays in this tab: in the session's storage, never longer.

const KEY = "kennislab-sleutel";
const MOST_TRIES = 60; // for a picture that is being made

/** The service answered, but not with what was asked. */
export class Refusal extends Error {
  constructor(status, detail, wait = null, errors = []) {
    super(detail);
    this.status = status;
    this.wait = wait; // seconds, or null
    this.errors = errors; // per field: { detail, pointer }
  }
}

export function key() {
  return sessionStorage.getItem(KEY);
}

export function keepKey(value) {
  sessionStorage.setItem(KEY, value);
}

export function forgetKey() {
  sessionStorage.removeItem(KEY);
}

/** An answer of the service. Throws Refusal, or TypeError when nothing answers. */
export async function ask(path, options = {}, withKey = key()) {
  const headers = { ...options.headers, ...(withKey ? { Authorization: `Bearer ${withKey}` } : {}) };
  const response = await fetch(path, { ...options, headers, credentials: "omit" });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  const wait = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  throw new Refusal(response.status, problem.detail ?? "", Number.isFinite(wait) ? wait : null, problem.errors ?? []);
}

export async function search(question, filters, count, signal) {
  const body = JSON.stringify({
    vraag: question,
    maxAantal: count,
    filters: { ...filters, ...(filters.jaar ? { jaar: filters.jaar.map(Number) } : {}) },
  });
  const headers = { "Content-Type": "application/json" };
  return (await ask("/v1/documenten/_zoek", { method: "POST", headers, body, signal })).json();
}

/** What the reader may mean with what is typed so far. */
export async function suggest(begin, signal) {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ begin });
  const answer = await ask("/v1/documenten/_suggereer", { method: "POST", headers, body, signal });
  return (await answer.json()).suggesties;
}

/** Throws Refusal when the service does not know this key. */
export async function tryKey(value) {
  await ask("/v1/documenten?maxAantal=1", {}, value);
}

export function pathOf(id) {
  return `/v1/documenten/${encodeURIComponent(id)}`;
}

export async function readDocument(id) {
  return (await ask(pathOf(id))).json();
}

export async function readPage(id, number) {
  return (await ask(`${pathOf(id)}/paginas/${number}`)).json();
}

export async function readPassage(id, passage) {
  return (await ask(`${pathOf(id)}/passages/${encodeURIComponent(passage)}`)).json();
}

/** The address of a picture as an answer gives it, in the size that is wanted and with a passage marked. */
export function pictureAddress(address, width, passage) {
  const query = new URLSearchParams({ breedte: String(width), ...(passage ? { passage } : {}) });
  return `${address}?${query}`;
}

/** An address for an <img> of a slide. It may still have to be drawn: asked again for as long as it is `wanted`. */
export async function slideAddress(address, wanted) {
  for (let tries = 0; tries < MOST_TRIES && wanted(); tries += 1) {
    const response = await ask(address);
    if (response.status !== 202) return URL.createObjectURL(await response.blob());
    const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10) || 2;
    await new Promise((done) => setTimeout(done, seconds * 1000));
  }
  throw new Refusal(202, "");
}

/** An address for an <img> or a download that may need the key: what is open is asked plainly, the rest is fetched. */
export async function addressWithKey(address, level) {
  if (level === "openbaar" || !key()) return address;
  return URL.createObjectURL(await (await ask(address)).blob());
}
