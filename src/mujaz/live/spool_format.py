"""Files of a live spool, ``.mujaz/work-*/live/`` in the show folder.

- ``script.json``: episode name, fingerprint, title, day, stories and sentences.
- ``clips.pcm``: 16-bit mono samples, one clip after another.
- ``clips.jsonl``: for each clip, in order, a line with the sentence's index, the sample rate in
  Hz, the voice's gain in dB and the number of bytes; after the last clip ``{"end": true}``. The
  writer locks this file until it closes it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from mujaz.domain import Kind, Script, Sentence, Story

PRIVATE_FOLDER = ".mujaz"
SPOOL_FOLDER = "live"
SCRIPT_FILE, PCM_FILE, CLIPS_FILE = "script.json", "clips.pcm", "clips.jsonl"


def find_spools(root: Path) -> list[Path]:
    """Folders of all spools in a show folder."""
    found = (root / PRIVATE_FOLDER).glob(f"work-*/{SPOOL_FOLDER}/{SCRIPT_FILE}")
    return [path.parent for path in found]


def script_fields(script: Script, name: str, fingerprint: str) -> dict[str, Any]:
    """Content of ``script.json``.

    Args:
        script: The episode's script; only what a listener's page shows is written.
        name: Name of the episode's folder.
        fingerprint: Of the episode's inputs; distinguishes it from an earlier version.
    """
    return {
        "name": name,
        "fingerprint": fingerprint,
        "title": script.title,
        "day": script.day.isoformat() if script.day else None,
        "stories": [[story.title, story.url, story.author] for story in script.stories],
        "sentences": [
            [s.text, s.kind.value, s.paragraph, s.story, s.pause_ms] for s in script.sentences
        ],
    }


def script_from_fields(fields: dict[str, Any]) -> Script:
    """Script from the content of ``script.json``.

    Raises:
        KeyError, TypeError, ValueError: If the content is damaged.
    """
    stories = tuple(Story(title, url, "", author) for title, url, author in fields["stories"])
    sentences = tuple(
        Sentence(text, "", Kind(kind), paragraph, story, pause_ms)
        for text, kind, paragraph, story, pause_ms in fields["sentences"]
    )
    day = date.fromisoformat(fields["day"]) if fields["day"] else None
    return Script(fields["title"], stories, sentences, day)
