// Choosing files: by button, as a folder, or by dropping them; and saying early what will not be taken.

import { button, announce, nameOf } from "./beheer-parts.js";
import { files as filesInWords, size, soundsLikeCase } from "./beheer-words.js";
import { byId, make } from "./dom.js";

const HELPER = /^(~\$|\._)|^(thumbs\.db|desktop\.ini|\.ds_store)$/i;
const MB = 1 << 20;

const settings = document.body.dataset;
const formats = settings.formaten.split(",");
export const mostFiles = Number(settings.maxBestanden);

/** Why a file is not sent, or an empty text. */
export function refusalOf(file) {
  const dot = file.name.lastIndexOf(".");
  const suffix = dot < 0 ? "" : file.name.slice(dot).toLowerCase();
  if (HELPER.test(file.name)) return "Dit is een hulpbestand van uw computer, geen document.";
  if (!suffix) return `Aan de naam is niet te zien wat voor bestand dit is. ${settings.ondersteund}`;
  if (!formats.includes(suffix)) return `Bestanden van het soort ${suffix} lezen wij niet. ${settings.ondersteund}`;
  if (file.size === 0) return "Het bestand is leeg. Controleer of het goed is opgeslagen.";
  if (file.size > settings.maxMb * MB) return `Het bestand is groter dan ${settings.maxMb} MB. Deel het op of maak het kleiner.`;
  return "";
}

/** The chosen files; `changed` is called when they are others. */
export class Chosen {
  constructor(changed) {
    this.changed = changed;
    this.entries = [];
    prepare(byId("kies-bestanden"), byId("bestanden"), (found) => this.add(found));
    prepare(byId("kies-map"), byId("map"), (found) => this.add(found));
    byId("bestanden").accept = formats.join(",");
    if (!("webkitdirectory" in HTMLInputElement.prototype)) byId("kies-map").hidden = true;
  }

  /** What will be sent. */
  get files() {
    return this.entries.filter((entry) => !entry.refusal).map((entry) => entry.file);
  }

  add(found) {
    const fresh = found.filter((file) => !this.entries.some((entry) => same(entry.file, file)));
    this.entries.push(...fresh.map((file) => ({ file, refusal: refusalOf(file) })));
    this.#limit();
    this.render();
    const again = found.length - fresh.length;
    const words = again ? `${filesInWords(again)} ${again === 1 ? "stond" : "stonden"} al in de lijst.` : "";
    announce(`${byId("gekozen-kop").textContent}. ${words}`);
  }

  #limit() {
    const reason = `Er kunnen ${mostFiles} bestanden per keer mee. Voeg dit bestand daarna toe.`;
    let room = mostFiles;
    for (const entry of this.entries) {
      if (entry.refusal === reason) entry.refusal = "";
      if (!entry.refusal && --room < 0) entry.refusal = reason;
    }
  }

  #remove(entry) {
    const at = this.entries.indexOf(entry);
    this.entries.splice(at, 1);
    this.#limit();
    this.render();
    const buttons = byId("gekozen-lijst").querySelectorAll("button");
    (buttons[Math.min(at, buttons.length - 1)] ?? byId("kies-bestanden")).focus();
    announce(`${entry.file.name} is weggehaald.`);
  }

  clear() {
    this.entries = [];
    this.render();
  }

  render() {
    const sent = this.files;
    const refused = this.entries.length - sent.length;
    const total = sent.reduce((sum, file) => sum + file.size, 0);
    const not = refused ? `; ${filesInWords(refused)} ${refused === 1 ? "gaat" : "gaan"} niet mee` : "";
    byId("gekozen").hidden = this.entries.length === 0;
    byId("gekozen-kop").textContent = `${filesInWords(sent.length)} gekozen${sent.length ? ` (${size(total)})` : ""}${not}`;
    byId("gekozen-lijst").replaceChildren(...this.entries.map((entry) => this.#row(entry)));
    this.changed();
  }

  #row(entry) {
    const { file, refusal } = entry;
    const folder = file.webkitRelativePath?.split("/").slice(0, -1).join("/") ?? "";
    return make(
      "li",
      { class: "kl-bestand kl-bestand--gekozen", "data-status": refusal ? "mislukt" : null },
      make(
        "div",
        {},
        make("p", { class: "kl-bestand__naam" }, nameOf(file.name), " ", make("span", { class: "kl-bestand__omvang" }, size(file.size))),
        folder ? make("p", { class: "utrecht-form-field-description" }, "In map ", nameOf(folder)) : null,
        refusal ? make("p", { class: "kl-bestand__reden" }, `Gaat niet mee. ${refusal}`) : null,
      ),
      button("Haal weg", () => this.#remove(entry), { kind: "subtle", about: file.name }),
    );
  }
}

function same(one, other) {
  const facts = (file) => [file.webkitRelativePath || file.name, file.size, file.lastModified].join("/");
  return facts(one) === facts(other);
}

function prepare(opener, input, add) {
  opener.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = "";
  });
}

/** Whether a case note is among the files, by their names. */
export function holdsCase(files) {
  return files.some((file) => soundsLikeCase(file.name));
}

/** Files may be dropped anywhere on the page while `wanted()`; `take(files)` gets them. */
export function prepareDrop(wanted, take) {
  const zone = byId("neerzetten");
  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const over = (on) => zone.classList.toggle("kl-neerzetten--boven", on);
  addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault(); // else the browser would open the file in place of this page
    event.dataTransfer.dropEffect = wanted() ? "copy" : "none";
    over(wanted());
  });
  addEventListener("dragleave", (event) => event.relatedTarget === null && over(false));
  addEventListener("drop", async (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    over(false);
    if (wanted()) take(await droppedFiles(event.dataTransfer));
  });
}

async function droppedFiles(transfer) {
  // Both have to be asked before anything is awaited: after that a drop is empty.
  const plain = [...transfer.files];
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return plain;
  return (await Promise.all(entries.map(filesIn))).flat();
}

async function filesIn(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) break; // a folder is told in parts
    found.push(...some);
  }
  return (await Promise.all(found.map(filesIn))).flat();
}
