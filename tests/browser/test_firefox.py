"""What Debian's Firefox tells screen readers of the pages; the rest is in test_engines."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.browser import engines
from tests.browser.conftest import Visit, planted
from tests.browser.firefox import Firefox, needs_firefox

pytestmark = [pytest.mark.slow, needs_firefox]


@pytest.fixture(scope="module")
def firefox() -> Iterator[Firefox]:
    with engines.firefox() as browser:
        yield browser


def _tree(firefox: Firefox, address: str) -> list[list[str]]:
    """Role, name and actions of everything that Firefox tells screen readers of a page."""
    firefox.open(address)
    with firefox.marionette.using_context("chrome"):
        return list(
            firefox.marionette.execute_script(
                """
                const service = Cc["@mozilla.org/accessibilityService;1"]
                  .getService(Ci.nsIAccessibilityService);
                const browser = gBrowser.selectedBrowser;
                const outer = service.getAccessibleFor(browser);
                const out = [];
                const walk = (node) => {
                  const actions = [];
                  for (let i = 0; i < node.actionCount; i += 1) actions.push(node.getActionName(i));
                  out.push([service.getStringRole(node.role), node.name ?? "", actions.join(" ")]);
                  for (let child = node.firstChild; child; child = child.nextSibling) walk(child);
                };
                // Null until the first time that the service is asked for has passed.
                if (outer) walk(outer);
                return out;
                """
            )
        )


def _check_tree(firefox: Firefox, address: str) -> None:
    limit = time.monotonic() + 15
    tree = _tree(firefox, address)
    while not any(role == "heading" for role, _, _ in tree) and time.monotonic() < limit:
        time.sleep(0.3)
        tree = _tree(firefox, address)
    controls = ("pushbutton", "button", "slider", "combobox", "checkbutton", "link", "heading")
    named = [(role, name) for role, name, _ in tree if role in controls]
    assert [one for one in named if one[0] in ("pushbutton", "button")]
    assert [one for one in named if one[0] == "slider"]
    assert all(name.strip() for _, name in named if _ != "heading"), named
    texts = [(name, actions) for role, name, actions in tree if role in ("text leaf", "text")]
    assert texts
    link_texts = {name for role, name, _ in tree if role in (*controls, "summary", "label")}
    assert not [
        name
        for name, actions in texts
        if "click" in actions and not any(name.strip() in own for own in link_texts)
    ]


def test_what_firefox_tells_screen_readers(firefox: Firefox, visit: Visit) -> None:
    _check_tree(firefox, visit.episode)


def test_a_clickable_text_is_found(firefox: Firefox, visit: Visit) -> None:
    old = (
        'document.addEventListener("click", (event) => {\nif (!text.contains(event.target)) return;'
    )
    new = 'text.addEventListener("click", (event) => {'
    faulty = planted(visit, "firefox-clickable", "player.js", old, new)
    with pytest.raises(AssertionError):
        _check_tree(firefox, faulty.episode)


def test_a_nameless_button_is_found(firefox: Firefox, visit: Visit) -> None:
    page = "episodes/{episode}/index.html"
    old = '<button type="button" id="play" class="main">تشغيل</button>'
    faulty = planted(visit, "firefox-nameless", page, old, old.replace("تشغيل", ""))
    with pytest.raises(AssertionError):
        _check_tree(firefox, faulty.episode)
