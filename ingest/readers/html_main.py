"""Finding the main content of a web page, and what does not belong to it."""

import re

from lxml import etree

LEFT_OUT = {
    *("script", "style", "noscript", "template", "nav", "footer", "aside", "svg", "iframe", "object", "button"),
    *("select", "option", "input", "textarea", "dialog", "head", "canvas", "video", "audio", "map", "datalist"),
}
_ROLES = {"navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alertdialog", "menu", "menubar"}
_NOTICE = re.compile(r"cookie|consent|gdpr", re.IGNORECASE)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
NOTICE_LENGTH = 3000  # characters; more than this is a page about cookies, not a notice


def main_content(root: etree._Element) -> etree._Element:
    """The main element, else the only article, else the body."""
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found: list[etree._Element] = [item for item in root.xpath(path) if not _inside_left_out(item)]
        if len(found) == 1 and _length(found[0]) > 0:
            return found[0]
    body = root.find(".//body")
    return root if body is None else body


def is_left_out(element: etree._Element) -> bool:
    """Whether an element is hidden, or furniture of the page around the text."""
    if not isinstance(element.tag, str) or element.tag in LEFT_OUT:
        return True
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if element.get("role", "").lower() in _ROLES or _HIDDEN.search(element.get("style", "")):
        return True
    if element.tag == "header":
        return not any(parent.tag in ("main", "article", "section") for parent in element.iterancestors())
    if element.tag == "form":  # some sites put the whole page in a form
        return not element.xpath(".//main|.//article|.//h1|.//h2")
    names = f"{element.get('id', '')} {element.get('class', '')}"
    return bool(_NOTICE.search(names)) and element.tag != "body" and _length(element) < NOTICE_LENGTH


def _inside_left_out(element: etree._Element) -> bool:
    return any(is_left_out(item) for item in (element, *element.iterancestors()) if item.tag not in ("body", "html"))


def _length(element: etree._Element) -> int:
    return len("".join(element.itertext()).strip())
