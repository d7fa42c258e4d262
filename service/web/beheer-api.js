// What only editors ask of the service: sending files, following what becomes of them, changing and withdrawing.

import { Refusal, ask, key, pathOf } from "./api.js";

const TASKS = "/v1/taken";
const JSON_TYPE = { "Content-Type": "application/json" };

function taskPath(id) {
  return `${TASKS}/${encodeURIComponent(id)}`;
}

/** A page of uploads, newest first; refused to who may not manage documents. */
export async function listTasks(query = {}) {
  return (await ask(`${TASKS}?${new URLSearchParams(query)}`)).json();
}

export async function readTask(id, signal) {
  return (await ask(taskPath(id), { signal })).json();
}

export async function retryTask(id) {
  return (await ask(`${taskPath(id)}/_opnieuw`, { method: "POST" })).json();
}

/** The bytes of a task's event stream. */
export async function openStream(id, signal) {
  return (await ask(`${taskPath(id)}/gebeurtenissen`, { signal })).body;
}

const LISTS = ["soort", "thema", "organisatie", "taal", "vertrouwelijkheid"]; // of which several may be asked for

/** A page of the list. What is looked for goes in the body: an address stays behind in logs. */
export async function listDocuments(query) {
  const values = Object.entries(query).map(([name, value]) => [name, LISTS.includes(name) ? [value] : value]);
  const body = JSON.stringify(Object.fromEntries(values));
  return (await ask("/v1/documenten/_lijst", { method: "POST", headers: JSON_TYPE, body })).json();
}

export async function readVersions(id) {
  return (await (await ask(`${pathOf(id)}/versies`)).json()).versies;
}

export async function changeDocument(id, changes) {
  return (await ask(pathOf(id), { method: "PATCH", headers: JSON_TYPE, body: JSON.stringify(changes) })).json();
}

export async function withdrawDocument(id) {
  await ask(pathOf(id), { method: "DELETE" });
}

export function addFiles(files, metadata, options) {
  return send("POST", "/v1/documenten", files, metadata, options);
}

export function replaceFile(id, file, options) {
  return send("PUT", `${pathOf(id)}/bestand`, [file], null, options);
}

/** Send files as a form; `progress` is told which share (0 to 1) went out. Gives the task. fetch can not tell that. */
function send(method, path, files, metadata, { progress, signal } = {}) {
  const form = new FormData();
  if (metadata) form.append("metadata", JSON.stringify(metadata));
  for (const file of files) form.append("bestanden", file, file.name);
  const request = new XMLHttpRequest();
  request.open(method, path);
  request.responseType = "json";
  if (key()) request.setRequestHeader("Authorization", `Bearer ${key()}`);
  signal?.addEventListener("abort", () => request.abort());
  return new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress?.(event.loaded / event.total));
    request.addEventListener("load", () => (request.status < 300 ? resolve(request.response) : reject(refusalOf(request))));
    request.addEventListener("error", () => reject(new TypeError("geen antwoord")));
    request.addEventListener("abort", () => reject(new DOMException("gestopt", "AbortError")));
    request.send(form);
  });
}

function refusalOf(request) {
  const problem = request.response ?? {};
  const wait = Number.parseInt(request.getResponseHeader("Retry-After") ?? "", 10);
  return new Refusal(request.status, problem.detail ?? "", Number.isFinite(wait) ? wait : null, problem.errors ?? []);
}
