// What failed: every file that did not become a document, why, and what to do about it.

import { listTasks, readTask, retryTask } from "./beheer-api.js";
import { headOf, mayRetry, outcomeOf, retryButton } from "./beheer-outcome.js";
import { announce, button, failure, notice, put, text, whileBusy } from "./beheer-parts.js";
import { files, moment } from "./beheer-words.js";
import { byId, make } from "./dom.js";

const AT_A_TIME = 10; // uploads

const place = byId("deel-mislukt");
let entered = 0;
let everyone = false;

export const view = { title: "Wat mislukte", enter: () => enter(1), leave: () => (entered += 1) };

async function enter(page) {
  entered += 1;
  const mine = entered;
  const list = make("div", { class: "kl-taken" }, text("Laden…"));
  put(place, text("Deze bestanden zijn geen document geworden. Een week lang kunt u het zonder nieuw bestand nog eens proberen."), owner(), list);
  try {
    const query = { status: "klaar-met-fouten", maxAantal: AT_A_TIME, pagina: page, ...(everyone ? { alle: "true" } : {}) };
    const { aantal, taken } = await listTasks(query);
    const tasks = await Promise.all(taken.map((task) => readTask(task.id)));
    if (mine === entered) show(list, tasks, page, aantal);
  } catch (error) {
    if (mine === entered) put(list, failure(error, () => enter(page)));
  }
}

function owner() {
  const box = make("input", { type: "checkbox", class: "utrecht-checkbox", id: "van-iedereen" });
  box.checked = everyone;
  box.addEventListener("change", async () => {
    everyone = box.checked;
    await enter(1);
    byId("van-iedereen").focus();
  });
  return make("label", { class: "kl-vink", for: box.id }, box, "Ook uploads van anderen");
}

function show(list, tasks, page, count) {
  const last = Math.ceil(count / AT_A_TIME);
  const steps = [
    page > 1 ? button("Nieuwere", () => enter(page - 1)) : null,
    page < last ? button("Oudere", () => enter(page + 1)) : null,
  ].filter(Boolean);
  if (!tasks.length) {
    put(list, notice("info", "Er is niets mislukt", text("Alle bestanden zijn verwerkt of overgeslagen.")));
  } else {
    put(list, ...tasks.map(group), steps.length ? make("div", { class: "kl-rij" }, steps) : null);
  }
  const failed = tasks.reduce((sum, task) => sum + task.aantallen.mislukt, 0);
  announce(failed ? `${files(failed)} mislukt.` : "Er is niets mislukt.");
}

function group(task, at) {
  const failed = task.bestanden.filter((file) => file.status === "mislukt");
  const again = failed.filter(mayRetry);
  const actions = make("div", { class: "kl-taak__acties" });
  const id = `mislukt-${at}`;
  if (again.length) put(actions, make("p", {}, retry(task, again, actions)));
  return make(
    "article",
    { class: "kl-taak", "aria-labelledby": id },
    make("h2", { class: "utrecht-heading-3", id }, `Upload van ${moment(task.gemaakt)}`),
    make("ul", { class: "kl-bestanden" }, failed.map(row)),
    actions,
  );
}

function row(file) {
  const name = make("p", { class: "kl-bestand__naam" }, headOf(file));
  return make("li", { class: "kl-bestand", "data-status": "mislukt" }, name, make("div", { class: "kl-bestand__meer" }, outcomeOf(file)));
}

function retry(task, again, actions) {
  const act = () =>
    whileBusy(element, async () => {
      try {
        await retryTask(task.id);
        const link = make("a", { class: "utrecht-link", href: "#toevoegen" }, "Volg het bij uw uploads");
        put(actions, notice("info", "", make("p", { tabindex: "-1" }, "We proberen het opnieuw. ", link, ".")));
        actions.querySelector("p").focus();
      } catch (error) {
        put(actions, make("p", {}, element), failure(error));
      }
    });
  const element = retryButton(again.length, act, again.length === 1 ? again[0].bestandsnaam : "");
  return element;
}
