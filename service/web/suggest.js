// Suggestions under a search box: a combobox with a list, as ARIA 1.2 has it. What is asked, only the reader decides.

import { make } from "./dom.js";

const PAUSE = 150; // ms without typing, before suggestions are asked
const SAID_AFTER = 500; // ms; sooner, a screen reader is still saying the letter
const FEWEST = 2; // letters
const LONGEST = 100; // that the service takes
const REST = 30; // seconds without suggestions after the service failed to give them

/**
 * Make the box a combobox. `box` stands in a form, `list` and `live` are empty elements beside it; `find` gives a promise
 * of [{ tekst, soort, taal }], `texts` the words of this moment. Gives `close`, and `enable` to switch it off and on.
 */
export function combobox({ box, list, live, find, texts }) {
  let found = [];
  let active = -1; // no suggestion but the box itself
  let on = false;
  let running = null;
  let waiting = null;
  let saying = null;
  let restUntil = 0;

  function say(text) {
    clearTimeout(saying);
    live.textContent = "";
    if (text) saying = setTimeout(() => (live.textContent = text), SAID_AFTER);
  }

  function option({ tekst, soort, taal }, index) {
    const { code, kinds } = texts();
    return make(
      "li",
      { id: `suggestie-${index}`, class: "kl-suggestie", part: "suggestie", role: "option", "aria-selected": "false" },
      make("span", { class: "kl-suggestie__tekst", dir: "auto", lang: taal && taal !== code ? taal : null }, tekst),
      make("span", { class: "kl-suggestie__soort" }, kinds[soort] ?? ""),
    );
  }

  function show(suggestions) {
    const open = suggestions.length > 0;
    if (open || found.length) say(texts().suggested(suggestions.length));
    found = suggestions;
    list.setAttribute("aria-label", texts().suggestions);
    list.replaceChildren(...found.map(option));
    list.hidden = !open;
    list.scrollTop = 0;
    if (on) box.setAttribute("aria-expanded", String(open));
    select(-1);
  }

  function close() {
    stop();
    if (found.length) show([]);
    say("");
  }

  function select(index) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = index;
    const chosen = list.children[active];
    if (!chosen) return box.removeAttribute("aria-activedescendant");
    chosen.setAttribute("aria-selected", "true");
    box.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  /** What is asked and not yet answered is of no use any more. */
  function stop() {
    clearTimeout(waiting);
    running?.abort();
    running = null;
  }

  /** Round: from the last suggestion to the box, and on to the first. The list stays as it is meanwhile. */
  function move(step) {
    stop();
    const places = found.length + 1;
    select(((active + 1 + step + places) % places) - 1);
  }

  function choose(index) {
    box.value = found[index].tekst;
    close();
    box.form.requestSubmit();
  }

  async function look() {
    clearTimeout(waiting);
    const begin = box.value.trim();
    if (begin.length < FEWEST || begin.length > LONGEST) return close();
    if (!on || Date.now() < restUntil) return show([]);
    running?.abort();
    const mine = (running = new AbortController());
    let suggestions = [];
    try {
      suggestions = await find(begin, mine.signal);
    } catch (error) {
      if (mine === running) restUntil = Date.now() + (error.wait ?? REST) * 1000;
    }
    if (mine !== running) return; // too late
    running = null;
    const same = suggestions.length === 1 && suggestions[0].tekst.toLowerCase() === begin.toLowerCase();
    if (box.matches(":focus")) show(same ? [] : suggestions);
  }

  const keys = {
    ArrowDown: () => (found.length ? move(1) : look()),
    ArrowUp: ({ altKey }) => (!found.length ? false : altKey ? close() : move(-1)),
    Enter: () => (active < 0 ? false : choose(active)),
    Escape: () => {
      if (found.length) return close();
      if (!box.value) return false;
      box.value = "";
    },
    // The cursor goes on in the box.
    Home: () => (select(-1), false),
    End: () => (select(-1), false),
    ArrowLeft: () => (select(-1), false),
    ArrowRight: () => (select(-1), false),
    Tab: () => (close(), false),
  };

  box.addEventListener("keydown", (event) => {
    // While a character is being put together, keys are the keyboard's own.
    if (!on || event.isComposing || event.ctrlKey || event.metaKey || !Object.hasOwn(keys, event.key)) return;
    if (keys[event.key](event) !== false) event.preventDefault();
  });
  box.addEventListener("input", (event) => {
    if (!on || event.isComposing) return;
    select(-1);
    clearTimeout(waiting);
    if (box.value.trim().length < FEWEST) close();
    else waiting = setTimeout(look, PAUSE);
  });
  box.addEventListener("compositionend", () => on && look());
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the box
  list.addEventListener("click", (event) => {
    const index = [...list.children].indexOf(event.target.closest("[role=option]"));
    if (index >= 0) choose(index);
  });

  function enable(wanted) {
    if (wanted === on) return;
    on = wanted;
    close();
    const roles = { "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" };
    for (const [name, value] of Object.entries(roles)) {
      if (on) box.setAttribute(name, value);
      else box.removeAttribute(name);
    }
    box.setAttribute("role", on ? "combobox" : "searchbox");
  }

  list.setAttribute("role", "listbox");
  list.hidden = true;
  live.setAttribute("aria-live", "polite");
  enable(true);
  return { close, enable };
}
