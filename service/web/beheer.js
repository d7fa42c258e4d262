// The editor's page: who may use it, which part is shown, and what goes on meanwhile.

import { Refusal, key } from "./api.js";
import { loadTasks, prepareAdd, running, view as add } from "./beheer-add.js";
import { listTasks } from "./beheer-api.js";
import { view as one } from "./beheer-document.js";
import { view as failed } from "./beheer-failed.js";
import { learnWords, prepareList, view as list } from "./beheer-list.js";
import { button, failure, notice, put, text } from "./beheer-parts.js";
import { onTasks } from "./beheer-task.js";
import { prepareWithdrawal } from "./beheer-withdraw.js";
import { files } from "./beheer-words.js";
import { byId, make, prepareSkipLinks } from "./dom.js";
import { openKeyDialog, prepareKeyDialog } from "./keydialog.js";

const VIEWS = { toevoegen: add, documenten: list, mislukt: failed, document: one };
const HEADING = "Beheer van de kennisbank";

let open = false; // whether the key was seen to be good for this page
let shown = null; // the name of the part that is shown
let busy = false; // whether uploads were going on when last looked

/** The part that the address asks for, with what it has to show. */
function wanted() {
  const values = new URLSearchParams(location.hash.slice(1));
  const id = values.get("document");
  if (id) return ["document", { id, field: values.get("wijzig") ?? "" }];
  const name = location.hash.slice(1);
  return [name in VIEWS && name !== "document" ? name : "toevoegen", {}];
}

/** Ask whether this key may manage documents; until it may, nothing is shown. */
async function start() {
  byId("verbinding").hidden = navigator.onLine;
  if (open) return;
  if (!key()) return deny(...signInFirst());
  put(byId("toegang"), text("Even kijken of uw sleutel klopt…"));
  try {
    await listTasks({ maxAantal: 1 });
  } catch (error) {
    return deny(...denied(error));
  }
  open = true;
  put(byId("toegang"));
  byId("onderdelen").hidden = false;
  learnWords();
  await route();
  if (shown !== "toevoegen") loadTasks(); // what is going on is told on every part
}

function deny(title, ...content) {
  byId("titel").textContent = title;
  document.title = `${title} – Kennislab`;
  put(byId("toegang"), ...content);
}

function signInFirst() {
  const contact = document.body.dataset.contact;
  const ask = contact ? make("a", { class: "utrecht-link", href: contact }, "Vraag er een aan de beheerder") : "Vraag er een aan de beheerder";
  return [
    HEADING,
    notice(
      "info",
      "Meld u eerst aan",
      text("Op deze pagina voegt de redactie documenten toe, wijzigt ze en trekt ze in. U hebt een sleutel nodig met de rol redacteur of beheerder."),
      make("p", {}, button("Meld aan met een sleutel", openKeyDialog, { kind: "primary-action" })),
      text("Geen sleutel? ", ask, "."),
    ),
  ];
}

function denied(error) {
  const other = make("p", {}, button("Andere sleutel", openKeyDialog, { kind: "primary-action" }));
  const search = make("a", { class: "utrecht-link", href: "/" }, "Naar zoeken");
  if (!(error instanceof Refusal)) return [HEADING, failure(error, start)];
  if (error.status === 401) {
    return ["Uw sleutel is niet geldig", notice("error", "", text("De sleutel klopt niet, is verlopen of is ingetrokken."), other)];
  }
  if (error.status === 403) {
    const words = "Met uw sleutel kunt u zoeken, maar geen documenten beheren. Daarvoor is de rol redacteur of beheerder nodig.";
    return ["U mag hier niet beheren", notice("error", "", text(words), other, make("p", {}, search))];
  }
  return [HEADING, failure(error, start)];
}

/** Show the part that the address asks for. */
async function route() {
  if (!open) return;
  const [name, values] = wanted();
  const moved = shown !== null;
  VIEWS[shown]?.leave();
  shown = name;
  for (const each of Object.keys(VIEWS)) byId(`deel-${each}`).hidden = each !== name;
  for (const link of byId("onderdelen").querySelectorAll("a")) {
    const current = link.hash === `#${name}` || (name === "document" && link.hash === "#documenten");
    if (current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  byId("titel").textContent = VIEWS[name].title;
  document.title = `${VIEWS[name].title} – Beheer – Kennislab`;
  showRunning();
  if (moved) {
    scrollTo(0, 0);
    byId("titel").focus();
  }
  await VIEWS[name].enter(values);
}

/** On the other parts: that uploads are going on. */
function showRunning() {
  const { tasks, files: all, done } = running();
  // What was just processed belongs in the list, unless somebody is at work in it.
  if (!tasks && busy && shown === "documenten" && !byId("lijst").contains(document.activeElement)) list.enter();
  busy = tasks > 0;
  byId("lopend").hidden = tasks === 0 || shown === "toevoegen";
  if (byId("lopend").hidden) return;
  const words = `Er wordt nog verwerkt: ${done} van ${files(all)} klaar.`;
  if (byId("lopend").dataset.woorden === words) return;
  byId("lopend").dataset.woorden = words;
  put(byId("lopend"), words, " ", make("a", { class: "utrecht-link", href: "#toevoegen" }, "Bekijk uw uploads"));
}

function prepare() {
  prepareSkipLinks();
  prepareAdd(() => open && shown === "toevoegen");
  prepareList();
  prepareWithdrawal();
  onTasks(showRunning);
  byId("contact").hidden = !document.body.dataset.contact;
  byId("verbinding").textContent = "U bent offline. Wat u verstuurd hebt, wordt gewoon verwerkt. Nieuwe dingen lukken pas als u weer verbinding hebt.";
  addEventListener("offline", () => (byId("verbinding").hidden = false));
  addEventListener("online", () => (byId("verbinding").hidden = true));
  addEventListener("hashchange", route);
  prepareKeyDialog(() => {
    // What had the focus before the dialog is gone: begin at the top of what came in its place.
    if (key()) return open ? undefined : start().then(() => byId("titel").focus());
    // Nothing of what was shown may stay behind, on the page or in memory.
    history.replaceState(null, "", location.pathname);
    return location.reload();
  });
  start();
}

prepare();
