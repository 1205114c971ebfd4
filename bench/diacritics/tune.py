"""Train the rawi networks further on vocalised news, and tell on lines held out what it gives.

    pip install text2tashkeel==0.3.0a2 torch onnx
    python bench/diacritics/tune.py bench/diacritics/modern/*.txt [--write]

A letter's loss is the log probability of all classes that sound the same as the right one, so that
lines in any spelling convention can be trained on (see :mod:`mujaz.diacritizers.candidates`).
What is written lies at ``--mix`` between the old weights and the trained ones: it forgets less of
what the networks knew (Wortsman et al., Robust fine-tuning of zero-shot models, 2022).
"""

from __future__ import annotations

import argparse
import random
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from rawi_torch import Array, RawiNetwork

from mujaz.arabic.letters import ALIF, ALIF_MAKSURA, WORD
from mujaz.arabic.marks import has_marks, shadda_first, strip_marks
from mujaz.diacritizers.candidates import Word
from mujaz.diacritizers.classes import WITH_FATHATAN, single, word_classes
from mujaz.diacritizers.fusion import FRAME
from mujaz.diacritizers.networks import Alphabet

_TARGET = Path(__file__).resolve().parents[2] / "src/mujaz/diacritizers"
_VERSIONS = ("rawi_v2", "rawi_v3")
_MOST_WORDS = 60
_BATCH = 16
_EPOCHS = 3
_PACE = 4e-4
# Of all steps, the first of which the pace grows.
_WARM_UP = 0.05
_DROPOUT = 0.2
_WEIGHT_DECAY = 0.01
_IMPOSSIBLE = -1e9
_HELD = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One line as a network sees it.

    Attributes:
        ids: [letters].
        right: [letters, classes], which classes sound right.
        judged: [letters], whether the letter counts.
    """

    ids: Array
    right: Array
    judged: Array


def line_of(alphabet: Alphabet, text: str) -> Line:
    """Read a vocalised line; words without marks are not judged."""
    gold = [match.group() for match in WORD.finditer(unicodedata.normalize("NFC", text))]
    gold = gold[:_MOST_WORDS]
    words = [strip_marks(word) for word in gold]
    ids = alphabet.ids(FRAME.before + " ".join(words) + FRAME.after)
    right = np.ones((len(ids), alphabet.size), dtype=bool)
    judged = np.zeros(len(ids), dtype=bool)
    start = len(FRAME.before)
    for marked, letters in zip(gold, words, strict=True):
        classes = word_classes(shadda_first(marked), letters) if has_marks(marked) else None
        if classes:
            here = slice(start, start + len(letters))
            right[here], judged[here] = _right_classes(alphabet, Word.of(letters), classes)
        start += len(letters) + 1
    return Line(ids, right, judged)


def _right_classes(alphabet: Alphabet, word: Word, classes: tuple[int, ...]) -> tuple[Array, Array]:
    """Return [letters, classes] and [letters], as in :class:`Line`."""
    reading = word.reading(classes)
    right = np.ones((len(word.letters), alphabet.size), dtype=bool)
    judged = np.zeros(len(word.letters), dtype=bool)
    last = len(word.letters) - 1
    on_alif = last > 0 and word.letters[last] in (ALIF, ALIF_MAKSURA)
    tanwin = on_alif and single(reading[last - 1]) == WITH_FATHATAN
    for place, (index, shorter) in enumerate(zip(reading, word.shorter(reading), strict=True)):
        fold = word.folds[place]
        # Tanwin-fath stands on the alif or on the letter before it: only the alif is judged.
        if len(set(fold)) == 1 or (tanwin and place == last - 1):
            continue
        accepted = {index, shorter} | ({WITH_FATHATAN} if tanwin and place == last else set())
        right[place] = alphabet.columns(word.letters[place], fold, accepted)
        judged[place] = right[place].any()
    return right, judged


def batches(
    lines: Sequence[Line], space: int, order: random.Random | None = None
) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """Yield ids, right classes and judged letters of lines of near length, spaces behind them."""
    by_length = sorted(lines, key=lambda line: len(line.ids))
    groups = [by_length[n : n + _BATCH] for n in range(0, len(lines), _BATCH)]
    if order:
        order.shuffle(groups)
    for group in groups:
        longest = len(max(group, key=lambda line: len(line.ids)).ids)
        ids = np.full((len(group), longest), space)
        right = np.ones((len(group), longest, group[0].right.shape[1]), dtype=bool)
        judged = np.zeros((len(group), longest), dtype=bool)
        for row, line in enumerate(group):
            size = len(line.ids)
            ids[row, :size], right[row, :size], judged[row, :size] = (
                line.ids,
                line.right,
                line.judged,
            )
        yield torch.tensor(ids), torch.tensor(right), torch.tensor(judged)


def wrong_letters(network: RawiNetwork, lines: Sequence[Line], space: int) -> float:
    """Percent of judged letters whose likeliest class sounds wrong."""
    network.eval()
    wrong = total = 0
    with torch.no_grad():
        for ids, right, judged in batches(lines, space):
            best = network(ids).argmax(-1, keepdim=True)
            sounds_right = right.gather(-1, best)[..., 0]
            wrong += int((~sounds_right)[judged].sum())
            total += int(judged.sum())
    return 100 * wrong / max(total, 1)


def train(network: RawiNetwork, lines: Sequence[Line], space: int) -> None:
    """Train in place; the pace falls to nothing."""
    order = random.Random(1)
    optimizer = torch.optim.AdamW(network.parameters(), lr=_PACE, weight_decay=_WEIGHT_DECAY)
    steps = _EPOCHS * -(-len(lines) // _BATCH)
    step = 0
    for _ in range(_EPOCHS):
        network.train()
        for ids, right, judged in batches(lines, space, order):
            step += 1
            share = min(1.0, step / (_WARM_UP * steps)) * (1 - step / (steps + 1))
            for group in optimizer.param_groups:
                group["lr"] = _PACE * share
            likely = network(ids, _DROPOUT).masked_fill(~right, _IMPOSSIBLE)
            loss = -torch.logsumexp(likely, -1)[judged].mean()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()


def mixed(network: RawiNetwork, source: Path, share: float) -> RawiNetwork:
    """Return the network at ``share`` of the way from the old weights to the trained ones."""
    out = RawiNetwork(source)
    old, new = out.state_dict(), network.state_dict()
    out.load_state_dict({name: old[name] + share * (new[name] - old[name]) for name in old})
    return out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--mix", type=float, default=0.7)
    parser.add_argument("--only", choices=_VERSIONS)
    parser.add_argument("--check", type=Path, help="other vocalised lines to score")
    parser.add_argument("--write", action="store_true", help="write the networks into the package")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    alphabet = Alphabet.read()
    space = int(alphabet.ids(" ")[0])
    texts = [line for path in options.texts for line in path.read_text("utf-8").splitlines()]
    texts = [text for text in texts if text.strip() and not text.startswith("#")]
    random.Random(7).shuffle(texts)
    lines = [line_of(alphabet, text) for text in texts]
    # Also of what is written: the figure is that of the networks that are shipped.
    held, kept = lines[::_HELD], [line for n, line in enumerate(lines) if n % _HELD]
    sets = {"held out": held}
    if options.check:
        more = options.check.read_text("utf-8").splitlines()
        sets[options.check.name] = [line_of(alphabet, text) for text in more if text.strip()]
    spec = find_spec("text2tashkeel")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("text2tashkeel is not installed: pip install text2tashkeel==0.3.0a2")
    folder = Path(next(iter(spec.submodule_search_locations))) / "models"
    for version in [options.only] if options.only else _VERSIONS:
        torch.manual_seed(1)
        source = folder / f"{version}.int8.onnx"
        network = RawiNetwork(source)
        before = {name: wrong_letters(network, some, space) for name, some in sets.items()}
        train(network, kept, space)
        network = mixed(network, source, options.mix)
        for name, some in sets.items():
            after = wrong_letters(network, some, space)
            print(f"{version} {name}: {before[name]:.2f} to {after:.2f} % of letters", flush=True)
        if options.write:
            network.write(source, _TARGET / source.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
