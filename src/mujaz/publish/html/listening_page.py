"""The page of a blind listening test: clips without names, grades, and a result file.

It works from a folder or any static server, by keyboard and with a screen reader. The answers stay
in the browser until the listener saves them as a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mujaz.publish.html.rendering import environment, read_static
from mujaz.publish.html.wording import direction, labels

_STATIC = ("listening-test.js", "style.css", "icon.svg")
# ITU-T P.800, annex B: 5 excellent to 1 bad.
_GRADES = (5, 4, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class Trial:
    """One sentence and the codes of its clips, in the order in which they are offered."""

    text: str
    clips: tuple[str, ...]


def listening_page(test: str, trials: Sequence[Trial], language: str) -> str:
    """Write the page, for ``index.html``; clips are ``clips/CODE.mp3``.

    Args:
        test: Identifies the test in result files.
        trials: Its sentences.
        language: Language tag of the page's own words.
    """
    page = environment(language).get_template("listening-test.html")
    return str(
        page.render(
            test=test,
            trials=trials,
            grades=_GRADES,
            language=language,
            t=labels(language),
            direction=direction(language),
        )
    )


def static_files() -> dict[str, bytes]:
    """Files that the page needs beside it, by name."""
    return {name: read_static(name) for name in _STATIC}
