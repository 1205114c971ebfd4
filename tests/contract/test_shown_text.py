"""Readers see what the writer wrote: no added marks, no repaired spelling."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import mujaz as package
from mujaz.arabic.letters import WORD
from mujaz.arabic.marks import has_marks
from mujaz.domain import MAX_BYTES
from tests.conftest import Mujaz

_ARTICLE = """زيارة الى المدينه القديمه

وصل الوفد الى وزارة الصحه صباح اليوم، وقال مسؤل ان الإجتماع عُقِد في 12 غرفة.

أكّد الوزير أن الخطة جاهزة، ثم غادر رلى المدينة مساء اليوم بعد لقاء السكان.
"""
# Wording of our own that readers see.
_OWN = ("publish/html/labels.tsv", "pipeline/data/wording.tsv", "bulletin/data/wording.tsv")
_SHOWN = (".html", ".vtt", ".json", ".xml", ".txt", ".js")


def _marked(text: str) -> set[str]:
    return {word for word in WORD.findall(text) if has_marks(word)}


def _allowed() -> set[str]:
    root = Path(package.__file__).parent
    return _marked(_ARTICLE).union(*(_marked((root / name).read_text("utf-8")) for name in _OWN))


@pytest.fixture
def show(mujaz: Mujaz, tmp_path: Path) -> tuple[Path, str]:
    """A show with the article, and the report of the run that made it."""
    (tmp_path / "lexicon.tsv").write_text("رلى\tرُلَى\n", encoding="utf-8")
    (tmp_path / "article.txt").write_text(_ARTICLE, encoding="utf-8")
    (tmp_path / "mujaz.toml").write_text("[text]\n", encoding="utf-8")
    folder = tmp_path / "show"
    result = mujaz(
        "--config", tmp_path / "mujaz.toml",
        "make", tmp_path / "article.txt", "-o", folder, "--voice", "tone", "--json",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr.decode()
    return folder, result.stdout.decode() + result.stderr.decode()


def _shown(folder: Path) -> dict[str, str]:
    """Return the texts of the files that readers and programs see, the manifest apart."""
    return {
        str(path.relative_to(folder)): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.suffix in _SHOWN
        and path.name != "episode.json"
        and path.stat().st_size < MAX_BYTES
        and ".mujaz" not in path.parts
    }


def test_nothing_shown_carries_marks_that_nobody_wrote(show: tuple[Path, str]) -> None:
    folder, report = show
    shown = {**_shown(folder), "--json": report}
    kinds = {Path(name).suffix for name in shown}
    assert {".html", ".vtt", ".json", ".xml"} <= kinds
    added = {name: _marked(text) - _allowed() for name, text in shown.items()}
    assert {name: words for name, words in added.items() if words} == {}
    # The voice did get the marks.
    (manifest,) = folder.glob("episodes/*/episode.json")
    spoken = manifest.read_text("utf-8")
    assert len(_marked(spoken) - _allowed()) > 15


def test_what_is_shown_keeps_the_writers_spelling(show: tuple[Path, str]) -> None:
    folder, _ = show
    for name, text in _shown(folder).items():
        words = set(WORD.findall(text))
        assert not {"الصحة", "مسؤول", "الاجتماع", "القديمة"} & words, name
    (page,) = folder.glob("episodes/*/index.html")
    (captions,) = folder.glob("media/*.vtt")
    for path in (page, captions):
        words = set(WORD.findall(path.read_text("utf-8")))
        assert {"الصحه", "مسؤل", "الى", "عُقِد", "أكّد"} <= words, path.name


def test_repaired_words_are_timed_as_they_are_spoken(mujaz: Mujaz, tmp_path: Path) -> None:
    """«الصحه» stands in the transcript at the time at which «الصحة» does in a well-spelled text."""
    loose = "وصل الوفد الى وزارة الصحه في 12 سيارة، وقال مسؤل ان الغرف جاهزة."
    well = "وصل الوفد إلى وزارة الصحة في 12 سيارة، وقال مسؤول إن الغرف جاهزة."
    times = {}
    for name, line in (("loose", loose), ("well", well)):
        article = tmp_path / f"{name}.txt"
        article.write_text(f"لقاء في المدينة\n\n{line}\n", encoding="utf-8")
        result = mujaz("make", article, "-o", tmp_path / name, "--voice", "tone")
        assert result.returncode == 0, result.stderr.decode()
        files = [
            json.loads(path.read_text("utf-8")) for path in (tmp_path / name).glob("media/*.json")
        ]
        (segments,) = (file["segments"] for file in files if "segments" in file)
        (words,) = (one["words"] for one in segments if one["body"] == line)
        assert [word["body"] for word in words] == line.split()
        times[name] = [word["startTime"] for word in words]
        assert times[name] == sorted(set(times[name]))
    assert times["loose"] == times["well"]


def test_a_dry_run_shows_what_was_written(mujaz: Mujaz) -> None:
    printed = mujaz("make", "-", "--dry-run", data=_ARTICLE.encode()).stdout.decode()
    shown = [line for line in printed.splitlines() if not line.startswith(" ")]
    assert any("الصحه" in line for line in shown)
    assert _marked("\n".join(shown)) <= _allowed()


def test_the_json_of_the_stages_is_of_the_writers_words(mujaz: Mujaz) -> None:
    cleaned = json.loads(mujaz("text", "clean", data=_ARTICLE.encode()).stdout)
    assert _marked(" ".join(cleaned["paragraphs"])) == {"عُقِد", "أكّد"}
