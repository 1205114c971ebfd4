"""What a listening page must do, each a function that fails with an AssertionError.

The good page passes all of them (``test_pages``); a page with one fault fails the check of its
kind (``test_faults``). The kinds are those that scanners were measured to miss: language, focus,
speech during play, autoplay, shortcuts, reflow, no script, slider direction, memory.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from tests.browser.conftest import AXE, VNU, Visit

Check = Callable[[Visit], None]
_AXE_TAGS = [
    "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice",
    "wcag2aaa", "wcag21aaa", "wcag22aaa",
]  # fmt: skip
_AXE_OFF_BY_DEFAULT = [
    "color-contrast-enhanced", "identical-links-same-purpose", "meta-refresh-no-exceptions",
    "target-size",
]  # fmt: skip
_LOOKS: tuple[dict[str, Any], ...] = (
    {}, {"color_scheme": "dark"}, {"forced_colors": "active"},
)  # fmt: skip
PAGE_BYTES = 60_000
_CONTROLS = {
    "play": "BUTTON", "seek": "INPUT", "previous-sentence": "BUTTON", "next-sentence": "BUTTON",
    "previous-story": "BUTTON", "next-story": "BUTTON", "rate": "SELECT", "sleep": "SELECT",
    "highlight": "INPUT", "follow": "INPUT", "keys": "INPUT", "save": "BUTTON",
}  # fmt: skip


def ask(page: Any, probe: str, *arguments: object) -> Any:
    """The answer of a probe of ``probes.js``."""
    return page.evaluate(f"a => window.probes.{probe}(...a)", list(arguments))


def until(page: Any, condition: str, seconds: float = 10) -> None:
    """Wait until an expression holds (the pages' policy forbids the evaluation that waits)."""
    limit = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < limit, f"not within {seconds} s: {condition}"
        page.wait_for_timeout(25)


def play(page: Any, key: str = "Enter") -> None:
    """Start by keyboard and wait until it is heard."""
    page.focus("#play")
    page.keyboard.press(key)
    until(page, "probes.time() > 0.05")


def now(page: Any) -> float:
    """The audio's position in seconds."""
    return float(ask(page, "time"))


def both(visit: Visit) -> tuple[str, str]:
    """The addresses of the show page and of the episode page."""
    return visit.home, visit.episode


# --- Markup ------------------------------------------------------------------------------------


def valid_html(visit: Visit) -> None:
    files = [visit.folder / "index.html", *(visit.folder / "episodes").glob("*/index.html")]
    arguments = ["java", "-jar", str(VNU), "--format", "json", "--exit-zero-always"]
    out = subprocess.run([*arguments, *map(str, files)], capture_output=True, check=True)
    found = json.loads(out.stderr)["messages"]
    found = [m["message"] for m in found if m["type"] == "error" or m.get("subType") == "warning"]
    assert not found


def valid_css(visit: Visit) -> None:
    arguments = ["java", "-jar", str(VNU), "--css", "--format", "json", "--exit-zero-always"]
    style = visit.folder / "style.css"
    out = subprocess.run([*arguments, str(style)], capture_output=True, check=True)
    errors = [m["message"] for m in json.loads(out.stderr)["messages"] if m["type"] == "error"]
    assert not errors


def structure(visit: Visit) -> None:
    for address in both(visit):
        page = visit.page(address)
        root = page.locator("html")
        assert root.get_attribute("lang") == "ar"
        assert root.get_attribute("dir") == "rtl"
        assert page.title().strip()
        assert page.locator("h1").count() == 1
        assert page.locator("main").count() == 1
        levels = ask(page, "levels")
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert page.locator("time").count() > 0
        assert page.locator("time:not([datetime])").count() == 0
        assert page.locator("link[rel=alternate][type='application/rss+xml']").count() == 1
        assert page.locator("meta[property='og:title']").count() == 1
        page.wait_for_timeout(300)
        assert not page.console


def foreign_text_is_marked(visit: Visit) -> None:
    for address in both(visit):
        page = visit.page(address)
        bare = ask(page, "unmarked")
        assert not bare


# --- Load --------------------------------------------------------------------------------------


def light_to_load(visit: Visit) -> None:
    for address in both(visit):
        _loads_little(visit, address)


def _loads_little(visit: Visit, address: str) -> None:
    page = visit.page("about:blank")
    asked: list[str] = []
    sizes: list[int] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda r: sizes.append(len(r.body()) if r.status < 300 else 0))
    page.goto(address)
    page.wait_for_timeout(1200)
    host = address.split("/", 3)[2]
    assert not [url for url in asked if url.split("/", 3)[2] != host], "third party"
    assert not [url for url in asked if "/media/" in url], "audio before play"
    assert sum(sizes) <= PAGE_BYTES
    assert ask(page, "shift") < 0.02, "layout shift"
    assert ask(page, "paused"), "plays by itself"


# --- Names, colours, targets -------------------------------------------------------------------


def axe(visit: Visit) -> None:
    script = AXE.read_text("utf-8")
    for page in _looks(visit):
        page.evaluate(script)
        found = page.evaluate(
            "([values, rules]) => axe.run(document, {runOnly: {type: 'tag', values}, rules})",
            [_AXE_TAGS, {name: {"enabled": True} for name in _AXE_OFF_BY_DEFAULT}],
        )
        said = [(item["id"], item["nodes"][0]["html"][:80]) for item in found["violations"]]
        assert not said


def contrast(visit: Visit) -> None:
    for page in _looks(visit):
        assert not ask(page, "faint")


def _looks(visit: Visit) -> Iterator[Any]:
    """Both pages, light, dark and in forced colours, with a sentence highlighted."""
    for address in both(visit):
        for look in _LOOKS:
            page = visit.page(address, **look)
            if page.locator("#play").count():
                page.locator("#text span[data-t]").first.evaluate(
                    "span => span.setAttribute('aria-current', 'true')"
                )
            yield page
            page.context.close()


def native_controls(visit: Visit) -> None:
    page = visit.page()
    for name, tag in _CONTROLS.items():
        assert page.evaluate("n => document.getElementById(n)?.tagName", name) == tag, name
    assert (
        page.evaluate("document.querySelectorAll('[role=button],[role=slider],[role=link]').length")
        == 0
    )
    english = ask(page, "english")
    assert not english, "labels in English"


def large_targets(visit: Visit) -> None:
    for address in both(visit):
        for width in (320, 1280):
            page = visit.page(address, viewport={"width": width, "height": 800})
            small = ask(page, "smallTargets")
            assert not small


# --- Keyboard ----------------------------------------------------------------------------------


def keyboard(visit: Visit) -> None:
    page = visit.page(reduced_motion="reduce")
    assert page.locator("[accesskey]").count() == 0
    assert page.evaluate(
        "[...document.querySelectorAll('[tabindex]')].every((e) => e.tabIndex <= 0)"
    )
    stops: list[str] = []
    for _ in range(80):
        page.keyboard.press("Tab")
        stop = ask(page, "focused")
        if stop is None:
            break
        assert stop["seen"], f"{stop} has the focus and is not in view"
        stops.append(stop["name"])
    else:
        raise AssertionError("the focus never leaves the page")
    assert stops[0] == "skip"
    assert stops.index("play") <= 4
    for name in _CONTROLS:
        assert name in stops, f"{name} cannot be reached"
    order = [name for name in stops if name in _CONTROLS]
    assert order == [name for name in _CONTROLS if name in stops]
    assert stops.count("listen") == 2


def focus_is_visible(visit: Visit) -> None:
    """Pixels differ, whatever the style says."""
    for look in _LOOKS:
        page = visit.page(**look)
        for selector in ("#play", "#seek", "#rate", "#follow", "#next-story", "#save", ".listen",
                         "header a", "summary", "#text span[tabindex='0']"):  # fmt: skip
            page.evaluate("document.activeElement.blur()")
            place = page.locator(selector).first
            place.scroll_into_view_if_needed()
            page.wait_for_timeout(60)
            box = place.bounding_box()
            clip = {"x": max(box["x"] - 8, 0), "y": max(box["y"] - 8, 0),
                    "width": box["width"] + 16, "height": min(box["height"] + 16, 200)}  # fmt: skip
            before = page.screenshot(clip=clip)
            page.keyboard.press("Shift")  # a key, so that the focus counts as the keyboard's
            place.focus()
            page.wait_for_timeout(60)
            assert page.screenshot(clip=clip) != before, f"{selector} {look}"
        page.context.close()


def no_single_key_shortcuts(visit: Visit) -> None:
    page = visit.page()
    for key in "kKmMjJlLpPnN .,":
        page.keyboard.press(key if key != " " else "Space")
    page.wait_for_timeout(200)
    assert ask(page, "paused")
    assert now(page) == 0
    page.check("#keys")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("k")
    until(page, "!probes.paused()")


# --- Play --------------------------------------------------------------------------------------


def plays_by_keyboard(visit: Visit) -> None:
    for key in ("Enter", "Space"):
        page = visit.page()
        assert page.inner_text("#play") == "تشغيل"
        play(page, key)
        # The bench holds the figure (300 ms); here only what no noise explains.
        assert ask(page, "delay") < 2000
        assert page.inner_text("#play") == "إيقاف مؤقت"
        start = now(page)
        page.wait_for_timeout(1200)
        assert now(page) > start + 0.5
        assert page.inner_text("#now") != "0:00"
        assert page.evaluate("navigator.mediaSession.metadata?.title") == page.inner_text("#title")
        page.keyboard.press(key)
        until(page, "document.querySelector('#play').innerText === 'تشغيل'")
        assert ask(page, "paused")
        page.context.close()


def quiet_while_playing(visit: Visit) -> None:
    page = visit.page()
    page.select_option("#rate", "3")
    play(page)
    ask(page, "watch")
    first = ask(page, "marked")
    for _ in range(24):
        page.wait_for_timeout(250)
        assert page.locator("[aria-current=true]").count() == 1
    last = ask(page, "marked")
    writes = ask(page, "writes")
    assert last > first
    assert not [write for write in writes if write != "aria-current"]
    assert len(writes) <= last - first + 1


def in_step(visit: Visit) -> None:
    """After a jump the marked sentence is the heard one."""
    page = visit.page()
    play(page)
    for place in (5, 2, 8):
        page.locator("#text span[data-t]").nth(place).click()
        page.wait_for_timeout(350)
        assert ask(page, "marked") == place
        wanted = ask(page, "starts")[place]
        assert -0.1 <= now(page) - wanted < 1.5
    page.locator("#text span[data-t]").nth(4).focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    start = float(page.evaluate("document.activeElement.dataset.t"))
    assert -0.1 <= now(page) - start < 1.5
    page.uncheck("#highlight")
    assert ask(page, "background") == "rgba(0, 0, 0, 0)"
    page.check("#highlight")
    assert ask(page, "background") != "rgba(0, 0, 0, 0)"


def steps_and_links(visit: Visit) -> None:
    page = visit.page()
    times = ask(page, "starts")
    stories = ask(page, "storyStarts")
    play(page)
    page.keyboard.press("Enter")
    for button, wanted in [
        ("#next-sentence", times[1]), ("#next-sentence", times[2]),
        ("#previous-sentence", times[1]),
        ("#next-story", stories[1]), ("#previous-story", stories[0]),
    ]:  # fmt: skip
        page.click(button)
        page.wait_for_timeout(150)
        assert abs(now(page) - wanted) < 0.2, button
        assert page.inner_text("#status"), "a step while paused says where it led"
    page.locator("a.listen").nth(1).focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert not ask(page, "paused")
    assert -0.1 <= now(page) - stories[1] < 1.5
    assert page.url == visit.episode
    for _ in range(4):
        page.focus("#rate")
        page.keyboard.press("ArrowDown")
    assert page.evaluate("document.querySelector('audio').playbackRate") > 1
    page.select_option("#sleep", "story")
    assert page.evaluate("document.querySelector('#sleep').value") == "story"


def sleeps_at_the_end_of_a_story(visit: Visit) -> None:
    page = visit.page()
    play(page)
    last = ask(page, "starts")[page.locator("#story-1 span[data-t]").count()]
    page.select_option("#rate", "3")
    page.select_option("#sleep", "story")
    page.evaluate("t => { document.querySelector('audio').currentTime = t; }", last)
    until(page, "probes.paused()", 15)
    assert page.inner_text("#status")
    assert page.evaluate("document.querySelector('#sleep').value") == "0"


# --- Seek and memory ---------------------------------------------------------------------------


def slider(visit: Visit) -> None:
    page = visit.page()
    assert page.get_attribute("#seek", "dir") == "ltr"
    play(page)
    page.keyboard.press("Enter")
    page.focus("#seek")
    before = now(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(150)
    assert 4 < now(page) - before < 6
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(150)
    assert abs(now(page) - before) < 1
    page.keyboard.press("PageUp")
    page.wait_for_timeout(150)
    assert re.search("دقيقة|دقائق|ثانية|ثوان", page.get_attribute("#seek", "aria-valuetext"))
    box = page.locator("#seek").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
    page.wait_for_timeout(200)
    assert now(page) > 0.6 * page.evaluate("document.querySelector('audio').duration")


def memory(visit: Visit) -> None:
    page = visit.page()
    play(page)
    page.focus("#seek")
    page.keyboard.press("PageUp")
    page.wait_for_timeout(300)
    left = now(page)
    page.reload()
    page.wait_for_timeout(700)
    assert ask(page, "paused"), "plays by itself"
    assert page.is_visible("#resume")
    assert re.search("دقيقة|ثانية|ثوان", page.inner_text("#resume"))
    page.focus("#resume")
    page.keyboard.press("Enter")
    until(page, "probes.time() > 5")
    assert abs(now(page) - left) < 3
    assert page.evaluate("document.activeElement.id") == "play"


def page_address_with_a_time(visit: Visit) -> None:
    page = visit.page(visit.episode + "#t=12.5")
    page.wait_for_timeout(300)
    assert ask(page, "paused")
    play(page)
    assert 12 <= now(page) < 15


# --- Reflow ------------------------------------------------------------------------------------


def reflow(visit: Visit) -> None:
    spacing = (
        "* { line-height: 2.4 !important; letter-spacing: .12em !important; "
        "word-spacing: .16em !important } p { margin-block-end: 2em !important }"
    )
    wider = spacing.replace(".12em", ".24em").replace(".16em", ".32em")
    double = "html { font-size: 36px !important }"
    for address in both(visit):
        for width, style in [
            (320, ""), (640, ""), (320, spacing), (320, wider), (1280, double), (640, double),
        ]:  # fmt: skip
            page = visit.page(
                address, viewport={"width": width, "height": 256 if width == 320 else 700}
            )
            ask(page, "restyle", style)
            wide = ask(page, "overflowing")
            assert wide["sideways"] <= 0, f"{width} {style[:20]}"
            assert not wide["out"]
            assert not wide["clipped"]
            page.context.close()
        page = visit.page(address)
        scale = page.get_attribute("meta[name=viewport]", "content")
        assert "user-scalable" not in scale
        assert "maximum-scale" not in scale


def still_when_asked(visit: Visit) -> None:
    page = visit.page(reduced_motion="reduce")
    moving = ask(page, "moving")
    assert moving == 0


# --- No script, server -------------------------------------------------------------------------


def without_script(visit: Visit) -> None:
    page = visit.page(java_script_enabled=False)
    assert page.is_visible("audio[controls]")
    for tag in ("button", "select", "input"):
        assert page.locator(tag).locator("visible=true").count() == 0, f"a dead {tag}"
    assert page.is_visible("a[download][href$='.mp3']")
    assert page.locator("a.listen").count() == 2
    assert "#t=" in page.locator("a.listen").first.get_attribute("href")
    manifest = visit.folder / "episodes" / visit.episode.split("/")[-2] / "episode.json"
    shown = " ".join(page.inner_text("main").split())
    for sentence in json.loads(manifest.read_text("utf-8"))["sentences"]:
        assert " ".join(sentence["text"].split()) in shown
    home = visit.page(visit.home, java_script_enabled=False)
    titles = home.locator("h2 a").all_inner_texts()
    assert len(titles) == 2
    assert home.is_visible("a[href$='feed.xml']")


def parts_of_the_audio(visit: Visit) -> None:
    page = visit.page()
    status = ask(page, "part", "bytes=100-199")[:2]
    assert status == [206, 100]


def _reloaded(page: Any) -> bool:
    from playwright.sync_api import Error

    try:
        page.reload()
    except Error:
        return False
    return True


def offline(visit: Visit) -> None:
    """Saved on request, heard and sought without a connection, removed on request."""
    page = visit.page()
    until(page, "Boolean(navigator.serviceWorker.controller)")
    page.click("#save")
    until(page, "document.querySelector('#save').dataset.kept === '1'")
    page.context.set_offline(True)
    assert _reloaded(page), "the page is not there without a connection"
    play(page)
    page.locator("#text span[data-t]").nth(8).click()
    page.wait_for_timeout(500)
    start = ask(page, "starts")[8]
    assert now(page) >= start
    wanted = ["bytes=0-9", "bytes=-5", "bytes=99999999-", "bytes=5-"]
    ranges = [ask(page, "part", field) for field in wanted]
    assert ranges[0][:2] == [206, 10]
    size = int(ranges[0][2].split("/")[1])
    assert ranges[0] == [206, 10, f"bytes 0-9/{size}"]
    assert ranges[1] == [206, 5, f"bytes {size - 5}-{size - 1}/{size}"]
    assert ranges[2] == [416, 0, f"bytes */{size}"]
    assert ranges[3] == [206, size - 5, f"bytes 5-{size - 1}/{size}"]
    page.context.set_offline(False)
    page.click("#save")
    until(page, "document.querySelector('#save').dataset.kept === ''")
    until(page, "caches.keys().then((k) => !k.some((n) => n.startsWith('mujaz-audio')))")


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        valid_html, valid_css, structure, foreign_text_is_marked, light_to_load, axe, contrast,
        native_controls, large_targets, keyboard, focus_is_visible, no_single_key_shortcuts,
        plays_by_keyboard, quiet_while_playing, in_step, steps_and_links,
        sleeps_at_the_end_of_a_story, slider, memory, page_address_with_a_time, reflow,
        still_when_asked, without_script, parts_of_the_audio, offline,
    )
}  # fmt: skip
