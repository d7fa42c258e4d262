"""Web pages (HTML). Their main content is one page without a number."""

import re
from collections.abc import Iterator
from datetime import date

from lxml import etree
from lxml import html as lxml_html

from corpus.errors import ReadError
from ingest.metadata import find_date
from ingest.readers.decoding import decode
from ingest.readers.html_blocks import HtmlBlocks
from ingest.readers.html_main import main_content
from ingest.readers.package import damage_reported
from ingest.readers.titles import language_code, opening_title, real_author, real_title
from ingest.reading import Extraction, FileMetadata
from ingest.text import PageBuilder, clean_line

MEDIA_TYPE = "text/html"
NO_TEXT = "De webpagina bevat geen tekst om in te zoeken. Sla de pagina in de browser op als pdf en voeg die toe."
BROKEN = "De webpagina is zo opgebouwd dat wij hem niet kunnen lezen. Sla hem in de browser op als pdf en voeg die toe."

_CHARSET = re.compile(rb"""(?i)<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)|<\?xml[^>]+encoding\s*=\s*["']([\w-]+)""")
_XML_PROLOG = re.compile(r"\A\s*<\?xml[^>]*\?>")
_SITE = re.compile(r"\s+[|·»•]\s+|\s*::\s*|\s+[-–—]\s+")
_DATES = (
    *("article:published_time", "dcterms.issued", "dcterms.date", "dcterms.available", "dcterms.created", "dc.date"),
    *("dc.date.issued", "datepublished", "publishdate", "date", "dcterms.modified", "article:modified_time"),
    *("og:updated_time", "datemodified", "last-modified"),
)
_AUTHORS = ("author", "dcterms.creator", "dc.creator", "article:author")


def read(data: bytes, name: str) -> Extraction:
    """The main content of a web page. Raises ReadError when there is none."""
    text, remarks = decode(data, _declared(data))
    with damage_reported(BROKEN):
        root = parse_html(text)
        if root is None:
            raise ReadError(NO_TEXT)
        builder = PageBuilder()
        HtmlBlocks(builder).add(main_content(root))
        metadata = _metadata(root, name)
    page = builder.page(1, None)
    if not page.has_text:
        raise ReadError(NO_TEXT)
    if not metadata.title:
        title = opening_title(page)
        metadata = FileMetadata(title, metadata.author, metadata.date, metadata.language)
    return Extraction("html", MEDIA_TYPE, (page,), metadata, remarks)


def parse_html(text: str) -> etree._Element | None:
    """The root of a page or a piece of one; None for what has no content. Nothing is fetched. Raises ReadError."""
    parser = lxml_html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    text = _XML_PROLOG.sub("", text).replace("\0", "")
    try:
        root: etree._Element = lxml_html.document_fromstring(text, parser=parser, ensure_head_body=True)
    except etree.ParserError:  # nothing but comments or white space
        return None
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise ReadError(BROKEN)  # nested too deep: the parser stopped, and what comes after would be lost unseen
    return root


def _declared(data: bytes) -> str:
    found = _CHARSET.search(data[:4096])
    name = (found[1] or found[2]).decode("ascii").lower() if found else ""
    # What calls itself Latin 1 or ASCII is Windows-1252 to every browser.
    return "cp1252" if name in ("iso-8859-1", "latin1", "us-ascii", "ascii") else name


def _metadata(root: etree._Element, name: str) -> FileMetadata:
    metas = dict(_metas(root))
    found = (_date(metas[key]) for key in _DATES if key in metas)
    return FileMetadata(
        title=_title(root, metas, name),
        author=real_author(next((metas[key] for key in _AUTHORS if metas.get(key)), "")),
        date=next((value for value in found if value is not None), None),
        language=language_code(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")),
    )


def _metas(root: etree._Element) -> Iterator[tuple[str, str]]:
    for meta in root.iter("meta"):
        key = meta.get("name") or meta.get("property") or meta.get("itemprop") or meta.get("http-equiv")
        if key and meta.get("content"):
            yield str(key).lower(), clean_line(str(meta.get("content")))


def _date(value: str) -> date | None:
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return find_date(value)


def _all_text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def _title(root: etree._Element, metas: dict[str, str], name: str) -> str:
    """The title without the name of the site, which stands at its end and is not in the heading."""
    element = root.find(".//title")
    whole = real_title("" if element is None else _all_text(element), name)
    heading = clean_line(next((_all_text(item) for item in root.iter("h1")), ""))
    parts = [part for part in _SITE.split(whole) if part]
    if len(parts) < 2:
        return whole or real_title(heading, name)
    match = next((part for part in parts if part.casefold() == heading.casefold()), "")
    site = metas.get("og:site_name", "").casefold()
    dash_only = not re.search(r"[|·»•]|::", whole)  # which may as well belong to the title itself
    if match or (dash_only and parts[-1].casefold() != site and len(parts[0].split()) < 3):
        return match or whole
    cut = whole.rfind(parts[-1])
    return whole[:cut].rstrip(" |·»•:-–—") or whole
