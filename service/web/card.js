// A source that was found, as a card.

import { viewerAddress } from "./address.js";
import { addressWithKey, key, pictureAddress, slideAddress } from "./api.js";
import { citation, fullAddress } from "./citation.js";
import { hiddenText, make } from "./dom.js";
import { blocks, path } from "./passage.js";
import { RELEVANCE, capital, day, languageOf, level, pageWord } from "./words.js";

const PICTURE_WIDTH = 320; // twice what is shown, for sharp screens
const SLIDE_WIDTH = 480;
const NEAR = "200px"; // to what is on the screen

function isPdf(document) {
  return /\.pdf$/i.test(document.bestandsnaam);
}

/** Where the passage opens: a PDF at its page; another format, or a PDF that needs the key, in our own view. */
function opens(document, passage) {
  const direct = isPdf(document) && passage.pagina !== null && !(key() && document.vertrouwelijkheid !== "openbaar");
  return direct ? passage.link : viewerAddress(document, passage.pagina, passage.id);
}

function where(document, passage) {
  return passage.pagina === null ? "bij deze passage" : `op ${pageWord(document.bestandsnaam)} ${passage.pagina}`;
}

function facts(document) {
  const badge = level(document.vertrouwelijkheid);
  return make(
    "p",
    { class: "kl-kaart__gegevens" },
    make("span", {}, capital(document.soort)),
    document.organisatie ? make("span", {}, document.organisatie) : null,
    document.datum ? make("time", { datetime: document.datum }, day(document.datum)) : null,
    badge ? make("span", { class: "utrecht-data-badge" }, hiddenText("Vertrouwelijkheid: "), badge) : null,
  );
}

function openLink(document, passage, kind) {
  const address = opens(document, passage);
  return make(
    "a",
    { class: `${kind} kl-open`, href: address, "data-adres": fullAddress(address) },
    `Open ${where(document, passage)}`,
    hiddenText(` van ${document.titel}`),
  );
}

function passageOf(document, passage, linkKind) {
  const headings = path(passage, document.titel);
  return make(
    "div",
    { class: "kl-passage" },
    headings.length
      ? make("p", { class: "kl-passage__pad", ...languageOf(passage.taal) }, headings.join(" › "))
      : null,
    make("blockquote", { class: "kl-passage__tekst", ...languageOf(passage.taal) }, blocks(passage)),
    make("p", {}, openLink(document, passage, linkKind)),
  );
}

function more(document, passages) {
  if (!passages.length) return null;
  const name = passages.length === 1 ? "Nog 1 passage uit dit document" : `Nog ${passages.length} passages uit dit document`;
  return make(
    "details",
    { class: "kl-uitklap" },
    make("summary", {}, name),
    passages.map((passage) => passageOf(document, passage, "utrecht-link")),
  );
}

/** The page or slide in small with the passage marked, or null when there is no picture. */
function picture(document, passage, card) {
  if (!passage.afbeelding) return null;
  return isPdf(document) ? pagePicture(document, passage, card) : slidePicture(document, passage);
}

/** Leaves nothing when the picture turns out not to be there. */
function pagePicture(document, passage, card) {
  const image = make("img", {
    alt: `Pagina ${passage.pagina} van ${document.titel}, met de passage gemarkeerd`,
    width: PICTURE_WIDTH,
    loading: "lazy",
    decoding: "async",
  });
  const link = make("a", { href: viewerAddress(document, passage.pagina, passage.id) }, image);
  const figure = make("figure", { class: "kl-kaart__beeld" }, link, make("figcaption", {}, `Pagina ${passage.pagina}`));
  const drop = () => {
    figure.remove();
    card.classList.remove("kl-kaart--beeld");
  };
  image.addEventListener("error", drop);
  image.addEventListener("load", () => image.src.startsWith("blob:") && URL.revokeObjectURL(image.src));
  const address = pictureAddress(passage.afbeelding, PICTURE_WIDTH, passage.id);
  addressWithKey(address, document.vertrouwelijkheid).then((found) => (image.src = found), drop);
  return figure;
}

/** A slide is drawn when someone comes near it. Until then, and when that fails, words keep its place: nothing moves. */
function slidePicture(document, passage) {
  const name = `${capital(pageWord(document.bestandsnaam))} ${passage.pagina}`;
  const words = make("span", { class: "kl-dia" }, hiddenText(`${name} van ${document.titel}. `), "Beeld wordt gemaakt");
  const link = make("a", { href: viewerAddress(document, passage.pagina, passage.id) }, words);
  const figure = make("figure", { class: "kl-kaart__beeld kl-kaart__beeld--dia" }, link, make("figcaption", {}, name));
  const load = async () => {
    const image = make("img", { alt: `${name} van ${document.titel}, met de passage gemarkeerd` });
    const address = pictureAddress(passage.afbeelding, SLIDE_WIDTH, passage.id);
    image.src = await slideAddress(address, () => figure.isConnected);
    await image.decode().finally(() => URL.revokeObjectURL(image.src));
    link.replaceChildren(image);
  };
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    load().catch(() => words.lastChild.replaceWith("Geen beeld"));
  }, { rootMargin: NEAR });
  seen.observe(figure);
  return figure;
}

/** The list item of one result; `number` makes its ids unique. */
export function card(result, number, announce) {
  const { document, passages } = result;
  const [best, ...others] = passages;
  const title = `titel-${number}`;
  const element = make("article", { class: "kl-kaart kl-kaart--beeld", "aria-labelledby": title });
  const heading = make(
    "h3",
    { class: "utrecht-heading-3 kl-kaart__titel", id: title, ...languageOf(document.taal) },
    make("a", { class: "utrecht-link", href: opens(document, best) }, document.titel || document.bestandsnaam),
  );
  const relevance = make(
    "p",
    { class: `kl-relevantie kl-relevantie--${result.relevantie === "sterk" ? "sterk" : "mogelijk"}` },
    RELEVANCE[result.relevantie] ?? "",
  );
  const figure = picture(document, best, element);
  if (!figure) element.classList.remove("kl-kaart--beeld");
  element.append(
    make(
      "div",
      {},
      facts(document),
      heading,
      relevance,
      passageOf(document, best, "utrecht-button utrecht-button--secondary-action"),
      more(document, others),
      citation(document, best.pagina, opens(document, best), announce),
    ),
    ...(figure ? [figure] : []),
  );
  return make("li", {}, element);
}
