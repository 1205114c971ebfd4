"""Compile the tunes of the embedded voice with the compiler that espeak-ng itself has.

    python tools/intonations.py           # writes src/mujaz/engines/data/intonations
    python tools/intonations.py --check   # fails if that is not what the text gives

The text is ``src/mujaz/engines/data/intonation.txt``.
"""

from __future__ import annotations

import argparse
import ctypes
import sys
import tempfile
from pathlib import Path

_DATA = Path(__file__).resolve().parents[1] / "src" / "mujaz" / "engines" / "data"
_TEXT, _COMPILED = _DATA / "intonation.txt", _DATA / "intonations"


def compiled(text: bytes) -> bytes:
    """Compile a text of tunes; the first four must be s1, c1, q1 and e1.

    Raises:
        ValueError: If the compiler finds an error, which it has then printed.
    """
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    compile_path = library.espeak_ng_CompileIntonationPath
    compile_path.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("source", "phsource", "out"):
            (root / name).mkdir()
        # The library looks for SOURCE/../phsource/intonation.
        (root / "phsource" / "intonation").write_bytes(text)
        source, out = str(root / "source").encode(), str(root / "out").encode()
        status = compile_path(source, out, None, None)
        if status != 0:
            raise ValueError(f"espeak-ng refuses the tunes (status {status})")
        return (root / "out" / "intonations").read_bytes()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    found = compiled(_TEXT.read_bytes())
    if options.check:
        return 0 if found == _COMPILED.read_bytes() else 1
    _COMPILED.write_bytes(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
