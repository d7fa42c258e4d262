"""Files made to hurt: bombs, loops, lies and things that want to be fetched or run. Made here, never kept."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

TEXT = "De gemeente voert de regie over de preventie van radicalisering in de wijk."
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


# Zips and Office files


def zipped(parts: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return made.getvalue()


def relations(*items: tuple[str, str, str], external: bool = False) -> str:
    """A part with relationships: id, last word of the type, target."""
    mode = ' TargetMode="External"' if external else ""
    inner = "".join(f'<Relationship Id="{i}" Type="{R}/{kind}" Target="{t}"{mode}/>' for i, kind, t in items)
    return f'{XML}<Relationships xmlns="{RELS}">{inner}</Relationships>'


def word_parts(body: str, prolog: str = "") -> dict[str, bytes | str]:
    """The parts of a Word document with this body."""
    return {
        "[Content_Types].xml": f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{WORD_TYPE}"/></Types>',
        "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
        "word/document.xml": f'{XML}{prolog}<w:document xmlns:w="{W}" xmlns:r="{R}" xmlns:a="{A}"><w:body>{body}'
        "</w:body></w:document>",
    }


def paragraph(text: str) -> str:
    """A paragraph of Word."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def word(body: str = "", prolog: str = "", **more: bytes | str) -> bytes:
    """A Word document; `more` are further parts, with __ for / and _dot_ for a point in their names."""
    parts = word_parts(body or paragraph(TEXT), prolog)
    parts |= {name.replace("__", "/").replace("_dot_", "."): content for name, content in more.items()}
    return zipped(parts)


def entity_bomb(levels: int = 12) -> bytes:
    """A Word document whose text grows tenfold at each level."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, levels))
    return word(paragraph("&e11;") + paragraph(TEXT), f'<!DOCTYPE x [<!ENTITY e0 "bom">{entities}]>')


def external_entity(target: str) -> bytes:
    """A Word document that wants the content of another file or address in its text."""
    prolog = f'<!DOCTYPE x SYSTEM "{target}" [<!ENTITY x SYSTEM "{target}"><!ENTITY % p SYSTEM "{target}"> %p;]>'
    return word(paragraph("&x;") + paragraph(TEXT), prolog)


def nested_xml(depth: int = 100_000) -> bytes:
    """A Word document with one element in another in another."""
    return word("<w:sdt><w:sdtContent>" * depth + paragraph(TEXT) + "</w:sdtContent></w:sdt>" * depth)


def with_macros() -> bytes:
    """A Word document with macros (.docm)."""
    return word(word__vbaProject_dot_bin=b"\xd0\xcf\x11\xe0" + b"Sub AutoOpen()" * 50)


def with_external_parts(address: str) -> bytes:
    """A Word document with a template, picture and frame that stand elsewhere."""
    kinds = ("attachedTemplate", "image", "hyperlink", "subDocument", "oleObject", "frame", "externalLinkPath")
    items = [(f"x{number}", kind, f"{address}/{kind}") for number, kind in enumerate(kinds)]
    drawing = '<w:p><w:r><w:drawing><a:blip r:link="x1"/></w:drawing></w:r></w:p><w:subDoc r:id="x3"/>'
    rels = relations(*items, external=True)
    return word(paragraph(TEXT) + drawing, word___rels__document_dot_xml_dot_rels=rels)


def overlapping_zip(copies: int = 400) -> bytes:
    """A zip whose directory names one part many times over: small outside, large inside."""
    parts = word_parts(paragraph(TEXT)) | {"word/media/nul.bin": bytes(2_000_000)}
    data = bytearray(zipped(parts))
    end = data.rindex(b"PK\x05\x06")
    start = struct.unpack_from("<I", data, end + 16)[0]
    entry_at = data.rindex(b"PK\x01\x02", start, end)
    entry = bytes(data[entry_at:end])
    directory = bytes(data[start:end]) + entry * copies
    count = struct.unpack_from("<H", data, end + 8)[0] + copies
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), start, 0)
    return bytes(data[:start]) + directory + tail


def lying_zip() -> bytes:
    """A zip that says its largest part is small."""
    data = bytearray(zipped(word_parts(paragraph(TEXT)) | {"word/styles.xml": b" " * 5_000_000}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.rindex(mark)
        struct.pack_into("<I", data, at + offset, 100)
    return bytes(data)


def memory_hog(paragraphs: int = 3_000_000) -> bytes:
    """A Word document under the limits of the zip, but of very many small elements."""
    parts = word_parts("<w:p/>" * paragraphs + paragraph(TEXT))
    size = len(parts["word/document.xml"])
    noise = zlib.compress(b"x", 0) + bytes(range(256)) * (size // 100 // 256)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
        target.writestr("word/media/ruis.bin", noise, zipfile.ZIP_STORED)
    return made.getvalue()


# PDF, written by hand so that it may be wrong


def pdf(objects: Mapping[int, bytes | str], trailer: str = "/Root 1 0 R") -> bytes:
    """A PDF of these objects, with a right table of where they stand."""
    data = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, content in objects.items():
        places[number] = len(data)
        body = content.encode("latin-1") if isinstance(content, str) else content
        data += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start, top = len(data), max(places) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n" % top
    for number in range(1, top):
        data += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    data += f"trailer\n<</Size {top} {trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(data)


def stream(content: bytes, more: str = "") -> bytes:
    """A stream object."""
    return f"<</Length {len(content)} {more}>>\nstream\n".encode() + content + b"\nendstream"


def show(text: str = TEXT) -> bytes:
    """The content of a page with one line."""
    return f"BT /F1 11 Tf 60 780 Td ({text}) Tj ET".encode("latin-1")


def pages_pdf(
    content: bytes | None = None,
    catalog: str = "",
    page: str = "",
    more: Mapping[int, bytes | str] | None = None,
    kids: str = "[3 0 R]",
    count: int = 1,
) -> bytes:
    """A PDF of one page, with what a test adds to its catalog or page."""
    objects: dict[int, bytes | str] = {
        1: f"<</Type/Catalog/Pages 2 0 R {catalog}>>",
        2: f"<</Type/Pages/Kids {kids}/Count {count}>>",
        3: f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>/XObject<</X 6 0 R>>>>"
        f"/Contents 5 0 R {page}>>",
        4: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        5: stream(show() if content is None else content),
    }
    return pdf(objects | dict(more or {}))


def flate_bomb(levels: int = 1, size: int = 300_000_000) -> bytes:
    """A page whose content is small until it is unpacked, `levels` times over."""
    data = zlib.compress(b" " * size, 9)
    for _ in range(levels - 1):
        data = zlib.compress(data, 9)
    filters = "/Filter[" + "/FlateDecode" * levels + "]"
    return pages_pdf(more={5: stream(data, filters)})


def drawn_in_itself() -> bytes:
    """A form that draws itself, twice, next to some text."""
    form = "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F1 4 0 R>>/XObject<</X 6 0 R>>>>"
    return pages_pdf(show() + b" /X Do", more={6: stream(b"/X Do /X Do", form)})


def many_operators(count: int = 3_000_000) -> bytes:
    """A page that draws a line millions of times, and then some text."""
    return pages_pdf(more={5: stream(zlib.compress(b"0 0 m 9 9 l S\n" * count + show()), "/Filter/FlateDecode")})


def many_pages(count: int = 2000) -> bytes:
    """A PDF of very many pages."""
    objects: dict[int, bytes | str] = {
        1: "<</Type/Catalog/Pages 2 0 R>>",
        4: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    }
    numbers = range(10, 10 + 2 * count, 2)
    objects[2] = f"<</Type/Pages/Count {count}/Kids[{' '.join(f'{number} 0 R' for number in numbers)}]>>"
    for page, number in enumerate(numbers, start=1):
        objects[number] = (
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>"
            f"/Contents {number + 1} 0 R>>"
        )
        objects[number + 1] = stream(show(f"Dit staat op bladzijde {page} van dit lange stuk."))
    return pdf(objects)


def lying_cmap(target: str) -> bytes:
    """A table that says that the letters of a font are the characters from `target` (hexadecimal) on."""
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        "1 begincodespacerange <00> <FF> endcodespacerange\n"
        f"1 beginbfrange <20> <7E> <{target}> endbfrange\nendcmap end end"
    )
    return stream(cmap.encode())


def lying_font() -> bytes:
    """A page in a font that says its letters are characters of nobody."""
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 7 0 R>>"
    return pages_pdf(show(" ".join([TEXT] * 3)), more={4: font, 7: lying_cmap("E000")})


ACTIVE = {
    "script bij openen": "/OpenAction<</S/JavaScript/JS(app.alert(1))>>",
    "script op naam": "/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(app.alert(1))>>]>>>>",
    "programma starten": "/OpenAction<</S/Launch/F(cmd.exe)>>",
    "bij sluiten": "/AA<</WC<</S/JavaScript/JS(x)>>>>",
}
ATTACHED = "/Names<</EmbeddedFiles<</Names[(a.exe)<</Type/Filespec/F(a.exe)/EF<</F 7 0 R>>>>]>>>>"


def with_attachment() -> bytes:
    """A PDF with a program in it."""
    return pages_pdf(catalog=ATTACHED, more={7: stream(b"MZ" + bytes(200), "/Type/EmbeddedFile")})


LOOPS = {
    "bladzijden in een kring": {"kids": "[2 0 R]"},
    "bladzijde met zichzelf als ouder": {"page": "/Parent 3 0 R"},
    "inhoudsopgave in een kring": {
        "catalog": "/Outlines 7 0 R",
        "more": {7: "<</First 8 0 R/Last 8 0 R>>", 8: "<</Title(a)/Parent 7 0 R/First 8 0 R/Next 8 0 R/Last 8 0 R>>"},
    },
    "structuur in een kring": {
        "catalog": "/MarkInfo<</Marked true>>/StructTreeRoot 7 0 R",
        "more": {7: "<</Type/StructTreeRoot/K 8 0 R>>", 8: "<</S/P/P 7 0 R/K[8 0 R 8 0 R]>>"},
    },
    "lettertype in zichzelf": {
        "more": {4: "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[4 0 R]>>"}
    },
    "inhoud die zichzelf is": {"more": {5: "[5 0 R 5 0 R]"}},
    "lengte die zichzelf is": {"more": {5: b"<</Length 5 0 R>>\nstream\n" + show() + b"\nendstream"}},
    "eigenschappen in een kring": {"page": "/Resources 3 0 R", "more": {4: "4 0 R"}},
    "diepe lijst": {"page": f"/Annots {'[' * 100_000}{']' * 100_000}"},
    "diep woordenboek": {"catalog": f"/X {'<</A ' * 50_000}1{'>>' * 50_000}"},
    "diepe inhoud": {"content": b"[" * 200_000 + show()},
    "breed getal": {"content": b"9" * 1_000_000 + b" Tf " + show()},
    "kader van niets tot oneindig": {"page": "/MediaBox[0 0 1e39 -1e39]/UserUnit 1e9"},
    "namen in een kring": {
        "catalog": "/Names<</JavaScript 7 0 R/EmbeddedFiles 7 0 R>>",
        "more": {7: "<</Kids[7 0 R 7 0 R]>>"},
    },
}


def self_referring_object_stream() -> bytes:
    """A PDF whose catalog stands in a stream of objects that stands in itself and extends itself."""
    head = b"%PDF-1.5\n"
    packed = b"1 0 2 40 <</Type/Catalog/Pages 2 0 R>>          <</Type/Pages/Kids[2 0 R]/Count 1>>"
    objects = b"9 0 obj\n" + stream(packed, "/Type/ObjStm/N 2/First 9/Extends 9 0 R") + b"\nendobj\n"
    rows = b"".join(struct.pack(">BHB", 2, 9, n) for n in range(10))
    place = len(head) + len(objects)
    table = b"10 0 obj\n" + stream(rows, f"/Type/XRef/Size 10/W[1 2 1]/Root 1 0 R/Prev {place}") + b"\nendobj\n"
    return head + objects + table + b"startxref\n%d\n%%%%EOF\n" % place


# Text


def nested_html(depth: int = 100_000) -> bytes:
    """A web page with one box in another in another."""
    return b"<!DOCTYPE html><html><body>" + b"<div>" * depth + TEXT.encode() + b"</div>" * depth


def html_that_fetches(address: str) -> bytes:
    """A web page with everything that a browser would fetch."""
    return (
        f'<!DOCTYPE html SYSTEM "{address}/dtd"><html><head><base href="{address}/">'
        f'<link rel=stylesheet href="{address}/c"><meta http-equiv=refresh content="0;url={address}/r">'
        f'<script src="{address}/s"></script></head><body>'
        f'<img src="{address}/i"><iframe src="{address}/f"></iframe><object data="{address}/o"></object>'
        f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{address}/x"/><p>{TEXT}</p></body></html>'
    ).encode()
