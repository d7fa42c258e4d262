"""Small PDFs, made of raw content streams so that a test says exactly where every word stands."""

import io
from collections.abc import Sequence

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject

A4 = (595.0, 842.0)
SLIDE = (960.0, 540.0)


def laid_out(html: str, **options: str) -> bytes:
    """A PDF as WeasyPrint lays the page out; skips the test where it, or the pango it needs, is missing."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        pytest.skip(f"WeasyPrint is hier niet te gebruiken ({error}): make tools")
    made: bytes = HTML(string=html).write_pdf(**options)
    return made


def text(x: float, y: float, content: str, size: float = 10, bold: bool = False) -> str:
    """One line of text, its baseline beginning at (x, y)."""
    escaped = "".join(f"\\{byte:03o}" if byte > 126 or chr(byte) in "()\\" else chr(byte) for byte in _bytes(content))
    return f"BT /{'F2' if bold else 'F1'} {size} Tf {x} {y} Td ({escaped}) Tj ET"


def _bytes(content: str) -> bytes:
    return content.replace("ﬁ", "\x01").replace("ﬀ", "\x02").encode("cp1252")


def paragraph(x: float, y: float, lines: Sequence[str], size: float = 10, leading: float = 12) -> str:
    """Lines below each other."""
    return "\n".join(text(x, y - leading * number, line, size) for number, line in enumerate(lines))


def pdf(
    pages: Sequence[Sequence[str] | str],
    size: tuple[float, float] = A4,
    info: dict[str, str] | None = None,
    password: str | None = None,
) -> bytes:
    """A PDF with a page for each list of content."""
    writer = PdfWriter()
    for content in pages:
        page = writer.add_blank_page(*size)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): _fonts()})
        stream = StreamObject()
        stream.set_data((content if isinstance(content, str) else "\n".join(content)).encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream)
    writer.add_metadata(info or {})
    if password is not None:
        writer.encrypt(user_password=password, owner_password="eigenaar", algorithm="AES-256")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _fonts() -> DictionaryObject:
    encoding = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Encoding"),
            NameObject("/BaseEncoding"): NameObject("/WinAnsiEncoding"),
            NameObject("/Differences"): ArrayObject([NumberObject(1), NameObject("/fi"), NameObject("/ff")]),
        }
    )
    names = {"/F1": "/Helvetica", "/F2": "/Helvetica-Bold"}
    return DictionaryObject(
        {
            NameObject(key): DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Font"),
                    NameObject("/Subtype"): NameObject("/Type1"),
                    NameObject("/BaseFont"): NameObject(name),
                    NameObject("/Encoding"): encoding,
                }
            )
            for key, name in names.items()
        }
    )
