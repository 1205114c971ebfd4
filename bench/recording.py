"""Figures of a benchmark as a file, of which the charts of the documentation are drawn.

``bench/recorded/NAME.json`` holds when and on what they were measured, and series of values.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(__file__).parent / "recorded"


def record(name: str, **series: Mapping[str, float]) -> None:
    """Write the series of a benchmark, each label with its value, in the given order."""
    data = {
        "day": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "series": {key: {k: round(v, 3) for k, v in one.items()} for key, one in series.items()},
    }
    text = json.dumps(data, ensure_ascii=False, indent=1)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
