// Elements out of words. Text is always text: nothing here, or anywhere else, reads markup from data.

const SAFE_ADDRESS = /^(\/(?!\/)|#|https?:\/\/|mailto:|blob:)/;

/** An element with attributes and children; a child that is a string becomes text, null is left out. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on") {
      for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    } else if ((key !== "href" && key !== "src") || SAFE_ADDRESS.test(value)) {
      element.setAttribute(key, value === true ? "" : String(value));
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** The element of the page with this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** Text that only a screen reader reads. */
export function hiddenText(text) {
  return make("span", { class: "kl-visueel-verborgen" }, text);
}

/** A skip link moves the focus without touching the address: that holds the question. */
export function prepareSkipLinks() {
  for (const link of document.querySelectorAll(".utrecht-skip-link")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      byId(link.dataset.naar).focus();
    });
  }
}
