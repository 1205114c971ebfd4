"""The lines of docs/completion.md make each shell complete commands, options and files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import ROOT

# After the page's line, each shell is asked what it would offer behind these words.
_ASK = {
    "bash": (
        "{line}\nCOMP_WORDS=(mujaz {words}); COMP_CWORD={last}\n"
        '_mujaz_completion mujaz; printf "%s\\n" "${{COMPREPLY[@]}}"\n'
    ),
    "zsh": (
        "compdef() {{ :; }}; autoload() {{ :; }}\n{line}\n"
        "env COMP_WORDS='mujaz {words}' COMP_CWORD={last} _MUJAZ_COMPLETE=zsh_complete mujaz\n"
    ),
    "fish": "{line}\ncomplete --do-complete 'mujaz {words}'\n",
}


def _lines(page: str) -> dict[str, str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return dict(re.findall(r"```(bash|zsh|fish)\n(.*?)\n```", text, re.S))


def _offered(shell: str, words: str, folder: Path) -> list[str]:
    """Give the page's line to a shell; the answer has one word offered in each line."""
    if shutil.which(shell) is None:
        pytest.skip(f"needs {shell}")
    script = _ASK[shell].format(
        line=_lines("completion.md")[shell], words=words, last=words.count(" ") + 1
    )
    done = subprocess.run(
        [shell, "-c", script],
        cwd=folder,
        env={
            "PATH": f"{folder}:{os.environ['PATH']}",
            "HOME": str(folder),
            "PYTHONPATH": os.pathsep.join(sys.path),
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return [line.split("\t")[0] for line in done.stdout.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the command ``mujaz``."""
    command = tmp_path / "mujaz"
    command.write_text(
        f"#!{sys.executable}\nfrom mujaz.cli.main import main\nmain()\n", encoding="utf-8"
    )
    command.chmod(0o755)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("shell", sorted(_ASK))
def test_the_line_of_the_page_completes_commands_and_options(shell: str, folder: Path) -> None:
    assert "bulletin" in _offered(shell, "bu", folder)
    assert "retract" in _offered(shell, "show ret", folder)
    assert "--dry-run" in _offered(shell, "make --dry", folder)


def test_both_pages_have_the_same_lines() -> None:
    assert _lines("completion.md") == _lines("completion.ar.md")
    assert sorted(_lines("completion.md")) == sorted(_ASK)
