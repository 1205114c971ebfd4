"""Reading of documents that are neither plain text nor HTML: Word, RTF, PDF, and mail."""

from __future__ import annotations

import email
import email.policy
import io
import logging
import re
import unicodedata
import zipfile
from dataclasses import replace
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from mujaz.arabic.letters import WORD, has_arabic
from mujaz.domain import Dropped, Page
from mujaz.errors import NoArticleError, SourceError
from mujaz.ingest.blocks import nearest, visible_blocks
from mujaz.ingest.decode import arabic_score, decode_or_repair

_DOCX_PART = "word/document.xml"
# Decompressed, in bytes.
_MOST_BYTES = 50_000_000
_MOST_PAGES = 200
_MOST_HEADLINE_LINES = 3
_DOCTYPE = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_HEADER = re.compile(rb"^([A-Za-z][A-Za-z0-9-]*):[ \t]", re.MULTILINE)
_MAIL_HEADERS = frozenset((b"from", b"to", b"subject", b"date", b"message-id"))
_MAIL_SIGNS = frozenset((b"mime-version", b"received", b"message-id", b"return-path"))
_FEWEST_HEADERS = 3
_FEWEST_PLAIN_WORDS = 20
_ITEMS = frozenset(("li",))
_HEADINGS = frozenset(("h1", "h2"))
_CELLS = frozenset(("td", "th"))


def page_from_document(data: bytes, source: str) -> Page | None:
    """Read a document; None if the bytes are none of the known kinds.

    Raises:
        SourceError: If it is one, but has no text or cannot be read.
    """
    where = "standard input" if source == "-" else source
    if data.startswith(b"%PDF"):
        return Page(_pdf_text(data, where), source)
    if data.startswith(b"{\\rtf"):
        return Page(_rtf_text(data), source)
    if data.startswith(b"PK\x03\x04") and _is_docx(data):
        return _docx_page(data, source, where)
    if _is_mail(data):
        return _mail_page(data, source, where)
    return None


def _is_docx(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _DOCX_PART in archive.namelist()
    except zipfile.BadZipFile:
        return False


def _docx_page(data: bytes, source: str, where: str) -> Page:
    """Read a Word document; its first heading of the first rank is the title."""
    import lxml.html
    import mammoth

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > _MOST_BYTES:
            raise SourceError(
                f"the document is larger than {_MOST_BYTES // 1_000_000} MB when unpacked",
                where=where,
                hint="save its text as a plain text file",
            )
        if _DOCTYPE.search(archive.read(_DOCX_PART)):
            raise SourceError(
                "the document declares XML entities, which are not resolved",
                where=where,
                hint="save its text as a plain text file",
            )
    # Pictures would be copied into the result.
    pictures = mammoth.images.img_element(lambda image: {"src": ""})
    markup = mammoth.convert_to_html(io.BytesIO(data), convert_image=pictures).value
    tree = lxml.html.document_fromstring(f"<html><body>{markup}</body></html>")
    blocks = visible_blocks(tree)
    headings = [b.text for b in blocks if nearest(b.element, _HEADINGS) is not None]
    cells = tuple(b for b in blocks if nearest(b.element, _CELLS) is not None)
    lines = [
        f"- {b.text}" if nearest(b.element, _ITEMS) is not None else b.text
        for b in blocks
        if b not in cells
    ]
    title = headings[0] if headings and blocks and headings[0] == blocks[0].text else ""
    return Page(
        "\n".join(lines),
        source,
        title=title,
        plain_title=bool(title),
        left_out=tuple(Dropped(cell.text, "table") for cell in cells),
    )


def _rtf_text(data: bytes) -> str:
    from striprtf.striprtf import rtf_to_text

    # RTF is ASCII; other characters are escapes, which name their charset.
    return str(rtf_to_text(data.decode("latin-1"), errors="replace"))


def _pdf_text(data: bytes, where: str) -> str:
    """Return the text layer of a PDF, in the order in which it is read.

    A PDF places the glyphs of a line from left to right. The bidirectional algorithm (UAX #9),
    applied to a line in that order, gives the order of reading.

    Raises:
        SourceError: If there is no text layer, or one whose letters are not Arabic words.
    """
    import pypdf
    from bidi.algorithm import get_display

    # It logs each oddity of a file; what cannot be read is an error of ours.
    logging.getLogger("pypdf").addHandler(logging.NullHandler())
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise SourceError(
            "this PDF is protected by a password", where=where, hint="save its text as a text file"
        )
    if len(reader.pages) > _MOST_PAGES:
        raise SourceError(
            f"this PDF has more than {_MOST_PAGES} pages",
            where=where,
            hint="save the pages of the article as a text file",
        )
    lines: list[str] = []
    for page in reader.pages:
        shown = page.extract_text(extraction_mode="layout")
        for line in shown.split("\n"):
            letters = unicodedata.normalize("NFKC", " ".join(line.split()))
            lines.append(str(get_display(letters, base_dir="R")))
    text = "\n".join(_with_joined_headline(lines))
    if not text.strip():
        raise NoArticleError(
            "this PDF has no text layer: it holds pictures of pages",
            where=where,
            hint="recognize its text with an OCR program, and save it as a text file",
        )
    if has_arabic(text) and arabic_score(text) <= arabic_score(text[::-1]):
        raise SourceError(
            "the letters of this PDF's text are in disorder",
            where=where,
            hint="save its text as a plain text file",
        )
    return text


def _with_joined_headline(lines: list[str]) -> list[str]:
    """Join the first lines of a document, up to an empty one, if they may be a broken headline."""
    start = next((n for n, line in enumerate(lines) if line), 0)
    end = next((n for n in range(start, len(lines)) if not lines[n]), len(lines))
    headline = " ".join(lines[start:end])
    broken = 1 < end - start <= _MOST_HEADLINE_LINES and headline[-1:] not in ".:"
    if not broken or any(char.isdigit() for char in headline):
        return lines
    return [headline, *lines[end:]]


def _is_mail(data: bytes) -> bool:
    head = data[:16384].lstrip().partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]
    names = {match[1].lower() for match in _HEADER.finditer(head)}
    named = _MAIL_HEADERS & names
    return len(named) >= _FEWEST_HEADERS and bool(_MAIL_SIGNS & names)


def _mail_page(data: bytes, source: str, where: str) -> Page:
    """Read a message: its subject is the title, its sender the author."""
    message = email.message_from_bytes(data.lstrip(), policy=email.policy.default)
    plain, html = (_part(message, kind) for kind in ("plain", "html"))
    if plain is not None:
        text, warning = decode_or_repair(plain, where=where)
        page = Page(text, source, warning=warning)
    if html is not None and (plain is None or _words(page.text) < _FEWEST_PLAIN_WORDS):
        from mujaz.ingest.html import page_from_html

        page = page_from_html(html, source)
    elif plain is None:
        raise NoArticleError(
            "this message has no text", where=where, hint="save its text as a plain text file"
        )
    return _with_headers(page, message)


def _with_headers(page: Page, message: EmailMessage) -> Page:
    subject = " ".join(str(message["subject"] or "").split())
    try:
        moment = parsedate_to_datetime(str(message["date"])) if message["date"] else None
    except ValueError:
        moment = None
    return replace(
        page,
        title=subject or page.title,
        plain_title=bool(subject) or page.plain_title,
        published=page.published or moment,
    )


def _part(message: EmailMessage, kind: str) -> bytes | None:
    """Return the text of a message's body of one kind as UTF-8."""
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return None
    try:
        text = str(part.get_content())
    except (LookupError, UnicodeError):
        return None
    return text.encode("utf-8", "replace") if text.strip() else None


def _words(text: str) -> int:
    return sum(1 for _ in WORD.finditer(text))
