"""One bad story never costs an episode or a bulletin, whatever exception it meets."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
import unicodedata
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import click
import httpx
import pytest

from mujaz.bulletin import make_bulletin
from mujaz.bulletin.choice import LeftOut
from mujaz.bulletin.gathering import Gathered, Rules, gather
from mujaz.bulletin.listing import Candidate, Listing
from mujaz.bulletin.lock import only_run
from mujaz.cli.main import _run
from mujaz.cli.main import mujaz as cli
from mujaz.domain import Article, Page
from mujaz.errors import ConfigError, MujazError, NoArticleError, SourceError
from mujaz.ingest.fetch import Fetcher
from mujaz.pipeline.episode import make_episode
from mujaz.pipeline.faults import StoryBoundary, fault_log, fault_reason
from mujaz.settings.values import Config, SourceConfig
from mujaz.storage.locks import exclusive_lock
from tests.commands import ROOT
from tests.conftest import Mujaz

_TEXT = "افتتحت المدينة جسرا جديدا فوق النهر صباح اليوم. وقال رئيس البلدية إنه سيخفف الازدحام. " * 4
_OTHER = "فاز المنتخب على ضيفه بهدفين في الشوط الثاني. وسيلعب مباراته التالية الأسبوع المقبل. " * 4


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A quick voice, no diacritizer, a clip cache of its own."""
    config = Config(home=tmp_path)
    speech = replace(config.speech, voice="tone", cache=str(tmp_path / "cache"), workers=1)
    text = replace(config.text, diacritizer="none")
    return replace(config, speech=speech, text=text)


@pytest.fixture
def sources(tmp_path: Path) -> list[Path]:
    """Three texts; a library fails on the second."""
    texts = (
        f"افتتاح جسر في المدينة\n\n{_TEXT}",
        f"عنوان BOOM الخبر\n\n{_TEXT}",
        f"المنتخب يفوز في المباراة\n\n{_OTHER}",
    )
    paths = [tmp_path / f"{name}.txt" for name in "abc"]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


@pytest.fixture(autouse=True)
def _library_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library fails on some texts, as libraries do."""
    real = unicodedata.normalize

    def normalize(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
        if "BOOM" in text:
            raise RuntimeError("the parser\n\x1b[31mgave up\x1b[0m")
        return real(form, text)

    monkeypatch.setattr(unicodedata, "normalize", normalize)


_ERRORS = (
    httpx.InvalidURL("invalid"),
    httpx.RemoteProtocolError("protocol"),
    UnicodeError("label too long"),
    RecursionError(),
    MemoryError("memory"),
    AttributeError("'list' object has no attribute 'strip'"),
    KeyError("headline"),
    SourceError("not found", where="https://a.example/"),
)


@pytest.mark.parametrize("error", _ERRORS, ids=lambda error: type(error).__name__)
def test_the_boundary_contains_any_exception(error: Exception) -> None:
    with StoryBoundary() as boundary:
        raise error
    assert boundary.error is error
    assert type(error).__name__ in boundary.reason or isinstance(error, MujazError)
    assert boundary.reason.isprintable()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1), ConfigError("wrong key")])
def test_interrupts_and_errors_of_the_configuration_pass(error: BaseException) -> None:
    with pytest.raises(type(error)), StoryBoundary():
        raise error


def test_the_boundary_is_silent_where_nothing_happens() -> None:
    with StoryBoundary() as boundary:
        pass
    assert (boundary.error, boundary.reason) == (None, "")


def test_an_exception_that_cannot_describe_itself_has_its_name() -> None:
    class BadError(Exception):
        def __str__(self) -> str:
            raise ValueError

    assert fault_reason(BadError()) == "unexpected fault: BadError"


def test_the_fault_log_is_bounded_and_optional(tmp_path: Path) -> None:
    log = tmp_path / "private" / "faults.log"
    with fault_log(log.parent):
        fault_reason(SourceError("foreseen"))
        assert not log.exists()
        fault_reason(ValueError("\udc80 first"))
        assert "ValueError" in log.read_text("utf-8")
        with log.open("a") as stream:
            stream.truncate(1_000_001)
        fault_reason(ValueError("second"))
    assert log.stat().st_size < 10_000
    assert log.with_name("faults.log.1").stat().st_size == 1_000_001
    fault_reason(ValueError("third"))
    assert "third" not in log.read_text("utf-8")
    (tmp_path / "file").write_bytes(b"")
    with fault_log(tmp_path / "file"):
        assert fault_reason(ValueError("x")) == "unexpected fault: ValueError: x"


def test_the_other_articles_of_an_episode_are_told(
    config: Config, sources: list[Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="mujaz")
    report = make_episode(sources, tmp_path / "show", config)
    assert [story.status for story in report.stories] == ["spoken", "failed", "spoken"]
    assert [story.index for story in report.stories] == [0, -1, 1]
    reason = "unexpected fault: RuntimeError: the parser [31mgave up [0m"
    assert report.stories[1].error == reason
    assert not report.complete
    assert f"left out: {reason}" in caplog.messages
    log = (tmp_path / "show" / ".mujaz" / "faults.log").read_text("utf-8")
    assert "Traceback (most recent call last)" in log
    assert "RuntimeError: the parser" in log


def test_a_single_source_with_an_unforeseen_fault_is_an_error_with_a_hint(
    config: Config, sources: list[Path], tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match="unexpected fault: RuntimeError") as raised:
        make_episode([sources[1]], tmp_path / "show", config)
    assert "faults.log" in raised.value.hint
    assert raised.value.where == str(sources[1])


def _with_sources(config: Config, *paths: Path) -> Config:
    bulletin = replace(
        config.bulletin,
        sources=tuple(SourceConfig(path=str(path)) for path in paths),
        voices={"body": "tone"},
        min_words=5,
    )
    return replace(config, bulletin=bulletin)


def _health(show: Path) -> dict[str, Any]:
    data = json.loads((show / ".mujaz" / "health.json").read_text("utf-8"))
    assert isinstance(data, dict)
    return data


def test_the_other_stories_of_a_bulletin_are_told(
    config: Config, sources: list[Path], tmp_path: Path
) -> None:
    show = tmp_path / "show"
    report = make_bulletin(_with_sources(config, *sources), show)
    assert sorted(story.status for story in report.stories) == ["failed", "spoken", "spoken"]
    assert _health(show)["status"] == "incomplete"
    assert _health(show)["stories"]["failed"] == 1
    assert "RuntimeError" in (show / ".mujaz" / "faults.log").read_text("utf-8")
    # A source that breaks later leaves its story as it was told.
    sources[0].write_text(f"عنوان BOOM الخبر\n\n{_TEXT}", encoding="utf-8")
    again = make_bulletin(_with_sources(config, *sources), show)
    assert [story.status for story in again.stories] == ["spoken", "spoken"]
    assert f"{sources[0]}: unexpected fault: RuntimeError" in "".join(again.warnings)


@pytest.mark.parametrize("error", _ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("place", ["before", "page", "after"])
def test_gathering_goes_on_after_any_exception(
    place: str, error: Exception, config: Config
) -> None:
    source = SourceConfig(url="https://a.example/feed")
    candidates = tuple(
        Candidate(source, 0, rank, f"https://a.example/{rank}", page=Page(_TEXT, str(rank)))
        for rank in range(3)
    )

    def fail_at(where: str, candidate: str) -> str:
        if where == place and candidate.endswith("1"):
            raise error
        return ""

    def article(page: Page) -> Article:
        fail_at("page", page.source)
        return Article(f"خبر {page.source}", (page.text,))

    rules = Rules(
        before=lambda candidate: fail_at("before", candidate.origin),
        after=lambda candidate, _: fail_at("after", candidate.origin),
        article_of=article,
    )
    into = Gathered()
    with Fetcher(config.fetch, "mujaz", None) as fetcher:
        gather([Listing(source, candidates)], 9, fetcher, rules, into)
    assert [offer.candidate.rank for offer in into.offers] == [0, 2]
    assert [(left.source, left.failed) for left in into.left_out] == [("https://a.example/1", True)]


def test_a_page_without_an_article_is_no_fault(config: Config) -> None:
    source = SourceConfig(url="https://a.example/feed")
    candidate = Candidate(source, 0, 0, "https://a.example/0", page=Page("", "0"))

    def nothing(page: Page) -> Article:
        raise NoArticleError("no article found in this text", where=page.source)

    into = Gathered()
    rules = Rules(lambda candidate: "", lambda candidate, article: "", nothing)
    with Fetcher(config.fetch, "mujaz", None) as fetcher:
        gather([Listing(source, (candidate,))], 9, fetcher, rules, into)
    assert into.left_out == [
        LeftOut("", "https://a.example/0", "0: no article found in this text", failed=False)
    ]


@pytest.mark.parametrize("as_json", [True, False])
def test_health_and_report_are_written_after_an_unforeseen_end(
    as_json: bool,
    config: Config,
    sources: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from lxml import etree

    show, toml = tmp_path / "show", tmp_path / "mujaz.toml"
    make_bulletin(_with_sources(config, sources[0]), show)
    succeeded = _health(show)["last_success"]

    def broken(*_: Any, **__: Any) -> bytes:
        raise ZeroDivisionError("a fault of the library")

    toml.write_text(
        f'[speech]\nvoice = "tone"\ncache = "{tmp_path / "cache"}"\nworkers = 1\n'
        '[text]\ndiacritizer = "none"\n[bulletin]\nmin_words = 5\nvoices = {body = "tone"}\n'
        f'[[bulletin.sources]]\npath = "{sources[2]}"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(etree, "tostring", broken)
    flags = ["--json"] if as_json else []
    status = _run(["--config", str(toml), "bulletin", "-o", str(show), *flags])
    assert status == 1
    health = _health(show)
    assert health["status"] == "failed"
    assert health["error"] == "unexpected fault: ZeroDivisionError: a fault of the library"
    assert (health["failures_in_a_row"], health["last_success"]) == (1, succeeded)
    output, errors = capsys.readouterr()
    assert "Traceback" not in errors
    assert "warning: unexpected fault" not in errors
    assert "ZeroDivisionError" in (show / ".mujaz" / "faults.log").read_text("utf-8")
    if as_json:
        assert "ZeroDivisionError" in json.loads(output)["warnings"][-1]


def test_health_and_report_are_written_if_another_run_holds_the_lock(
    config: Config,
    sources: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    show, toml = tmp_path / "show", tmp_path / "mujaz.toml"
    make_bulletin(_with_sources(config, sources[0]), show)
    succeeded = _health(show)["last_success"]
    toml.write_text(f'[[bulletin.sources]]\npath = "{sources[0]}"\n', encoding="utf-8")
    monkeypatch.setattr("mujaz.bulletin.making.only_run", partial(only_run, wait_s=0))
    with exclusive_lock(show / ".mujaz" / "bulletin.lock"):
        status = _run(["--config", str(toml), "bulletin", "-o", str(show), "--json"])
    assert status == 1
    health = _health(show)
    assert f"process {os.getpid()}" in health["error"]
    assert (health["status"], health["last_success"]) == ("failed", succeeded)
    assert f"process {os.getpid()}" in json.loads(capsys.readouterr().out)["warnings"][-1]


def test_health_and_report_are_written_if_the_configuration_is_broken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show, toml = tmp_path / "show", tmp_path / "mujaz.toml"
    toml.write_text("[bulletin\n", encoding="utf-8")
    command = ["--config", str(toml), "bulletin", "-o", str(show), "--json"]
    assert _run(command) == 1
    assert "mujaz.toml" in json.loads(capsys.readouterr().out)["warnings"][-1]
    assert not show.exists(), "a mistaken folder is not made"
    show.mkdir()
    assert _run(command) == 1
    assert "mujaz.toml" in _health(show)["error"]


@pytest.mark.parametrize(
    "command",
    [
        "make article.txt", "bulletin", "show check", "show rebuild", "show retract x",
        "voices list", "voices show tone", "voices try tone", "voices install tone --yes",
        "voices remove tone", "cache show", "cache clear", "lexicon list", "lexicon check a.txt",
        "script check a.script", "show list x", "voices compare tone espeak-ar -o x",
        "voices listening-test x", "doctor", "archive a.jsonl",
    ],
)  # fmt: skip
def test_every_command_with_json_prints_one_object_if_it_fails(
    command: str, mujaz: Mujaz, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[show\n", encoding="utf-8")
    result = mujaz("--config", broken, *command.split(), "--json")
    assert result.returncode == 1
    # The list of a folder reads no configuration; it fails because there is no such folder.
    named = "x: " if command.startswith("show list") else "broken.toml"
    assert named in str(json.loads(result.stdout))


def test_the_commands_with_json_are_the_ones_above() -> None:
    """A command that gets ``--json`` later is to be added to the test above."""
    (mark,) = test_every_command_with_json_prints_one_object_if_it_fails.pytestmark
    tested = [command.split() for command in mark.args[1]]
    for name in cli.list_commands(click.Context(cli)):
        command = cli.get_command(click.Context(cli), name)
        parts = command.commands if isinstance(command, click.Group) else {"": command}
        for part, inner in parts.items():
            if any("--json" in parameter.opts for parameter in inner.params):
                words = [name, part] if part else [name]
                assert words in [line[: len(words)] for line in tested], words


def test_a_bulletin_without_news_removes_what_a_killed_run_left(
    config: Config, tmp_path: Path
) -> None:
    show = tmp_path / "show"
    left = show / ".mujaz" / "work-killed"
    left.mkdir(parents=True)
    (left / "episode.mp3").write_bytes(b"unfinished")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(SourceError):
        make_bulletin(_with_sources(config, empty), show)
    assert not left.exists()


@pytest.mark.slow
def test_a_run_that_is_told_to_end_leaves_no_unfinished_files(tmp_path: Path) -> None:
    article = tmp_path / "long.txt"
    lines = [f"قال الوزير رقم {n} إن العمل في الجسر بدأ." for n in range(3000)]
    article.write_text("عنوان الخبر الطويل\n\n" + "\n\n".join(lines), encoding="utf-8")
    environment = {
        **os.environ,
        "MUJAZ_SPEECH_VOICE": "tone",
        "MUJAZ_TEXT_DIACRITIZER": "none",
        "MUJAZ_SPEECH_CACHE": str(tmp_path / "cache"),
    }
    command = [sys.executable, "-m", "mujaz", "make", str(article), "-o", str(tmp_path / "show")]
    with subprocess.Popen([*command, "--workers", "1"], cwd=ROOT, env=environment) as process:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob("show/.mujaz/work-*")) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        try:
            assert process.wait(60) == 130
        finally:
            process.kill()
    assert not list(tmp_path.glob("show/.mujaz/work-*"))
