// An upload on the page: its files, how far they are, and its end.

import { retryTask } from "./beheer-api.js";
import { follow, isDone } from "./beheer-follow.js";
import { Outcome, mayRetry, retryButton } from "./beheer-outcome.js";
import { announce, failure, failureInWords, put, text, whileBusy } from "./beheer-parts.js";
import { countsInWords, files, moment } from "./beheer-words.js";
import { make } from "./dom.js";

let made = 0;
const changed = new Set(); // who wants to know that tasks moved

export function onTasks(listener) {
  changed.add(listener);
}

/** Shows a task and follows it while it is not done. `ended(task)` is called when it ends while it is watched. */
export class TaskCard {
  constructor(task, { ended = () => {}, level = "h3" } = {}) {
    made += 1;
    this.ended = ended;
    this.rows = new Map();
    this.stop = null;
    const id = `taak-${made}`;
    this.summary = make("p", { class: "kl-taak__samenvatting" });
    this.trouble = make("p", { class: "kl-taak__hapering", hidden: true });
    this.list = make("ul", { class: "kl-bestanden", "aria-labelledby": id });
    this.actions = make("div", { class: "kl-taak__acties" });
    this.heading = make(level, { class: "utrecht-heading-3", id, tabindex: "-1" }, `Upload van ${moment(task.gemaakt)}`);
    this.element = make("article", { class: "kl-taak", "aria-labelledby": id }, this.heading, this.summary, this.trouble, this.list, this.actions);
    this.show(task);
    if (!isDone(task)) this.watch();
  }

  show(task) {
    this.task = task;
    this.element.dataset.status = task.status;
    const open = isDone(task) ? "Klaar" : "Bezig";
    this.summary.textContent = `${open}: ${countsInWords(task.aantallen)}.`;
    for (const file of task.bestanden) {
      const row = this.rows.get(file.nummer);
      if (row) row.update(file);
      else {
        this.rows.set(file.nummer, new Outcome(file));
        this.list.append(this.rows.get(file.nummer).element);
      }
    }
    const retryable = task.bestanden.filter(mayRetry).length;
    if (!isDone(task) || !retryable) put(this.actions);
    else if (!this.actions.childElementCount) put(this.actions, make("p", {}, this.#retry(retryable)));
    changed.forEach((listener) => listener());
  }

  #retry(count) {
    const act = () =>
      whileBusy(element, async () => {
        try {
          this.show(await retryTask(this.task.id));
          announce(`${files(count)} ${count === 1 ? "wordt" : "worden"} opnieuw geprobeerd.`);
          this.heading.focus();
          this.watch();
        } catch (error) {
          put(this.actions, make("p", {}, element), failure(error));
        }
      });
    const element = retryButton(count, act, count === 1 ? this.task.bestanden.find(mayRetry).bestandsnaam : "");
    return element;
  }

  async watch() {
    this.close();
    const mine = (this.stop = new AbortController());
    try {
      const task = await follow(this.task.id, (news) => this.show(news), (error) => this.#stumble(error), mine.signal);
      if (!task) return;
      announce(`Upload klaar: ${countsInWords(task.aantallen)}.`);
      this.ended(task);
    } catch (error) {
      put(this.actions, failure(error, () => this.watch()));
    } finally {
      if (this.stop === mine) this.stop = null;
    }
  }

  #stumble(error) {
    this.trouble.hidden = !error;
    this.trouble.textContent = error ? `${failureInWords(error)[0]}. We blijven het proberen; de verwerking gaat gewoon door.` : "";
  }

  close() {
    this.stop?.abort();
    this.stop = null;
  }
}

/** A finished upload in one line that opens. */
export function folded(task, read) {
  const inside = make("div", {});
  const words = `${moment(task.gemaakt)}: ${countsInWords(task.aantallen)}`;
  const details = make("details", { class: "kl-eerder" }, make("summary", {}, words), inside);
  const load = async () => {
    if (!details.open || inside.childElementCount) return;
    put(inside, text("Laden…"));
    try {
      put(inside, new TaskCard(await read(task.id), { level: "h4" }).element);
    } catch (error) {
      put(inside, failure(error, () => (put(inside), load())));
    }
  };
  details.addEventListener("toggle", load);
  return details;
}
