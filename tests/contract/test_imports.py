"""Commands import only what they need; help imports no heavy package."""

from __future__ import annotations

import subprocess
import sys

import pytest

_HEAVY = (
    "torch",
    "TTS",
    "numpy",
    "onnxruntime",
    "lxml",
    "mishkal",
    "trafilatura",
    "jinja2",
    "mutagen",
    "httpx",
    "feedparser",
)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["make", "--help"],
        ["text", "--help"],
        ["bulletin", "--help"],
        ["init", "--help"],
    ],
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        f"sys.argv = ['mujaz', *{arguments!r}]\n"
        "from mujaz.cli import main\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code, stop.code\n"
        f"print('LOADED', [name for name in {_HEAVY!r} if name in sys.modules])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "LOADED []" in result.stdout


def test_the_public_names_resolve() -> None:
    import mujaz

    assert all(getattr(mujaz, name) is not None for name in mujaz.__all__)
    with pytest.raises(AttributeError):
        _ = mujaz.nothing
