"""The clip cache: one changed sentence costs one clip, and nothing wrong is spoken from it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from mujaz.domain import Clip, Sentence, Voice, WordMark
from mujaz.speech import Cast, ClipCache, SpeechOptions, Utterance, speak_script
from mujaz.speech.clip_cache import CachedClip
from mujaz.storage.content_cache import ContentCache, cache_key
from mujaz.voices.catalog import find_voice
from tests.conftest import ROOT, Mujaz, environ, report_of

_WORDS = "الاقتصاد التعليم الصحة النقل الزراعة الصناعة السياحة الثقافة الرياضة البيئة".split()
_PLACES = "الشمال الجنوب الشرق الغرب الساحل الجبل".split()


def article(path: Path, *, changed: int = -1, sentences: int = 60) -> Path:
    """An article of at most sixty sentences, no two alike; one of them may be edited."""
    size = {changed: "كبير"}
    lines = [
        f"أعلنت وزارة {word} افتتاح مشروع {size.get(i * 10 + j, 'جديد')} في منطقة {place}."
        for i, place in enumerate(_PLACES)
        for j, word in enumerate(_WORDS)
    ]
    paragraphs = [" ".join(lines[i : i + 4]) for i in range(0, sentences, 4)]
    path.write_text("افتتاح مشاريع جديدة في البلاد\n\n" + "\n\n".join(paragraphs), encoding="utf-8")
    return path


def slow_voice(folder: Path, seconds: float, *, speech: bool = False) -> None:
    """A voice of the slow engine beside the configuration; ``speaking`` gets its processes."""
    (folder / "voices").mkdir(parents=True, exist_ok=True)
    (folder / "voices" / "slow.toml").write_text(
        f'name = "slow"\nengine = "slow"\n[settings]\nseconds = {seconds}\n'
        f'speech = {str(speech).lower()}\nspeaking = "{folder / "speaking"}"\n',
        encoding="utf-8",
    )


def entry(fill: int = 7) -> CachedClip:
    clip = Clip(bytes([fill]) * 8000, 22050, (WordMark(0, 10), WordMark(1, 900)))
    return CachedClip(clip, 0.25, ("voice, attempt 1: it is silent",))


def only_file(cache: ClipCache) -> Path:
    return next(cache.store.folder.rglob("*.clip"))


def test_an_edited_sentence_makes_one_clip(mujaz: Mujaz, tmp_path: Path) -> None:
    slow_voice(tmp_path / "work", 0.1)
    command = ("make", tmp_path / "a.txt", "-o", tmp_path / "show", "--voice", "slow", "--json")
    article(tmp_path / "a.txt", sentences=20)
    first = report_of(mujaz(*command, "--workers", "1"))
    assert first["clips"]["made"] == sum(s["sentences"] for s in first["stories"]) + 1
    article(tmp_path / "a.txt", changed=11, sentences=20)
    second = report_of(mujaz(*command, "--workers", "1"))
    assert second["clips"] == {"made": 1, "cached": first["clips"]["made"] - 1, "retried": 0}
    assert second["episode"]["guid"] == first["episode"]["guid"]
    other = report_of(mujaz(*command[:3], tmp_path / "other", *command[4:]))
    assert other["clips"]["made"] == 0, "another show shares the clips"


def test_what_comes_back_is_what_was_kept(tmp_path: Path) -> None:
    cache = ClipCache(ContentCache(tmp_path / "cache", 1_000_000))
    key = cache_key("text", {"b": 1, "a": 2})
    assert cache.get(key) is None
    cache.put(key, entry())
    assert cache.get(key) == entry()
    assert ClipCache(ContentCache(tmp_path / "cache", 1_000_000)).get(key) == entry()
    assert cache.get(cache_key("text", {"a": 2, "b": 3})) is None


def test_every_flipped_byte_is_noticed(tmp_path: Path) -> None:
    cache = ClipCache(ContentCache(tmp_path / "cache", 1_000_000))
    key = cache_key("x")
    cache.put(key, entry())
    whole = only_file(cache).read_bytes()
    places = [*range(0, len(whole) - 8000, 3), *range(len(whole) - 8000, len(whole), 997)]
    for at in places:
        spoiled = bytearray(whole)
        spoiled[at] ^= 0x20
        only_file(cache).write_bytes(spoiled)
        assert cache.get(key) in (None, entry()), at
        cache.put(key, entry())
    for junk in (b"", b"\n", os.urandom(5000), whole[:-1], whole[:40], b"[" * 100_000):
        only_file(cache).write_bytes(junk)
        assert cache.get(key) is None
        cache.put(key, entry())


def test_an_entry_in_the_place_of_another_is_not_believed(tmp_path: Path) -> None:
    cache = ClipCache(ContentCache(tmp_path / "cache", 1_000_000))
    cache.put(cache_key("one"), entry(1))
    moved = only_file(cache)
    cache.put(cache_key("two"), entry(2))
    other = next(path for path in cache.store.folder.rglob("*.clip") if path != moved)
    shutil.copy(moved, other)
    assert cache.get(cache_key("two")) is None


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    cache = ClipCache(ContentCache(tmp_path / "cache", 50_000))
    keys = [cache_key(number) for number in range(5)]
    for age, key in enumerate(reversed(keys)):
        cache.put(key, entry())
        path = cache.store.folder / key[:2] / f"{key[2:]}.clip"
        os.utime(path, (time.time() - age * 100 - 50,) * 2)
    assert cache.get(keys[0])  # the oldest, used again now
    cache.store.limit_bytes = 20_000
    cache.store.evict()
    assert cache.store.usage().bytes <= 20_000
    assert cache.get(keys[0]) is not None
    assert cache.get(keys[1]) is None


def test_what_a_killed_writer_left_goes(tmp_path: Path) -> None:
    cache = ClipCache(ContentCache(tmp_path / "cache", 50_000))
    cache.put(cache_key(1), entry())
    left = only_file(cache).with_name("tmpabc.part")
    left.write_bytes(b"half")
    cache.store.evict()
    assert left.exists(), "it may still be written to"
    os.utime(left, (0, 0))
    cache.store.evict()
    assert not left.exists()


@pytest.mark.parametrize("table", ["arabic/data/sounds.tsv", "engines/data/intonation.txt"])
def test_another_table_of_phonemes_or_melody_finds_no_clip_of_before(
    table: str, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "src" / "mujaz", tmp_path / "mujaz")
    code = (
        "from pathlib import Path; from mujaz.plugins import shared_engine; "
        "from mujaz.voices.catalog import find_voice; voice = find_voice('espeak-ar', Path()); "
        "print(shared_engine('espeak').fingerprint(voice))"
    )

    def fingerprint() -> bytes:
        command = [sys.executable, "-c", code]
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        return subprocess.run(command, env=environment, capture_output=True, check=True).stdout

    before = fingerprint()
    assert fingerprint() == before
    with (tmp_path / "mujaz" / table).open("a", encoding="utf-8") as file:
        file.write("# another\n")
    assert fingerprint() != before


def test_everything_that_changes_the_sound_changes_the_address(tmp_path: Path) -> None:
    cache = ClipCache(ContentCache(tmp_path / "cache", 10_000_000))
    voice = find_voice("tone", Path())
    sentence = [Sentence("نعم", "نَعَمْ")]

    def cached(body: Voice, script: list[Sentence] = sentence) -> bool:
        item = next(iter(speak_script(script, Cast(body, {}), SpeechOptions(cache))))
        assert isinstance(item, Utterance)
        return item.cached

    assert not cached(voice)
    assert cached(voice)
    assert cached(replace(voice, title="another title", gain_db=3.0)), "these change no sample"
    assert not cached(replace(voice, settings={"pitch": 1}))
    assert not cached(replace(voice, rate_wpm=150))
    assert not cached(replace(voice, sha256="00"))
    model = tmp_path / "model"
    for content in (b"one", b"two"):
        model.write_bytes(content)
        named = replace(voice, model_path=f"model-{content.decode()}", home=tmp_path)
        model.rename(tmp_path / named.model_path)
        assert not cached(named)
    assert not cached(voice, [Sentence("نعم", "نَعَم")])


@pytest.mark.slow
def test_a_cache_that_cannot_be_written_costs_no_episode(mujaz: Mujaz, tmp_path: Path) -> None:
    source = article(tmp_path / "a.txt", sentences=12)
    (tmp_path / "file").write_text("not a folder")
    for place in ("/proc/mujaz-cache", tmp_path / "file" / "cache"):
        result = mujaz(
            "make", source, "-o", tmp_path / "show", "--voice", "tone", "--json",
            MUJAZ_SPEECH_CACHE=str(place),
        )  # fmt: skip
        assert result.returncode == 0, result.stderr.decode()
        report = report_of(result)
        assert report["clips"]["made"] > 12
        assert sum("could not be kept" in warning for warning in report["warnings"]) == 1
        shutil.rmtree(tmp_path / "show")


def test_a_full_disk_leaves_no_half_entry(tmp_path: Path) -> None:
    """The kernel's file size limit stands in for a disk that is full."""
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from tests.contract.test_cache import entry\n"
        "from mujaz.speech.clip_cache import ClipCache\n"
        "from mujaz.storage.content_cache import ContentCache, cache_key\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"
        "cache = ClipCache(ContentCache(Path(sys.argv[1]), 10**6))\n"
        "cache.put(cache_key(1), entry())\n"
        "assert cache.store.trouble, 'the write must have failed'\n"
        "assert cache.get(cache_key(1)) is None\n"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", code, tmp_path / "cache"], cwd=root, check=True)
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


@pytest.mark.slow
def test_junk_in_every_entry_is_made_again(mujaz: Mujaz, tmp_path: Path) -> None:
    source = article(tmp_path / "a.txt", sentences=12)
    reports = []
    for number in range(2):
        show = tmp_path / f"show{number}"
        command = ("make", source, "-o", show, "--date", "2026-11-23", "--voice", "tone", "--json")
        reports.append(report_of(mujaz(*command)))
        for index, path in enumerate(sorted((tmp_path / "cache").rglob("*.clip"))):
            data = bytearray(path.read_bytes())
            if index % 3 == 0:
                data = bytearray(os.urandom(2000))
            elif index % 3 == 1:
                data[-500] ^= 1
            else:
                del data[len(data) // 2 :]
            path.write_bytes(data)
    assert reports[1]["clips"] == reports[0]["clips"]
    first, second = (Path(report["episode"]["media"]).read_bytes() for report in reports)
    assert first == second


@pytest.mark.slow
def test_a_cache_deleted_in_mid_run_and_shared_by_two(tmp_path: Path) -> None:
    slow_voice(tmp_path, 0.02)
    source = article(tmp_path / "a.txt", sentences=32)
    command = [sys.executable, "-m", "mujaz", "make", source, "--voice", "slow", "--json"]
    stop = threading.Event()

    def vandal() -> None:
        while not stop.wait(0.1):
            shutil.rmtree(tmp_path / "cache", ignore_errors=True)

    thread = threading.Thread(target=vandal)
    thread.start()
    try:
        runs = [
            subprocess.Popen(
                [*command, "-o", tmp_path / f"show{number}", "--date", "2026-11-23"],
                cwd=tmp_path, env=environ(tmp_path), stdout=subprocess.PIPE,
            )
            for number in range(2)
        ]  # fmt: skip
        outputs = [run.communicate(timeout=120)[0] for run in runs]
    finally:
        stop.set()
        thread.join()
    assert [run.returncode for run in runs] == [0, 0]
    one, two = (Path(json.loads(out)["episode"]["media"]) for out in outputs)
    assert (tmp_path / one).read_bytes() == (tmp_path / two).read_bytes()


@pytest.mark.slow
def test_show_and_clear(mujaz: Mujaz, tmp_path: Path, short_article: Path) -> None:
    assert report_of(mujaz("cache", "show", "--json"))["clips"] == 0
    made = report_of(mujaz("make", short_article, "-o", tmp_path / "show", "--json"))["clips"][
        "made"
    ]
    shown = report_of(mujaz("cache", "show", "--json"))
    assert shown["path"] == str(tmp_path / "cache")
    assert shown["clips"] == made
    assert shown["bytes"] > 10_000 * made
    plain = mujaz("cache", "show").stdout.decode().splitlines()
    assert plain[0] == str(tmp_path / "cache")
    assert plain[1].startswith(f"{made} clips")
    (tmp_path / "cache" / "keep.txt").write_text("not ours")
    assert report_of(mujaz("cache", "clear", "--json"))["clips"] == made
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["keep.txt"]
    again = report_of(mujaz("make", short_article, "-o", tmp_path / "show2", "--json"))
    assert again["clips"]["made"] == made


def test_no_cache_at_all(mujaz: Mujaz, tmp_path: Path, short_article: Path) -> None:
    command = ("make", short_article, "-o")
    for number in range(2):
        result = mujaz(*command, tmp_path / f"s{number}", "--json", MUJAZ_SPEECH_CACHE_MB="0")
        assert report_of(result)["clips"]["cached"] == 0
    assert not (tmp_path / "cache").exists()
