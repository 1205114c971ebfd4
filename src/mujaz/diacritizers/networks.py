"""The neural networks: one sentence's letters in, probabilities of mark classes out.

rawi (TigreGotico, Apache-2.0, from text2tashkeel 0.3.0a2, trained further on modern news by
``bench/diacritics/tune.py``) and libtashkeel (Musharraf Omer, MIT, inside piper-tts) are small
recurrent networks that decide letter by letter. Their packages wrap them for whole texts and give
strings; what a fusion needs are the probabilities, so the graphs are run here directly. The marks
each network may choose are folded to the common classes.

How a sentence is framed matters: trained on written sentences, rawi expects a stop at the end
and misreads the last words without one (heard word errors on news lines without punctuation:
16.6 % bare, 14.6 % between a stop before and a stop after).
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt

from mujaz.diacritizers.classes import CLASSES, NONE, class_of
from mujaz.errors import DiacritizerError, MissingPackageError, installing
from mujaz.privacy import disable_telemetry

Probabilities = npt.NDArray[np.float64]

_HAMZAS = frozenset("\u0653\u0654\u0655")  # maddah above, hamza above, hamza below
# The kinds of hamza: none, above, below, maddah.
HAMZAS = (
    frozenset[str](),
    frozenset(("\u0654",)),
    frozenset(("\u0655",)),
    frozenset(("\u0653",)),
)
_FOLDER = Path(__file__).resolve().parent
_UNKNOWN = "<UNK>"
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Frame:
    """Text put before and after the words of a sentence when a network reads it."""

    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class _Folding:
    """Map a rawi network's classes to the common ones, for one kind of letter.

    Classes with another hamza than the letter has contradict the text and are left out of the sum.
    """

    columns: npt.NDArray[np.int64]
    targets: npt.NDArray[np.int64]

    def members(self, place: int, empty: int) -> npt.NDArray[np.int64]:
        """Return for each common class the column of its member of this place, or ``empty``."""
        found = [self.columns[self.targets == target] for target in range(len(CLASSES))]
        return np.array([one[place] if place < len(one) else empty for one in found])


class _Letters(dict[str, tuple[int, int]]):
    """For each letter, its number without its hamza, and the place of its hamza in ``HAMZAS``."""

    def __init__(self, ids: Mapping[str, int]) -> None:
        super().__init__()
        self._ids = ids

    def __missing__(self, letter: str) -> tuple[int, int]:
        number = self._ids.get(_bare(letter), self._ids[_UNKNOWN])
        found = self[letter] = number, HAMZAS.index(_hamza_of(letter))
        return found


class Alphabet:
    """The letters that the rawi networks read, and the classes of marks that they give.

    Attributes:
        size: Number of their classes.
        foldings: How they stand for the common classes, for each kind of hamza.
    """

    def __init__(self, ids: Mapping[str, int], classes: Sequence[str]) -> None:
        self.size = len(classes)
        self.foldings = {hamza: _folding(classes, hamza) for hamza in HAMZAS}
        self._letters = _Letters(ids)
        most = max(np.bincount(one.targets).max() for one in self.foldings.values())
        # [members x common classes, kinds of hamza], the columns that a class is the sum of.
        self._members = np.stack(
            [
                np.concatenate([one.members(place, self.size) for place in range(most)])
                for one in self.foldings.values()
            ],
            axis=1,
        )

    @classmethod
    def read(cls) -> Alphabet:
        """Read the vocabulary that lies beside the networks."""
        vocabulary = _read_json(_FOLDER / "rawi_vocabulary.json")
        marks = vocabulary["diac_to_idx"]
        return cls(vocabulary["char_to_idx"], sorted(marks, key=marks.get))

    def ids(self, text: str) -> npt.NDArray[np.int64]:
        """Return the number of each letter without its hamza; unknown letters share one."""
        return np.array([self._letters[char][0] for char in text])

    def fold(self, text: str, logits: npt.NDArray[np.float32]) -> Probabilities:
        """Return the weights [networks, common classes, letters] of marks.

        Letters come last because numpy adds up whole rows fastest.

        Args:
            text: The letters.
            logits: [networks, letters, classes of rawi].
        """
        networks, length, _ = logits.shape
        kinds = [self._letters[char][1] for char in text]
        # The last row is that of no class.
        padded = np.empty((networks, self.size + 1, length))
        padded[:, :-1] = logits.transpose(0, 2, 1)
        padded[:, -1] = -np.inf
        cells = self._members[:, kinds] * length + np.arange(length)
        members = padded.reshape(networks, -1).take(cells, axis=1)
        weights = np.exp(members - members.max(axis=1, keepdims=True))
        folded: Probabilities = weights.reshape(networks, -1, len(CLASSES), length).sum(axis=1)
        return folded

    def columns(
        self, letter: str, fold: Sequence[int], accepted: Collection[int]
    ) -> npt.NDArray[np.bool_]:
        """Return [classes of rawi]: whether a class of a letter stands for an accepted one.

        Args:
            letter: With its hamza.
            fold: For each common class, the class that stands for it.
            accepted: Common classes.
        """
        out = np.zeros(self.size, dtype=bool)
        folding = self.foldings[_hamza_of(letter)]
        out[folding.columns] = [fold[target] in accepted for target in folding.targets]
        return out


class Rawi:
    """The networks rawi v2 and v3, which share their alphabet."""

    def __init__(self) -> None:
        self._alphabet = Alphabet.read()
        self._second = _session(_FOLDER / "rawi_v2.int8.onnx")
        self._third = _session(_FOLDER / "rawi_v3.int8.onnx")

    def read(self, text: str, frames: Sequence[Frame]) -> list[tuple[Probabilities, Probabilities]]:
        """Probabilities [letters of ``text``, classes] by v2 and by v3, for each frame.

        Args:
            text: Bare words joined by single spaces, composed (NFC).
            frames: Of equal length in all, so that they make one batch without padding.
        """
        ids = np.array([self._alphabet.ids(frame.before + text + frame.after) for frame in frames])
        (logits,) = self._second.run(["output"], {"input": ids})
        presence, values = self._third.run(["presence", "value"], {"input": ids})
        out = []
        for row, frame in enumerate(frames):
            place = slice(len(frame.before), len(frame.before) + len(text))
            both = np.stack([logits[row, place], values[row, place]])
            second, third = self._alphabet.fold(text, both)
            out.append((_normalized(second, 0).T, _gated(presence[row, place], third).T))
        return out

    def hamzas(self, text: str) -> Probabilities:
        """Probability [letters, kinds] of each kind of hamza on a letter: see :data:`HAMZAS`.

        The networks read أ, إ, آ and ا as one letter and give the hamza back as a mark.

        Args:
            text: Bare words joined by single spaces, composed (NFC).
        """
        ids = np.array([self._alphabet.ids(f". {text}.")])
        (logits,) = self._second.run(["output"], {"input": ids})
        weights = _softmax(logits[0, 2 : 2 + len(text)])
        columns = [self._alphabet.foldings[kind].columns for kind in HAMZAS]
        masses = np.stack([weights[:, one].sum(-1) for one in columns], axis=-1)
        return _normalized(masses)


class Libtashkeel:
    """The network of libtashkeel. It also takes hints, unused: they brought no gain."""

    def __init__(self) -> None:
        folder = _package_folder("piper", installing("piper")) / "tashkeel"
        self._ids: Mapping[str, int] = _read_json(folder / "input_id_map.json")
        self._no_hint = int(_read_json(folder / "hint_id_map.json")[""])
        targets = _read_json(folder / "target_id_map.json")
        self._columns = [
            (column, index)
            for marks, column in targets.items()
            if (index := class_of(marks)) is not None
        ]
        self._session = _session(folder / "model.onnx")

    def read(self, text: str, frames: Sequence[Frame]) -> list[Probabilities]:
        """Probabilities [letters of ``text``, classes] for each frame.

        A letter that the network does not know gets no mark.
        """
        return [self._read(text, frame) for frame in frames]

    def _read(self, text: str, frame: Frame) -> Probabilities:
        whole = frame.before + text + frame.after
        known = [place for place, char in enumerate(whole) if char in self._ids]
        out = np.zeros((len(text), len(CLASSES)))
        out[:, NONE] = 1.0
        if not known:
            return out
        ids = np.array([[self._ids[whole[place]] for place in known]])
        inputs = {
            "char_inputs": ids,
            "diac_inputs": np.full_like(ids, self._no_hint),
            "input_lengths": np.array([len(known)]),
        }
        # The output is named logits and holds probabilities: each row sums to one.
        (weights,) = self._session.run(["logits"], inputs)
        weights = weights[0].astype(np.float64)
        rows = np.array(known) - len(frame.before)
        inside = (rows >= 0) & (rows < len(text))
        folded = np.zeros((int(inside.sum()), len(CLASSES)))
        for column, index in self._columns:
            folded[:, index] += weights[inside, column]
        out[rows[inside]] = folded
        return _normalized(out)


@cache
def _hamza_of(char: str) -> frozenset[str]:
    """The hamza of one letter as combining marks."""
    return frozenset(unicodedata.normalize("NFD", char)[1:]) & _HAMZAS


def _bare(text: str) -> str:
    """Base letters: rawi reads أ as its alif and gives the hamza back as a mark."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if unicodedata.category(char) != "Mn")


def _folding(classes: Sequence[str], hamza: frozenset[str]) -> _Folding:
    pairs = [
        (column, index)
        for column, marks in enumerate(classes)
        if frozenset(marks) & _HAMZAS == hamza
        and (index := class_of("".join(set(marks) - _HAMZAS))) is not None
    ]
    columns, targets = zip(*pairs, strict=True)
    return _Folding(np.array(columns), np.array(targets))


def _gated(presence: npt.NDArray[np.float32], values: Probabilities) -> Probabilities:
    """v3's two heads as one distribution [classes, letters]: whether a mark stands there, which."""
    there = 1.0 / (1.0 + np.exp(-presence.astype(np.float64)))
    values = values.copy()
    values[NONE] = 0.0
    out = _normalized(values, 0) * there
    out[NONE] = 1.0 - there
    return out


_shared: WeakValueDictionary[str, Rawi] = WeakValueDictionary()
_shared_lock = Lock()


def shared_rawi() -> Rawi:
    """The networks of this process, kept while somebody holds them; threads may share them."""
    with _shared_lock:
        rawi = _shared.get("rawi")
        if rawi is None:
            rawi = _shared["rawi"] = Rawi()
        return rawi


def _softmax(logits: npt.NDArray[Any]) -> Probabilities:
    weights: Probabilities = np.exp(logits.astype(np.float64) - logits.max(-1, keepdims=True))
    return _normalized(weights)


def _normalized(weights: Probabilities, axis: int = -1) -> Probabilities:
    out: Probabilities = weights / np.maximum(weights.sum(axis, keepdims=True), _TINY)
    return out


def _session(path: Path) -> Any:
    disable_telemetry()
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # More threads do not speed up single sentences, and compete with worker processes.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # Memory arenas never shrink: they keep the size of the longest sentence.
    options.enable_cpu_mem_arena = False
    if not path.is_file():
        raise DiacritizerError(
            "this model file is missing", where=str(path), hint="reinstall its package"
        )
    return onnxruntime.InferenceSession(
        os.fspath(path), sess_options=options, providers=["CPUExecutionProvider"]
    )


def _package_folder(package: str, install: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        name = {"piper": "piper-tts"}.get(package, package)
        raise MissingPackageError(f"the package {name!r} is not installed", hint=f"run {install}")
    return Path(next(iter(spec.submodule_search_locations)))


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DiacritizerError(
            f"this model file cannot be read: {error.strerror}",
            where=str(path),
            hint="reinstall its package",
        ) from error
