// The fields of a document's metadata: to fill in, to read, and to say at each what is wrong with it.

import { KINDS, LANGUAGES, LEVELS, FIELD_NAMES } from "./beheer-words.js";
import { byId, make } from "./dom.js";
import { language } from "./words.js";

const HINTS = {
  soort: "Bijvoorbeeld handreiking, presentatie of casus.",
  thema: "Zet een komma tussen de thema's.",
  bewaartermijn: "Na deze dag verwijdert Kennislab het document. Leeg: het blijft.",
  bron: "Waar het document vandaan komt, bijvoorbeeld een webadres.",
};
const DEFAULT_RULE = "Verandert u niets? Dan wordt een casus vertrouwelijk en de rest intern.";
const SUGGESTED = ["soort", "organisatie", "thema"];
const known = { soort: new Set(KINDS), organisatie: new Set(), thema: new Set() };

/** Remember the words that documents use, to suggest them. */
export function learn(documents) {
  for (const found of documents) {
    known.soort.add(found.soort);
    if (found.organisatie) known.organisatie.add(found.organisatie);
    for (const theme of found.thema) known.thema.add(theme);
  }
  for (const name of SUGGESTED) {
    byId(`bekend-${name}`).replaceChildren(...knownValues(name).map((value) => make("option", { value })));
  }
}

export function knownValues(name) {
  return [...known[name]].sort((one, other) => one.localeCompare(other, "nl"));
}

export function languageOptions(chosen = "") {
  return [...new Set([...LANGUAGES, ...(chosen ? [chosen] : [])])].map((code) => make("option", { value: code }, language(code)));
}

/** The fields with these names; ids begin with `prefix`. */
export class Fields {
  constructor(prefix, names, { required = [], automatic = false } = {}) {
    this.prefix = prefix;
    this.names = names;
    this.required = required;
    this.automatic = automatic; // what is left empty is derived
    this.element = make("div", { class: "kl-velden" }, names.map((name) => this.#field(name)));
  }

  #id(name) {
    return `${this.prefix}-${name}`;
  }

  #field(name) {
    const id = this.#id(name);
    const hint = HINTS[name] ? make("p", { class: "utrecht-form-field-description", id: `${id}-hulp` }, HINTS[name]) : null;
    const error = make("p", { class: "utrecht-form-field-error-message", id: `${id}-fout`, hidden: true });
    if (name === "vertrouwelijkheid") return this.#levels(id, error);
    const label = make("label", { class: "utrecht-form-label", for: id }, FIELD_NAMES[name]);
    return make("div", { class: `kl-veld kl-veld--${name}` }, label, hint, this.#control(name, id, hint), error);
  }

  #control(name, id, hint) {
    const shared = { id, class: "utrecht-textbox kl-invoer", "aria-describedby": hint ? hint.id : null, "data-hulp": hint ? hint.id : null };
    if (this.required.includes(name)) shared["aria-required"] = "true";
    if (name === "taal") {
      const automatic = this.automatic ? [make("option", { value: "" }, "Herken zelf")] : [];
      return make("select", shared, automatic, languageOptions());
    }
    const type = name === "datum" || name === "bewaartermijn" ? "date" : "text";
    return make("input", { ...shared, type, autocomplete: "off", list: SUGGESTED.includes(name) ? `bekend-${name}` : null });
  }

  #levels(id, error) {
    const choices = LEVELS.map(({ value, name, who }) => {
      const box = make("input", { type: "radio", class: "utrecht-checkbox", name: id, id: `${id}-${value}`, value, "aria-describedby": `${id}-${value}-wie` });
      const label = make("label", { for: box.id, class: "kl-niveau__naam" }, name);
      return make("div", { class: "kl-niveau" }, box, make("div", {}, label, make("p", { class: "utrecht-form-field-description", id: `${id}-${value}-wie` }, who)));
    });
    this.levelNote = make("div", { class: "kl-niveaunoot", role: "status" });
    const legend = make("legend", { class: "utrecht-form-label" }, "Wie mag dit zien?");
    const rule = this.automatic ? make("p", { class: "utrecht-form-field-description", id: `${id}-hulp` }, DEFAULT_RULE) : null;
    const attributes = { class: "utrecht-form-fieldset kl-veld kl-veld--breed", id, "aria-describedby": rule?.id, "data-hulp": rule?.id };
    return make("fieldset", attributes, legend, rule, choices, this.levelNote, error);
  }

  control(name) {
    return this.element.querySelector(`[id="${this.#id(name)}"]`);
  }

  get level() {
    return this.control("vertrouwelijkheid").querySelector("input:checked")?.value ?? "";
  }

  set level(value) {
    for (const box of this.control("vertrouwelijkheid").querySelectorAll("input")) box.checked = box.value === value;
  }

  fill(values) {
    for (const name of this.names) {
      const value = values[name];
      if (name === "vertrouwelijkheid") this.level = value ?? "";
      else if (name === "taal") {
        this.control(name).append(...languageOptions(value).slice(LANGUAGES.length));
        this.control(name).value = value ?? "";
      } else this.control(name).value = Array.isArray(value) ? value.join(", ") : (value ?? "");
    }
  }

  /** The values as the service wants them; what is empty is null. */
  read() {
    const values = {};
    for (const name of this.names) {
      const value = name === "vertrouwelijkheid" ? this.level : this.control(name).value.trim();
      if (name !== "thema") values[name] = value || null;
      else values.thema = value.split(/[,;]/).map((theme) => theme.trim()).filter(Boolean);
    }
    return values;
  }

  /** Say at each field what is wrong: { name: words }. The first gets the focus; false when there is none to say. */
  complain(problems) {
    for (const name of this.names) this.#say(name, problems[name] ?? "");
    const first = this.names.find((name) => problems[name]);
    if (!first) return false;
    const control = this.control(first);
    (first === "vertrouwelijkheid" ? control.querySelector("input:checked, input") : control).focus();
    return true;
  }

  #say(name, problem) {
    const control = this.control(name);
    const error = this.element.querySelector(`[id="${control.id}-fout"]`);
    error.textContent = problem;
    error.hidden = !problem;
    const described = [problem ? error.id : "", control.dataset.hulp ?? ""].filter(Boolean).join(" ");
    if (described) control.setAttribute("aria-describedby", described);
    else control.removeAttribute("aria-describedby");
    if (problem && name !== "vertrouwelijkheid") control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }

  /** What a date field holds that is no date: its value reads as empty. */
  unfinished() {
    const problems = {};
    for (const name of this.names) {
      if (this.control(name).validity?.badInput) problems[name] = "Deze datum is niet compleet. Vul dag, maand en jaar in.";
    }
    for (const name of this.required) {
      if (!this.control(name).value?.trim() && name !== "vertrouwelijkheid") problems[name] = "Dit mag niet leeg zijn.";
    }
    return problems;
  }
}

/** The errors of a refusal, by field. */
export function problemsByField(error) {
  const problems = {};
  for (const { detail, pointer } of error.errors ?? []) {
    const name = pointer.split(/[/:.]/).find((part) => part in FIELD_NAMES);
    if (name && !problems[name]) problems[name] = detail;
  }
  if (error.status === 403 && /vertrouwelijkheid/.test(error.message)) problems.vertrouwelijkheid = error.message;
  return problems;
}
