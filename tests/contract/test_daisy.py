"""The DAISY 2.02 book of an episode, held against the rules of the specification.

No validator of DAISY 2.02 is in Debian, PyPI or npm, so the rules are checked here: required
metadata, the order of headings, that every reference leads somewhere, and that the times add up.
"""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from mujaz.domain import Cue, Episode, Kind, Sentence, Story
from mujaz.publish.daisy.book import write_daisy
from mujaz.publish.folder.state import ShowState
from mujaz.publish.show import published_show
from tests.conftest import Mujaz
from tests.shows import CONFIG, episode, publish

_X = "{http://www.w3.org/1999/xhtml}"
# DAISY 2.02, section 2.1.4: "required" rows of the table.
_REQUIRED = {
    "dc:creator", "dc:date", "dc:format", "dc:identifier", "dc:language", "dc:publisher",
    "dc:title", "ncc:charset", "ncc:pageFront", "ncc:pageNormal", "ncc:pageSpecial",
    "ncc:tocItems", "ncc:totalTime",
}  # fmt: skip
_SMIL_REQUIRED = {"dc:format", "ncc:timeInThisSmil"}


class Book:
    """A DAISY book that was read from its zip."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            self.names = archive.namelist()
            self.files = {name: archive.read(name) for name in self.names}
        # Every text is well-formed XML with a document type.
        self.trees = {
            name: etree.fromstring(data)
            for name, data in self.files.items()
            if name.endswith((".html", ".smil"))
        }
        self.ids = {
            (name, node.get("id"))
            for name, tree in self.trees.items()
            for node in tree.iter()
            if node.get("id")
        }

    def metadata(self, name: str) -> dict[str, str]:
        """Contents of the metadata of a file by name."""
        return {
            node.get("name"): node.get("content")
            for node in self.trees[name].iter(f"{_X}meta", "meta")
            if node.get("name")
        }

    def headings(self) -> list[tuple[str, str]]:
        """Texts of the headings, and what they refer to."""
        body = self.trees["ncc.html"].find(f"{_X}body")
        return [("".join(h.itertext()), h.find(f"{_X}a").get("href")) for h in body]


def _seconds(clock: str) -> float:
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def _npt(value: str) -> float:
    found = re.fullmatch(r"npt=(\d+\.\d{3})s", value)
    assert found, value
    return float(found[1])


def check(path: Path, duration_s: float) -> Book:
    """Hold a book against the rules; gives it for what is left to check."""
    book = Book(path)
    ncc = book.metadata("ncc.html")
    assert set(ncc) >= _REQUIRED
    assert ncc["dc:format"] == "Daisy 2.02"
    assert _seconds(ncc["ncc:totalTime"]) == pytest.approx(duration_s, abs=0.001)
    assert int(ncc["ncc:files"]) == len(book.names)
    _check_headings(book, int(ncc["ncc:tocItems"]))
    _check_references(book)
    _check_times(book, duration_s)
    return book


def _check_headings(book: Book, count: int) -> None:
    body = book.trees["ncc.html"].find(f"{_X}body")
    assert [heading.tag for heading in body] == [f"{_X}h1"] * count
    assert [heading.get("class") for heading in body] == ["title", *[None] * (count - 1)]
    assert all(heading.get("id") for heading in body)
    order = [ref.get("src") for ref in book.trees["master.smil"].iter("ref")]
    assert [link.split("#")[0] for _, link in book.headings()] == order
    assert {name for name in book.names if re.fullmatch(r"s\d+\.smil", name)} == set(order)


def _check_references(book: Book) -> None:
    """Everything that is named exists, and nothing has an identifier twice."""
    for name, tree in book.trees.items():
        ids = [node.get("id") for node in tree.iter() if node.get("id")]
        assert len(ids) == len(set(ids)), name
        for node in tree.iter():
            target = node.get("href") or node.get("src") or ""
            if not target or "://" in target:
                continue
            file, _, place = target.partition("#")
            assert file in book.names, (name, target)
            assert not place or (file, place) in book.ids, (name, target)


def _check_times(book: Book, duration_s: float) -> None:
    """Audio is played from its beginning to its end without a gap, and the sums are stated."""
    elapsed = 0.0
    for _, link in book.headings():
        file = link.split("#")[0]
        stated = book.metadata(file)
        assert set(stated) >= _SMIL_REQUIRED
        assert _seconds(stated["ncc:totalElapsedTime"]) == pytest.approx(elapsed, abs=0.0005)
        begin = elapsed
        for audio in book.trees[file].iter("audio"):
            assert _npt(audio.get("clip-begin")) == pytest.approx(elapsed, abs=0.0005)
            assert _npt(audio.get("clip-end")) > elapsed
            elapsed = _npt(audio.get("clip-end"))
        assert _seconds(stated["ncc:timeInThisSmil"]) == pytest.approx(elapsed - begin, abs=0.0005)
        outer = book.trees[file].find("body/seq")
        assert float(outer.get("dur").rstrip("s")) == pytest.approx(elapsed - begin, abs=0.0005)
    assert elapsed == pytest.approx(duration_s, abs=0.001)


def _cue(start: float, end: float, text: str, **fields: object) -> Cue:
    return Cue(Sentence(text, text, **fields), start, end)  # type: ignore[arg-type]


def _bulletin() -> Episode:
    cues = (
        _cue(0.5, 1, "موجز <اليوم>", kind=Kind.STATION),
        _cue(1.2, 3, "في New York Times اليوم", kind=Kind.HEADLINE, story=0),
        _cue(3.2, 5.0004, "وقال & أضاف", story=0),
        _cue(5.5, 7, "بيننا", kind=Kind.STATION),
        _cue(7.25, 9, "الخبر الثاني", kind=Kind.HEADLINE, story=1),
        _cue(9.125, 11, "نص الخبر الثاني", story=1, paragraph=1),
        _cue(11.5, 12, "إلى اللقاء", kind=Kind.STATION),
    )
    stories = (
        Story("في New York Times اليوم", url="https://news.example/?a=1&b"),
        Story("الخبر الثاني"),
    )
    return replace(episode(0), title="نشرة & <اليوم>", stories=stories, cues=cues, duration_s=12.75)


def test_a_book_of_a_bulletin_keeps_the_rules(tmp_path: Path) -> None:
    made = _bulletin()
    mp3 = tmp_path / "x.mp3"
    mp3.write_bytes(b"audio")
    show = published_show(CONFIG, ShowState())
    write_daisy(show, made, mp3, tmp_path / "a.zip")
    book = check(tmp_path / "a.zip", 12.75)
    assert [title for title, _ in book.headings()] == [
        "نشرة & <اليوم>",
        "في New York Times اليوم",
        "الخبر الثاني",
    ]
    spans = {
        span.get("id"): "".join(span.itertext())
        for span in book.trees["content.html"].iter(f"{_X}span")
        if span.get("id")
    }
    read = [
        spans[text.get("src").split("#")[1]]
        for _, link in book.headings()
        for text in book.trees[link.split("#")[0]].iter("text")
    ]
    assert read == [cue.sentence.text for cue in made.cues]
    write_daisy(show, made, mp3, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_book_that_begins_with_its_story_has_one_heading(tmp_path: Path) -> None:
    made = replace(
        episode(0), title="خبر", stories=(Story("خبر"),), duration_s=4.0,
        cues=(_cue(0.3, 1, "خبر", kind=Kind.HEADLINE, story=0), _cue(1.5, 3.5, "نصه", story=0)),
    )  # fmt: skip
    mp3 = tmp_path / "x.mp3"
    mp3.write_bytes(b"audio")
    write_daisy(published_show(CONFIG, ShowState()), made, mp3, tmp_path / "a.zip")
    assert [title for title, _ in check(tmp_path / "a.zip", 4.0).headings()] == ["خبر"]


def _books(show: Path) -> list[str]:
    media = (show / "media").iterdir()
    return sorted(path.name for path in media if path.suffix in (".epub", ".zip"))


def test_books_asked_for_stay_and_are_offered(tmp_path: Path, mujaz: Mujaz) -> None:
    source, show = tmp_path / "a.txt", tmp_path / "show"
    source.write_text("خبر قصير\n\nقال المدير إن العمل مستمر.\n", encoding="utf-8")
    plain = mujaz("make", source, "-o", show)
    assert plain.returncode == 0, plain.stderr
    manifest = next(show.glob("episodes/*/episode.json"))
    before = json.loads(manifest.read_text("utf-8"))
    # An unchanged episode gets its books without being spoken again.
    asked = mujaz("make", source, "-o", show, "--daisy", "--epub")
    assert asked.returncode == 0, asked.stderr
    after = json.loads(manifest.read_text("utf-8"))
    assert after.pop("books") == ["daisy", "epub"]
    assert after == before
    books = sorted(path.name for path in show.glob("media/*") if path.suffix in (".epub", ".zip"))
    assert [name.partition(".")[2] for name in books] == ["daisy.zip", "epub"]
    check(next(show.glob("media/*.daisy.zip")), before["duration_s"])
    page = manifest.with_name("index.html").read_text("utf-8")
    assert all(f"../../media/{name}" in page for name in books)
    # A later run without the options keeps what was asked for.
    assert mujaz("make", source, "-o", show).returncode == 0
    assert (
        sorted(path.name for path in show.glob("media/*") if path.suffix in (".epub", ".zip"))
        == books
    )


def test_books_go_with_the_setting(tmp_path: Path) -> None:
    publish(tmp_path, episode(0), config=replace(CONFIG, daisy=True))
    assert len(list(tmp_path.glob("media/*.daisy.zip"))) == 1
    publish(tmp_path, episode(1), config=CONFIG)
    assert not list(tmp_path.glob("media/*.daisy.zip"))
