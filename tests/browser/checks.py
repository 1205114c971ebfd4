"""What a listening page must do, each a function that fails with an AssertionError.

The good page passes all of them (``test_pages``); a page with one fault fails the check of its
kind (``test_faults``). The kinds are those that scanners were measured to miss: language, focus,
speech during play, autoplay, shortcuts, reflow, no script, slider direction, memory.
"""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.browser.conftest import AXE, VNU, Visit
from tests.server.conftest import start, stop

Check = Callable[[Visit], None]
AXE_TAGS = [
    "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice",
    "wcag2aaa", "wcag21aaa", "wcag22aaa",
]  # fmt: skip
AXE_OFF_BY_DEFAULT = [
    "color-contrast-enhanced", "identical-links-same-purpose", "meta-refresh-no-exceptions",
    "target-size",
]  # fmt: skip
_LOOKS: tuple[dict[str, Any], ...] = (
    {}, {"color_scheme": "dark"}, {"forced_colors": "active"},
)  # fmt: skip
PAGE_BYTES = 60_000
COVER_BYTES = 40_000
_CONTROLS = {
    "play": "BUTTON", "share": "BUTTON", "play-dock": "BUTTON", "seek": "INPUT",
    "previous-story": "BUTTON", "back": "BUTTON", "forward": "BUTTON", "next-story": "BUTTON",
    "find": "BUTTON",
    "previous-sentence": "BUTTON", "next-sentence": "BUTTON", "rate": "SELECT", "sleep": "SELECT",
    "text-size": "SELECT", "volume": "INPUT", "highlight": "INPUT", "follow": "INPUT",
    "queue": "INPUT", "keys": "INPUT", "save": "BUTTON",
}  # fmt: skip


def ask(page: Any, probe: str, *arguments: object) -> Any:
    """The answer of a probe of ``probes.js``."""
    return page.evaluate(f"a => window.probes.{probe}(...a)", list(arguments))


def until(page: Any, condition: str, seconds: float = 0) -> None:
    """Wait until an expression holds (the pages' policy forbids the evaluation that waits)."""
    seconds = seconds or getattr(page, "patience_s", 30)
    limit = time.monotonic() + seconds

    def holds() -> bool:
        try:
            return bool(page.evaluate(condition))
        except Exception as error:
            if "context was destroyed" not in str(error):
                raise
            return False  # the page has just given way to another

    while not holds():
        assert time.monotonic() < limit, f"not within {seconds} s: {condition}"
        page.wait_for_timeout(25)


def open_tools(page: Any) -> None:
    """Open the panel of further controls, by keyboard."""
    page.focus(".tools > summary")
    if not page.evaluate("document.querySelector('.tools').open"):
        page.keyboard.press("Enter")
    page.evaluate("document.activeElement.blur()")


def play(page: Any, key: str = "Enter") -> None:
    """Start by keyboard and wait until it is heard."""
    page.focus("#play")
    page.keyboard.press(key)
    until(page, "probes.time() > 0.05")


def now(page: Any) -> float:
    """The audio's position in seconds."""
    return float(ask(page, "time"))


def every_page(visit: Visit) -> tuple[str, ...]:
    """The addresses of a page of each kind.

    The show, an episode, its player for other sites, the archive, a month, a section.
    """
    archive = visit.home.replace("index.html", "archive/")
    pages = sorted(path.name for path in (visit.folder / "archive").glob("*.html"))
    embedded = visit.episode.replace("/episodes/", "/embed/")
    return visit.home, visit.episode, embedded, *(archive + page for page in pages)


# --- Markup ------------------------------------------------------------------------------------


def valid_html(visit: Visit) -> None:
    pages = [*visit.folder.rglob("index.html"), *visit.folder.glob("archive/*.html")]
    files = sorted(set(pages))
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
    for address in every_page(visit):
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
    for address in every_page(visit):
        page = visit.page(address)
        bare = ask(page, "unmarked")
        assert not bare


# --- Load --------------------------------------------------------------------------------------


def light_to_load(visit: Visit) -> None:
    for address in every_page(visit):
        _loads_little(visit, address)


def _loads_little(visit: Visit, address: str) -> None:
    page = visit.page("about:blank")
    asked: list[str] = []
    sizes: list[int] = []
    covers: list[int] = []
    page.on("request", lambda request: asked.append(request.url))

    def weigh(answer: Any) -> None:
        kind = covers if "/cover-" in answer.url else sizes
        kind.append(len(answer.body()) if answer.status < 300 else 0)

    page.on("response", weigh)
    page.goto(address)
    page.wait_for_timeout(1200)
    host = address.split("/", 3)[2]
    assert not [url for url in asked if url.split("/", 3)[2] != host], "third party"
    assert not [url for url in asked if "/media/" in url], "audio before play"
    assert sum(sizes) <= PAGE_BYTES, sizes
    assert sum(covers) <= COVER_BYTES
    assert page.locator("img:not([loading=lazy])").count() == 0
    assert ask(page, "shift") < 0.02, "layout shift"
    assert ask(page, "paused"), "plays by itself"


# --- Names, colours, targets -------------------------------------------------------------------


def violations(page: Any) -> list[tuple[str, str]]:
    """Rules of axe-core that a page breaks, each with the first element that breaks it."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "([values, rules]) => axe.run(document, {runOnly: {type: 'tag', values}, rules})",
        [AXE_TAGS, {name: {"enabled": True} for name in AXE_OFF_BY_DEFAULT}],
    )
    return [(item["id"], item["nodes"][0]["html"][:80]) for item in found["violations"]]


def axe(visit: Visit) -> None:
    for page in _looks(visit):
        assert not violations(page)


def contrast(visit: Visit) -> None:
    for page in _looks(visit):
        assert not (faint := ask(page, "faint")), faint


def _looks(visit: Visit) -> Iterator[Any]:
    """Each page, light, dark and in forced colours, with a sentence highlighted."""
    for address in every_page(visit):
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
    for address in every_page(visit):
        for width in (320, 1280):
            page = visit.page(address, viewport={"width": width, "height": 800})
            small = ask(page, "smallTargets")
            assert not small, small


# --- Keyboard ----------------------------------------------------------------------------------


def keyboard(visit: Visit) -> None:
    page = visit.page(reduced_motion="reduce")
    page.evaluate("document.querySelector('.tools').open = true")
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
        open_tools(page)
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
    open_tools(page)
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
        # The bench holds the figure (100 ms); here only what no noise explains.
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
    open_tools(page)
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
    open_tools(page)
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
    open_tools(page)
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
    open_tools(page)
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
    open_tools(page)
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
    before = page.get_attribute("#seek", "aria-valuetext")
    page.select_option("#rate", "3")
    play(page)
    page.wait_for_timeout(900)
    page.focus("#seek")
    assert page.get_attribute("#seek", "aria-valuetext") != before, "stale when focus comes to it"
    page.keyboard.press("Shift+Tab")
    page.evaluate("document.querySelector('audio').pause()")
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


# --- What goes with it -------------------------------------------------------------------------


def skips_and_lock_screen(visit: Visit) -> None:
    """The bar stays in view with its 15-second steps; the lock screen has a cover and the steps."""
    page = visit.page(viewport={"width": 390, "height": 844})
    play(page)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    box = page.locator("#dock").bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 844.5
    page.keyboard.press("Enter")
    page.click("#forward")
    page.wait_for_timeout(100)
    there = now(page)
    assert there >= 15
    page.click("#back")
    page.wait_for_timeout(100)
    assert abs(now(page) - (there - 15)) < 0.5
    artwork = page.evaluate("navigator.mediaSession.metadata.artwork.map((a) => a.src)")
    assert [src for src in artwork if src.startswith(visit.home.removesuffix("index.html"))]
    cover = "src => fetch(src).then((a) => a.arrayBuffer()).then((b) => b.byteLength)"
    assert page.evaluate(cover, artwork[0]) <= 40_000
    assert page.locator("#marks i").count() >= 1


def words_and_size(visit: Visit) -> None:
    """The heard word is painted, with nothing written; the size of the letters is kept."""
    page = visit.page()
    play(page)
    until(page, "CSS.highlights.has('word')")
    painted = "[...CSS.highlights.get('word')][0].toString()"
    assert page.evaluate(painted) in page.inner_text("[aria-current=true]").split()
    page.keyboard.press("Enter")
    page.evaluate("document.querySelector('audio').currentTime += 0")
    first = _word_at(page, 5)
    assert first[0] == first[1], first
    open_tools(page)
    page.select_option("#text-size", "150")
    size = "parseFloat(getComputedStyle(document.querySelector('#text p')).fontSize)"
    large = page.evaluate(size)
    page.reload()
    assert page.evaluate(size) == large
    assert large > 20


def _word_at(page: Any, seconds: float) -> list[str]:
    """The painted word while a time is heard, and the transcript's word of that time."""
    page.evaluate(
        "t => { const a = document.querySelector('audio'); a.currentTime = t; a.play(); }", seconds
    )
    page.wait_for_timeout(400)
    return list(
        page.evaluate(
            """async () => {
          const audio = document.querySelector('audio');
          audio.playbackRate = 0.1;
          const answer = await fetch(audio.src.replace('.mp3', '.json'));
          const segments = (await answer.json()).segments;
          await new Promise((done) => setTimeout(done, 300));
          const [range] = CSS.highlights.get('word') ?? [''];
          const words = segments.flatMap((s) => s.words ?? []);
          const before = words.filter((w) => w.startTime <= audio.currentTime + 0.02);
          return [range.toString(), before[before.length - 1].body];
        }"""
        )
    )


def show_page_plays(visit: Visit) -> None:
    """Each episode plays in the list, says what is left, goes on from there, and is heard."""
    page = visit.page(visit.home)
    assert page.locator(".ep button.round").count() == 2
    page.locator(".ep button.round").nth(1).click()
    until(page, "probes.time() > 0.05")
    assert page.inner_text("#what") == page.locator(".ep h2").nth(1).inner_text()
    page.click("#forward")
    page.wait_for_timeout(200)
    page.click("#play-dock")
    until(page, "document.querySelectorAll('.ep .state')[1].innerText.startsWith('المتبقي')")
    page.reload()
    assert ask(page, "paused")
    label = page.locator(".ep button.round").nth(1).get_attribute("aria-label")
    assert label.startswith("تابع من")
    page.locator(".ep button.round").nth(1).click()
    until(page, "probes.time() > 14")
    page.evaluate(
        "() => { const a = document.querySelector('audio'); a.currentTime = a.duration - 0.3; }"
    )
    until(page, "probes.paused()")
    until(
        page, "[...document.querySelectorAll('.state')].some((s) => s.innerText.includes('سُمعت'))"
    )
    assert not page.console


def goes_on_to_the_next(visit: Visit) -> None:
    """The next episode follows if it is wished, and only then."""
    end = "() => { const a = document.querySelector('audio'); a.currentTime = a.duration - 0.3; }"
    first = visit.page(visit.home).evaluate("document.querySelector('.ep h2 a').href")
    for wished in (False, True):
        page = visit.page(first)
        open_tools(page)
        if wished:
            page.check("#queue")
        play(page)
        page.evaluate(end)
        if wished:
            with contextlib.suppress(Exception):
                page.wait_for_url("**/*#next", wait_until="commit")
            assert page.url != first
        else:
            until(page, "probes.paused() && document.querySelector('#status').innerText")
            page.wait_for_timeout(700)
            assert page.url == first
        page.context.close()


# --- Reflow ------------------------------------------------------------------------------------


def reflow(visit: Visit) -> None:
    spacing = (
        "* { line-height: 2.4 !important; letter-spacing: .12em !important; "
        "word-spacing: .16em !important } p { margin-block-end: 2em !important }"
    )
    wider = spacing.replace(".12em", ".24em").replace(".16em", ".32em")
    double = "html { font-size: 36px !important }"
    for address in every_page(visit):
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
            if width == 320 and not style:
                heights = page.evaluate(
                    "[...document.querySelectorAll('#latest')].map((one) => one.offsetHeight)"
                )
                assert all(height < 50 for height in heights), "a button of two lines"
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


def counts_after_a_preposition(visit: Visit) -> None:
    """The offer to go on says «من دقيقتين», whatever the count."""
    page = visit.page(service_workers="block")
    kept = "localStorage.setItem('mujaz:' + location.pathname.replace('index.html', ''), t)"
    for seconds, words in ((32, "32 ثانية"), (11, "11 ثانية"), (6, "6 ثوان")):
        page.evaluate(f"t => {kept}", str(seconds))
        page.reload()
        said = page.inner_text("#resume")
        assert said.endswith(f"من {words}"), (said, page.get_attribute("#player", "data-duration"))
    for seconds, words in ((120, "دقيقتين"), (122, "دقيقتين وثانيتين"), (7200, "ساعتين")):
        page.evaluate(f"t => {kept}", str(seconds))
        page.route("**/index.html", _of_a_long_episode)
        page.reload()
        page.unroute("**/index.html")
        said = page.inner_text("#resume")
        assert said.endswith(f"من {words}"), (said, page.get_attribute("#player", "data-duration"))


def _of_a_long_episode(route: Any) -> None:
    answer = route.fetch()
    page = re.sub('data-duration="[^"]+"', 'data-duration="9999"', answer.text())
    route.fulfill(response=answer, body=page)


def said_once(visit: Visit) -> None:
    """No heading is also the name of its part, and nothing but controls can be clicked."""
    page = visit.page()
    headings = page.locator("h2, h3").all_inner_texts()
    assert len(headings) == len(set(headings))
    assert page.locator("[aria-labelledby], article[aria-label], nav[aria-label]").count() == 0
    for region in page.locator("section[aria-label]").all():
        assert region.get_attribute("aria-label") not in headings
    links = page.locator("a").all_inner_texts()
    titles = page.locator("h3").all_inner_texts()
    assert not [x for x in links for title in titles if title in x and x != title]
    session = page.context.new_cdp_session(page)
    for selector in ("#text", "main", "#text article", "#text p", "#text span[data-t]"):
        expression = f"document.querySelector({selector!r})"
        found = session.send("Runtime.evaluate", {"expression": expression})
        of = {"objectId": found["result"]["objectId"]}
        listeners = session.send("DOMDebugger.getEventListeners", of)
        kinds = {one["type"] for one in listeners["listeners"]}
        assert not kinds & {"click", "mousedown", "mouseup"}, selector


def downloads_have_names(visit: Visit) -> None:
    page = visit.page(java_script_enabled=False)
    for kind in ("mp3", "vtt"):
        name = page.get_attribute(f"a[href$='.{kind}']", "download")
        assert name
        assert re.fullmatch(rf"موجز الأخبار - [^/\\:]+ \d{{4}}-\d\d-\d\d\.{kind}", name)


def finds_in_the_text(visit: Visit) -> None:
    """A word is found in the text however it is written, shown, said, and heard from there."""
    page = visit.page()
    open_tools(page)
    page.focus("#find")
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'find-query'")
    page.keyboard.type("المُديـر")
    page.keyboard.press("Enter")
    sentence = "وقال المدير إن العمل مستمر."
    until(page, "Boolean(document.querySelector('#status').innerText)")
    assert page.inner_text("#status") == f"1 من 1: {sentence}"
    assert page.evaluate("[...CSS.highlights.get('here')].map(String)") == ["المدير"]
    assert page.evaluate("document.activeElement.id") == "find-query"
    page.click("#find-hear")
    until(page, "!probes.paused()")
    assert page.inner_text("[aria-current=true]") == sentence
    page.fill("#find-query", "زرافة")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#status').innerText === 'ليست في النص.'")
    assert not page.console


def searches_episodes(visit: Visit) -> None:
    """A story of any episode is found, and its sentences are links to their time."""
    archive = visit.home.replace("index.html", "archive/index.html")
    page = visit.page(archive)
    until(page, "Boolean(document.querySelector('#query'))")
    page.focus("#query")
    page.keyboard.type("المينا new york")
    page.keyboard.press("Enter")
    until(page, "Boolean(document.querySelector('#status').innerText)")
    assert page.inner_text("#status") == "عدد النتائج: 1."
    assert not violations(page)
    assert page.locator("#results mark").count() > 2
    again = visit.page(page.url)
    until(again, "document.querySelectorAll('#results .ep').length === 1")
    again.locator("#results li li a").last.click()
    until(again, "Boolean(window.probes && document.querySelector('#play'))")
    assert "#t=" in again.url
    asked = float(again.url.split("#t=")[1])
    assert asked in [round(start, 2) for start in ask(again, "starts")]
    page.fill("#query", "الميناء زرافة")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#status').innerText === 'لا نتائج.'")
    assert page.is_hidden("#results")
    _folds(page)
    assert not page.console


def _folds(page: Any) -> None:
    """Letters of the table are found for one another; a word begins where it begins."""
    pairs = [
        ("امطار", "أَمْطارٌ"), ("أمطار", "والامطار"), ("الأمطار", "بأمطار"), ("مباراه", "للمباراة"),
        ("مدرسه", "مدرسة"), ("علي", "على"), ("مسؤول", "مسوول"), ("شئون", "شيون"), ("24", "٢٤"),
        ("وزاره", "وزارة"), ("new", "New"), ("سماء", "سما"),
        ("لاعبون", "اللاعبين"), ("وزيرة", "والوزير"), ("اقتصادية", "الاقتصادي"),
        ("مدارسها", "المدارس"),
    ]  # fmt: skip
    others = [
        ("مال", "شمال"),
        ("أمطار", "مطر"),
        ("لا", "سلام"),
        ("وزير", "وزراء"),
        ("مدرسة", "دراسة"),
        ("يدها", "يدين"),
    ]
    script = """async (pairs) => {
      const { finder } = await import('../find.js');
      const words = await (await fetch('../words.json')).json();
      const { query, matches } = finder(words);
      return pairs.map(([asked, text]) => matches(text, query(asked)).length > 0);
    }"""
    script = script.replace("'../", f"'{page.url.split('archive/')[0]}")
    found = page.evaluate(script, pairs + others)
    assert found == [True] * len(pairs) + [False] * len(others), found


def reports_an_error(visit: Visit) -> None:
    """Whoever heard an error writes of it, with episode, sentence and time in the letter."""
    page = visit.page(visit.episode + "#t=12.5")
    page.evaluate(
        """void document.addEventListener('click', (event) => {
          const link = event.target.closest('a.report');
          if (link) { event.preventDefault(); window.wrote = link.href; }
        })"""
    )
    marked = ask(page, "marked")
    sentence = page.locator("#text span[data-t]").nth(marked).inner_text()
    assert page.locator("#text a.report").count() == 0, "a link at each sentence"
    open_tools(page)
    for place in range(2):
        page.locator("a.report").nth(place).focus()
        page.keyboard.press("Enter")
        written = urlsplit(page.evaluate("window.wrote"))
        letter = parse_qs(written.query)
        assert (written.scheme, written.path) == ("mailto", "desk@news.example")
        assert page.inner_text("#title") in letter["subject"][0]
        assert sentence in letter["body"][0]
        start = ask(page, "starts")[marked]
        assert visit.episode.removesuffix("index.html") + f"#t={start:g}" in letter["body"][0]
    plain = visit.page(java_script_enabled=False).locator("a.report:visible")
    assert plain.count() == 1
    letter = parse_qs(urlsplit(plain.get_attribute("href")).query)
    assert page.inner_text("#title") in letter["body"][0]


def subscribes(visit: Visit) -> None:
    """The feed is opened in an app by a link, and on a phone by a code that stays readable."""
    page = visit.page(visit.home, color_scheme="dark")
    page.locator(".qr img").scroll_into_view_if_needed()
    until(page, "document.querySelector('.qr img').complete")
    assert page.evaluate("document.querySelector('.qr img').naturalWidth") > 0
    links = page.locator("footer .links a").evaluate_all("all => all.map((a) => a.href)")
    feed = "news.example/audio/feed.xml"
    assert f"pktc://subscribe/{feed}" in links
    assert any(link.startswith("https://antennapod.org/") for link in links)
    assert "https://open.spotify.com/show/x" in links


def shares(visit: Visit) -> None:
    """The link of the episode or of the heard sentence is copied, or given to an app."""
    page = visit.page(visit.episode + "#t=12.5", permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("void (navigator.share = async (what) => { window.given = what; })")
    assert page.get_attribute("#share", "aria-expanded") == "false"
    page.focus("#share")
    page.keyboard.press("Enter")
    until(page, "Boolean(document.querySelector('#share-link'))")
    assert page.get_attribute("#share", "aria-expanded") == "true"
    address = visit.episode.removesuffix("index.html")
    page.click("#share-link")
    until(page, "Boolean(document.querySelector('#status').innerText)")
    assert page.evaluate("navigator.clipboard.readText()") == address
    page.check("#share-panel input")
    page.click("#share-link")
    page.click("#share-app")
    marked = ask(page, "marked")
    link = page.evaluate("window.given.url")
    assert page.evaluate("navigator.clipboard.readText()") == link
    there = visit.page(link)
    until(there, f"probes.marked() === {marked}")
    assert marked > 0
    page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject(new Error()))")
    page.click("#share-link")
    until(page, f"document.querySelector('#status').innerText === {link!r}")
    page.keyboard.press("Escape")
    assert page.is_hidden("#share-panel")
    assert page.evaluate("document.activeElement.id") == "share"


@contextlib.contextmanager
def served(show: Path) -> Iterator[str]:
    """Serve a show folder as newsrooms do, at the root of an origin; gives its address."""
    process, address = start(show)
    try:
        yield address
    finally:
        stop(process)


@contextlib.contextmanager
def another_site(page: str) -> Iterator[str]:
    """Serve one page at an origin of its own; gives its address."""

    class OnePage(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), OnePage) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def embeds(visit: Visit) -> None:
    """The copied line shows a player in the page of another site, from the heard sentence."""
    with served(visit.folder) as home:
        _embedded_elsewhere(visit, home)


def _embedded_elsewhere(visit: Visit, home: str) -> None:
    page = visit.page(f"{home}episodes/{visit.episode.split('/')[-2]}/index.html#t=12.5")
    page.click("#share")
    until(page, "Boolean(document.querySelector('#embed-code'))")
    page.check("#share-panel input")
    code = page.input_value("#embed-code")
    with another_site(f"<!DOCTYPE html><title>x</title><p>{code}</p>") as address:
        other = page.context.new_page()
        other.goto(address)
        inner = other.frames[1]
        until(inner, "Boolean(document.querySelector('#play-dock'))", 5)
        inner.locator("#play-dock").press("Enter")
        heard = "document.querySelector('audio').currentTime"
        until(inner, f"{heard} > 12")
        assert inner.evaluate(heard) < 16
        assert inner.locator("h1").inner_text() == page.inner_text("#title")
        assert inner.evaluate("document.documentElement.scrollWidth <= innerWidth")
    link = page.get_attribute("link[type='application/json+oembed']", "href")
    file = visit.folder / "embed" / "/".join(link.split("/")[-2:])
    described = json.loads(file.read_text("utf-8"))
    assert described["title"] == page.inner_text("#title")
    assert f'/embed/{link.split("/")[-2]}/"' in described["html"]


def unsaved_page_offline(visit: Visit) -> None:
    """Without a connection a page that was not saved says so, in the show's look."""
    page = visit.page(visit.home)
    until(page, "Boolean(navigator.serviceWorker.controller)")
    page.context.set_offline(True)
    address = visit.episode.rsplit("/", 2)[0] + "/never-seen/index.html"
    with contextlib.suppress(Exception):
        page.goto(address)
    assert page.locator("h1").inner_text() == "الصفحة غير محفوظة"
    assert page.url == address
    assert page.evaluate("document.styleSheets.length") == 1
    assert page.locator("a[href$='index.html']").count() == 1


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
    open_tools(page)
    page.click("#save")
    until(page, "document.querySelector('#save').dataset.kept === '1'")
    page.context.set_offline(True)
    assert _reloaded(page), "the page is not there without a connection"
    assert page.locator("#play").count(), "another page is there without a connection"
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
    open_tools(page)
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
        still_when_asked, counts_after_a_preposition, said_once, downloads_have_names,
        reports_an_error, subscribes, finds_in_the_text, searches_episodes, shares, embeds,
        unsaved_page_offline, without_script, skips_and_lock_screen, words_and_size,
        show_page_plays, goes_on_to_the_next, parts_of_the_audio, offline,
    )
}  # fmt: skip
