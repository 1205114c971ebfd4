"""The line that says how to get a better voice than the default one."""

from __future__ import annotations

from pathlib import Path

from mujaz.cli.messages import tell
from mujaz.settings.values import Config
from mujaz.voices.defaults import suggested_voice


def tell_better_voice(config: Config, chosen: str = "") -> None:
    """Say how to install the best voice; nothing if a voice was chosen or it is installed.

    Args:
        config: See :mod:`mujaz.settings.values`.
        chosen: The voice of the command line.
    """
    if not chosen and not config.speech.voice:
        tell_suggested_voice(config.home, commercial=config.show.commercial)


def tell_suggested_voice(home: Path, *, commercial: bool = False) -> None:
    """Say how to install the best voice unless it is installed."""
    voice = suggested_voice(home, commercial=commercial)
    if voice is not None:
        size, install = max(1, round(voice.size / 1e6)), f"mujaz voices install {voice.name}"
        tell(f"a voice that is much easier to follow: {install} ({size} MB)")
