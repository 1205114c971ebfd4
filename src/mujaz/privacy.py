"""Turns off the telemetry of libraries, before they are imported.

onnxruntime 1.29 and later prepares a device id and an upload queue in the user's cache folder when
it is first used, and resolves and contacts a server of its maker. Measured with 1.32:
``ORT_DISABLE_TELEMETRY`` prevents all of it, ``disable_telemetry_events()`` does not. The variable
is read once, when the library is initialized. Child processes inherit it.
"""

from __future__ import annotations

import os

_VARIABLES = {
    # github.com/microsoft/onnxruntime/pull/27379
    "ORT_DISABLE_TELEMETRY": "1",
    # huggingface_hub, which the packages of the extra ``coqui`` bring
    "HF_HUB_DISABLE_TELEMETRY": "1",
}


def disable_telemetry() -> None:
    """Set the environment variables that turn telemetry off, for this process and its children."""
    os.environ.update(_VARIABLES)
