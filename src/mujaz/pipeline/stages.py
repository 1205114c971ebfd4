"""Write the result of each stage for inspection (``--keep-stages``)."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from mujaz.errors import MujazError


def keep_stage(folder: Path | None, name: str, data: Any) -> None:
    """Write a stage's result as JSON; nothing is written without a folder.

    Raises:
        MujazError: If the folder cannot be written.
    """
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(data, ensure_ascii=False, indent=1, default=_json_value)
        (folder / name).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise MujazError(
            f"the stages cannot be kept: {error.strerror}",
            where=str(folder),
            hint="check --keep-stages",
        ) from error


def _json_value(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return {name: getattr(value, name) for name in value.__slots__}
