// Words, dates and places as people read them.

const LEVELS = {
  beperkt_openbaar: "Beperkt openbaar",
  intern: "Intern",
  zaakvertrouwelijk: "Zaakvertrouwelijk",
  vertrouwelijk: "Vertrouwelijk",
};

export const RELEVANCE = { sterk: "Past goed bij uw vraag", mogelijk: "Gaat er mogelijk over" };

const languages = new Intl.DisplayNames("nl", { type: "language", fallback: "code" });
const long = new Intl.DateTimeFormat("nl-NL", { dateStyle: "long", timeZone: "UTC" });

export function capital(text) {
  return text.charAt(0).toLocaleUpperCase("nl") + text.slice(1);
}

/** The name of a level that is not open to all, or null. */
export function level(value) {
  return value === "openbaar" ? null : (LEVELS[value] ?? capital(value));
}

export function language(code) {
  try {
    return capital(languages.of(code));
  } catch {
    return code;
  }
}

/** "2025-05-20" as "20 mei 2025". */
export function day(date) {
  return long.format(new Date(`${date}T00:00:00Z`));
}

/** What a page is called in this document. */
export function pageWord(fileName) {
  return /\.pptx?$/i.test(fileName) ? "dia" : "pagina";
}

export function sources(count) {
  return count === 1 ? "1 bron" : `${count} bronnen`;
}

/** What suggestions under the search box say. */
export const SUGGESTING = {
  code: "nl",
  suggestions: "Suggesties",
  suggested: (count) => (count === 0 ? "Geen suggesties" : count === 1 ? "1 suggestie" : `${count} suggesties`),
  kinds: { titel: "titel", afkorting: "afkorting", kop: "kop" },
};

/** Attributes that say in which language a text is, where that is not Dutch. */
export function languageOf(code) {
  return code && code !== "nl" ? { lang: code } : {};
}
