"""Captions as players draw them: whatever a caption begins with, it is read from the right."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mujaz.publish.html.transcripts import vtt
from tests.shows import cues, episode
from tests.web import program, quiet_environment

pytestmark = pytest.mark.slow
# A caption, one of its words, and the side at which this word stands.
_CAPTIONS = (
    ("NASA أعلنت عن مهمة جديدة.", "NASA", "right"),
    ("25 قتيلا في الحادث.", "25", "right"),
    ("بدأ العمل اليوم في NASA", "NASA", "left"),
)
_DIRECTIONS = re.compile("[\u200f\u202a-\u202e\u2066-\u2069]")
_DRAW = """
async (file) => {
  const canvas = document.createElement("canvas");
  const brush = canvas.getContext("2d");
  const video = document.querySelector("video");
  const track = document.createElement("track");
  track.default = true;
  track.src = URL.createObjectURL(new Blob([file], {type: "text/vtt"}));
  video.append(track);
  video.srcObject = canvas.captureStream(10);
  setInterval(() => brush.fillRect(0, 0, canvas.width, canvas.height), 100);
  await video.play();
  const pause = () => new Promise((done) => setTimeout(done, 50));
  while (!track.track.activeCues?.length) await pause();
  // It is drawn two frames later at the latest.
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  await pause();
}
"""
_PAGE = (
    "<style>body { margin: 0; background: #000 } video { width: 640px; height: 360px }</style>"
    "<video muted></video>"
)
Ink = np.ndarray[Any, np.dtype[np.float64]]
Player = Callable[[Sequence[str]], list[Ink]]


def _caption(text: str) -> str:
    """The caption of a sentence, as it stands in the file."""
    (shown,) = vtt(episode(0, cues=cues((text,))), "ar").splitlines()[3:4]
    return shown


def _file(lines: Sequence[str]) -> str:
    """WebVTT with a caption a second."""
    timed = [
        f"00:{second:02d}.000 --> 00:{second + 1:02d}.000\n{line}\n"
        for second, line in enumerate(lines)
    ]
    return "\n".join(["WEBVTT\n", *timed])


def _ink(path: Path) -> Ink:
    return np.asarray(Image.open(path).convert("L"), dtype=float)


@pytest.fixture
def chromium(browser: Any, tmp_path: Path) -> Player:
    """The captions in Chromium."""

    def draw(lines: Sequence[str]) -> list[Ink]:
        page = browser.new_page(viewport={"width": 640, "height": 360})
        drawn = []
        for line in lines:
            page.set_content(_PAGE)
            page.evaluate(_DRAW, _file([line]).replace("00:01.000", "00:59.000"))
            page.screenshot(path=tmp_path / "caption.png")
            drawn.append(_ink(tmp_path / "caption.png"))
        page.close()
        return drawn

    return draw


@pytest.fixture
def mpv(tmp_path: Path) -> Player:
    """The captions in mpv."""
    player = program("mpv", "mpv")

    def draw(lines: Sequence[str]) -> list[Ink]:
        (tmp_path / "captions.vtt").write_text(_file(lines), encoding="utf-8")
        subprocess.run(
            [
                player, "--no-config", "--no-audio", "--vo=image", "--vo-image-format=png",
                f"--vo-image-outdir={tmp_path}", f"--sub-file={tmp_path / 'captions.vtt'}",
                f"av://lavfi:color=c=black:s=1280x360:r=1:d={len(lines)}",
            ],
            env=quiet_environment(tmp_path),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=True,
        )  # fmt: skip
        return [_ink(tmp_path / f"{number + 1:08d}.png") for number in range(len(lines))]

    return draw


def _side(drawn: Ink, word: Ink) -> str:
    """The side of a caption at which a word stands, by its picture alone."""

    def edges(picture: Ink) -> tuple[int, int]:
        columns = np.flatnonzero(picture.max(axis=0) > 128)
        assert columns.size, "nothing was drawn"
        return int(columns[0]), int(columns[-1]) + 1

    start, end = edges(word)
    pattern = word[:, start:end]
    left, right = edges(drawn)
    assert right - left > 2 * (end - start)
    differences = {
        "left": np.abs(drawn[:, left : left + end - start] - pattern).sum(),
        "right": np.abs(drawn[:, right - (end - start) : right] - pattern).sum(),
    }
    return min(differences, key=lambda side: differences[side])


@pytest.mark.parametrize("player", ["chromium", "mpv"])
def test_a_caption_is_read_from_the_right(player: str, request: pytest.FixtureRequest) -> None:
    draw: Player = request.getfixturevalue(player)
    lines = [_caption(text) for text, _, _ in _CAPTIONS]
    drawn = draw([*lines, *(word for _, word, _ in _CAPTIONS)])
    sides = [_side(caption, word) for caption, word in zip(drawn[:3], drawn[3:], strict=True)]
    assert sides == [side for _, _, side in _CAPTIONS]


@pytest.mark.parametrize("player", ["chromium", "mpv"])
def test_without_its_marks_a_caption_runs_the_wrong_way(
    player: str, request: pytest.FixtureRequest
) -> None:
    """The pictures tell: were this not so, the marks would not be needed, or nothing be seen."""
    draw: Player = request.getfixturevalue(player)
    text, word, side = _CAPTIONS[0]
    bare, alone = draw([_DIRECTIONS.sub("", _caption(text)), word])
    assert _side(bare, alone) != side
