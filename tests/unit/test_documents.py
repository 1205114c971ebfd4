"""Word, RTF, PDF, mail and UTF-16 are read; what has no text is refused with its reason."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pypdf
import pytest

from mujaz.domain import Article
from mujaz.errors import MujazError, NoArticleError
from mujaz.ingest.source import page_from_bytes
from mujaz.text.cleaning.article import clean

_DOCUMENTS = Path(__file__).parents[1] / "data" / "documents"
_TITLE = "بدء العمل في توسعة ميناء الشمال"
_PARAGRAPHS = (
    "قال مدير الميناء سالم الحداد إن العمل في الرصيف الجديد سيبدأ مطلع الشهر المقبل.",
    "وأضاف الحداد أن الكلفة تبلغ نحو أربعين مليون دينار، وأن الشركة تعهدت بإنجازه.",
)
_TEXT = "\n".join((_TITLE, "5 أيار 2024", *_PARAGRAPHS))


def _read(data: bytes) -> Article:
    return clean(page_from_bytes(data, "article"))


def test_a_word_document_is_read_with_its_headline_and_lists() -> None:
    article = _read((_DOCUMENTS / "article.docx").read_bytes())
    assert (article.title, article.day) == (_TITLE, date(2024, 5, 5))
    assert article.paragraphs == (
        _PARAGRAPHS[0],
        "وتشمل المرحلة الأولى من المشروع:",
        "- بناء رصيف جديد طوله ثلاثمئة متر.",
        "- توسعة المخازن المبردة.",
        "وأضاف الحداد أن الكلفة تبلغ نحو أربعين مليون دينار.",
    )


def test_the_text_layer_of_a_pdf_is_read_in_order() -> None:
    # Printed by Chromium from a page in Noto Naskh Arabic.
    article = _read((_DOCUMENTS / "article.pdf").read_bytes())
    assert (article.title, article.day) == (_TITLE, date(2024, 5, 5))
    first, second, third = article.paragraphs
    assert first.endswith("بعد اكتمال الدراسات التي استمرت 18 شهرا في المحافظة.")
    assert second.startswith("وأضاف الحداد أن الكلفة تبلغ نحو 40 مليون دينار، وأن")
    assert third.startswith("ويخدم الميناء ثلاث محافظات")


def test_rtf_is_read_by_its_charset_and_its_unicode_escapes() -> None:
    first = "".join(f"\\'{byte:02x}" for byte in _PARAGRAPHS[0].encode("cp1256"))
    rest = "".join(f"\\u{ord(char)}?" for char in _PARAGRAPHS[1])
    title = "".join(f"\\u{ord(char)}?" for char in _TITLE)
    rtf = rf"{{\rtf1\ansi\ansicpg1256\deff0 {title}\par 5/5/2024\par {first}\par {rest}\par}}"
    article = _read(rtf.encode("ascii"))
    assert (article.title, article.paragraphs) == (_TITLE, _PARAGRAPHS)


@pytest.mark.parametrize("kind", ["plain", "html", "both"])
def test_mail_is_read_without_its_headers(kind: str) -> None:
    message = EmailMessage()
    message["From"] = "نشرة الصباح <news@example.org>"
    message["To"] = "readers@example.org"
    message["Subject"] = _TITLE
    message["Date"] = "Sun, 05 May 2024 08:00:00 +0300"
    message["Message-ID"] = "<1@example.org>"
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in _PARAGRAPHS)
    html = f"<html><body><article>{paragraphs}</article></body></html>"
    if kind in ("plain", "both"):
        message.set_content("\n\n".join(_PARAGRAPHS))
    if kind == "both":
        message.add_alternative(html, subtype="html")
    if kind == "html":
        message.set_content(html, subtype="html")
    article = _read(message.as_bytes())
    assert (article.title, article.day) == (_TITLE, date(2024, 5, 5))
    assert article.paragraphs == _PARAGRAPHS


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1256"])
def test_text_is_read_in_every_charset_of_editors(charset: str) -> None:
    article = _read(_TEXT.encode(charset))
    assert (article.title, article.paragraphs) == (_TITLE, _PARAGRAPHS)


def test_a_pdf_without_text_is_refused_with_its_reason() -> None:
    out = io.BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(out)
    with pytest.raises(NoArticleError, match="no text layer") as caught:
        _read(out.getvalue())
    assert "UTF-8" not in caught.value.hint


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n\x00\x01\x02",
        b"PK\x03\x04\x00\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        b"{\\rtf1 {{{{",
        b"From: a\nTo: b\nSubject: c\nMIME-Version: 1.0\n\n",
    ],
)
def test_broken_documents_are_refused_without_talk_of_utf8(data: bytes) -> None:
    with pytest.raises(MujazError) as caught:
        _read(data)
    assert "UTF-8" not in f"{caught.value.message} {caught.value.hint}"


def test_a_word_document_with_entities_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    with pytest.raises(MujazError, match="entities"):
        _read(out.getvalue())


def test_a_text_that_begins_like_a_header_is_no_mail() -> None:
    text = f"Subject: x\n{_TEXT}"
    assert _PARAGRAPHS[0] in _read(text.encode()).paragraphs


def test_a_damaged_pdf_is_told_in_our_own_words_alone(tmp_path: Path) -> None:
    whole = (_DOCUMENTS / "article.pdf").read_bytes()
    for name, data in (("cut", whole[:-900]), ("junk", whole.replace(b"startxref", b"startxxxx"))):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(data)
        done = subprocess.run(
            [sys.executable, "-m", "mujaz", "text", "clean", str(path)],
            capture_output=True,
            env={**os.environ, "MUJAZ_LANG": "en"},
            check=False,
        )
        told = done.stderr.decode()
        assert not [line for line in told.splitlines() if "xref" in line or "EOF" in line], told
