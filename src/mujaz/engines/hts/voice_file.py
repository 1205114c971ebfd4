"""Reader of ``.htsvoice`` files (HTS_engine API 1.x): header, distributions, windows, trees.

A voice file comes from outside: every number in it is held to bounds before anything is made of
it, every range must lie within the file, and every part must be as long as its counts say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mujaz.engines.hts.trees import Question, Questions, Tree, patterns_of, read_trees
from mujaz.errors import VoiceError

_MOST_BYTES = 64_000_000
_MOST_HEADER = 65_536
_DATA = b"[DATA]\n"
_LINE = re.compile(r"(\w+)(?:\[(\w+)\])?:(.*)")
_RANGE = re.compile(r"(\d{1,10})-(\d{1,10})")
_SPECTRUM, _PITCH, _MIX = "MCP", "LF0", "LPF"
# A state of 2.5 s at 5 ms a frame; a phone of natural speech is shorter by far.
_LONGEST_STATE = 500.0
_LARGEST_VALUE = 1000.0

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Distributions:
    """Gaussians of one state: means and variances a leaf, and the weight of voicing.

    Attributes:
        mean, variance: One line a leaf, windows side by side.
        voicing: Probability that a frame has a value, one a leaf; None if all have.
    """

    mean: Floats
    variance: Floats
    voicing: Floats | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of parameter.

    Attributes:
        size: Numbers a frame.
        windows: Coefficients of the static window and of those of change over time.
        trees, states: For each state, its tree and its distributions.
        variance_tree, variances: Of the global variance over an utterance; None without.
    """

    size: int
    windows: tuple[tuple[float, ...], ...]
    trees: list[Tree]
    states: list[Distributions]
    variance_tree: Tree | None = None
    variances: Distributions | None = None


@dataclass(frozen=True, slots=True)
class HtsVoice:
    """A voice.

    Attributes:
        sample_rate: In Hz.
        frame_period: In samples, as the voice was trained.
        alpha: Of the all-pass that warps the frequency axis of the spectrum.
        duration_tree, durations: Frames of each state, all states of a phone in one distribution.
        mix: How pulses and noise share the spectrum; None if a frame is one or the other.
        without_variance: Labels whose frames are left out of the global variance.
    """

    sample_rate: int
    frame_period: int
    alpha: float
    duration_tree: Tree
    durations: Distributions
    spectrum: Stream
    pitch: Stream
    mix: Stream | None
    without_variance: Question | None


def read_voice(path: Path) -> HtsVoice:
    """Read a voice file; whether it is the one that was agreed to must be checked before.

    Raises:
        VoiceError: If it cannot be read, is not of this format, or is damaged.
    """
    try:
        size = path.stat().st_size
        if size > _MOST_BYTES:
            raise _damaged(f"{size:,} bytes are more than any such voice has", str(path))
        data = path.read_bytes()
    except OSError as error:
        raise VoiceError(f"cannot be read: {error.strerror}", where=str(path)) from error
    return _Reader(data, str(path)).voice()


class _Reader:
    """One file's header and data, and the parts that are made of them."""

    def __init__(self, data: bytes, where: str) -> None:
        self._where = where
        at = data.find(_DATA, 0, _MOST_HEADER)
        if not data.startswith(b"[GLOBAL]") or at < 0:
            raise self._fault("it has no header of an .htsvoice file")
        self._values: dict[tuple[str, str], str] = {}
        for line in data[:at].decode("latin-1").splitlines():
            match = _LINE.fullmatch(line.strip())
            if match:
                self._values[match[1], match[2] or ""] = match[3].strip()
        self._data = memoryview(data)[at + len(_DATA) :]
        self._questions = Questions()
        self._states = 0

    def voice(self) -> HtsVoice:
        """The voice.

        Raises:
            VoiceError: If something is missing, damaged or out of bounds.
        """
        version = self._text("HTS_VOICE_VERSION")
        if version != "1.0":
            raise self._fault(f"its format is {version[:20]!r}, not 1.0")
        streams = self._text("STREAM_TYPE").split(",")
        if streams not in ([_SPECTRUM, _PITCH], [_SPECTRUM, _PITCH, _MIX]):
            raise self._fault(f"its streams are {','.join(streams)[:40]}, not MCP,LF0[,LPF]")
        self._states = self._number("NUM_STATES", 1, 10)
        counts, rest = self._counts(self._part("DURATION_PDF"), 1)
        durations = self._distributions(rest, counts, self._states, spread=False)[0]
        if durations.mean.min() < 0 or durations.mean.max() > _LONGEST_STATE:
            raise self._fault("it has states of impossible length")
        trees = read_trees(self._ascii("DURATION_TREE"), counts, self._questions, self._where)
        return HtsVoice(
            sample_rate=self._number("SAMPLING_FREQUENCY", 8000, 96000),
            frame_period=self._number("FRAME_PERIOD", 20, 2000),
            alpha=self._alpha(),
            duration_tree=trees[0],
            durations=durations,
            spectrum=self._stream(_SPECTRUM, 128),
            pitch=self._stream(_PITCH, 1),
            mix=self._stream(_MIX, 255) if _MIX in streams else None,
            without_variance=self._without_variance(),
        )

    def _without_variance(self) -> Question | None:
        patterns = patterns_of(self._values.get(("GV_OFF_CONTEXT", ""), ""))
        return self._questions.shared(patterns, self._where) if patterns else None

    def _alpha(self) -> float:
        options = dict(
            option.split("=", 1)
            for option in self._text("OPTION", _SPECTRUM).replace(" ", "").split(",")
            if "=" in option
        )
        try:
            alpha = float(options.get("ALPHA", "0"))
            unusual = float(options.get("GAMMA", "0")) != 0 or float(options.get("LN_GAIN", "0"))
        except ValueError:
            raise self._fault("an option of its spectrum is not a number") from None
        if unusual:
            raise self._fault("its spectrum is of line spectral pairs, which is not supported")
        if not 0 <= alpha < 0.95:
            raise self._fault(f"its frequency warping is {alpha}")
        return alpha

    def _stream(self, kind: str, most: int) -> Stream:
        size = self._number("VECTOR_LENGTH", 1, most, kind)
        windows = self._windows(kind)
        voiced = self._number("IS_MSD", 0, 1, kind) == 1
        if voiced != (kind == _PITCH):
            raise self._fault(f"its stream {kind} is {'' if voiced else 'not '}a voiced one")
        counts, rest = self._counts(self._part("STREAM_PDF", kind), self._states)
        states = self._distributions(
            rest, counts, size * len(windows), voiced=voiced, spread=len(windows) > 1
        )
        trees = read_trees(self._ascii("STREAM_TREE", kind), counts, self._questions, self._where)
        if not self._number("USE_GV", 0, 1, kind):
            return Stream(size, windows, trees, states)
        counts, rest = self._counts(self._part("GV_PDF", kind), 1)
        variances = self._distributions(rest, counts, size)[0]
        tree = read_trees(self._ascii("GV_TREE", kind), counts, self._questions, self._where)[0]
        return Stream(size, windows, trees, states, tree, variances)

    def _windows(self, kind: str) -> tuple[tuple[float, ...], ...]:
        count = self._number("NUM_WINDOWS", 1, 3, kind)
        ranges = self._text("STREAM_WIN", kind).split(",")
        if len(ranges) != count:
            raise self._fault(f"its stream {kind} has another number of windows than it says")
        windows: list[tuple[float, ...]] = []
        for part in ranges:
            try:
                width, *numbers = bytes(self._range(part)).decode("latin-1").split()
                window = tuple(map(float, numbers))
            except ValueError:
                raise self._fault(f"a window of its stream {kind} is not made of numbers") from None
            if width != str(len(window)) or len(window) not in (1, 3):
                raise self._fault(f"a window of its stream {kind} is not 1 or 3 numbers wide")
            if not all(abs(number) <= 10 for number in window):
                raise self._fault(f"a window of its stream {kind} is out of bounds")
            windows.append(window)
        if windows[0] != (1.0,) or any(len(window) != 3 for window in windows[1:]):
            raise self._fault(f"the windows of its stream {kind} are of another kind")
        return tuple(windows)

    def _counts(self, part: memoryview, states: int) -> tuple[list[int], memoryview]:
        """Count the distributions of each state, and return what follows."""
        if len(part) < 4 * states:
            raise self._fault("a list of distributions is cut short")
        counts = np.frombuffer(part[: 4 * states], "<u4").tolist()
        if not all(0 < count <= len(part) for count in counts):
            raise self._fault("a number of distributions is out of bounds")
        return counts, part[4 * states :]

    def _distributions(
        self,
        part: memoryview,
        counts: list[int],
        size: int,
        *,
        voiced: bool = False,
        spread: bool = True,
    ) -> list[Distributions]:
        """The distributions of each state.

        Args:
            part: Exactly their bytes.
            counts: How many each state has.
            size: Numbers of a mean.
            voiced: Whether a weight follows each.
            spread: Whether a variance must be above zero.
        """
        width = 2 * size + voiced
        if len(part) != 4 * width * sum(counts):
            raise self._fault("a list of distributions is not as long as it says")
        table = np.frombuffer(part, "<f4").astype(np.float32).reshape(-1, width)
        means, variances = table[:, :size], table[:, size : 2 * size]
        if not np.isfinite(table).all() or np.abs(means).max() > _LARGEST_VALUE:
            raise self._fault("a distribution is out of bounds")
        if variances.min() < 0 or (spread and variances.min() <= 0):
            raise self._fault("a variance is not above zero")
        ends = np.cumsum(counts).tolist()
        return [
            Distributions(
                means[end - count : end],
                variances[end - count : end],
                table[end - count : end, -1] if voiced else None,
            )
            for count, end in zip(counts, ends, strict=True)
        ]

    def _part(self, name: str, kind: str = "") -> memoryview:
        return self._range(self._text(name, kind))

    def _ascii(self, name: str, kind: str = "") -> str:
        return bytes(self._part(name, kind)).decode("latin-1")

    def _range(self, text: str) -> memoryview:
        """The bytes of ``first-last``, both inclusive, counted from the end of the header."""
        match = _RANGE.fullmatch(text.strip())
        if match is None or not int(match[1]) <= int(match[2]) < len(self._data):
            raise self._fault(f"a part lies at {text[:30]!r}, outside the file")
        return self._data[int(match[1]) : int(match[2]) + 1]

    def _text(self, name: str, kind: str = "") -> str:
        value = self._values.get((name, kind))
        if value is None:
            raise self._fault(f"its header has no {name}" + (f"[{kind}]" if kind else ""))
        return value

    def _number(self, name: str, low: int, high: int, kind: str = "") -> int:
        text = self._text(name, kind)
        if not re.fullmatch(r"\d{1,7}", text) or not low <= int(text) <= high:
            raise self._fault(f"{name} is {text[:20]!r}, not a number from {low} to {high}")
        return int(text)

    def _fault(self, what: str) -> VoiceError:
        return _damaged(what, self._where)


def _damaged(what: str, where: str) -> VoiceError:
    return VoiceError(
        f"not a voice that can be spoken: {what}", where=where, hint="copy or install it again"
    )
