// A reference to a source, to copy: after the APA and in plain words.

import { make } from "./dom.js";
import { capital, day, pageWord } from "./words.js";

/** The address that opens the source at the place, as others can use it. */
export function fullAddress(address) {
  return new URL(address, location.origin).href;
}

function place(document, page) {
  return page === null ? "" : `${pageWord(document.bestandsnaam)} ${page}`;
}

function apaDate(date) {
  if (!date) return "z.d.";
  const [month, ...rest] = day(date).split(" ").reverse().slice(1);
  return `${date.slice(0, 4)}, ${rest.join(" ")} ${month}`;
}

export function apa(document, page, address) {
  const where = page === null ? "" : pageWord(document.bestandsnaam) === "dia" ? ` (dia ${page})` : ` (p. ${page})`;
  const title = `${document.titel}${where} [${capital(document.soort)}]`;
  const maker = document.organisatie ? `${document.organisatie}. ` : "";
  return maker
    ? `${maker}(${apaDate(document.datum)}). ${title}. ${fullAddress(address)}`
    : `${title}. (${apaDate(document.datum)}). ${fullAddress(address)}`;
}

export function plain(document, page, address) {
  const date = document.datum ? day(document.datum) : "";
  const parts = [document.titel, document.organisatie, date, place(document, page)].filter(Boolean);
  return `${parts.join(", ")}. ${fullAddress(address)}`;
}

/** Put text on the clipboard; false when the browser does not allow it. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // without https there is no clipboard
  }
}

function reference(name, text, announce) {
  const shown = make("p", { class: "kl-verwijzing__tekst" }, text);
  const act = async () => {
    if (await copy(text)) {
      announce("Bronvermelding gekopieerd.");
      button.textContent = "Gekopieerd";
      setTimeout(() => (button.textContent = "Kopieer"), 3000);
    } else {
      getSelection().selectAllChildren(shown);
      announce("Kopiëren lukt niet vanzelf. De tekst is geselecteerd: druk op Ctrl+C.");
    }
  };
  const button = make(
    "button",
    { type: "button", class: "utrecht-button utrecht-button--secondary-action", "aria-label": `Kopieer: ${name}`, on: { click: act } },
    "Kopieer",
  );
  return make("div", {}, make("p", { class: "utrecht-form-label" }, name), shown, button);
}

/** The part of a card that opens on both references. */
export function citation(document, page, address, announce) {
  const references = make("div", { class: "kl-verwijzing kl-stapel" });
  const details = make("details", { class: "kl-uitklap" }, make("summary", {}, "Bronvermelding"), references);
  details.addEventListener(
    "toggle",
    () =>
      references.append(
        reference("Volgens APA", apa(document, page, address), announce),
        reference("In gewone tekst", plain(document, page, address), announce),
      ),
    { once: true },
  );
  return details;
}
