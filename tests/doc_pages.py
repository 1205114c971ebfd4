"""The documentation as tests read it: pages, code blocks, command lines, links."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.commands import ROOT

_FENCE = re.compile(r"^( *)```(\S*)\n(.*?)^\1```", re.S | re.M)
_SPAN = re.compile(r"`([^`\n]+)`")
_SHELL = ("console", "sh", "bash")
_HEADING = re.compile(r"^#{1,6} (.+?)\s*$", re.M)
# What separates commands of one line; a comment ends it.
_STOPS = ("|", "||", "&&", ";", ">", "<", ">>", "2>&1", "&")


def documents() -> list[Path]:
    """List every Markdown page of the repository."""
    skipped = {"node_modules", ".venv", "site", "output"}
    found = [ROOT / name for name in (".", "docs", "voices", "examples", "src", ".github")]
    pages = {page for folder in found for page in _below(folder)}
    return sorted(page for page in pages if not skipped & set(page.relative_to(ROOT).parts))


def _below(folder: Path) -> Iterator[Path]:
    yield from folder.glob("*.md") if folder == ROOT else folder.rglob("*.md")


@dataclass(frozen=True, slots=True)
class Fenced:
    """A block of code: its language and its text."""

    language: str
    text: str


@cache
def blocks(page: Path) -> tuple[Fenced, ...]:
    """The blocks of code of a page."""
    found = _FENCE.findall(page.read_text(encoding="utf-8"))
    return tuple(Fenced(language, text) for _, language, text in found)


@cache
def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def spans(page: Path) -> list[str]:
    """The code within the text of a page."""
    return _SPAN.findall(prose(page))


def shell_lines(page: Path) -> list[str]:
    """The lines that a reader types: those with a prompt, or all of a block without prompts."""
    out = []
    for block in blocks(page):
        if block.language in _SHELL:
            text = block.text.replace("\\\n", "")
            lines = [line.strip() for line in text.splitlines()]
            typed = [line[2:] for line in lines if line.startswith("$ ")]
            out += typed or lines
    return out


def commands(line: str) -> list[list[str]]:
    """The calls of ``mujaz`` in a line, each as its words after the name."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    try:
        words = list(lexer)
    except ValueError:  # a quotation mark of prose
        return []
    out: list[list[str]] = []
    current: list[str] | None = None
    for word in words:
        if word in _STOPS:
            current = None
        elif current is not None and not (current == [] and word == "mujaz"):
            current.append(word)
        elif word == "mujaz" or word.endswith("/mujaz"):
            current = []
            out.append(current)
    return out


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors that code hosts give the headings of a page."""
    out: set[str] = set()
    for heading in _HEADING.findall(prose(page)):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        name = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
        number = 0
        while (unique := f"{name}-{number}" if number else name) in out:
            number += 1
        out.add(unique)
    return frozenset(out)
