"""How often the listening check is right: good clips that it doubts, faulty ones that it accepts.

    python bench/listen/alarms.py                 # the trained voice ziad, on the bench's sentences
    python bench/listen/alarms.py VOICE --sentences FILE --json FILE

A voice speaks each sentence. The clip as it is must raise no alarm. Then faults of neural engines
are put into it: its end cut off, a phrase of it said twice, other syllables of the same voice in
its place (babble), the sound backwards, a sentence of a foreign language. Each of them must raise
one, from the checks of the sound (which find repeated phrases) or from the listening. Without the
extra ``ear`` the run is skipped; it fails if a share misses its limit.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mujaz.arabic.letters import LETTERS, SHORT_VOWELS
from mujaz.domain import Clip, Voice
from mujaz.engines.espeak.binding import espeak
from mujaz.errors import MissingPackageError
from mujaz.pipeline.read import reading
from mujaz.plugins import shared_engine
from mujaz.settings.values import Config
from mujaz.speech.quality.clip_check import check_clip
from mujaz.speech.quality.ear import PACKAGED, require
from mujaz.speech.quality.listening import listen
from mujaz.voices.catalog import find_voice

_SENTENCES = Path(__file__).resolve().parent / "sentences.txt"
# Largest share of good clips that raise an alarm, and smallest share of faulty ones that do.
_MOST_FALSE, _LEAST_TRUE = 0.01, 0.95
_FOREIGN = (
    ("en", "The minister said on Monday that the talks would continue for another week."),
    ("en", "Heavy rain is expected in the north of the country tomorrow morning."),
    ("fr", "Le ministre a annoncé lundi que les négociations allaient continuer."),
    ("tr", "Bakan pazartesi günü görüşmelerin devam edeceğini söyledi."),
    ("fa", "وزیر امور خارجه روز دوشنبه گفت که گفتگوها ادامه خواهد داشت"),
    ("de", "Der Minister sagte am Montag, dass die Gespräche weitergehen werden."),
)

Samples = npt.NDArray[np.int16]


def spoken_sentences(path: Path, most: int) -> list[str]:
    """Return the sentences as the text stage hands them to a voice."""
    how = reading(Config())
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [how.spoken(line) for line in lines if not line.startswith("#")][: most or None]


def clips(text: str, voice: Voice, seed: int) -> Iterator[tuple[str, Clip]]:
    """Give the clip of a sentence and its faulty copies, each with its kind."""
    chance = np.random.default_rng(seed)
    engine = shared_engine(voice.engine)
    good = engine.speak(text, voice)
    samples = np.frombuffer(good.pcm, np.int16)
    yield "good", good
    yield "end cut off", _clip(samples[: _sounding(samples, chance.uniform(0.6, 0.85))], good)
    start = _sounding(samples, chance.uniform(0.1, 0.5))
    end = start + int(good.sample_rate * chance.uniform(0.9, 1.6))
    twice = [samples[:end], samples[start:end], samples[end:]]
    yield "phrase twice", _clip(np.concatenate(twice), good)
    yield "babble", engine.speak(_babble(text, chance), voice)
    yield "backwards", _clip(samples[::-1], good)
    yield "foreign", _foreign(*_FOREIGN[seed % len(_FOREIGN)])


def _sounding(samples: Samples, share: float) -> int:
    """Return the place up to which a share of the sounding samples lies."""
    loud = np.flatnonzero(np.abs(samples.astype(int)) > 300)
    return int(loud[int(share * (loud.size - 1))])


def _clip(samples: Samples, like: Clip) -> Clip:
    return replace(like, pcm=np.ascontiguousarray(samples).tobytes(), words=())


def _babble(text: str, chance: np.random.Generator) -> str:
    """Return words of as many random syllables as a text has letters."""
    words = []
    for word in text.split():
        count = max(1, sum(char in LETTERS for char in word) - 1)
        letters = chance.choice(list(LETTERS[5:33]), count)
        vowels = chance.choice(list(SHORT_VOWELS), count)
        words.append("".join(map("".join, zip(letters, vowels, strict=True))))
    return " ".join(words) + "."


def _foreign(language: str, text: str) -> Clip:
    """Speak a text of another language with the espeak-ng library."""
    with tempfile.TemporaryDirectory() as folder:
        voice = Path(folder) / language
        voice.write_text(f"name {language}\nlanguage {language}\n", encoding="utf-8")
        spoken = espeak().speak(text, voice_file=voice, rate=150, pitch=50, pitch_range=50)
        return Clip(spoken.pcm, espeak().sample_rate)


def main() -> int:
    options = _options()
    try:
        require(options.model)
    except MissingPackageError as error:
        print(f"skipped: {error}; {error.hint}")
        return 0
    voice = find_voice(options.voice, options.home)
    alarms: dict[str, list[bool]] = {}
    heard = []
    for seed, text in enumerate(spoken_sentences(options.sentences, options.most)):
        for kind, clip in clips(text, voice, seed):
            if kind != "good" and options.faulty and seed >= options.faulty:
                break
            found = listen(clip, text, options.model)
            # As in a run: what the checks of the sound find is not listened to.
            doubted = check_clip(clip, text, voice).fault or found.fault
            alarms.setdefault(kind, []).append(bool(doubted))
            heard.append({"kind": kind, "text": text, "alarm": doubted, **asdict(found)})
    if options.json:
        options.json.write_text(json.dumps(heard, ensure_ascii=False, indent=1), encoding="utf-8")
    missed = False
    for kind, found_ in alarms.items():
        share = sum(found_) / len(found_)
        wrong = share > _MOST_FALSE if kind == "good" else share < _LEAST_TRUE
        missed |= wrong
        limit = f"at most {_MOST_FALSE:.0%}" if kind == "good" else f"at least {_LEAST_TRUE:.0%}"
        print(f"{kind}: {sum(found_)} of {len(found_)} raise an alarm ({share:.1%}, {limit})")
    return 1 if missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("voice", nargs="?", default="ziad")
    parser.add_argument("--sentences", type=Path, default=_SENTENCES, help="one a line")
    parser.add_argument("--most", type=int, default=0, help="the first so many sentences only")
    parser.add_argument(
        "--faulty", type=int, default=0, help="put faults into the first so many sentences only"
    )
    parser.add_argument("--model", default=PACKAGED, help="a Whisper folder for CTranslate2")
    parser.add_argument("--home", type=Path, default=Path(), help="folder that holds voices/")
    parser.add_argument("--json", type=Path, help="write what was heard to a file")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
