// <kennislab-zoek>: the knowledge base in a page of another website. Served as one script, see service/routes/widget.py.

import { make } from "./dom.js";
import { sourceCard } from "./widget-card.js";
import { combobox } from "./suggest.js";
import { Refusal, findSources, findSuggestions, serviceAt } from "./widget-client.js";
import { announce, complain, dress, frame } from "./widget-frame.js";
import { emptyMessage, failureMessage, waitFor } from "./widget-messages.js";
import { readSource } from "./widget-reader.js";
import { textsIn } from "./widget-words.js";

const MOST = 50; // that the service gives
const SEARCHING_AFTER = 400; // ms; what is quicker needs no word
const SLOW_AFTER = 4000;
const GIVE_UP_AFTER = 60_000;
const PATIENCE = 3; // times that we ask again by ourselves
const FILTERS = { soort: "soort", thema: "thema", organisatie: "organisatie", documenttaal: "taal" };
const LOOKS = ["taal", "naam", "kopniveau"]; // attributes that change words, not answers

const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);

class KennislabZoek extends HTMLElement {
  static observedAttributes = [...LOOKS, ...Object.keys(FILTERS), "server", "sleutel", "aantal", "suggesties"];

  #parts = frame();
  #root = this.attachShadow({ mode: "open" });
  #asked = null; // { question, all, tries } of the last question
  #outcome = null; // { answer } or { failure, again } that is shown
  #running = null;
  #timers = [];
  #changed = false;
  #pending = false;
  #suggestions = combobox({
    ...this.#parts,
    find: (begin, signal) => findSuggestions(this.#service, begin, signal),
    texts: () => this.#texts,
  });

  constructor() {
    super();
    const { all, form, box } = this.#parts;
    this.#root.adoptedStyleSheets = [sheet];
    this.#root.append(all);
    form.addEventListener("submit", (event) => this.#submit(event));
    box.addEventListener("input", () => complain(this.#parts, false));
    dress(this.#parts, this.#texts, "");
  }

  attributeChangedCallback(name, before, now) {
    if (before === now) return;
    if (name === "suggesties") this.#suggestions.enable(now !== "uit");
    else if (LOOKS.includes(name)) this.#draw();
    else if (this.#asked && !this.#changed) {
      this.#changed = true; // several attributes in one go are one new search
      queueMicrotask(() => {
        this.#changed = false;
        if (this.isConnected) this.#run({ ...this.#asked, all: false, tries: 0 });
      });
    }
  }

  disconnectedCallback() {
    this.#pending = this.#timers.length > 0;
    this.#stop();
    this.#suggestions.close();
    announce(this.#parts, "");
    this.#parts.source.dialog.close();
  }

  /** A portal that moves the element does not break off a search. */
  connectedCallback() {
    if (this.#pending) this.#run(this.#asked);
    this.#pending = false;
  }

  get #texts() {
    return textsIn(this.getAttribute("taal"));
  }

  get #service() {
    const values = (name) => (this.getAttribute(name) ?? "").split(",").map((value) => value.trim()).filter(Boolean);
    return {
      base: serviceAt((this.getAttribute("server") ?? "").trim()),
      key: (this.getAttribute("sleutel") ?? "").trim(),
      filters: Object.fromEntries(Object.entries(FILTERS).map(([attribute, field]) => [field, values(attribute)])),
    };
  }

  #number(attribute, otherwise, most) {
    const number = Number.parseInt(this.getAttribute(attribute) ?? "", 10);
    return Number.isNaN(number) ? otherwise : Math.min(Math.max(number, 1), most);
  }

  get #context() {
    const context = { texts: this.#texts, service: this.#service, level: this.#number("kopniveau", 2, 6) };
    const opened = ({ id }, { pagina }) => this.#tell("kennislab-geopend", { documentId: id, pagina });
    const show = (document, passage) => readSource(context, this.#parts.source, document, passage);
    return Object.assign(context, { opened, show });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }

  #submit(event) {
    event.preventDefault();
    const question = this.#parts.box.value.trim();
    complain(this.#parts, !question);
    if (question) this.#run({ question, all: false, tries: 0 });
    else this.#parts.box.focus();
  }

  #stop() {
    this.#running?.abort();
    this.#running = null;
    this.#timers.forEach(clearTimeout);
    this.#timers = [];
    this.#parts.outcome.removeAttribute("aria-busy");
  }

  #later(act, wait) {
    this.#timers.push(setTimeout(act, wait));
  }

  async #run(asked) {
    this.#stop();
    this.#asked = asked;
    const mine = (this.#running = new AbortController());
    let late = false;
    this.#later(() => announce(this.#parts, this.#texts.searching, { busy: true }), SEARCHING_AFTER);
    this.#later(() => announce(this.#parts, this.#texts.slow, { busy: true }), SLOW_AFTER);
    this.#later(() => {
      late = true;
      mine.abort();
    }, GIVE_UP_AFTER);
    this.#parts.outcome.setAttribute("aria-busy", "true");
    const count = asked.all ? MOST : this.#number("aantal", 5, MOST);
    const outcome = await findSources(this.#service, asked.question, count, mine.signal).then(
      (answer) => ({ answer, count }),
      (error) => ({ failure: late ? new Refusal("gone") : error }),
    );
    if (mine !== this.#running) return;
    this.#stop();
    this.#show(outcome);
  }

  #show(outcome) {
    this.#outcome = outcome;
    announce(this.#parts, "");
    if (outcome.failure) {
      const wait = waitFor(outcome.failure);
      outcome.again = wait !== null && this.#asked.tries < PATIENCE;
      if (outcome.again) this.#later(() => this.#run({ ...this.#asked, tries: this.#asked.tries + 1 }), wait);
      this.#draw();
      return;
    }
    this.#draw();
    const { oordeel, resultaten } = outcome.answer;
    announce(this.#parts, this.#summary(outcome).join(" "), { said: true });
    this.#tell("kennislab-resultaat", { oordeel, aantal: resultaten.length ? this.#total(outcome) : 0 });
  }

  #hasMore({ answer, count }) {
    return answer.aantalGevonden > answer.resultaten.length && answer.resultaten.length === count && count < MOST;
  }

  #total(outcome) {
    return this.#hasMore(outcome) ? outcome.answer.aantalGevonden : outcome.answer.resultaten.length;
  }

  /** What a sighted visitor sees at a glance. */
  #summary(outcome) {
    const { resultaten } = outcome.answer;
    const texts = this.#texts;
    if (!resultaten.length) return [`${texts.nothing}.`];
    const weak = resultaten.every((result) => result.relevantie !== "sterk");
    return [
      `${texts.found(this.#total(outcome))}.`,
      ...(this.#hasMore(outcome) ? [texts.best(resultaten.length)] : []),
      ...(weak ? [texts.onlyPossible] : []),
    ];
  }

  /** Show the last outcome again, in the words of this moment. */
  #draw() {
    dress(this.#parts, this.#texts, this.getAttribute("naam"));
    if (!this.#outcome) return;
    const { outcome, box } = this.#parts;
    const inside = outcome.contains(this.#root.activeElement);
    outcome.replaceChildren(...this.#content());
    if (inside) (outcome.querySelector("[data-hier]") ?? box).focus();
  }

  #content() {
    const context = this.#context;
    const { texts, level } = context;
    const { answer, failure, again } = this.#outcome;
    if (failure) return [failureMessage(texts, level, failure, again, () => this.#run({ ...this.#asked, tries: 0 }))];
    if (!answer.resultaten.length) return [emptyMessage(texts, level, answer)];
    const [, ...notes] = this.#summary(this.#outcome);
    const cards = answer.resultaten.map((result, index) => sourceCard(context, result, index + 1));
    return [
      make(`h${level}`, { class: "kop", part: "kop", tabindex: "-1", "data-hier": true }, texts.found(this.#total(this.#outcome))),
      ...notes.map((note) => make("p", { class: "toelichting", part: "toelichting" }, note)),
      make("ol", { class: "lijst", part: "lijst" }, cards),
      ...(this.#hasMore(this.#outcome) ? [this.#moreButton(texts)] : []),
    ];
  }

  #moreButton(texts) {
    const more = async () => {
      const before = this.#outcome.answer.resultaten.length;
      await this.#run({ ...this.#asked, all: true, tries: 0 });
      this.#parts.outcome.querySelectorAll(".titel")[before]?.querySelector(".koppeling")?.focus();
    };
    return make("button", { type: "button", class: "knop", part: "knop meer", on: { click: more } }, texts.more);
  }
}

if (!customElements.get("kennislab-zoek")) customElements.define("kennislab-zoek", KennislabZoek);
