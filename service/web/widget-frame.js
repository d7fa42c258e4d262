// The parts of <kennislab-zoek> that are always there.

import { make } from "./dom.js";
import { reader } from "./widget-reader.js";

/** The elements, by name; `all` is what goes into the shadow root. They say nothing yet: see `dress`. */
export function frame() {
  const label = make("label", { class: "label", part: "label", for: "vraag" });
  const box = make("input", {
    id: "vraag",
    class: "veld",
    part: "veld",
    type: "text",
    maxlength: "1000",
    autocomplete: "off",
    spellcheck: "false",
    enterkeyhint: "search",
  });
  const list = make("ul", { id: "suggesties", class: "kl-suggesties", part: "suggesties", hidden: true });
  const place = make("div", { class: "veldplek" }, box, list);
  const live = make("p", { class: "kl-visueel-verborgen" });
  const button = make("button", { type: "submit", class: "knop knop--hoofd", part: "knop zoekknop" });
  const mistake = make("p", { id: "vraagfout", class: "fout", part: "fout", hidden: true });
  const bar = make("div", { class: "balk", part: "balk" }, place, button);
  const form = make("form", { role: "search", class: "zoekbalk", part: "zoekbalk", method: "post", novalidate: true }, label, mistake, bar, live);
  const status = make("p", { class: "status kl-visueel-verborgen", part: "status", role: "status" });
  const outcome = make("div", { class: "uitkomst", part: "uitkomst" });
  const source = reader();
  const all = make("div", { class: "zoekvak", part: "zoekvak" }, form, status, outcome, source.dialog);
  return { all, form, label, box, list, live, button, mistake, status, outcome, source };
}

/** Put the words in. */
export function dress({ all, form, label, button, mistake }, texts, name) {
  all.lang = texts.code;
  form.setAttribute("aria-label", name || texts.name);
  label.textContent = texts.label;
  button.textContent = texts.search;
  mistake.textContent = texts.empty;
}

/** Say at the box that it is empty, or no longer. */
export function complain({ box, mistake }, empty) {
  mistake.hidden = !empty;
  for (const [name, value] of [["aria-invalid", "true"], ["aria-describedby", mistake.id]]) {
    if (empty) box.setAttribute(name, value);
    else box.removeAttribute(name);
  }
}

/** Say it in the live region; what is shown elsewhere as well (`said`) is only heard. */
export function announce({ status }, text, { busy = false, said = false } = {}) {
  status.textContent = text;
  status.classList.toggle("status--bezig", busy);
  status.classList.toggle("kl-visueel-verborgen", said || !text);
}
