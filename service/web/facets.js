// The facets: what the sources found have in common, to choose from.

import { FACETS } from "./address.js";
import { byId, make } from "./dom.js";
import { capital, language } from "./words.js";

const NAMES = { soort: "Soort", thema: "Thema", organisatie: "Organisatie", jaar: "Jaar", taal: "Taal" };
const SHOWN = 6;
const opened = new Set(); // facets whose whole list was asked for

function label(facet, value) {
  if (facet === "taal") return language(value);
  return facet === "soort" || facet === "thema" ? capital(value) : value;
}

/** The values with their counts; one that was chosen stays, also when nothing is left of it. */
function valuesOf(facet, counts, chosen) {
  const known = new Set(counts.map((entry) => entry.waarde));
  const gone = chosen.filter((value) => !known.has(value)).map((waarde) => ({ waarde, aantal: 0 }));
  const all = [...counts, ...gone];
  if (facet === "jaar") all.sort((one, other) => other.waarde.localeCompare(one.waarde));
  const first = (entry) => (chosen.includes(entry.waarde) ? 0 : 1);
  return facet === "jaar" ? all : all.sort((one, other) => first(one) - first(other));
}

function choice(facet, { waarde, aantal }, index, chosen) {
  const box = make("input", {
    type: "checkbox",
    class: "utrecht-checkbox",
    id: `facet-${facet}-${index}`,
    "data-facet": facet,
    value: waarde,
  });
  box.checked = chosen.includes(waarde);
  return make(
    "label",
    { class: "kl-keuze", for: box.id },
    box,
    make("span", { class: "kl-keuze__naam" }, label(facet, waarde)),
    make("span", { class: "kl-keuze__aantal" }, String(aantal)),
  );
}

function fieldset(facet, counts, chosen) {
  const values = valuesOf(facet, counts, chosen);
  if (values.length < 2 && !chosen.length) return null;
  const choices = values.map((entry, index) => choice(facet, entry, index, chosen));
  const shown = Math.max(SHOWN, chosen.length);
  const rest = opened.has(facet) ? [] : choices.slice(shown);
  for (const element of rest) element.hidden = true;
  const button = rest.length
    ? make(
        "button",
        { type: "button", class: "utrecht-button utrecht-button--subtle" },
        `Toon alle ${values.length}`,
        make("span", { class: "kl-visueel-verborgen" }, ` keuzes bij ${NAMES[facet]}`),
      )
    : null;
  button?.addEventListener("click", () => {
    opened.add(facet);
    for (const element of rest) element.hidden = false;
    rest[0].querySelector("input").focus();
    button.remove();
  });
  const set = make("fieldset", { class: "utrecht-form-fieldset kl-facet" }, make("legend", {}, NAMES[facet]), choices);
  if (button) set.append(button);
  return set;
}

/** Show the facets; `change` is called with the new filters. The focus stays on the box that was chosen. */
export function showFacets(counts, filters, change) {
  const form = byId("facetten");
  const active = form.contains(document.activeElement) ? document.activeElement : null;
  const focus = active ? [active.dataset.facet, active.value] : null;
  const sets = FACETS.map((facet) => fieldset(facet, counts[facet], filters[facet] ?? [])).filter(Boolean);
  const amount = FACETS.reduce((sum, facet) => sum + (filters[facet]?.length ?? 0), 0);
  const clear = make("button", { type: "button", class: "utrecht-button utrecht-button--subtle", id: "wis" }, "Wis alle keuzes");
  clear.addEventListener("click", () => change({}));
  form.replaceChildren(...(amount ? [clear] : []), ...sets);
  form.onchange = () => change(chosenIn(form));
  byId("gekozen").textContent = amount ? ` (${amount} gekozen)` : "";
  byId("filters").hidden = sets.length === 0;
  if (focus) {
    const same = [...form.querySelectorAll("input")].find(
      (box) => box.dataset.facet === focus[0] && box.value === focus[1],
    );
    (same ?? byId("aantal")).focus();
  }
}

function chosenIn(form) {
  const filters = {};
  for (const box of form.querySelectorAll("input:checked")) {
    (filters[box.dataset.facet] ??= []).push(box.value);
  }
  return filters;
}
