"""Take the picture of the README: an episode's page beside the desk.

    python tools/front_picture.py docs/front.png       # needs Chromium

The page is that of an example article, made for the picture; the desk is a picture of
``tools/desk_pictures.py``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

_ROOT = Path(__file__).resolve().parents[1]
_DESK = _ROOT / "docs" / "desk" / "draft.png"
_HEIGHT = 760
_GAP = 24
_COLOURS = 128
_PAGE_SIZE = (760, 1000)


def page_picture(folder: Path) -> Image.Image:
    """Make an episode and take a picture of its page."""
    show = folder / "show"
    command = [sys.executable, "-m", "mujaz", "make", str(_ROOT / "examples" / "politics.txt")]
    subprocess.run([*command, "-o", str(show)], check=True, cwd=folder, capture_output=True)
    (page,) = show.glob("episodes/*/index.html")
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
    width, height = _PAGE_SIZE
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    options += [f"--window-size={width},{height}", f"--screenshot={folder / 'page.png'}"]
    server = [sys.executable, "-m", "mujaz", "serve", str(show), "--port", "8471"]
    with subprocess.Popen(server, cwd=folder, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        running.stdout.readline()
        address = f"http://127.0.0.1:8471/{page.parent.relative_to(show)}/index.html"
        subprocess.run([browser, *options, address], check=True, capture_output=True)
        running.terminate()
    return Image.open(folder / "page.png").convert("RGB")


def beside(pictures: list[Image.Image]) -> Image.Image:
    """Put pictures of one height side by side."""
    scaled = [p.resize((round(p.width * _HEIGHT / p.height), _HEIGHT)) for p in pictures]
    width = sum(p.width for p in scaled) + _GAP * (len(scaled) + 1)
    out = Image.new("RGB", (width, _HEIGHT + 2 * _GAP), "#8a94a6")
    left = _GAP
    for picture in scaled:
        out.paste(picture, (left, _GAP))
        left += picture.width + _GAP
    return out


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as name:
        pictures = [page_picture(Path(name)), Image.open(_DESK).convert("RGB")]
    whole = beside(pictures).quantize(_COLOURS, dither=Image.Dither.NONE)
    whole.save(sys.argv[1], optimize=True)


if __name__ == "__main__":
    main()
