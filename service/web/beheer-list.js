// The list of documents: search in title and file name, narrow, sort, and page through.

import { Refusal } from "./api.js";
import { listDocuments } from "./beheer-api.js";
import { knownValues, languageOptions, learn } from "./beheer-fields.js";
import { documentAddress } from "./beheer-outcome.js";
import { announce, button, failure, nameOf, notice, put, text } from "./beheer-parts.js";
import { LEVELS, documents, levelName } from "./beheer-words.js";
import { byId, hiddenText, make } from "./dom.js";
import { capital, day, language, languageOf, level } from "./words.js";

const AT_A_TIME = 20;
const WAITING_AFTER = 400; // ms
const ORDERS = [
  ["-toegevoegd", "Laatst toegevoegd eerst"],
  ["-datum", "Nieuwste eerst"],
  ["datum", "Oudste eerst"],
  ["titel", "Titel, A tot Z"],
  ["-titel", "Titel, Z tot A"],
  ["bestandsnaam", "Bestandsnaam, A tot Z"],
];
const FILTERS = ["soort", "thema", "organisatie", "vertrouwelijkheid", "taal", "vanaf", "tot"];

const form = byId("lijst-formulier");
let page = 1;
let asked = 0; // the number of the last question: only its answer is shown
let note = null; // what is said once at the top of the list, such as that a document was withdrawn

export const view = { title: "Documenten", enter: load, leave() {} };

export function sayInList(node) {
  note = node;
}

function field(name, label, control) {
  control.id = `filter-${name}`;
  control.classList.add("utrecht-textbox", "kl-invoer");
  return make("div", { class: "kl-veld" }, make("label", { class: "utrecht-form-label", for: control.id }, label), control);
}

function select(options) {
  return make("select", {}, make("option", { value: "" }, "Alle"), options);
}

export function prepareList() {
  const words = make("input", { type: "search", autocomplete: "off", spellcheck: "false", maxlength: 200 });
  const search = make("button", { type: "submit", class: "utrecht-button utrecht-button--primary-action" }, "Zoek");
  const controls = [
    field("soort", "Soort", select([])),
    field("vertrouwelijkheid", "Vertrouwelijkheid", select(LEVELS.map(({ value, name }) => make("option", { value }, name)))),
    field("taal", "Taal", select(languageOptions())),
    field("thema", "Thema", make("input", { type: "text", autocomplete: "off", list: "bekend-thema" })),
    field("organisatie", "Organisatie", make("input", { type: "text", autocomplete: "off", list: "bekend-organisatie" })),
    field("vanaf", "Datum vanaf", make("input", { type: "date" })),
    field("tot", "Datum tot en met", make("input", { type: "date" })),
  ];
  form.append(
    make("div", { class: "kl-zoeklijst__rij" }, field("zoekterm", "Titel of bestandsnaam", words), search),
    make("details", { class: "kl-filter", id: "filters" }, make("summary", {}, "Filters", make("span", { id: "filters-aantal" })), make("div", { class: "kl-velden" }, controls)),
  );
  const order = make("select", {}, ORDERS.map(([value, name]) => make("option", { value }, name)));
  byId("lijst-volgorde").append(field("sorteer", "Volgorde", order));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  form.addEventListener("change", (event) => event.target !== words && ask());
  order.addEventListener("change", () => ask());
}

function ask(number = 1) {
  page = number;
  return load();
}

function query() {
  const values = { maxAantal: AT_A_TIME, pagina: page, sorteer: byId("filter-sorteer").value };
  for (const name of ["zoekterm", ...FILTERS]) {
    const value = byId(`filter-${name}`).value.trim();
    if (value) values[name] = value;
  }
  return values;
}

function clear() {
  for (const name of ["zoekterm", ...FILTERS]) byId(`filter-${name}`).value = "";
  byId("filter-zoekterm").focus();
  ask();
}

export async function load() {
  asked += 1;
  const mine = asked;
  const wanted = query();
  const waiting = setTimeout(() => (byId("lijst-wacht").hidden = false), WAITING_AFTER);
  byId("lijst-deel").setAttribute("aria-busy", "true");
  try {
    const answer = await listDocuments(wanted);
    if (mine === asked) show(answer, wanted);
  } catch (error) {
    if (mine === asked) fail(error);
  } finally {
    clearTimeout(waiting);
    if (mine === asked) {
      byId("lijst-wacht").hidden = true;
      byId("lijst-deel").removeAttribute("aria-busy");
    }
  }
}

function fail(error) {
  byId("lijst-deel").hidden = true;
  const inDate = error instanceof Refusal && error.status === 400;
  put(byId("lijst-melding"), inDate ? notice("error", "Met deze filters kunnen we niet zoeken", text(error.message)) : failure(error, load));
}

function show(answer, wanted) {
  learn(answer.documenten);
  showKinds();
  const chosen = FILTERS.filter((name) => wanted[name]).length;
  const narrowed = chosen > 0 || Boolean(wanted.zoekterm);
  const count = answer.aantal;
  byId("filters-aantal").textContent = chosen ? ` (${chosen} gekozen)` : "";
  byId("lijst-deel").hidden = count === 0;
  byId("lijst-aantal").textContent = documents(count);
  byId("lijst").replaceChildren(...answer.documenten.map(row));
  put(byId("lijst-bladeren"), ...steps(count));
  put(byId("lijst-melding"), note, count === 0 ? nothing(narrowed) : null);
  const found = count > 0 ? `${documents(count)}.` : narrowed ? "Geen documenten gevonden." : "De kennisbank is nog leeg.";
  announce([note?.textContent, found].filter(Boolean).join(" "));
  note = null;
  if (count > 0 && !answer.documenten.length) ask(1); // the last of this page was withdrawn
}

function nothing(narrowed) {
  if (narrowed) {
    return notice("info", "Geen documenten gevonden", text("Geen enkel document past bij wat u zoekt."), make("p", {}, button("Wis zoekterm en filters", clear)));
  }
  const link = make("a", { class: "utrecht-link", href: "#toevoegen" }, "Voeg de eerste documenten toe");
  return notice("info", "De kennisbank is nog leeg", make("p", {}, link));
}

function showKinds() {
  const control = byId("filter-soort");
  const known = new Set([...control.options].map((option) => option.value));
  const fresh = knownValues("soort").filter((value) => !known.has(value));
  control.append(...fresh.map((value) => make("option", { value }, capital(value))));
}

export function facts(found) {
  const badge = level(found.vertrouwelijkheid);
  return make(
    "p",
    { class: "kl-gegevens" },
    make("span", {}, capital(found.soort)),
    found.organisatie ? make("span", {}, nameOf(found.organisatie)) : null,
    found.datum ? make("time", { datetime: found.datum }, day(found.datum)) : null,
    found.taal === "nl" ? null : make("span", {}, language(found.taal)),
    make("span", { class: badge ? "utrecht-data-badge" : "kl-openbaar" }, hiddenText("Vertrouwelijkheid: "), levelName(found.vertrouwelijkheid)),
  );
}

function row(found) {
  const title = make("a", { class: "utrecht-link", href: documentAddress(found.id) }, nameOf(found.titel || found.bestandsnaam));
  return make(
    "li",
    { class: "kl-document" },
    make("h3", { class: "utrecht-heading-3", ...languageOf(found.taal) }, title),
    facts(found),
    make("p", { class: "kl-document__bestand" }, nameOf(found.bestandsnaam)),
    found.thema.length ? make("p", { class: "kl-document__thema" }, `Thema: ${found.thema.join(", ")}`) : null,
  );
}

function steps(count) {
  const last = Math.ceil(count / AT_A_TIME);
  if (last < 2) return [];
  const go = (number) => async () => {
    await ask(number);
    byId("lijst-aantal").focus();
  };
  return [
    page > 1 ? button("Vorige", go(page - 1)) : null,
    make("span", {}, `Bladzijde ${page} van ${last}`),
    page < last ? button("Volgende", go(page + 1)) : null,
  ];
}

/** Words of the newest documents, to suggest and to choose from. */
export async function learnWords() {
  try {
    learn((await listDocuments({ maxAantal: 100, sorteer: "-toegevoegd" })).documenten);
    showKinds();
  } catch {
    // Without suggestions one can do everything too.
  }
}
