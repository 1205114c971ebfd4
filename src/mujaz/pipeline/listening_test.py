"""Blind listening tests: pages on which people compare voices, and what their answers say.

The page names its clips by codes. Which voice a code stands for is in a key file beside the
folder, so that a folder that is put on a server gives nothing away.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import secrets
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mujaz.errors import PublishError, SourceError, VoiceError
from mujaz.pipeline.say import say
from mujaz.publish.html.listening_page import Trial, listening_page, static_files
from mujaz.settings.values import Config
from mujaz.storage.atomic import replace_file
from mujaz.tables import read_table

_FEWEST = 2
_CODE_CHARS = 12
_INTERVAL = 1.96
_GRADES = range(1, 6)


@dataclass(frozen=True, slots=True)
class Opinion:
    """Answers about one voice.

    Attributes:
        mean: Mean grade, 1 to 5 (ITU-T P.800, annex B: absolute category rating).
        margin: Half of its 95 % interval; NaN with fewer than two grades.
        grades: Number of grades.
        best: How often it was chosen as the best clip of a sentence.
    """

    voice: str
    mean: float
    margin: float
    grades: int
    best: int


def test_sentences() -> list[str]:
    """The sentences of a test that names none."""
    return [row["text"] for row in read_table("mujaz.pipeline", "data/listening_sentences.tsv")]


def write_test(
    folder: Path,
    voices: Sequence[str],
    sentences: Sequence[str],
    config: Config,
    progress: Callable[[str], None] = lambda line: None,
) -> Path:
    """Write the page of a listening test and its clips, and the key beside the folder.

    Args:
        folder: Created; it must be empty.
        voices: Names of two or more voices.
        sentences: Arabic sentences, each spoken by all voices.
        config: See :mod:`mujaz.settings.values`.
        progress: Called with one line at a time.

    Returns:
        The page.

    Raises:
        MujazError: If a voice cannot be used, a sentence cannot be spoken, or the folder cannot be
            written.
    """
    names = list(dict.fromkeys(voices))
    if len(names) < _FEWEST:
        raise VoiceError("a listening test needs two voices or more", hint="mujaz voices list")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PublishError("this folder is not empty", where=str(folder), hint="name a new one")
    secret = secrets.token_hex(16)
    order = random.Random(secret)
    codes: dict[str, str] = {}
    trials: list[Trial] = []
    try:
        (folder / "clips").mkdir(parents=True, exist_ok=True)
        for number, text in enumerate(sentences, 1):
            progress(f"sentence {number} of {len(sentences)}")
            clips = []
            for name in names:
                code = hashlib.sha256(f"{secret}\n{name}\n{number}".encode()).hexdigest()
                code = code[:_CODE_CHARS]
                replace_file(
                    folder / "clips" / f"{code}.mp3", say(text, config, voice=name, mp3=True)
                )
                codes[code] = name
                clips.append(code)
            order.shuffle(clips)
            trials.append(Trial(text, tuple(clips)))
        test = hashlib.sha256(secret.encode()).hexdigest()[:_CODE_CHARS]
        key = {"test": test, "voices": names, "clips": codes, "sentences": list(sentences)}
        replace_file(key_of(folder), json.dumps(key, ensure_ascii=False, indent=1) + "\n")
        for file, content in static_files().items():
            replace_file(folder / file, content)
        page = folder / "index.html"
        replace_file(page, listening_page(test, trials, config.show.language))
    except OSError as error:
        raise PublishError(
            f"the listening test cannot be written: {error.strerror}", where=str(folder)
        ) from error
    return page


def key_of(folder: Path) -> Path:
    """Place of the file that says which voice each clip is."""
    whole = folder.absolute()
    return whole.with_name(f"{whole.name}.key.json")


def opinions(folder: Path, results: Sequence[Path]) -> list[Opinion]:
    """Sum up result files of a listening test, best mean first.

    Raises:
        SourceError: If the key or a result file cannot be read, or belongs to another test.
    """
    key = _read(key_of(folder))
    grades: dict[str, list[int]] = {name: [] for name in key["voices"]}
    best = dict.fromkeys(grades, 0)
    for path in results:
        result = _read(path)
        if result.get("test") != key["test"]:
            raise SourceError("this is the result of another listening test", where=str(path))
        try:
            for answer in result["answers"]:
                for code, grade in answer["grades"].items():
                    if grade not in _GRADES:
                        raise ValueError(f"a grade of {grade!r}")
                    grades[key["clips"][code]].append(grade)
                if answer["best"]:
                    best[key["clips"][answer["best"]]] += 1
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SourceError(
                f"this result file is damaged: {error}", where=str(path), hint="leave it out"
            ) from error
    found = [Opinion(name, *_mean(given), len(given), best[name]) for name, given in grades.items()]
    return sorted(found, key=lambda opinion: (-opinion.mean, opinion.voice))


def _mean(given: Sequence[int]) -> tuple[float, float]:
    """Mean of grades and half of its 95 % interval."""
    if not given:
        return 0.0, math.nan
    if len(given) == 1:
        return float(given[0]), math.nan
    return statistics.mean(given), _INTERVAL * statistics.stdev(given) / math.sqrt(len(given))


def _read(path: Path) -> Any:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceError(f"this file cannot be read: {error}", where=str(path)) from error
    if not isinstance(data, dict):
        raise SourceError("this is no file of a listening test", where=str(path))
    return data
