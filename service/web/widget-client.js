// Talks to the service from another website. Nothing is kept, and the question goes in the body only.

const HOME = document.currentScript?.src ?? document.baseURI; // known only while the script runs for the first time

/** No answer to show; `kind` names the words for it, `wait` is in seconds. */
export class Refusal extends Error {
  constructor(kind, detail = "", wait = null) {
    super(detail);
    this.kind = kind;
    this.wait = wait;
  }
}

const KINDS = { 400: "question", 401: "key", 403: "forbidden", 404: "missing", 429: "busy", 503: "starting" };

/** The address of the service; without one, where this script came from. Null when it is no web address. */
export function serviceAt(given) {
  try {
    const base = given ? new URL(given, document.baseURI) : new URL(".", HOME);
    return /^https?:$/.test(base.protocol) ? base : null;
  } catch {
    return null;
  }
}

/** The whole address of a path that the service gave. Null for anything that leads to another server. */
export function addressAt(base, path) {
  if (typeof path !== "string" || !/^\/(?![/\\])/.test(path)) return null;
  const address = new URL(base.pathname.replace(/\/+$/, "") + path, base);
  return address.origin === base.origin ? address.href : null;
}

/** Whether anything answers there, though this website may not read what. */
async function answers(base) {
  try {
    await fetch(addressAt(base, "/livez"), { mode: "no-cors", credentials: "omit", cache: "no-store" });
    return true;
  } catch {
    return false;
  }
}

/** A browser does not say why it shows no answer: no server, or one that does not allow this website. */
async function unreadable(base) {
  return new Refusal(base.origin !== location.origin && (await answers(base)) ? "origin" : "gone");
}

/** An answer. Throws Refusal, or AbortError when `options.signal` says so. */
export async function request({ base, key }, path, options = {}) {
  const address = base && addressAt(base, path);
  if (!address) throw new Refusal("setup");
  if (/[^\x21-\x7e]/.test(key)) throw new Refusal("key"); // can not be in a header
  const headers = { ...options.headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
  let response;
  try {
    response = await fetch(address, { ...options, headers, credentials: "omit" });
  } catch (error) {
    throw error.name === "AbortError" ? error : await unreadable(base);
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  const wait = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  throw new Refusal(KINDS[response.status] ?? "other", String(problem?.detail ?? ""), Number.isFinite(wait) ? wait : null);
}

/** What a visitor may mean with what is typed so far. */
export async function findSuggestions(service, begin, signal) {
  const body = JSON.stringify({ begin, filters: service.filters });
  const headers = { "Content-Type": "application/json" };
  const response = await request(service, "/v1/documenten/_suggereer", { method: "POST", headers, body, signal });
  return (await response.json()).suggesties ?? [];
}

/** The sources for a question; `service` holds base, key and filters. */
export async function findSources(service, question, count, signal) {
  const body = JSON.stringify({ vraag: question, maxAantal: count, filters: service.filters });
  const headers = { "Content-Type": "application/json" };
  const elsewhere = (error) => Promise.reject(error.kind === "missing" ? new Refusal("setup") : error);
  const response = await request(service, "/v1/documenten/_zoek", { method: "POST", headers, body, signal }).catch(elsewhere);
  const answer = await response.json();
  if (!Array.isArray(answer?.resultaten)) throw new Refusal("setup"); // something else answers there
  return answer;
}
