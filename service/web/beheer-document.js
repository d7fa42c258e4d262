// One document: all that is known of it, its versions, and what an editor can do with it.

import { addressWithKey, readDocument } from "./api.js";
import { viewerAddress } from "./address.js";
import { readVersions } from "./beheer-api.js";
import { editForm } from "./beheer-edit.js";
import { facts, sayInList } from "./beheer-list.js";
import { proposedThemes, remarks } from "./beheer-outcome.js";
import { announce, button, failure, nameOf, notice, put, text } from "./beheer-parts.js";
import { replaceForm } from "./beheer-replace.js";
import { confirmWithdrawal } from "./beheer-withdraw.js";
import { FIELD_NAMES, levelName, moment, size, whoSees } from "./beheer-words.js";
import { byId, make } from "./dom.js";
import { capital, day, language, languageOf } from "./words.js";

const place = byId("deel-document");
let entered = 0;

export const view = { title: "Document", enter, leave: () => (entered += 1) };

/** Show the document; `field` is the one to change at once. */
async function enter({ id, field }) {
  entered += 1;
  const mine = entered;
  put(place, back(), make("p", { class: "kl-wacht" }, "Document laden…"));
  try {
    const [found, versions] = await Promise.all([readDocument(id), readVersions(id)]);
    if (mine === entered) show(found, versions, field);
  } catch (error) {
    if (mine === entered) fail(error, id);
  }
}

function fail(error, id) {
  byId("titel").textContent = error.status === 404 ? "Dit document is er niet" : "Het document is niet te openen";
  put(place, back(), error.status === 404 ? notice("error", "", text("Het is ingetrokken, of u mag het niet zien.")) : failure(error, () => enter({ id })));
}

function back() {
  return make("p", {}, make("a", { class: "utrecht-link", href: "#documenten" }, "Terug naar de lijst"));
}

function show(found, versions, field) {
  byId("titel").replaceChildren(make("span", languageOf(found.taal), nameOf(found.titel || found.bestandsnaam)));
  document.title = `${found.titel} – Beheer – Kennislab`;
  const mine = entered;
  const said = make("div", { class: "kl-document__melding" });
  const panel = make("div", { class: "kl-document__paneel" });
  const reload = async (node, words) => {
    announce(words);
    if (mine !== entered) return; // one is elsewhere by now
    await enter({ id: found.id });
    const message = place.querySelector(".kl-document__melding");
    if (!message) return; // it can not be shown any more, and that is said
    put(message, node);
    byId("titel").focus();
  };
  put(place, back(), facts(found), actions(found, panel, reload), said, panel, ...sections(found, versions));
  if (field) place.querySelector("[data-doe=wijzig]").click();
  if (field) panel.querySelector(`[id="wijzig-${CSS.escape(field)}"]`)?.focus();
}

function actions(found, panel, reload) {
  const open = (opener, made) => {
    const close = () => {
      put(panel);
      opener.focus();
    };
    const form = made(close);
    put(panel, form);
    form.querySelector("h2").focus();
  };
  const saved = (words) => reload(notice("info", words), words);
  const change = button("Wijzig metadata", () => open(change, (close) => editForm(found, saved, close)), { "data-doe": "wijzig" });
  const replace = button("Vervang", () => open(replace, (close) => replaceForm(found, saved, close)), { "data-doe": "vervang" });
  const withdraw = button("Trek in", () => confirmWithdrawal(found, () => gone(found)), { "data-doe": "trek-in" });
  withdraw.classList.add("kl-gevaar--licht");
  const view = make("a", { class: "utrecht-button utrecht-button--secondary-action", href: viewerAddress(found, 1) }, "Lees de tekst");
  return make("div", { class: "kl-rij kl-document__acties" }, original(found), view, change, replace, withdraw);
}

function gone(found) {
  sayInList(notice("info", "", make("p", {}, "Ingetrokken: ", nameOf(found.titel), ". Het document is nergens meer te vinden.")));
  location.hash = "#documenten";
}

/** The file as it was offered. What is not public needs the key, which a link can not carry. */
function original(found) {
  const pdf = /\.pdf$/i.test(found.bestandsnaam);
  const attributes = pdf ? { target: "_blank", rel: "noopener" } : { download: found.bestandsnaam };
  const link = make("a", { class: "utrecht-button utrecht-button--secondary-action", href: found.link, ...attributes }, pdf ? "Open het origineel" : "Download het origineel");
  link.addEventListener("click", async (event) => {
    if (found.vertrouwelijkheid === "openbaar" || link.href.startsWith("blob:")) return;
    event.preventDefault();
    try {
      link.href = await addressWithKey(found.link, found.vertrouwelijkheid);
      link.click();
      setTimeout(() => {
        URL.revokeObjectURL(link.href);
        link.href = found.link;
      }, 60_000);
    } catch (error) {
      put(place.querySelector(".kl-document__melding"), failure(error));
    }
  });
  return link;
}

function sections(found, versions) {
  return [
    make("h2", { class: "utrecht-heading-2" }, "Gegevens"),
    make("dl", { class: "kl-feiten" }, rows(found)),
    found.opmerkingen.length ? make("h2", { class: "utrecht-heading-2" }, "Opmerkingen bij het lezen") : null,
    remarks(found.opmerkingen.filter((remark) => !/^Thema voorgesteld/.test(remark) || proposedThemes(found)), found.id),
    make("h2", { class: "utrecht-heading-2" }, "Versies"),
    make("ol", { class: "kl-versies", reversed: true, start: versions.length }, versions.map(version)),
  ];
}

function rows(found) {
  const proposed = proposedThemes(found) ? make("span", { class: "utrecht-data-badge kl-voorstel" }, "Voorgesteld: klopt dit?") : null;
  const values = {
    titel: nameOf(found.titel),
    soort: capital(found.soort),
    organisatie: nameOf(found.organisatie),
    auteur: nameOf(found.auteur),
    datum: found.datum ? day(found.datum) : "",
    thema: found.thema.join(", "),
    taal: language(found.taal),
    vertrouwelijkheid: `${levelName(found.vertrouwelijkheid)}. ${whoSees(found.vertrouwelijkheid)}`,
    bewaartermijn: found.bewaartermijn ? day(found.bewaartermijn) : "",
    bron: nameOf(found.bron),
  };
  const own = Object.entries(values).map(([name, value]) => row(FIELD_NAMES[name], value, name === "thema" ? proposed : null));
  const place = found.aantalPaginas === 1 ? "1 pagina" : `${found.aantalPaginas} pagina's`;
  return [
    ...own,
    row("Bestand", make("span", {}, nameOf(found.bestandsnaam), ` (${size(found.omvang)}, ${place})`)),
    row("Toegevoegd", moment(found.toegevoegd)),
  ];
}

function row(name, value, extra = null) {
  const empty = !(typeof value === "string" ? value : value.textContent);
  const shown = empty ? make("span", { class: "kl-feiten__leeg" }, "Niet ingevuld") : value;
  return make("div", {}, make("dt", {}, name), make("dd", {}, shown, extra ? " " : null, extra));
}

function version(entry) {
  const now = entry.huidig ? make("strong", {}, " Huidige versie") : null;
  return make("li", {}, `Versie ${entry.versie}: `, nameOf(entry.bestandsnaam), ` (${size(entry.omvang)}), ${moment(entry.toegevoegd)}.`, now);
}
