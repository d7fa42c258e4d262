// One file of an upload: where it is, how it ended, and what to do about it.

import { button, nameOf, text } from "./beheer-parts.js";
import { phaseOf, sentence, shareOf, size } from "./beheer-words.js";
import { hiddenText, make } from "./dom.js";

const PROPOSED = /^Thema voorgesteld/;
const ALIKE = /document ([\w-]+)\. /;
const TO_DO = {
  overgeslagen: "U hoeft niets te doen.",
  mislukt: "Los dit op en voeg het bestand opnieuw toe, of probeer het nog eens.",
};

export function documentAddress(id) {
  return `#document=${encodeURIComponent(id)}`;
}

/** A row of the list of files of a task. */
export class Outcome {
  constructor(file) {
    this.bar = make("progress", { class: "kl-voortgang", max: 100, value: 0, "aria-label": `Voortgang van ${file.bestandsnaam}` });
    this.phase = make("p", { class: "kl-bestand__fase" });
    this.more = make("div", { class: "kl-bestand__meer" });
    this.head = make("p", { class: "kl-bestand__naam" });
    this.element = make("li", { class: "kl-bestand" }, this.head, this.phase, this.bar, this.more);
    this.update(file);
  }

  update(file) {
    const state = JSON.stringify(file);
    if (state === this.state) return;
    this.state = state;
    this.head.replaceChildren(...headOf(file));
    this.element.dataset.status = file.status;
    this.phase.textContent = phaseOf(file);
    this.bar.value = shareOf(file);
    this.bar.hidden = !["wacht", "bezig"].includes(file.status);
    this.more.replaceChildren(...outcomeOf(file));
  }
}

/** Name and size. */
export function headOf(file) {
  const facts = file.omvang ? [" ", make("span", { class: "kl-bestand__omvang" }, size(file.omvang))] : [];
  return [nameOf(file.bestandsnaam), ...facts];
}

/** Reason, what to do, remarks and the way to the document. */
export function outcomeOf(file) {
  if (file.status === "wacht" || file.status === "bezig") return file.reden ? [text(sentence(file.reden))] : [];
  const reason = file.status === "verwerkt" ? "" : sentence(file.reden);
  // A reason that is a sentence of more than one tells what to do itself.
  const todo = file.status === "overgeslagen" || (reason && !/\. ./.test(reason)) ? (TO_DO[file.status] ?? "") : "";
  const version = file.status === "verwerkt" && file.versie > 1 ? text(`Dit is nu versie ${file.versie}.`) : null;
  const link = file.document && file.status !== "mislukt" ? make("a", { class: "utrecht-link", href: documentAddress(file.document) }, "Bekijk het document", hiddenText(`: ${file.bestandsnaam}`)) : null;
  return [
    reason || todo ? text([reason, todo].filter(Boolean).join(" ")) : null,
    version,
    remarks(file.opmerkingen, file.document),
    link ? make("p", {}, link) : null,
  ].filter(Boolean);
}

/** Remarks as a list; what was proposed asks whether it is right, and what is alike leads to the other document. */
export function remarks(all, documentId) {
  if (!all.length) return null;
  return make("ul", { class: "kl-opmerkingen" }, all.map((remark) => make("li", {}, remarkOf(remark, documentId))));
}

function remarkOf(remark, documentId) {
  if (PROPOSED.test(remark)) return proposed(remark.replace(/ Controleer of dit klopt\.$/, ""), documentId);
  const alike = ALIKE.exec(remark);
  if (!alike) return remark;
  const other = make("a", { class: "utrecht-link", href: documentAddress(alike[1]) }, "een ander document");
  const [before, after] = remark.split(`document ${alike[1]}`);
  return [before, other, after];
}

function proposed(remark, documentId) {
  const link = documentId ? make("a", { class: "utrecht-link", href: `${documentAddress(documentId)}&wijzig=thema` }, "Wijzig het thema") : null;
  return [make("span", { class: "utrecht-data-badge kl-voorstel" }, "Klopt dit?"), ` ${remark} `, link];
}

/** The themes that were proposed and are still there, or an empty text. */
export function proposedThemes(found) {
  const remark = found.opmerkingen.find((each) => PROPOSED.test(each)) ?? "";
  const themes = found.thema.join(", ");
  return themes && remark.includes(`: ${themes}. `) ? themes : "";
}

export function retryButton(count, act, about) {
  return button(count === 1 ? "Probeer opnieuw" : `Probeer deze ${count} opnieuw`, act, { about });
}

/** Whether the service still may have a failed file: what it refused at the door it never kept. */
export function mayRetry(file) {
  return file.status === "mislukt" && file.omvang > 0;
}
