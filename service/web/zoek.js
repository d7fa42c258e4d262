// The search page: one question, its state, and what is shown of it.

import { hashOf, readAddress, writeAddress } from "./address.js";
import { search, suggest } from "./api.js";
import { card } from "./card.js";
import { copy } from "./citation.js";
import { byId, prepareSkipLinks } from "./dom.js";
import { showFacets } from "./facets.js";
import { openKeyDialog, prepareKeyDialog, signOut } from "./keydialog.js";
import { failure, nothingFound, onlyPossible } from "./messages.js";
import { combobox } from "./suggest.js";
import { SUGGESTING, sources } from "./words.js";

const COUNT = 10;
const MOST = 50; // that the service gives
const SEARCHING_AFTER = 400; // ms; what is quicker needs no word
const SLOW_AFTER = 4000;

const box = byId("vraag");
const suggestions = combobox({
  box,
  list: byId("suggesties"),
  live: byId("gesuggereerd"),
  find: suggest,
  texts: () => SUGGESTING,
});
let asked = { question: "", filters: {}, count: COUNT };
let running = null;

/** Say it; what the page shows elsewhere as well (`said`) is only heard. */
function announce(text, { busy = false, said = false } = {}) {
  const status = byId("status");
  status.textContent = text;
  status.classList.toggle("kl-status--bezig", busy);
  status.classList.toggle("kl-visueel-verborgen", said || !text);
}

function complain(empty) {
  byId("vraagfout").hidden = !empty;
  if (empty) {
    box.setAttribute("aria-invalid", "true");
    box.setAttribute("aria-describedby", "vraagfout");
  } else {
    box.removeAttribute("aria-invalid");
    box.removeAttribute("aria-describedby");
  }
}

/** Ask, and put the question in the address. */
function ask(question, filters = {}) {
  writeAddress(question, filters);
  return run({ question, filters, count: COUNT });
}

async function run(wanted) {
  asked = wanted;
  running?.abort();
  const mine = (running = new AbortController());
  const timers = [
    setTimeout(() => announce("Zoeken…", { busy: true }), SEARCHING_AFTER),
    setTimeout(() => announce("Dit duurt langer dan gewoon. We zoeken nog.", { busy: true }), SLOW_AFTER),
  ];
  byId("uitkomst").setAttribute("aria-busy", "true");
  try {
    const answer = await search(wanted.question, wanted.filters, wanted.count, mine.signal);
    if (mine === running) show(answer);
  } catch (error) {
    if (mine === running) showFailure(error);
  } finally {
    timers.forEach(clearTimeout);
    if (mine === running) byId("uitkomst").removeAttribute("aria-busy");
  }
}

/** What belongs to the last question goes. */
function clear() {
  byId("start").hidden = true;
  byId("gevraagd").textContent = asked.question ? `Vraag: ${asked.question}` : "";
  byId("melding").replaceChildren();
  byId("toelichting").replaceChildren();
  document.querySelector(".kl-vraag").classList.add("kl-vraag--klein");
  announce("");
}

function show(answer) {
  clear();
  const results = answer.resultaten;
  const filtered = Object.keys(asked.filters).length > 0;
  byId("uitkomst").hidden = results.length === 0 && !filtered;
  byId("naar-resultaten").hidden = results.length === 0;
  byId("resultaten").hidden = results.length === 0;
  byId("lijst").replaceChildren(...results.map((result, index) => card(result, index + 1, announce)));
  showFacets(answer.facetten, asked.filters, (filters) => ask(asked.question, filters));
  byId("meer").hidden = answer.aantalGevonden <= results.length || asked.count >= MOST || results.length < asked.count;
  if (results.length === 0) {
    byId("melding").replaceChildren(nothingFound(answer, filtered, () => ask(asked.question)));
    announce("Geen passende bronnen gevonden.", { said: true });
    document.title = "Geen bronnen gevonden – Kennislab";
    return;
  }
  const found = `${sources(byId("meer").hidden ? results.length : answer.aantalGevonden)} gevonden`;
  byId("aantal").textContent = found;
  byId("meest").hidden = byId("meer").hidden;
  byId("meest").textContent = `U ziet de ${results.length} bronnen die het best passen.`;
  if (results.every((result) => result.relevantie !== "sterk")) byId("toelichting").append(onlyPossible());
  document.title = `${found} – Kennislab`;
  const more = [byId("meest").hidden ? "" : byId("meest").textContent, byId("toelichting").textContent];
  announce([`${found}.`, ...more].join(" ").trim(), { said: true });
}

function showFailure(error) {
  clear();
  byId("uitkomst").hidden = true;
  byId("naar-resultaten").hidden = true;
  document.title = "Zoeken lukt niet – Kennislab";
  const acts = {
    retry: () => run(asked),
    otherKey: openKeyDialog,
    withoutKey: () => {
      signOut();
      run(asked);
    },
  };
  byId("melding").replaceChildren(failure(error, acts));
}

function showStart() {
  running?.abort();
  running = null;
  asked = { question: "", filters: {}, count: COUNT };
  clear();
  byId("start").hidden = false;
  byId("uitkomst").hidden = true;
  byId("naar-resultaten").hidden = true;
  document.querySelector(".kl-vraag").classList.remove("kl-vraag--klein");
  document.title = "Zoeken – Kennislab";
}

/** Do what the address says: at the start, and after back or forward. */
function follow() {
  const { question, filters } = readAddress();
  box.value = question;
  suggestions.close();
  complain(false);
  if (question.trim()) run({ question, filters, count: COUNT });
  else showStart();
}

async function showMore() {
  const before = byId("lijst").children.length;
  await run({ ...asked, count: MOST });
  byId("lijst").children[before]?.querySelector("h3 a").focus();
}

async function share() {
  const done = await copy(location.href);
  announce(done ? "Link gekopieerd. Wie de link opent, ziet deze vraag." : "Kopiëren lukt niet. Kopieer het adres van deze pagina.");
}

function prepare() {
  byId("formulier").addEventListener("submit", (event) => {
    event.preventDefault();
    const question = box.value.trim();
    complain(!question);
    if (question) ask(question);
    else box.focus();
  });
  box.addEventListener("input", () => complain(false));
  byId("facetten").addEventListener("submit", (event) => event.preventDefault());
  byId("meer").addEventListener("click", showMore);
  byId("deel").addEventListener("click", share);
  for (const link of byId("voorbeeldvragen").querySelectorAll("a")) {
    link.href = hashOf(link.textContent.replace(/\s+/g, " ").trim(), {});
  }
  byId("contact").hidden = !document.body.dataset.contact;
  const wide = matchMedia("(min-width: 64rem)");
  const place = () => (byId("filters").open = wide.matches);
  wide.addEventListener("change", place);
  place();
  addEventListener("popstate", follow);
  prepareSkipLinks();
  prepareKeyDialog(() => asked.question && run(asked));
  follow();
}

prepare();
