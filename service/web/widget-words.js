// What <kennislab-zoek> says, in Dutch and in English.

const TEXTS = {
  nl: {
    name: "Kennisbank",
    label: "Uw vraag aan de kennisbank",
    search: "Zoeken",
    empty: "Typ eerst een vraag.",
    searching: "Zoeken…",
    slow: "Dit duurt langer dan gewoon. We zoeken nog.",
    found: (count) => (count === 1 ? "1 bron gevonden" : `${count} bronnen gevonden`),
    best: (count) => `U ziet de ${count} bronnen die het best passen.`,
    more: "Toon meer bronnen",
    onlyPossible: "Geen enkele bron past goed bij uw vraag. Deze bronnen gaan er mogelijk over.",
    relevance: { sterk: "Past goed bij uw vraag", mogelijk: "Gaat er mogelijk over" },
    page: (word, number) => `${word} ${number}`,
    words: { page: "pagina", slide: "dia" },
    open: (place) => (place ? `Open op ${place}` : "Open de bron"),
    of: (title) => ` van ${title}`,
    newTab: " (opent in een nieuw tabblad)",
    others: (count) => (count === 1 ? "Nog 1 passage uit dit document" : `Nog ${count} passages uit dit document`),
    nothing: "Geen passende bronnen gevonden",
    nothingWhy: "In de bronnen die u hier kunt doorzoeken, staat geen antwoord op deze vraag.",
    nothingTip: "Zeg het met andere woorden, of stel één vraag tegelijk.",
    contact: ["Komt u er niet uit? ", "Neem contact op", ". Er denkt dan iemand met u mee."],
    retry: "Probeer opnieuw",
    failures: {
      gone: ["De zoekmachine antwoordt niet", "Controleer uw verbinding. Uw vraag staat er nog."],
      origin: ["Zoeken kan niet vanaf deze website", "De kennisbank laat deze website niet toe. Meld dit aan de beheerder van de website."],
      key: ["De sleutel van dit zoekvak is niet geldig", "De sleutel klopt niet, is verlopen of is ingetrokken. Meld dit aan de beheerder van de website."],
      forbidden: ["Dit zoekvak mag hier niet zoeken", "De sleutel van dit zoekvak geldt niet voor deze website. Meld dit aan de beheerder van de website."],
      question: ["Deze vraag kunnen we niet zoeken", "Controleer de vraag."],
      starting: ["De zoekmachine is er nog niet", "Zij start op of wordt bijgewerkt. Probeer het over een minuut opnieuw."],
      setup: ["Dit zoekvak is niet goed ingesteld", "Het adres van de kennisbank klopt niet. Meld dit aan de beheerder van de website."],
      missing: ["Deze bron is er niet", "Het document is ingetrokken, of u mag het niet zien."],
      other: ["Er ging iets mis", "Uw vraag staat er nog. Blijft dit zo? Meld het dan aan de beheerder van de website."],
    },
    busy: "U zoekt wel heel snel",
    busyAgain: (wait) => `Over ${wait === 1 ? "1 seconde" : `${wait} seconden`} zoeken we vanzelf verder. Uw vraag staat er nog.`,
    busyLater: "Wacht even en probeer het dan opnieuw. Uw vraag staat er nog.",
    loading: "De bron wordt geopend…",
    text: "Tekst",
    download: "Download het bestand",
    close: "Sluiten",
    suggestions: "Suggesties",
    suggested: (count) => (count === 0 ? "Geen suggesties" : count === 1 ? "1 suggestie" : `${count} suggesties`),
    kinds: { titel: "titel", afkorting: "afkorting", kop: "kop" },
  },
  en: {
    name: "Knowledge base",
    label: "Your question to the knowledge base",
    search: "Search",
    empty: "Type a question first.",
    searching: "Searching…",
    slow: "This takes longer than usual. We are still searching.",
    found: (count) => (count === 1 ? "1 source found" : `${count} sources found`),
    best: (count) => `You see the ${count} sources that fit best.`,
    more: "Show more sources",
    onlyPossible: "No source fits your question well. These sources may be about it.",
    relevance: { sterk: "Fits your question well", mogelijk: "May be about this" },
    page: (word, number) => `${word} ${number}`,
    words: { page: "page", slide: "slide" },
    open: (place) => (place ? `Open at ${place}` : "Open the source"),
    of: (title) => ` of ${title}`,
    newTab: " (opens in a new tab)",
    others: (count) => (count === 1 ? "1 more passage from this document" : `${count} more passages from this document`),
    nothing: "No fitting sources found",
    nothingWhy: "The sources that you can search here do not answer this question.",
    nothingTip: "Use other words, or ask one question at a time. Most sources are in Dutch.",
    contact: ["Still stuck? ", "Contact us", ". Someone will think along with you."],
    retry: "Try again",
    failures: {
      gone: ["The search engine does not answer", "Check your connection. Your question is still there."],
      origin: ["You cannot search from this website", "The knowledge base does not allow this website. Please tell the owner of the website."],
      key: ["The key of this search box is not valid", "The key is wrong, has expired or was withdrawn. Please tell the owner of the website."],
      forbidden: ["This search box may not search here", "The key of this search box is not meant for this website. Please tell the owner of the website."],
      question: ["We cannot search for this question", "Check the question."],
      starting: ["The search engine is not ready yet", "It is starting or being updated. Try again in a minute."],
      setup: ["This search box is not set up well", "The address of the knowledge base is wrong. Please tell the owner of the website."],
      missing: ["This source is not there", "The document was withdrawn, or you may not see it."],
      other: ["Something went wrong", "Your question is still there. If this goes on, please tell the owner of the website."],
    },
    busy: "You are searching very fast",
    busyAgain: (wait) => `We go on by ourselves in ${wait === 1 ? "1 second" : `${wait} seconds`}. Your question is still there.`,
    busyLater: "Wait a moment and try again. Your question is still there.",
    loading: "Opening the source…",
    text: "Text",
    download: "Download the file",
    close: "Close",
    suggestions: "Suggestions",
    suggested: (count) => (count === 0 ? "No suggestions" : count === 1 ? "1 suggestion" : `${count} suggestions`),
    kinds: { titel: "title", afkorting: "abbreviation", kop: "heading" },
  },
};

const LOCALES = { nl: "nl-NL", en: "en-GB" };

/** The texts in this language; Dutch for any that we do not speak. `code` is the language that it became. */
export function textsIn(language) {
  const code = Object.hasOwn(TEXTS, language) ? language : "nl";
  return { ...TEXTS[code], code };
}

/** "2025-05-20" as people write it. */
export function dayIn(texts, date) {
  const long = new Intl.DateTimeFormat(LOCALES[texts.code], { dateStyle: "long", timeZone: "UTC" });
  return long.format(new Date(`${date}T00:00:00Z`));
}

/** "pagina 12", "slide 3"; empty where the format has no pages. */
export function placeIn(texts, document, page) {
  if (page === null) return "";
  return texts.page(/\.pptx?$/i.test(document.bestandsnaam) ? texts.words.slide : texts.words.page, page);
}

/** Attributes that say in which language a text is, where that is not the language around it. */
export function spoken(texts, code) {
  return code && code !== texts.code ? { lang: code } : {};
}
