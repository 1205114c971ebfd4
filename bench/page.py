"""From the key to the sound: how long a listener on this machine waits after Enter on "play".

Needs Chromium and playwright. Thirty visits in fresh browser contexts; the median is printed and
held against the ceiling, and so are the weights of a page of ten articles and of its cover.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

VISITS = 30
CEILING_MS = 100
ARTICLES = 10
# Before play, without the cover, which is loaded when it comes into view.
CEILING_BYTES = 60_000
COVER_BYTES = 40_000
EXAMPLES = Path(__file__).parents[1] / "examples"
_NOTE = """
window.times = {};
addEventListener('keydown', () => { times.key ||= performance.now(); }, true);
addEventListener('playing', () => { times.sound ||= performance.now(); }, true);
"""


def main() -> int:
    """1 if the median is above the ceiling."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("skipped: Chromium is not installed")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "mujaz"]
        sources = articles(Path(folder) / ".articles")
        subprocess.run([*command, "make", *sources, "-o", folder], check=True, capture_output=True)
        server = subprocess.Popen(
            [*command, "serve", folder, "--port", "0"], stdout=subprocess.PIPE
        )
        assert server.stdout is not None
        address = server.stdout.readline().decode().strip()
        page = next(Path(folder).glob("episodes/*/index.html"))
        try:
            waits, weight, cover = visits(chromium, f"{address}{page.relative_to(folder)}")
        finally:
            server.terminate()
            server.wait(timeout=30)
    median = statistics.median(waits)
    print(f"key to sound: median {median:.0f} ms, worst {max(waits):.0f} ms, of {VISITS}")
    print(f"before play: {weight / 1000:.1f} KB for {len(sources)} articles")
    print(f"cover: {cover / 1000:.1f} KB")
    return int(median > CEILING_MS or weight > CEILING_BYTES or cover > COVER_BYTES)


def articles(folder: Path) -> list[str]:
    """Ten articles: the examples, and each once more as other news, with its own numbers."""
    folder.mkdir(parents=True)
    texts = [path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*.txt"))]
    paths = [folder / f"{number}.txt" for number in range(ARTICLES)]
    for number, path in enumerate(paths):
        text = texts[number % len(texts)]
        again = "\n".join(f"{line} {number}" if line else "" for line in text.splitlines())
        path.write_text(text if number < len(texts) else again, encoding="utf-8")
    return [str(path) for path in paths]


def visits(chromium: str, address: str) -> tuple[list[float], int, int]:
    """Milliseconds from key to sound, the bytes loaded before it, and those of the cover."""
    from playwright.sync_api import sync_playwright

    waits: list[float] = []
    before_play: dict[str, int] = {}
    responses: list[Any] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--mute-audio"]
        )
        for visit in range(VISITS):
            page = browser.new_context().new_page()
            page.add_init_script(_NOTE)
            page.on("response", lambda response: responses.append(response))
            page.goto(address)
            page.wait_for_timeout(500)
            if visit == 0:
                before_play = {each.url: _size(each) for each in [*responses]}
            page.focus("#play")
            page.keyboard.press("Enter")
            while not page.evaluate("times.sound"):
                page.wait_for_timeout(20)
            waits.append(page.evaluate("times.sound - times.key"))
            page.context.close()
        browser.close()
    covers = sum(size for url, size in before_play.items() if "/cover-" in url)
    return waits, sum(before_play.values()) - covers, covers


def _size(response: Any) -> int:
    """Bytes of a part of the page; audio and what goes with it do not count."""
    return len(response.body()) if response.ok and "/media/" not in response.url else 0


if __name__ == "__main__":
    sys.exit(main())
