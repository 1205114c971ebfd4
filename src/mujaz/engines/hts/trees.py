"""Decision trees of HTS voices: questions about a label lead to one of a stream's distributions.

A question holds if one of its patterns matches the whole label; ``*`` stands for any run of
characters, ``?`` for any one. Text from a file is never compiled into an expression that could
backtrack: the pieces between stars are looked for one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mujaz.errors import VoiceError

_QUESTION = re.compile(r"QS\s+(\S+)\s*\{([^{}]*)\}")
_PATTERN = re.compile(r'"([^"]*)"|([^\s,"]+)')
_TREE = re.compile(r"\{\*\}\[(\d+)\]\s*(?:\{([^{}]*)\}|\"?([^\s{}\"]+)\"?)")
_LEAF_NUMBER = re.compile(r"_(\d+)$")
_LONGEST_PATTERN = 200
_MOST_PATTERNS = 400


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern of a question, cut at its stars.

    Attributes:
        first, last: What the label begins and ends with.
        between: What stands between, in this order.
        whole: Whether there is no star: the label must equal ``first``.
    """

    first: str
    between: tuple[str, ...]
    last: str
    whole: bool

    def matches(self, label: str) -> bool:
        """Whether the whole label matches."""
        if self.whole:
            return len(label) == len(self.first) and _stands_at(self.first, label, 0)
        end = len(label) - len(self.last)
        at = len(self.first)
        if (
            end < at
            or not _stands_at(self.first, label, 0)
            or not _stands_at(self.last, label, end)
        ):
            return False
        for part in self.between:
            at = _find(part, label, at, end)
            if at < 0:
                return False
            at += len(part)
        return True


class Question:
    """Patterns of which one must match.

    Nearly all patterns ask how a label begins or what it contains; these are answered by the
    string methods, which is several times faster.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        beginnings: list[str] = []
        self._contained: list[str] = []
        self._others: list[Pattern] = []
        for pattern in map(parse_pattern, patterns):
            plain = "?" not in pattern.first + "".join(pattern.between) and not pattern.last
            if plain and not pattern.whole and not pattern.between:
                beginnings.append(pattern.first)
            elif plain and not pattern.first and len(pattern.between) == 1:
                self._contained.append(pattern.between[0])
            else:
                self._others.append(pattern)
        self._beginnings = tuple(beginnings)

    def matches(self, label: str) -> bool:
        """Whether one of the patterns matches the whole label."""
        if label.startswith(self._beginnings):
            return True
        for part in self._contained:
            if part in label:
                return True
        return any(pattern.matches(label) for pattern in self._others)


@dataclass(slots=True)
class Tree:
    """The tree of one state.

    Attributes:
        questions: Of each inner node.
        no, yes: Of each inner node, the node to go on with: an index, or ``~leaf`` for a leaf.
        root: Where to begin, in the same way.
    """

    root: int
    questions: list[Question] = field(default_factory=list)
    no: list[int] = field(default_factory=list)
    yes: list[int] = field(default_factory=list)

    def leaf(self, answers: Answers) -> int:
        """Index of the distribution for a label, from 0."""
        at = self.root
        while at >= 0:
            at = self.yes[at] if answers.yes(self.questions[at]) else self.no[at]
        return ~at


class Answers:
    """Answers to questions about one label, each worked out once."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._known: dict[Question, bool] = {}

    def yes(self, question: Question) -> bool:
        """Whether one of the question's patterns matches."""
        known = self._known.get(question)
        if known is None:
            known = self._known[question] = question.matches(self._label)
        return known


class Questions:
    """Questions of a voice: trees that ask the same share one object."""

    def __init__(self) -> None:
        self._shared: dict[tuple[str, ...], Question] = {}

    def shared(self, patterns: tuple[str, ...], where: str) -> Question:
        """The question with these patterns.

        Raises:
            VoiceError: If there are too many, or one is too long.
        """
        if patterns not in self._shared:
            if not 0 < len(patterns) <= _MOST_PATTERNS:
                raise _damaged("a question with no usable patterns", where)
            if max(map(len, patterns)) > _LONGEST_PATTERN:
                raise _damaged("a pattern that is too long", where)
            self._shared[patterns] = Question(patterns)
        return self._shared[patterns]


def parse_pattern(text: str) -> Pattern:
    """Read a pattern."""
    first, *rest = text.split("*")
    if not rest:
        return Pattern(first, (), "", whole=True)
    *between, last = rest
    return Pattern(first, tuple(filter(None, between)), last, whole=False)


def patterns_of(text: str) -> tuple[str, ...]:
    """The patterns of a comma-separated list, with or without quotation marks."""
    return tuple(quoted or bare for quoted, bare in _PATTERN.findall(text))


def read_trees(text: str, leaves: list[int], questions: Questions, where: str) -> list[Tree]:
    """The trees of a stream, one a state from state 2 on.

    Args:
        text: The part of the voice file that holds them.
        leaves: How many distributions each state has.
        questions: Of the voice.
        where: What errors name.

    Raises:
        VoiceError: If a tree is missing, damaged, or leads outside the distributions.
    """
    known = {
        name: questions.shared(patterns_of(patterns), where)
        for name, patterns in _QUESTION.findall(text)
    }
    trees: list[Tree] = []
    for state, (number, body, leaf) in enumerate(_TREE.findall(text), 2):
        if int(number) != state or state - 2 >= len(leaves):
            raise _damaged(f"a tree for state {number} that is not expected here", where)
        count = leaves[state - 2]
        if leaf:
            trees.append(Tree(~_leaf(leaf, count, where)))
        else:
            trees.append(_read_tree(body, known, count, where))
    if len(trees) != len(leaves):
        raise _damaged(f"{len(trees)} trees for {len(leaves)} states", where)
    return trees


def _read_tree(body: str, known: dict[str, Question], leaves: int, where: str) -> Tree:
    lines = [line.split() for line in body.splitlines() if line.strip()]
    if not lines or any(len(line) != 4 for line in lines):
        raise _damaged("a tree with a line that is not «node question no yes»", where)
    place = {line[0]: at for at, line in enumerate(lines)}
    if len(place) != len(lines) or "0" not in place:
        raise _damaged("a tree without a root, or with one node twice", where)
    tree = Tree(place["0"])
    for _, question, no, yes in lines:
        if question not in known:
            raise _damaged(f"a tree that asks the unknown question {question[:40]!r}", where)
        tree.questions.append(known[question])
        for branch, target in ((tree.no, no), (tree.yes, yes)):
            if target in place:
                branch.append(place[target])
            else:
                branch.append(~_leaf(target.strip('"'), leaves, where))
    # A node that is reached twice could close a circle, and a walk would never end.
    inner = [target for target in (*tree.no, *tree.yes) if target >= 0]
    if len(inner) != len(set(inner)) or tree.root in inner:
        raise _damaged("a tree whose nodes are reached by more than one way", where)
    return tree


def _leaf(name: str, count: int, where: str) -> int:
    match = _LEAF_NUMBER.search(name)
    if match is None or not 1 <= int(match[1][:9]) <= count:
        raise _damaged(f"a tree that leads to {name[:40]!r}, which is no distribution", where)
    return int(match[1]) - 1


def _damaged(what: str, where: str) -> VoiceError:
    return VoiceError(
        f"not a voice that can be spoken: {what}",
        where=where,
        hint="copy or install it again",
    )


def _stands_at(part: str, label: str, at: int) -> bool:
    if "?" not in part:
        return label.startswith(part, at)
    return len(label) - at >= len(part) and all(
        want in ("?", found) for want, found in zip(part, label[at:], strict=False)
    )


def _find(part: str, label: str, start: int, end: int) -> int:
    """Return the first position of a part between two positions, or -1."""
    if "?" not in part:
        return label.find(part, start, end)
    return next(_places(part, label, start, end), -1)


def _places(part: str, label: str, start: int, end: int) -> Iterator[int]:
    for at in range(start, end - len(part) + 1):
        if _stands_at(part, label, at):
            yield at
