// What things are called on the editor's pages.

import { level } from "./words.js";

/** Levels from open to closed, with who sees such a document. */
export const LEVELS = [
  ["openbaar", "Iedereen kan het vinden en lezen, ook zonder sleutel."],
  ["beperkt_openbaar", "Iedereen met een sleutel, zoals een gemeente."],
  ["intern", "Deelnemers aan het kennislab en de redactie."],
  ["zaakvertrouwelijk", "Alleen de redactie. Voor stukken die bij één zaak horen."],
  ["vertrouwelijk", "Alleen de redactie. Voor casussen en andere stukken over personen."],
].map(([value, who]) => ({ value, name: level(value) ?? "Openbaar", who }));

export const KINDS = [
  "artikel",
  "beleidsdocument",
  "besluitenlijst",
  "casus",
  "evaluatie",
  "factsheet",
  "handreiking",
  "onderzoek",
  "presentatie",
  "verslag",
];

export const LANGUAGES = ["nl", "en", "de", "fr"];

export const CASE = "casus";

export const FIELD_NAMES = {
  titel: "Titel",
  soort: "Soort",
  organisatie: "Organisatie",
  auteur: "Auteur",
  datum: "Datum van het document",
  thema: "Thema's",
  taal: "Taal",
  vertrouwelijkheid: "Vertrouwelijkheid",
  bewaartermijn: "Bewaren tot en met",
  bron: "Bron",
};

export const STATUSES = {
  wacht: "Wacht op verwerking",
  bezig: "Wordt verwerkt",
  verwerkt: "Verwerkt",
  mislukt: "Mislukt",
  overgeslagen: "Overgeslagen",
};

const PHASES = { lezen: "Lezen", indexeren: "Indexeren", opslaan: "Opslaan" };
const UNITS = ["bytes", "kB", "MB", "GB"];

const moments = new Intl.DateTimeFormat("nl-NL", { dateStyle: "long", timeStyle: "short" });

export function levelName(value) {
  return level(value) ?? "Openbaar";
}

export function whoSees(value) {
  return LEVELS.find((known) => known.value === value)?.who ?? "";
}

/** "2026-11-23T13:15:00Z" as people in this browser's time zone say it. */
export function moment(timestamp) {
  return moments.format(new Date(timestamp));
}

export function size(bytes) {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1000 && unit < UNITS.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  const digits = unit > 1 && amount < 100 ? 1 : 0;
  return `${amount.toLocaleString("nl-NL", { maximumFractionDigits: digits })} ${bytes === 1 ? "byte" : UNITS[unit]}`;
}

export function files(count) {
  return count === 1 ? "1 bestand" : `${count} bestanden`;
}

export function documents(count) {
  return count === 1 ? "1 document" : `${count.toLocaleString("nl-NL")} documenten`;
}

/** Where a file is, in words. */
export function phaseOf(file) {
  if (file.status !== "bezig" || !file.fase) return STATUSES[file.status] ?? file.status;
  const phase = PHASES[file.fase] ?? file.fase;
  if (file.fase !== "indexeren" || !file.aantalPaginas) return phase;
  return `${phase}, ${Math.min(file.paginasGedaan + 1, file.aantalPaginas)} van ${file.aantalPaginas}`;
}

/** How far a file is, 0 to 100. Most of the time goes into indexing, and only of that the pages are known. */
export function shareOf(file) {
  if (file.status === "wacht") return 0;
  if (file.status !== "bezig") return 100;
  if (file.fase === "opslaan") return 95;
  if (file.fase !== "indexeren") return file.fase ? 10 : 5;
  return 20 + Math.round((70 * file.paginasGedaan) / Math.max(file.aantalPaginas, 1));
}

/** "3 verwerkt, 1 mislukt" of a task's counts. */
export function countsInWords(counts) {
  const parts = ["verwerkt", "overgeslagen", "mislukt", "bezig"].filter((name) => counts[name]).map((name) => `${counts[name]} ${name}`);
  if (counts.wacht) parts.push(`${counts.wacht} in de wachtrij`);
  return parts.join(", ");
}

/** A reason of the service as a sentence. */
export function sentence(text) {
  const whole = text.charAt(0).toLocaleUpperCase("nl") + text.slice(1);
  return !whole || /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

/** Whether a name says that a document is a case note, as the service sees it too. */
export function soundsLikeCase(name) {
  return /casus|casebeschrijving/i.test(name);
}
