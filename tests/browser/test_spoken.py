"""The listening page as a screen reader gets it: the tree that Firefox gives to AT-SPI."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.browser.conftest import HERE, Visit, planted
from tests.browser.firefox import Firefox, needs_firefox, spoken_firefox
from tests.browser.screens import PYTHON, missing_at_spi

__all__ = ["spoken_firefox"]

pytestmark = [
    pytest.mark.slow,
    needs_firefox,
    pytest.mark.skipif(bool(missing_at_spi()), reason=missing_at_spi() or "there"),
]
Tree = list[list[str]]
_AUDIO = "document.querySelector('audio')"
# Role and name of the player's controls, in the order in which they are met.
_PLAYER = [
    ["button", "تشغيل"],
    ["button", "شارك"],
    ["button", "تشغيل"],
    ["slider", "الموضع في الحلقة"],
    ["button", "الخبر السابق"],
    ["button", "15 ثانية إلى الوراء"],
    ["button", "15 ثانية إلى الأمام"],
    ["button", "الخبر التالي"],
]
_ROLES = {"push button": "button", "button": "button", "link": "link", "slider": "slider"}


def _tree(firefox: Firefox) -> Tree:
    """Role, name and value text of all that AT-SPI shows of the page."""
    command = [PYTHON, str(HERE / "spoken_tree.py"), firefox.run("document.title")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    tree: Tree = json.loads(done.stdout)
    assert tree, "AT-SPI does not show the page"
    return tree


def _controls(tree: Tree) -> Tree:
    return [[_ROLES[one[0]], one[1].strip()] for one in tree if one[0] in _ROLES]


def _check_names_and_order(firefox: Firefox, visit: Visit) -> None:
    firefox.open(visit.episode)
    controls = _controls(_tree(firefox))
    assert all(name for _, name in controls), controls
    begin = controls.index(_PLAYER[0])
    assert controls[begin : begin + len(_PLAYER)] == _PLAYER


def _check_quiet_while_playing(firefox: Firefox, visit: Visit) -> None:
    """Between two looks, over several sentences, nothing has another role, name or text."""
    firefox.open(visit.episode)
    firefox.press("#play")
    firefox.until(f"{_AUDIO}.currentTime > 0.05")
    assert firefox.run("document.querySelector('#play').textContent") == "إيقاف مؤقت"
    before = _tree(firefox)
    marked = "document.querySelector('[aria-current=true]').dataset.t"
    first = float(firefox.run(marked))
    firefox.until(f"Number({marked}) > {first}", 40)
    after = _tree(firefox)
    assert not firefox.run(f"{_AUDIO}.paused")
    assert ["button", "إيقاف مؤقت"] in _controls(before)
    changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert not changed
    assert not [one for one in after if one[0] == "status bar" and one[1].strip()]
    firefox.press("#play")
    firefox.until(f"{_AUDIO}.paused")
    assert ["button", "إيقاف مؤقت"] not in _controls(_tree(firefox))


def _check_slider_is_true_on_focus(firefox: Firefox, visit: Visit) -> None:
    firefox.open(visit.episode)
    firefox.press("#play")
    firefox.until(f"{_AUDIO}.currentTime > 3")
    # Without a pause, which writes the text as well.
    position = int(
        firefox.run(f"(document.querySelector('#seek').focus(), Math.floor({_AUDIO}.currentTime))")
    )
    [slider] = [one for one in _tree(firefox) if one[0] == "slider" and one[1] == _PLAYER[3][1]]
    assert not firefox.run(f"{_AUDIO}.paused")
    assert any(slider[2].startswith(_seconds(position - back)) for back in (0, 1)), slider
    firefox.press("#play")


def _seconds(count: int) -> str:
    return f"{count} ثوان" if 3 <= count <= 10 else f"{count} ثانية"


def test_names_roles_and_order(firefox: Firefox, visit: Visit) -> None:
    _check_names_and_order(firefox, visit)


def test_nothing_is_announced_while_it_plays(firefox: Firefox, visit: Visit) -> None:
    _check_quiet_while_playing(firefox, visit)


def test_the_slider_is_true_when_it_is_reached(firefox: Firefox, visit: Visit) -> None:
    _check_slider_is_true_on_focus(firefox, visit)


def test_a_control_without_a_name_or_out_of_order_is_found(firefox: Firefox, visit: Visit) -> None:
    page = "episodes/{episode}/index.html"
    old = 'id="back" class="small" aria-label="15 ثانية إلى الوراء"'
    faulty = planted(visit, "spoken-nameless", page, old, old.split(" aria-label")[0])
    with pytest.raises(AssertionError):
        _check_names_and_order(firefox, faulty)


def test_a_page_that_talks_while_it_plays_is_found(firefox: Firefox, visit: Visit) -> None:
    old = 'at("now").textContent = clock(t);'
    faulty = planted(visit, "spoken-talks", "player.js", old, f"{old} describe();")
    with pytest.raises(AssertionError):
        _check_quiet_while_playing(firefox, faulty)


def test_a_stale_slider_is_found(firefox: Firefox, visit: Visit) -> None:
    old = 'seekBar.addEventListener("focus", () => { seekBar.value = position(); describe(); });'
    faulty = planted(visit, "spoken-stale", "player.js", old, "")
    with pytest.raises(AssertionError):
        _check_slider_is_true_on_focus(firefox, faulty)
