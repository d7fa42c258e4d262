// A new version of a document: another file in its place.

import { replaceFile } from "./beheer-api.js";
import { refusalOf } from "./beheer-choose.js";
import { announce, button, failure, nameOf, put, text, whileBusy } from "./beheer-parts.js";
import { TaskCard } from "./beheer-task.js";
import { make } from "./dom.js";

/** The form; `saved(words)` is called when the new version can be found, `cancel()` when one goes back. */
export function replaceForm(found, saved, cancel) {
  const input = make("input", { type: "file", id: "vervang-bestand", class: "kl-bestandkeuze", accept: document.body.dataset.formaten, "aria-describedby": "vervang-uitleg" });
  const error = make("p", { class: "utrecht-form-field-error-message", id: "vervang-fout", hidden: true });
  const outcome = make("div", {});
  const send = make("button", { type: "submit", class: "utrecht-button utrecht-button--primary-action" }, "Vervang");
  const back = button("Annuleer", cancel);
  const complain = (problem) => {
    error.hidden = !problem;
    error.textContent = problem;
    input.setAttribute("aria-describedby", problem ? "vervang-fout vervang-uitleg" : "vervang-uitleg");
    if (problem) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    if (problem) input.focus();
  };
  const form = make(
    "form",
    { class: "kl-vlak kl-stapel", method: "post", novalidate: true, "aria-labelledby": "vervang-kop" },
    make("h2", { class: "utrecht-heading-2", id: "vervang-kop", tabindex: "-1" }, "Vervang het bestand"),
    make("p", { id: "vervang-uitleg" }, "Het nieuwe bestand komt in de plaats van ", nameOf(found.bestandsnaam), ". De metadata blijft. Tot de nieuwe versie verwerkt is, vinden mensen de oude."),
    make("div", {}, make("label", { class: "utrecht-form-label", for: input.id }, "Nieuw bestand"), input, error),
    make("div", { class: "kl-rij" }, send, back),
    outcome,
  );
  const ended = ({ bestanden: [file] }) => {
    back.textContent = "Sluit";
    send.hidden = file.status === "verwerkt";
    if (file.status === "verwerkt") saved(`Versie ${file.versie} is verwerkt en te vinden.`);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [file] = input.files;
    const problem = file ? refusalOf(file) : "Kies eerst een bestand.";
    complain(problem);
    if (!problem) whileBusy(send, () => replace(found, file, { outcome, ended, complain }));
  });
  return form;
}

async function replace(found, file, { outcome, ended, complain }) {
  put(outcome, text("Versturen…"));
  const progress = (share) => put(outcome, text(share < 1 ? `Versturen: ${Math.floor(100 * share)}%` : "Verstuurd…"));
  try {
    const card = new TaskCard(await replaceFile(found.id, file, { progress }), { ended });
    put(outcome, card.element);
    card.heading.focus();
    announce("Verstuurd. De nieuwe versie wordt verwerkt.");
  } catch (error) {
    put(outcome);
    if (error.status === 413 || error.status === 415) complain(error.message);
    else put(outcome, failure(error));
  }
}
