"""Each message in the source has its Arabic: a whole sentence, with names and options left."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path

import pytest

import mujaz
from mujaz.cli.messages import translated
from tests.message_texts import messages

_SOURCE = Path(mujaz.__file__).parent
# Commands, settings, files, options and addresses, which are the same in every language.
_NAMES = re.compile(
    r"`[^`]*`|\bmujaz\b(?: [\x21-\x7e]+)*|pip install \S+|'[^']*'|--?[a-z][\w-]*|\b\w+://\S+"
    r"|\S*/\S*|(?<![A-Za-z])[A-Z][A-Z_\d]+|\[\w+(?:\|\w+)+\]|\b\w+\.\w[\w.]*|urn:\S+|\[\w+\]"
)
_FORMATS = frozenset(("mujaz", "Markdown", "HTML", "Opus", "Piper", "LUFS", "dBTP"))
_ENGLISH = re.compile(r"[A-Za-z]{2,}")


def _left(arabic: str) -> list[str]:
    return [word for word in _ENGLISH.findall(_NAMES.sub(" ", arabic)) if word not in _FORMATS]


def test_every_message_has_its_arabic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUJAZ_LANG", "ar")
    found = messages(_SOURCE)
    assert len(found) > 500
    missing = []
    for message, place in found.items():
        numbers = count(71)
        filled = re.sub(r"\{\}", lambda _: str(next(numbers)), message)  # noqa: B023
        left = _left(translated(filled))
        if left:
            missing.append(f"{place}\t{message}\t{left}")
    assert not missing, "\n".join(missing)


def test_no_row_is_there_twice_and_each_fits_its_english() -> None:
    text = (_SOURCE / "cli" / "messages.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")][1:]
    assert {len(row) for row in rows} == {2}
    english = [row[0] for row in rows]
    assert sorted(set(english)) == sorted(english)
    for message, arabic in rows:
        parts = message.count("{}")
        named = [int(number) for number in re.findall(r"\{(\d)", arabic)]
        assert max(named, default=0) <= parts, message
        assert arabic.count("{}") <= parts, message
        assert not _left(re.sub(r"\{[^}]*\}", " ", arabic)), (message, arabic)


@pytest.mark.parametrize(
    "code",
    [
        'raise TextError("nobody wrote the Arabic of this")',
        'raise TextError("x", hint="nobody wrote the Arabic of this")',
        'report.warnings.append(f"nobody wrote the Arabic of {this}")',
        'report.warnings += [f"nobody wrote the Arabic of {this}" for this in all]',
        '_log.info("nobody wrote the Arabic of %s", this)',
        'tell("nobody wrote" + (" the Arabic of this" if this else ""))',
    ],
)
def test_a_new_message_is_found(tmp_path: Path, code: str) -> None:
    (tmp_path / "new.py").write_text(code + "\n", encoding="utf-8")
    assert [text for text in messages(tmp_path) if text.startswith("nobody wrote")]
