"""Write the manual pages of the commands, made of the commands themselves.

python tools/manuals.py build/man     # man build/man/mujaz.1
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.docsite.commands import Described, described
from tools.docsite.reference import table

from mujaz import __version__


def manual(command: Described) -> str:
    """Make the page of a command in the language of ``man``."""
    name = command.path.replace(" ", "-")
    lines = [
        f'.TH "{name.upper()}" "1" "" "mujaz {__version__}" "mujaz"',
        ".SH NAME",
        _text(f"{name} - {command.summary}"),
        ".SH SYNOPSIS",
        f".B {_text(command.path)}",
        _text(command.usage),
        ".SH DESCRIPTION",
    ]
    for text, keeps_lines in command.paragraphs:
        if keeps_lines:
            lines += [".PP", ".nf", *map(_text, text.splitlines()), ".fi"]
        else:
            lines += [".PP", _text(text)]
    lines.append(".SH OPTIONS")
    for option, meaning in command.options:
        lines += [".TP", rf"\fB{_text(option)}\fR", _text(meaning)]
    if command.members:
        lines.append(".SH COMMANDS")
        lines += [_text(f"{name}-{member}(1)") + "\n.br" for member in command.members]
    lines.append(".SH EXIT STATUS")
    for row in table("exit_statuses.tsv"):
        lines += [".TP", row["status"], _text(row["en"].replace("`", ""))]
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    """Escape what ``man`` would take for its own marks."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{text}" if text.startswith((".", "'")) else text


def write(folder: Path) -> list[Path]:
    """Write one page for each command."""
    folder.mkdir(parents=True, exist_ok=True)
    out = []
    for command in described():
        path = folder / f"{command.path.replace(' ', '-')}.1"
        path.write_text(manual(command), encoding="utf-8")
        out.append(path)
    return out


if __name__ == "__main__":
    print(f"{len(write(Path(sys.argv[1])))} pages in {sys.argv[1]}")
