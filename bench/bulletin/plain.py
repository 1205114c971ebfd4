"""The plain way to a spoken bulletin: ``espeak-ng | ffmpeg``, with the same text and bitrate."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import soundfile

_BITRATE = "96k"
_RATE = "44100"
_SHORT = """افتتاح جسر جديد في المدينة

افتتح رئيس البلدية اليوم جسرا جديدا في وسط المدينة.
وقال إن الجسر سيخفف الازدحام. وحضر الافتتاح 300 شخص.
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall, CPU and sound."""

    wall_s: float
    cpu_s: float
    sound_s: float

    def __str__(self) -> str:
        """Milliseconds for each second of sound."""
        wall, cpu = (1000 * value / self.sound_s for value in (self.wall_s, self.cpu_s))
        return f"{cpu:.2f} ms CPU, {wall:.2f} ms wall a second of sound ({self.sound_s:.0f} s)"


def plain_pipe(texts: Sequence[str], folder: Path) -> Cost | None:
    """Speak texts with two programs and a pipe; None if they are not installed."""
    espeak, ffmpeg = shutil.which("espeak-ng"), shutil.which("ffmpeg")
    if not espeak or not ffmpeg:
        return None
    source, target = folder / "plain.txt", folder / "plain.mp3"
    source.write_text("\n\n".join(texts), encoding="utf-8")
    encoding = ["-ar", _RATE, "-ac", "1", "-b:a", _BITRATE, str(target)]
    start = time.monotonic()
    speaker = subprocess.Popen(
        [espeak, "-v", "ar", "-f", str(source), "--stdout"], stdout=subprocess.PIPE
    )
    encoder = subprocess.Popen(
        [ffmpeg, "-nostdin", "-v", "error", "-y", "-i", "-", *encoding], stdin=speaker.stdout
    )
    cpu_s = sum(_cpu_s(child) for child in (speaker, encoder))
    wall_s = time.monotonic() - start
    return Cost(wall_s, cpu_s, soundfile.info(str(target)).duration)


def short_article(folder: Path, rounds: int = 3) -> Cost:
    """Make an episode of three sentences, each time with nothing in the cache; the best of all."""
    source = folder / "short.txt"
    source.write_text(_SHORT, encoding="utf-8")
    made: list[Cost] = []
    for number in range(rounds):
        target = folder / f"short-{number}"
        environment = {**os.environ, "XDG_CACHE_HOME": str(target / "caches")}
        # As in an installation, where modules are compiled.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [sys.executable, "-m", "mujaz", "make", str(source), "-o", str(target / "show")]
        start = time.monotonic()
        quiet = subprocess.DEVNULL
        child = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet)
        cpu_s = _cpu_s(child)
        wall_s = time.monotonic() - start
        (media,) = (target / "show" / "media").glob("*.mp3")
        made.append(Cost(wall_s, cpu_s, soundfile.info(str(media)).duration))
    return min(made, key=lambda cost: cost.cpu_s)


def _cpu_s(child: subprocess.Popen[bytes]) -> float:
    """Wait for a process, which must succeed; the CPU that it used."""
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{child.args} ended with {child.returncode}")
    return used.ru_utime + used.ru_stime
