"""mujaz as a library: public names, typed results, logging, and no effect on the host process."""

from __future__ import annotations

import ast
import logging
import os
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from mutagen.id3 import ID3
from mutagen.oggopus import OggOpus

import mujaz
from mujaz.report import ReportedEpisode
from tests.commands import ROOT


@pytest.fixture
def config(tmp_path: Path) -> mujaz.Config:
    """A configuration with a clip cache of its own."""
    config = mujaz.Config()
    speech = replace(config.speech, cache=str(tmp_path / "cache"), workers=1)
    return replace(config, speech=speech)


def test_every_public_name_resolves() -> None:
    for name in mujaz.__all__:
        assert getattr(mujaz, name) is not None, name
    assert {
        "Options",
        "Report",
        "diacritize",
        "make_bulletin",
        "make_episode",
        "normalize",
        "plan_episode",
        "say",
    } <= set(mujaz.__all__)


def test_every_public_name_is_known_to_type_checkers() -> None:
    """Type checkers would take a name without an import of its own for an ``object``."""
    tree = ast.parse(Path(mujaz.__file__).read_text(encoding="utf-8"))
    imported = {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert set(mujaz.__all__) - {"__version__"} <= imported


def test_an_episode_is_made_with_typed_results_and_nothing_is_printed(
    config: mujaz.Config,
    short_article: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="mujaz")
    report = mujaz.make_episode([short_article], str(tmp_path / "show"), config)
    episode = report.episode
    assert isinstance(episode, ReportedEpisode)
    assert Path(episode.media).stat().st_size == episode.bytes
    assert episode.url == f"http://127.0.0.1:8000/media/{Path(episode.media).name}"
    assert report.as_dict()["episode"] == {
        "guid": episode.guid,
        "title": "افتتاح جسر جديد في المدينة",
        "media": episode.media,
        "duration_s": episode.duration_s,
        "bytes": episode.bytes,
        "url": episode.url,
    }
    assert capfd.readouterr() == ("", "")
    assert any(line.startswith("loudness: -1") for line in caplog.messages)
    again = mujaz.make_episode([short_article], tmp_path / "show", config)
    assert again.episode == episode
    assert "unchanged: the episode is left as it is" in caplog.messages


def test_options_override_the_configuration(config: mujaz.Config, short_article: Path) -> None:
    script = mujaz.plan_episode([short_article], config, mujaz.Options(title="عنوان آخر"))
    assert script.title == "عنوان آخر"
    changed = mujaz.Options(voice="espeak-anchor-male", workers=3).applied_to(config)
    assert (changed.speech.voice, changed.speech.workers) == ("espeak-anchor-male", 3)
    assert mujaz.Options().applied_to(config) == config
    assert mujaz.Options(workers=0).applied_to(changed).speech.workers == 0


def test_text_functions_work_line_by_line() -> None:
    assert mujaz.normalize("ارتفع 3%\n\nو 5 كم") == "\n".join(
        mujaz.normalize(line) for line in ("ارتفع 3%", "", "و 5 كم")
    )
    assert "3" not in mujaz.normalize("ارتفع 3%")
    marked = mujaz.diacritize("ذهب الولد إلى المدرسة")
    assert marked != "ذهب الولد إلى المدرسة"
    assert marked.split()[0].startswith("ذَ")


def test_a_text_is_spoken(config: mujaz.Config) -> None:
    assert mujaz.say("صباح الخير", config)[:4] == b"RIFF"


@pytest.mark.parametrize(("limit_memory", "calls"), [(False, 0), (True, 1)])
def test_the_allocator_of_the_process_is_changed_only_on_request(
    short_article: Path, tmp_path: Path, limit_memory: bool, calls: int
) -> None:
    code = f"""
import sys
calls = []
sys.addaudithook(
    lambda event, values: event == "ctypes.dlsym" and values[1] == "mallopt" and calls.append(1)
)
import mujaz
mujaz.make_episode(
    [{str(short_article)!r}],
    {str(tmp_path / "show")!r},
    options=mujaz.Options(workers=1, limit_memory={limit_memory}),
)
print(len(calls))
"""
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout.strip(), done.stderr) == (str(calls), "")


def test_the_copyright_is_in_the_tags(
    config: mujaz.Config, short_article: Path, tmp_path: Path
) -> None:
    opus_kbps = 24 if find_spec("av") else 0
    owned = replace(
        config,
        show=replace(config.show, copyright="© 2026 غرفة الأخبار"),
        audio=replace(config.audio, opus_kbps=opus_kbps),
    )
    report = mujaz.make_episode([short_article], tmp_path / "owned", owned)
    assert ID3(report.media_path)["TCOP"].text == ["© 2026 غرفة الأخبار"]
    for path in Path(report.media_path).parent.glob("*.opus"):
        assert OggOpus(path)["copyright"] == ["© 2026 غرفة الأخبار"]
    report = mujaz.make_episode([short_article], tmp_path / "free", config)
    assert "TCOP" not in ID3(report.media_path)
