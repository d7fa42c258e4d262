// Follows an upload to its end: listens to the stream of events, and asks now and then where no stream comes through.

import { Refusal } from "./api.js";
import { openStream, readTask } from "./beheer-api.js";

const MOST_STREAMS = 2; // a browser opens six connections to one server; the rest of the page needs some
const FIRST_WORD = 6000; // ms; the service begins at once, so a stream that is silent longer is held up on the way
const SILENCE = 40_000; // the service gives a sign of life every 15 seconds
const POLL = 2000;
const SLOWEST = 15_000;
const FINAL = [401, 403, 404];

let streams = 0;
let heldUp = 0; // streams in a row that brought nothing

export function isDone(task) {
  return task.status === "klaar" || task.status === "klaar-met-fouten";
}

/** Calls `show(task)` at every change until the task is done, and gives it; null when the signal stopped it.
 * `trouble(error)` is called when the service does not answer, with null when it does again. */
export async function follow(id, show, trouble, signal) {
  let failures = 0;
  while (!signal.aborted) {
    try {
      const task = await readTask(id, signal);
      if (failures) trouble(null);
      failures = 0;
      show(task);
      if (isDone(task)) return task;
      if (streams < MOST_STREAMS && heldUp < 2 && (await listen(task, show, signal))) continue;
    } catch (error) {
      if (signal.aborted) return null;
      if (error instanceof Refusal && FINAL.includes(error.status)) throw error;
      failures += 1;
      trouble(error);
    }
    await pause(Math.min(POLL * 2 ** failures, SLOWEST), signal);
  }
  return null;
}

/** Read the stream of a task and keep `task` up to date with it; whether it came to its end. */
async function listen(task, show, signal) {
  const stop = new AbortController();
  signal.addEventListener("abort", () => stop.abort(), { once: true });
  let watch = setTimeout(() => stop.abort(), FIRST_WORD);
  let heard = false;
  streams += 1;
  try {
    const reader = (await openStream(task.id, stop.signal)).pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ; ) {
      const { done, value } = await reader.read();
      if (done) return false;
      heard = true;
      clearTimeout(watch);
      watch = setTimeout(() => stop.abort(), SILENCE);
      const events = (rest + value).split("\n\n");
      rest = events.pop();
      for (const event of events) {
        if (take(task, event)) return true;
      }
      show(task);
    }
  } catch (error) {
    if (signal.aborted || (error instanceof Refusal && FINAL.includes(error.status))) throw error;
    return false; // asking tells whether the service is there at all
  } finally {
    clearTimeout(watch);
    stop.abort();
    streams -= 1;
    heldUp = heard ? 0 : heldUp + 1;
  }
}

/** Put one event in the task; true at the last. */
function take(task, event) {
  const name = /^event: (.*)$/m.exec(event)?.[1];
  const data = /^data: (.*)$/m.exec(event)?.[1];
  if (!name || !data) return false; // a sign of life
  const news = JSON.parse(data);
  if (name === "taak") Object.assign(task, news);
  if (name === "bestand") task.bestanden = task.bestanden.map((file) => (file.nummer === news.nummer ? news : file));
  return name === "klaar";
}

function pause(time, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, time);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
