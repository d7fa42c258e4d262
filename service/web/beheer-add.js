// Adding documents: files, one form for all of them, sending, and what becomes of each.

import { addFiles, listTasks, readTask } from "./beheer-api.js";
import { Chosen, holdsCase, prepareDrop } from "./beheer-choose.js";
import { Fields, problemsByField } from "./beheer-fields.js";
import { isDone } from "./beheer-follow.js";
import { announce, failure, notice, put, text } from "./beheer-parts.js";
import { TaskCard, folded } from "./beheer-task.js";
import { CASE, files as filesInWords } from "./beheer-words.js";
import { byId, make } from "./dom.js";

const NAMES = ["vertrouwelijkheid", "soort", "organisatie", "auteur", "datum", "thema", "taal", "bewaartermijn", "bron"];
const DEFAULT_LEVEL = "intern";
const EARLIER = 10;

const fields = new Fields("nieuw", NAMES, { automatic: true });
const cards = new Map(); // of the tasks that are shown whole, by id
let chosen = null;
let levelChosen = false; // by hand; else the service's own rule holds: intern, and a case note vertrouwelijk
let sending = null;

export const view = { title: "Documenten toevoegen", enter: loadTasks, leave() {} };

export function prepareAdd(isShown) {
  byId("toevoegen-velden").append(fields.element);
  fields.level = DEFAULT_LEVEL;
  chosen = new Chosen(() => {
    byId("bestandenfout").hidden = true;
    showState();
  });
  prepareDrop(() => isShown() && !sending, (files) => chosen.add(files));
  fields.element.addEventListener("input", (event) => {
    if (event.target.type === "radio") levelChosen = true;
    showState();
  });
  byId("toevoegen-formulier").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  byId("versturen-stop").addEventListener("click", () => sending?.abort());
  addEventListener("beforeunload", (event) => sending && event.preventDefault());
  showState();
}

/** What follows from what is filled in: the level, the warning and the name of the button. */
function showState() {
  const isCase = fields.control("soort").value.trim().toLowerCase() === CASE;
  const among = isCase || holdsCase(chosen.files);
  if (!levelChosen) fields.level = isCase ? "vertrouwelijk" : DEFAULT_LEVEL;
  const low = !["vertrouwelijk", "zaakvertrouwelijk"].includes(fields.level);
  const note = !among ? "" : levelChosen && low ? "laag" : isCase || levelChosen ? "" : "vanzelf";
  if (fields.levelNote.dataset.noot !== note) {
    fields.levelNote.dataset.noot = note;
    put(fields.levelNote, note ? noteOf(note) : null);
  }
  byId("verstuur").textContent = chosen.files.length ? `Voeg ${filesInWords(chosen.files.length)} toe` : "Toevoegen";
}

function noteOf(note) {
  if (note === "laag") {
    return notice("warning", "Weet u zeker dat dit mag?", text("Bij deze bestanden is een casus. In een casus staan vaak gegevens over personen. Kies vertrouwelijk, tenzij niemand erin te herkennen is."));
  }
  return notice("warning", "Bij deze bestanden lijkt een casus te zijn", text("Kiest u zelf niets? Dan wordt een casus vertrouwelijk en de rest intern."));
}

/** What is sent: what is filled in. A level only when it was chosen, so that a case note gets its own. */
function metadata() {
  const given = Object.entries(fields.read()).filter(([, value]) => value !== null && value.length !== 0);
  const values = Object.fromEntries(given);
  if (!levelChosen) delete values.vertrouwelijkheid;
  return values;
}

async function submit() {
  if (sending) return;
  put(byId("toevoegen-fout"));
  byId("bestandenfout").hidden = chosen.files.length > 0;
  byId("bestandenfout").textContent = "Kies eerst een bestand dat wij kunnen lezen.";
  if (!chosen.files.length) return byId("kies-bestanden").focus();
  if (fields.complain(fields.unfinished())) return;
  sending = new AbortController();
  showSending(true);
  try {
    started(await addFiles(chosen.files, metadata(), { progress: showShare, signal: sending.signal }));
  } catch (error) {
    showSending(false);
    refused(error);
  } finally {
    sending = null;
    showSending(false);
  }
}

function showSending(on) {
  if (on) {
    showShare(0);
    announce(`${filesInWords(chosen.files.length)} versturen.`);
  }
  byId("versturen").hidden = !on;
  if (on) byId("versturen-stop").focus();
  byId("verstuur").hidden = on;
}

function showShare(share) {
  const percent = Math.floor(100 * share);
  byId("versturen-balk").value = percent;
  byId("versturen-tekst").textContent = percent < 100 ? `Versturen: ${percent}%` : "Verstuurd. De service zet de bestanden klaar…";
}

function refused(error) {
  if (error.name === "AbortError") {
    announce("Het versturen is gestopt. Er is niets toegevoegd.");
    put(byId("toevoegen-fout"), notice("warning", "Het versturen is gestopt", text("Er is niets toegevoegd.")));
    return byId("verstuur").focus();
  }
  const problems = problemsByField(error);
  if (!fields.complain(problems)) {
    put(byId("toevoegen-fout"), failure(error));
    byId("verstuur").focus();
  }
}

function started(task) {
  chosen.clear();
  fields.complain({});
  const card = show(task);
  byId("uploads-leeg").hidden = true;
  card.heading.focus();
  announce(`${filesInWords(task.bestanden.length)} toegevoegd aan de wachtrij.`);
}

function show(task) {
  const known = cards.get(task.id);
  if (known) {
    known.show(task);
    return known;
  }
  const card = new TaskCard(task);
  cards.set(task.id, card);
  byId("uploads").prepend(card.element);
  return card;
}

/** How many uploads are still going on, and how many of their files are done. */
export function running() {
  const open = [...cards.values()].map((card) => card.task).filter((task) => !isDone(task));
  const all = open.flatMap((task) => task.bestanden);
  return { tasks: open.length, files: all.length, done: all.filter((file) => !["wacht", "bezig"].includes(file.status)).length };
}

/** What is going on and what was done before: open uploads and the last one whole, earlier ones folded. */
export async function loadTasks() {
  try {
    const lists = await Promise.all([{}, { status: "wacht" }, { status: "bezig" }].map((query) => listTasks({ ...query, maxAantal: EARLIER })));
    const byNumber = new Map(lists.flatMap((list) => list.taken).map((task) => [task.id, task]));
    const taken = [...byNumber.values()].sort((one, other) => (one.id < other.id ? 1 : -1));
    const whole = taken.filter((task, at) => !isDone(task) || (at === 0 && cards.size === 0));
    const unknown = whole.filter((task) => !cards.has(task.id)).reverse();
    // What is shown already may have changed too: of a document that was withdrawn no name stays.
    const ended = [...cards.values()].map((card) => card.task).filter(isDone);
    for (const task of await Promise.all([...unknown, ...ended].map((each) => readTask(each.id)))) show(task);
    const earlier = taken.filter((task) => !cards.has(task.id));
    byId("uploads-leeg").hidden = taken.length > 0;
    put(
      byId("eerdere"),
      earlier.length ? make("h3", { class: "utrecht-heading-3" }, "Eerder") : null,
      ...earlier.map((task) => folded(task, readTask)),
    );
  } catch (error) {
    put(byId("eerdere"), failure(error, loadTasks));
  }
}
