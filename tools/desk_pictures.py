"""Takes the pictures of docs/desk.md: a desk over an invented news site, in Chromium.

Run from the root of the repository: python tools/desk_pictures.py docs/desk
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "plugins"))

from PIL import Image
from playwright.sync_api import sync_playwright
from tests.browser.conftest import CHROMIUM
from tests.newsroom.desk_site import PASSWORD, DeskSite, desk_site

_WIDE, _NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
_COLOURS = 48
_FLAGS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]


def main() -> None:
    """Take all pictures."""
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        desk_site(Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        page = browser.new_context(locale="ar", viewport=_WIDE).new_page()
        page.set_default_timeout(120_000)
        _morning(page, site, target)
        browser.close()


def _morning(page: Any, site: DeskSite, target: Path) -> None:
    page.goto(site.address + "/")
    _take(page, target / "sign-in.png")
    page.fill("#f-name", "layla")
    page.fill("#f-password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(site.address + "/")
    page.click("form[action='/prepare'] button.main")
    page.wait_for_selector("#job-next")
    _take(page, target / "today.png")
    page.click("#job-next")
    page.wait_for_url("**/drafts/*")
    page.wait_for_selector("#look .rows a")
    draft = str(page.url)
    _take(page, target / "draft.png")
    _narrow(page, target / "draft-narrow.png")
    page.emulate_media(color_scheme="dark")
    _take(page, target / "draft-dark.png")
    page.emulate_media(color_scheme="light")
    story = page.locator(".story").nth(1).locator(".s")
    first, second = (story.nth(n).get_attribute("id").removeprefix("s") for n in (1, 2))
    page.goto(f"{draft}?in={first}#s{first}")
    _take(page, target / "sentence.png")
    page.goto(f"{draft}?in={second}&word=2#s{second}")
    page.wait_for_selector("#word-head")
    _take(page, target / "word.png")
    page.goto(f"{draft}/publish")
    _take(page, target / "publish.png")
    page.click("button[value=publish]")
    page.wait_for_selector("#job-next")
    page.click("#job-next")
    page.wait_for_url("**/episode?guid=*")
    _take(page, target / "episode.png")
    page.goto(f"{draft}/history")
    _take(page, target / "history.png")
    page.goto(site.address + "/words")
    page.fill("#f-word", "عرمتى")
    page.fill("#f-spoken", "عَرْمَتَى")
    page.click("button[value=put]")
    page.wait_for_url("**/words?done=put")
    for name in ("words", "published", "voices", "settings", "log"):
        page.goto(f"{site.address}/{name}")
        _take(page, target / f"{name}.png")


def _narrow(page: Any, path: Path) -> None:
    page.set_viewport_size(_NARROW)
    _take(page, path)
    page.set_viewport_size(_WIDE)


def _take(page: Any, path: Path) -> None:
    """Take a picture with few colours: the screens are flat, and the file stays small."""
    page.wait_for_timeout(400)
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        few = picture.convert("RGB").quantize(_COLOURS)
        few.save(path, optimize=True)


if __name__ == "__main__":
    main()
