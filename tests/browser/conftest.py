"""A real show, a real server, a real browser; skipped with the reason where a part is missing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from mujaz.publish.html.minify import smaller_script, smaller_style
from tests.conftest import EXAMPLES
from tests.server.conftest import start, stop

HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
MODULES = HERE / "node_modules"
AXE = MODULES / "axe-core" / "axe.min.js"
VNU = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-software-rasterizer", "--disable-quic",
    "--no-first-run", "--mute-audio",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--no-default-browser-check",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    # So that a page which plays by itself is heard to, and not held back by the browser.
    "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip
_SETTINGS = """
[show]
base_url = "https://news.example/audio/"
report = "desk@news.example"
[show.listings]
spotify = "https://open.spotify.com/show/x"
"""
_FOREIGN = (
    "موقع New York Times ينشر تحقيقا عن الميناء\n\nالأحد 15 نوفمبر 2026\n\n"
    "نشرت New York Times تحقيقا طويلا عن الميناء الجديد. وقال المدير إن العمل مستمر.\n\n"
    "وأضاف أن السفن ستصل قبل نهاية الشهر. ورحب التجار بالخبر ترحيبا كبيرا.\n"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = _missing()
    if not missing:
        return
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=missing))


def _missing() -> str:
    try:
        import playwright  # noqa: F401
    except ImportError:
        return "playwright is not installed (pip install playwright)"
    if not CHROMIUM:
        return "Chromium is not installed (Debian: chromium)"
    if not AXE.is_file() or not VNU.is_file():
        how = "npm install --ignore-scripts --prefix tests/browser"
        return f"axe-core and vnu-jar are not there ({how})"
    if shutil.which("java") is None:
        return "Java is not installed (Debian: default-jre-headless)"
    return ""


@dataclass
class Visit:
    """A show in the browser.

    Attributes:
        home: Address of the show page.
        episode: Address of the page of its episode with two stories.
        folder: The show folder.
        patience_s: How long what should come is waited for, at most.
    """

    browser: Any
    home: str
    episode: str
    folder: Path
    patience_s: float = 30

    def page(self, address: str = "", **options: Any) -> Any:
        """A page in a browser context of its own; ``console`` collects what went wrong in it."""
        options = {"locale": "ar-EG", "viewport": {"width": 1280, "height": 800}, **options}
        page = self.browser.new_context(**options).new_page()
        page.add_init_script(path=HERE / "probes.js")
        page.set_default_timeout(1000 * self.patience_s)
        page.patience_s = self.patience_s
        page.console = []
        page.on("console", lambda m: m.type == "error" and page.console.append(m.text))
        page.on("pageerror", lambda error: page.console.append(str(error)))
        page.goto(address or self.episode)
        return page


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def _close_pages(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close what a test has opened: a page that is left open goes on playing."""
    yield
    if "browser" in request.fixturenames:
        for context in request.getfixturevalue("browser").contexts:
            context.close()


def make_show(folder: Path, *sources: Path, **environment: str) -> Path:
    """An episode; gives the folder of its page."""
    made = subprocess.run(
        [sys.executable, "-m", "mujaz", "make", *map(str, sources), "-o", str(folder), "--json"],
        check=True,
        capture_output=True,
        env={**os.environ, "MUJAZ_LANG": "en", **environment},
        cwd=folder.parent,
    )
    guid = json.loads(made.stdout)["episode"]["guid"]
    return next(
        path.parent
        for path in (folder / "episodes").glob("*/episode.json")
        if json.loads(path.read_text("utf-8"))["guid"] == guid
    )


@pytest.fixture(scope="session")
def shows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder of show folders, and the address of the server over it."""
    root = tmp_path_factory.mktemp("shows")
    process, address = start(root)
    yield root, address
    assert stop(process) == 0


@pytest.fixture(scope="session")
def visit(browser: Any, shows: tuple[Path, str]) -> Visit:
    root, address = shows
    foreign = root / ".foreign.txt"
    foreign.write_text(_FOREIGN, encoding="utf-8")
    show = root / "good"
    (root / "mujaz.toml").write_text(_SETTINGS, encoding="utf-8")
    make_show(show, EXAMPLES / "weather.txt")
    page = make_show(show, foreign, EXAMPLES / "sport.txt")
    return visit_of(browser, show, page.name, address)


def visit_of(browser: Any, show: Path, episode: str, address: str) -> Visit:
    """A visit to a show folder below the served root."""
    home = f"{address}{show.name}/index.html"
    return Visit(browser, home, f"{address}{show.name}/episodes/{episode}/index.html", show)


def planted(visit: Visit, name: str, file: str, old: str, new: str) -> Visit:
    """The same show with one fault in it; checks of it wait for a shorter time."""
    copy = visit.folder.parent / name
    shutil.copytree(visit.folder, copy, copy_function=os.link, ignore=shutil.ignore_patterns(".*"))
    episode = visit.episode.split("/")[-2]
    path = copy / file.format(episode=episode)
    text = path.read_text("utf-8")
    if smaller := {".js": smaller_script, ".css": smaller_style}.get(path.suffix):
        old = smaller(old).rstrip()
    assert old in text, f"the fault {name!r} no longer fits the page"
    path.unlink()
    path.write_text(text.replace(old, new), encoding="utf-8")
    address = visit.home.removesuffix("good/index.html")
    return replace(visit_of(visit.browser, copy, episode, address), patience_s=10)
