"""Latency and gaps of a live stream.

    python bench/live.py

An episode is made at 0.7 times real time while three clients listen. Each must get its first byte
within 0.5 s, and never have played more than it has received.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from pathlib import Path

import soundfile

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.server.live_show import Listener, live_show

_MOST_LATENCY_S = 0.5


def spare_s(listener: Listener) -> float:
    """Return the least sound in seconds that a player had left when the next bytes arrived."""
    per_byte = float(soundfile.info(io.BytesIO(listener.data)).duration) / len(listener.data)
    pairs = zip(listener.arrivals[1:], listener.arrivals, strict=False)
    return min(before * per_byte - (at - listener.first_s) for (at, _), (_, before) in pairs)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, live_show(Path(folder)) as live:
        run = live.make()
        name = live.name()
        listeners: list[Listener] = []
        for _ in range(3):
            listeners.append(Listener(live.site, name))
            listeners[-1].start()
            time.sleep(1)
        for listener in listeners:
            listener.join(timeout=120)
        run.communicate(timeout=120)
    is_good = True
    for number, listener in enumerate(listeners):
        spare = spare_s(listener)
        print(
            f"listener {number}: first byte {listener.first_s:.3f} s, least reserve {spare:.2f} s"
        )
        is_good = is_good and listener.first_s < _MOST_LATENCY_S and spare > 0
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
