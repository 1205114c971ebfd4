"""Captions as five players draw them: whatever a caption begins with, it is read from the right."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mujaz.publish.html.transcripts import vtt
from tests.browser.engine import Engine
from tests.browser.engines import Chromium, firefox, webkit
from tests.browser.firefox import needs_firefox
from tests.browser.webkit import needs_webkit
from tests.conftest import ROOT
from tests.shows import cues, episode
from tests.vlc_reader import LIBRARY
from tests.web import program, quiet_environment

pytestmark = pytest.mark.slow
# A caption, one of its words, and the side at which this word stands.
_CAPTIONS = (
    ("NASA أعلنت عن مهمة جديدة.", "NASA", "right"),
    ("25 قتيلا في الحادث.", "25", "right"),
    ("بدأ العمل اليوم في NASA", "NASA", "left"),
)
_WIDTH, _HEIGHT = 1280, 360
_PAGE = f"""<!DOCTYPE html><meta charset="utf-8">
<style>body {{ margin: 0; background: #000 }}</style>
<video muted width="{_WIDTH}" height="{_HEIGHT}">
<track default kind="captions" srclang="ar" src="captions.vtt"></video>
<script>
const video = document.querySelector("video"), track = document.querySelector("track");
const frame = () => new Promise(requestAnimationFrame);
const event = (name) => new Promise((done) => video.addEventListener(name, done, {{once: true}}));
async function load() {{
  // From memory, within which every browser can jump.
  video.src = URL.createObjectURL(await (await fetch("black.webm")).blob());
  await event("loadeddata");
  // WebKit shows none by itself.
  track.track.mode = "showing";
  while (track.readyState !== 2) await frame();
  document.body.dataset.shown = "none";
}}
async function show(second) {{
  const sought = event("seeked");
  video.currentTime = second + 0.5;
  await sought;
  while (track.track.activeCues?.[0]?.startTime !== second) await frame();
  // It is drawn two frames later at the latest.
  for (let count = 0; count < 3; count += 1) await frame();
  document.body.dataset.shown = second;
}}
addEventListener("hashchange", () => show(Number(location.hash.slice(1))));
load();
</script>"""
Ink = np.ndarray[Any, np.dtype[np.float64]]
Player = Callable[[Sequence[str]], list[Ink]]
_PLAYERS = (
    "chromium",
    pytest.param("firefox", marks=needs_firefox),
    pytest.param("webkit", marks=needs_webkit),
    "mpv",
    pytest.param("vlc", marks=pytest.mark.skipif(not LIBRARY, reason="libvlc is not installed")),
)


def _caption(text: str, *, embedded: bool = True) -> str:
    """The caption of a sentence, as it stands in the file."""
    said = episode(0, cues=cues((text,)), files_version=2 if embedded else 1)
    (shown,) = vtt(said, "ar").splitlines()[3:4]
    return shown


def _file(lines: Sequence[str]) -> str:
    """WebVTT with a caption a second."""
    timed = [
        f"00:{second:02d}.000 --> 00:{second + 1:02d}.000\n{line}\n"
        for second, line in enumerate(lines)
    ]
    return "\n".join(["WEBVTT\n", *timed])


def _video(path: Path, seconds: int, *codec: str) -> str:
    """A black video; gives its name."""
    source = f"color=c=black:s={_WIDTH}x{_HEIGHT}:r=10:d={seconds}"
    command = [program("ffmpeg", "ffmpeg"), "-v", "error", "-f", "lavfi", "-i", source]
    subprocess.run([*command, *codec, str(path)], check=True, timeout=60)
    return str(path)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def in_browser(tmp_path: Path) -> Iterator[Callable[[Engine], Player]]:
    """The captions below a video on a page."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/page.html"
    (tmp_path / "page.html").write_text(_PAGE, encoding="utf-8")

    def player(engine: Engine) -> Player:
        def draw(lines: Sequence[str]) -> list[Ink]:
            (tmp_path / "captions.vtt").write_text(_file(lines), encoding="utf-8")
            # Every picture is a key frame: nothing is decoded in order to jump.
            _video(tmp_path / "black.webm", len(lines), "-c:v", "libvpx", "-g", "1", "-y")
            engine.navigate(address)
            engine.until("document.body.dataset.shown === 'none'")
            drawn = []
            for second in range(len(lines)):
                engine.run(f"(location.hash = {second}, 0)")
                engine.until(f"document.body.dataset.shown === '{second}'")
                drawn.append(_ink(engine.picture()))
            return drawn

        return draw

    yield player
    server.shutdown()
    server.server_close()


def _ink(picture: bytes) -> Ink:
    return np.asarray(Image.open(io.BytesIO(picture)).convert("L"), dtype=float)[:_HEIGHT]


@pytest.fixture
def player(
    request: pytest.FixtureRequest, in_browser: Callable[[Engine], Player], tmp_path: Path
) -> Iterator[Player]:
    if request.param == "chromium":
        yield in_browser(Chromium(request.getfixturevalue("browser")))
    elif request.param == "firefox":
        with firefox() as started:
            yield in_browser(started)
    elif request.param == "webkit":
        (tmp_path / "kept").mkdir()
        with webkit(tmp_path / "kept") as browser:
            yield in_browser(browser)
    else:
        yield partial({"mpv": _mpv, "vlc": _vlc}[request.param], tmp_path)


def _mpv(folder: Path, lines: Sequence[str]) -> list[Ink]:
    """The captions in mpv."""
    (folder / "captions.vtt").write_text(_file(lines), encoding="utf-8")
    subprocess.run(
        [
            program("mpv", "mpv"), "--no-config", "--no-audio", "--vo=image",
            "--vo-image-format=png", f"--vo-image-outdir={folder}",
            f"--sub-file={folder / 'captions.vtt'}",
            f"av://lavfi:color=c=black:s={_WIDTH}x{_HEIGHT}:r=1:d={len(lines)}",
        ],
        env=quiet_environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=True,
    )  # fmt: skip
    numbers = range(1, len(lines) + 1)
    return [_ink((folder / f"{number:08d}.png").read_bytes()) for number in numbers]


def _vlc(folder: Path, lines: Sequence[str]) -> list[Ink]:
    """The captions in VLC."""
    (folder / "captions.vtt").write_text(_file(lines), encoding="utf-8")
    # Half a second more: VLC may stop before it has shown the last pictures.
    video = _video(folder / "black.avi", len(lines) + 1, "-c:v", "mjpeg", "-y")
    subprocess.run(
        [
            sys.executable, "-m", "tests.vlc_pictures", video, str(folder / "captions.vtt"),
            str(_WIDTH), str(_HEIGHT), str(folder),
        ],
        env=quiet_environment(folder),
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=True,
    )  # fmt: skip
    pixels = [np.frombuffer(path.read_bytes(), np.uint8) for path in sorted(folder.glob("*.grey"))]
    drawn = [one.reshape(_HEIGHT, _WIDTH).astype(float) for one in pixels]
    drawn = [one for one in drawn if one.max() > 128]
    assert len(drawn) == len(lines), "two captions look alike, or one was not drawn"
    return drawn


def _side(drawn: Ink, word: Ink) -> str:
    """The side of a caption at which a word stands, by its picture alone."""

    def edges(picture: Ink) -> tuple[int, int]:
        columns = np.flatnonzero(picture.max(axis=0) > 128)
        assert columns.size, "nothing was drawn"
        return int(columns[0]), int(columns[-1]) + 1

    start, end = edges(word)
    # Columns summed up: beside Arabic, a Latin word may stand a little higher or lower.
    pattern, whole = word[:, start:end].sum(axis=0), drawn.sum(axis=0)
    left, right = edges(drawn)
    assert right - left > 2 * (end - start)

    def difference(place: int) -> float:
        near = range(place - 2, place + 3)
        return min(float(np.abs(whole[at : at + end - start] - pattern).sum()) for at in near)

    differences = {"left": difference(left), "right": difference(right - (end - start))}
    side = min(differences, key=lambda name: differences[name])
    assert differences[side] < pattern.sum() / 2, "the word is at neither end"
    return side


@pytest.mark.parametrize("player", _PLAYERS, indirect=True)
def test_a_caption_is_read_from_the_right(player: Player) -> None:
    lines = [_caption(text) for text, _, _ in _CAPTIONS]
    # VLC's pictures are told apart by what they show: no word twice in a row.
    drawn = player([*lines, *(word for _, word, _ in _CAPTIONS)])
    sides = [_side(caption, word) for caption, word in zip(drawn[:3], drawn[3:], strict=True)]
    assert sides == [side for _, _, side in _CAPTIONS]


@pytest.mark.parametrize("player", _PLAYERS, indirect=True)
def test_without_any_mark_a_caption_runs_the_wrong_way(player: Player) -> None:
    """Without the marks a caption stands at the other side, so the pictures show a difference."""
    text, word, _ = _CAPTIONS[0]
    bare, alone = player([text, word])
    assert _side(bare, alone) == "left"


@pytest.mark.parametrize("player", _PLAYERS[3:], indirect=True)
def test_a_mark_alone_does_not_turn_a_caption(player: Player) -> None:
    """Captions of earlier versions, which are not changed, run the wrong way in these players."""
    text, word, _ = _CAPTIONS[0]
    marked, alone = player([_caption(text, embedded=False), word])
    assert _side(marked, alone) == "left"
