// What the page says when there are no sources to show.

import { hashOf } from "./address.js";
import { make } from "./dom.js";
import { capital } from "./words.js";

function button(text, act, kind = "secondary-action") {
  return make("button", { type: "button", class: `utrecht-button utrecht-button--${kind}`, on: { click: act } }, text);
}

function alert(kind, title, ...content) {
  return make(
    "div",
    { class: `utrecht-alert utrecht-alert--${kind}`, role: kind === "info" ? null : "alert" },
    make("h2", { class: "utrecht-heading-2" }, title),
    ...content,
  );
}

function text(...children) {
  return make("p", { class: "utrecht-paragraph" }, ...children);
}

/** Nothing passes the bar: say so, and show ways on. `filtered` tells whether choices narrowed the search. */
export function nothingFound(answer, filtered, clear) {
  const themes = answer.themas.map((theme) =>
    make("li", {}, make("a", { class: "utrecht-button utrecht-button--secondary-action", href: hashOf(theme, {}) }, capital(theme))),
  );
  const contact = contactAddress(answer.contact);
  return alert(
    "info",
    "Geen passende bronnen gevonden",
    text("In de bronnen die u mag zien, staat geen antwoord op deze vraag. We laten liever niets zien dan iets dat er niet over gaat."),
    filtered ? make("p", {}, button("Zoek zonder filters", clear)) : null,
    make(
      "ul",
      { class: "kl-tips" },
      make("li", {}, "Zeg het met andere woorden, of noem het onderwerp zelf."),
      make("li", {}, "Stel één vraag tegelijk."),
      make("li", {}, "Laat namen en plaatsen weg."),
    ),
    themes.length
      ? make("div", {}, make("h3", { class: "utrecht-heading-3" }, "Thema's die wel in de kennisbank staan"), make("ul", { class: "kl-themas" }, themes))
      : null,
    contact
      ? text("Komt u er niet uit? ", make("a", { class: "utrecht-link", href: contact }, "Neem contact op"), ". Er denkt dan iemand met u mee.")
      : null,
  );
}

/** As the service does it: see contact_address in service/routes/pages.py. */
function contactAddress(contact) {
  if (/^(https?:\/\/|mailto:)/.test(contact)) return contact;
  return /^[^\s:/?&<>"']+@[^\s:/?&<>"']+$/.test(contact) ? `mailto:${contact}` : "";
}

export function onlyPossible() {
  return make(
    "p",
    { class: "utrecht-alert utrecht-alert--warning utrecht-paragraph" },
    "Geen enkele bron past goed bij uw vraag. Deze bronnen gaan er mogelijk over.",
  );
}

/** What went wrong, in words, with what to do. `acts` are retry, otherKey and withoutKey. */
export function failure(error, acts) {
  const retry = button("Probeer opnieuw", acts.retry, "primary-action");
  switch (error.status) {
    case undefined:
      return alert("error", "De zoekmachine antwoordt niet", text("Controleer uw verbinding. Uw vraag staat er nog."), make("p", {}, retry));
    case 400:
      return alert("error", "Deze vraag kunnen we niet zoeken", text(error.message));
    case 401:
      return alert(
        "error",
        "Uw sleutel is niet geldig",
        text("De sleutel klopt niet, is verlopen of is ingetrokken."),
        make("div", { class: "kl-rij" }, button("Andere sleutel", acts.otherKey, "primary-action"), button("Verder zonder sleutel", acts.withoutKey)),
      );
    case 403:
      return alert(
        "error",
        "U mag hier niet zoeken",
        text("Met deze sleutel mag u dit niet. Vraag de beheerder om toegang."),
        make("div", { class: "kl-rij" }, button("Andere sleutel", acts.otherKey), button("Verder zonder sleutel", acts.withoutKey)),
      );
    case 429: {
      const wait = error.wait === null ? "even" : error.wait === 1 ? "1 seconde" : `${error.wait} seconden`;
      return alert("warning", "U zoekt wel heel snel", text(`Wacht ${wait} en probeer het dan opnieuw. Uw vraag staat er nog.`), make("p", {}, retry));
    }
    case 503:
      return alert("warning", "De zoekmachine is er nog niet", text("Zij start op of wordt bijgewerkt. Probeer het over een minuut opnieuw."), make("p", {}, retry));
    default:
      return alert("error", "Er ging iets mis bij ons", text("Uw vraag staat er nog. Blijft dit zo? Neem dan contact op."), make("p", {}, retry));
  }
}
