"""The pages in Debian's Firefox: play, steps, resume, offline after a jump, accessible names."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.browser.conftest import Visit, planted
from tests.browser.firefox import Firefox, needs_firefox

pytestmark = [pytest.mark.slow, needs_firefox]
_PLAY = "document.querySelector('#play').click()"
_TIME = "document.querySelector('audio').currentTime"


@pytest.fixture(scope="module")
def firefox() -> Iterator[Firefox]:
    browser = Firefox()
    yield browser
    browser.marionette.quit(in_app=False)


def test_plays_steps_and_goes_on_where_it_was_left(firefox: Firefox, visit: Visit) -> None:
    firefox.open(visit.episode)
    assert firefox.run("!document.querySelector('audio').controls")
    firefox.run(_PLAY)
    firefox.until(f"{_TIME} > 0.05")
    firefox.run("document.querySelector('#next-story').click()")
    firefox.run("document.querySelector('#next-story').click()")
    starts = firefox.run(
        "[...document.querySelectorAll('a.listen')].map((a) => Number(a.hash.slice(3)))"
    )
    # Not "within two seconds": on a busy machine it has gone on by then.
    firefox.until(f"{_TIME} > {starts[1] - 0.5}")
    firefox.until("document.querySelectorAll('[aria-current=true]').length === 1")
    firefox.run("document.querySelector('#forward').click()")
    firefox.until(f"{_TIME} > {starts[1] + 14.5}")
    firefox.run(_PLAY)
    firefox.until("document.querySelector('audio').paused")
    left = float(firefox.run(_TIME))
    firefox.marionette.navigate(visit.home)
    firefox.marionette.navigate(visit.episode)
    assert firefox.run("!document.querySelector('#resume').hidden")
    firefox.run("document.querySelector('#resume').click()")
    firefox.until(f"{_TIME} > {left - 3}")
    firefox.run(_PLAY)


def _save_after_a_jump(firefox: Firefox, visit: Visit) -> None:
    """Jump, so that a part of the audio lies in Firefox's own cache, then save and go offline."""
    firefox.open(visit.episode)
    firefox.until("Boolean(navigator.serviceWorker.controller)")
    firefox.run(_PLAY)
    firefox.until(f"{_TIME} > 0.05")
    firefox.run("document.querySelector('#next-story').click()")
    firefox.until(f"{_TIME} > 5")
    firefox.run(_PLAY)
    firefox.run("document.querySelector('.tools').open = true")
    firefox.until("!document.querySelector('#save').hidden")
    firefox.run("document.querySelector('#save').click()")
    firefox.until("document.querySelector('#save').dataset.kept === '1'", seconds=10)
    firefox.set_offline(True)
    try:
        firefox.marionette.navigate(visit.episode)
        firefox.run(_PLAY)
        firefox.until(f"{_TIME} > 0.05")
    finally:
        firefox.set_offline(False)


def test_saved_after_a_jump_and_heard_without_a_connection(firefox: Firefox, visit: Visit) -> None:
    _save_after_a_jump(firefox, visit)


def test_a_page_that_cannot_save_is_found(firefox: Firefox, visit: Visit) -> None:
    faulty = planted(
        visit, "firefox-unsaved", "saving.js", "await kept.addAll(", "await kept.none("
    )
    with pytest.raises(AssertionError):
        _save_after_a_jump(firefox, faulty)


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
