"""The desk as a screen reader gets it: the tree that Firefox gives to AT-SPI."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import httpx
import pytest

from tests.browser.conftest import HERE
from tests.browser.firefox import Firefox, needs_firefox, spoken_firefox
from tests.browser.keyboards import FirefoxKeyboard
from tests.browser.screens import PYTHON, missing_at_spi
from tests.newsroom.desk_site import PASSWORD, DeskSite, desk_site

__all__ = ["spoken_firefox"]

pytestmark = [
    pytest.mark.slow,
    needs_firefox,
    pytest.mark.skipif(bool(missing_at_spi()), reason=missing_at_spi() or "there"),
]
_CONTROLS = {
    "push button", "toggle button", "link", "entry", "password text", "combo box", "check box",
    "radio button", "date editor", "spin button",
}  # fmt: skip
_IN_PAGE = """[...document.querySelectorAll('a[href], button, select, textarea, '
  + 'input:not([type=hidden]):not([type=datetime-local])')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true })).length"""
_ARTICLE = "أعلنت الوزارة أمس افتتاح جسر جديد بكلفة 12 مليون دولار في بلدة عرمتى."


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskSite]:
    with desk_site(tmp_path_factory.mktemp("desk")) as found:
        yield found


def _tree(title: str) -> list[list[str]]:
    """Role and name of all that AT-SPI shows of the page."""
    command = [PYTHON, str(HERE / "spoken_tree.py"), title]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    tree: list[list[str]] = json.loads(done.stdout)
    return tree


def _check(firefox: Firefox, path: str) -> None:
    tree = _tree(firefox.run("document.title"))
    assert tree, f"AT-SPI does not show {path}"
    controls = [(role, name.strip()) for role, name, _ in tree if role in _CONTROLS]
    assert all(name for _, name in controls), (path, controls)
    assert len(controls) >= firefox.run(_IN_PAGE), (path, controls)
    headings = [name.strip() for role, name, _ in tree if role == "heading"]
    assert headings, path
    assert all(headings), path
    # The live region.
    assert [role for role, *_ in tree].count("status bar") == 1, path


def _draft(site: DeskSite) -> str:
    headers = {"authorization": f"Bearer {site.token('cms', 'editor')}"}
    body = {"title": "افتتاح جسر جديد", "text": _ARTICLE}
    answer = httpx.post(f"{site.address}/api/v1/articles", json=body, headers=headers, timeout=60)
    return f"/drafts/{answer.json()['draft']}"


def test_at_spi_names_every_control_of_every_screen(firefox: Firefox, site: DeskSite) -> None:
    draft = _draft(site)
    keyboard = FirefoxKeyboard(firefox)
    keyboard.open(site.address + "/")
    _check(firefox, "/sign-in")
    firefox.run("document.querySelector('#f-name').focus()")
    keyboard.type("layla")
    keyboard.press("Tab")
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    firefox.until("document.querySelector(\"form[action='/prepare']\") !== null")
    for path in (
        "/", draft, f"{draft}?in=2", f"{draft}?in=2&word=1", f"{draft}/publish", f"{draft}/history",
        "/published", "/words", "/voices", "/settings", "/log",
    ):  # fmt: skip
        keyboard.open(site.address + path)
        _check(firefox, path)


def test_a_control_without_a_name_is_found(firefox: Firefox, site: DeskSite) -> None:
    firefox.marionette.navigate(f"{site.address}/sign-in")
    firefox.run("document.querySelector('main button').replaceChildren()")
    with pytest.raises(AssertionError):
        _check(firefox, "/sign-in")
