// Changing the metadata of a document.

import { changeDocument } from "./beheer-api.js";
import { Fields, problemsByField } from "./beheer-fields.js";
import { button, failure, notice, put, text, whileBusy } from "./beheer-parts.js";
import { CASE, FIELD_NAMES } from "./beheer-words.js";
import { make } from "./dom.js";

const NAMES = Object.keys(FIELD_NAMES);
const REQUIRED = ["titel", "soort", "taal"];

/** What is other than it was, as a merge patch: null empties a field. */
export function changesOf(found, values) {
  const plain = (value) => (Array.isArray(value) ? [...value].sort().join("\n") : (value ?? ""));
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => plain(value) !== plain(found[name])));
}

/** The form; `saved(words)` is called when it is done, `cancel()` when it is not. */
export function editForm(found, saved, cancel) {
  const fields = new Fields("wijzig", NAMES, { required: REQUIRED });
  fields.fill(found);
  const problem = make("div", {});
  const save = make("button", { type: "submit", class: "utrecht-button utrecht-button--primary-action" }, "Bewaar");
  const submit = async () => {
    put(problem);
    if (fields.complain(fields.unfinished())) return;
    const changes = changesOf(found, fields.read());
    if (!Object.keys(changes).length) {
      put(problem, notice("error", "Er is niets veranderd", text("Wijzig eerst iets, of kies Annuleer.")));
      return;
    }
    try {
      await changeDocument(found.id, changes);
    } catch (error) {
      if (!fields.complain(problemsByField(error))) put(problem, failure(error));
      return;
    }
    const names = Object.keys(changes).map((name) => FIELD_NAMES[name].toLowerCase());
    await saved(`Gewijzigd: ${names.join(", ")}.`);
  };
  fields.element.addEventListener("input", () => warn(fields, found));
  const form = make(
    "form",
    { class: "kl-vlak kl-stapel", method: "post", novalidate: true, "aria-labelledby": "wijzig-kop" },
    make("h2", { class: "utrecht-heading-2", id: "wijzig-kop", tabindex: "-1" }, "Wijzig metadata"),
    fields.element,
    problem,
    make("div", { class: "kl-rij" }, save, button("Annuleer", cancel)),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    whileBusy(save, submit);
  });
  return form;
}

/** More people will see it, or it became a case note that many see: say so before it is done. */
function warn(fields, found) {
  const levels = ["openbaar", "beperkt_openbaar", "intern", "zaakvertrouwelijk", "vertrouwelijk"];
  const isCase = fields.control("soort").value.trim().toLowerCase() === CASE;
  const opener = levels.indexOf(fields.level) < levels.indexOf(found.vertrouwelijkheid);
  const note = isCase && levels.indexOf(fields.level) < 3 ? "casus" : opener ? "opener" : "";
  if ((fields.levelNote.dataset.noot ?? "") === note) return;
  fields.levelNote.dataset.noot = note;
  const words = {
    casus: "In een casus staan vaak gegevens over personen. Kies vertrouwelijk, tenzij niemand erin te herkennen is.",
    opener: "Meer mensen kunnen dit document dan zien. Controleer of er niets in staat dat niet voor hen is.",
  };
  put(fields.levelNote, note ? notice("warning", "Weet u zeker dat dit mag?", text(words[note])) : null);
}
