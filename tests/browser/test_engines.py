"""The listening page in Chromium, Firefox and WebKit: one test, one fault, three browsers."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.browser.checks import AXE_OFF_BY_DEFAULT, AXE_TAGS, every_page
from tests.browser.conftest import AXE, CHROMIUM, Visit, planted
from tests.browser.engine import Engine
from tests.browser.engines import Chromium, firefox, webkit
from tests.browser.firefox import needs_firefox
from tests.browser.webkit import WebKit, needs_webkit
from tests.server.conftest import start, stop
from tests.server.live_show import LiveShow
from tests.server.test_live import live

__all__ = ["live"]

pytestmark = pytest.mark.slow
_ENGINES = (
    pytest.param("chromium", marks=pytest.mark.skipif(not CHROMIUM, reason="no Chromium")),
    pytest.param("firefox", marks=needs_firefox),
    pytest.param("webkit", marks=needs_webkit),
)
_AUDIO = "document.querySelector('audio')"
_TIME = f"{_AUDIO}.currentTime"
_STANDS = f"{_AUDIO}.paused && !{_AUDIO}.seeking"
_MARKED = """[...document.querySelectorAll('#text span[data-t]')]
  .findIndex((span) => span.getAttribute('aria-current') === 'true')"""


@pytest.fixture(scope="module", params=_ENGINES)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    if request.param == "chromium":
        yield Chromium(request.getfixturevalue("browser"))
    elif request.param == "firefox":
        with firefox() as browser:
            yield browser
    else:
        with webkit(tmp_path_factory.mktemp("webkit")) as started:
            yield started


def _near(engine: Engine, wanted: float) -> None:
    """Hold the position of audio that stands still against the wanted one."""
    engine.until(_STANDS)
    there = float(engine.run(_TIME))
    assert abs(there - wanted) < 0.3, (there, wanted)


def _plays_steps_and_resumes(engine: Engine, visit: Visit) -> None:
    engine.open(visit.episode)
    assert engine.run(f"!{_AUDIO}.controls")
    engine.press("#play")
    engine.until(f"{_TIME} > 0.05")
    engine.press("#play")
    engine.until(_STANDS)
    began = float(engine.run(_TIME))
    # Measured while the audio stands: no matter how long the machine takes.
    engine.press("#forward")
    _near(engine, began + 15)
    engine.press("#forward")
    _near(engine, began + 30)
    engine.press("#back")
    _near(engine, began + 15)
    starts = engine.run(
        "[...document.querySelectorAll('a.listen')].map((a) => Number(a.hash.slice(3)))"
    )
    engine.press("#previous-story")
    engine.press("#next-story")
    _near(engine, starts[-1])
    assert engine.run("document.querySelectorAll('#story-2 [aria-current=true]').length") == 1
    engine.press("#play")
    engine.until(f"{_TIME} > {starts[-1] + 0.3}")
    engine.press("#play")
    engine.until(_STANDS)
    left = float(engine.run(_TIME))
    engine.navigate(visit.home)
    engine.navigate(visit.episode)
    assert engine.run(_STANDS), "plays by itself"
    assert engine.run("!document.querySelector('#resume').hidden"), "nothing is offered"
    # The place that is jumped to: what is heard next moves on.
    engine.run(
        f"(window.jumps = [], {_AUDIO}.addEventListener('seeking', () => jumps.push({_TIME})), 0)"
    )
    engine.press("#resume")
    engine.until(f"jumps.length && !{_AUDIO}.paused && {_TIME} > jumps[0]")
    assert engine.run("document.activeElement.id") == "play"
    engine.press("#play")
    engine.until(_STANDS)
    jumped = float(engine.run("jumps[0]"))
    assert left - 1.01 <= jumped <= left + 0.01, (left, jumped)
    assert float(engine.run(_TIME)) >= jumped


@contextmanager
def _found_soon(engine: Engine) -> Iterator[None]:
    """A fault is found; the check waits for a shorter time."""
    patience_s, engine.patience_s = engine.patience_s, 12.0
    try:
        with pytest.raises(AssertionError):
            yield
    finally:
        engine.patience_s = patience_s


def _planted_for(engine: Engine, visit: Visit, kind: str, file: str, old: str, new: str) -> Visit:
    """The show with one fault, in a folder for one browser."""
    return planted(visit, f"{type(engine).__name__.lower()}-{kind}", file, old, new)


@pytest.fixture
def faultless(engine: Engine) -> Iterator[None]:
    """Nothing is in the console after the test."""
    engine.navigate("about:blank")
    engine.faults()
    yield
    assert not engine.faults()


def test_an_error_in_the_console_is_found(engine: Engine, visit: Visit) -> None:
    old = "play() { showPlaying(true);"
    faulty = _planted_for(
        engine, visit, "error", "player.js", old, f"{old} setTimeout(() => gone());"
    )
    engine.open(faulty.episode)
    engine.faults()
    engine.press("#play")
    limit = time.monotonic() + 10
    while not any("gone" in fault for fault in engine.faults()):
        assert time.monotonic() < limit, "no error was noted"
        time.sleep(0.1)
    # A page that is left while it loads is noted too, later.
    engine.until(f"{_AUDIO}.networkState === 1")


@pytest.mark.usefixtures("faultless")
def test_plays_steps_and_goes_on_where_it_was_left(engine: Engine, visit: Visit) -> None:
    _plays_steps_and_resumes(engine, visit)


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("play-dead", 'control("play").addEventListener("click", toggle);', ""),
        ("step-of-5", "seek(position() + 15)", "seek(position() + 5)"),
        (
            "place-forgotten",
            "if (isFinite(duration)) store.set(page, String(Math.floor(position())));",
            "",
        ),
        ("place-too-far", "seek(t); play();", "seek(t + 5); play();"),
    ],
    ids=lambda value: value if value.replace("-", "").isalnum() else "",
)
def test_a_fault_of_the_player_is_found(
    engine: Engine, visit: Visit, kind: str, old: str, new: str
) -> None:
    faulty = _planted_for(engine, visit, kind, "player.js", old, new)
    with _found_soon(engine):
        _plays_steps_and_resumes(engine, faulty)


def _save_after_a_jump(engine: Engine, show: Path, episode: str) -> None:
    """Jump, so that a part lies in the browser's own cache; save; end the server; hear it."""
    server, home = start(show)
    try:
        address = f"{home}episodes/{episode}/index.html"
        engine.open(address)
        # A worker that begins while a page is on its way takes over the next one, not this one.
        engine.run("(navigator.serviceWorker.ready.then(() => { window.begun = true; }), 0)")
        engine.until("Boolean(window.begun)", 40)
        engine.navigate(address)
        engine.until("Boolean(navigator.serviceWorker.controller)")
        engine.press("#play")
        engine.until(f"{_TIME} > 0.05")
        engine.press("#next-story")
        engine.until(f"{_TIME} > 5")
        engine.press("#play")
        engine.run("document.querySelector('.tools').open = true")
        engine.until("!document.querySelector('#save').hidden")
        engine.press("#save")
        engine.until("document.querySelector('#save').dataset.kept === '1'")
        last = float(engine.run(f"{_AUDIO}.duration")) - 4
    finally:
        stop(server)
    engine.navigate(address)
    engine.press("#play")
    engine.until(f"{_TIME} > 0.05")
    engine.press("#play")
    engine.run(f"{_TIME} = {last}")
    _near(engine, last)
    engine.press("#play")
    engine.until(f"{_TIME} > {last + 0.3}")
    engine.run(f"{_AUDIO}.pause()")


def test_saved_after_a_jump_and_heard_without_a_connection(engine: Engine, visit: Visit) -> None:
    _save_after_a_jump(engine, visit.folder, visit.episode.split("/")[-2])


def test_a_page_that_cannot_save_is_found(engine: Engine, visit: Visit) -> None:
    old, new = "await kept.addAll(", "await kept.none("
    faulty = _planted_for(engine, visit, "unsaved", "saving.js", old, new)
    with _found_soon(engine):
        _save_after_a_jump(engine, faulty.folder, faulty.episode.split("/")[-2])


@pytest.mark.usefixtures("faultless")
def test_goes_over_from_the_live_page_to_the_episode(engine: Engine, live: LiveShow) -> None:
    run = live.make()
    name = live.name()
    engine.navigate(f"http://127.0.0.1:{live.site.port}/live/{name}/")
    engine.press("#play")
    engine.until(f"{_TIME} > 0.05", 30)
    engine.until(f"{_MARKED} >= 2", 60)
    marked = engine.run(_MARKED)
    engine.until("location.pathname.startsWith('/episodes/')", 90)
    run.communicate(timeout=60)
    engine.until(f"!{_AUDIO}.paused && {_TIME} > 0.5")
    engine.press("#play")
    engine.until(_STANDS)
    after, there = engine.run(f"[{_MARKED}, {_TIME}]")
    starts = engine.run(
        "[...document.querySelectorAll('#text span[data-t]')].map((s) => Number(s.dataset.t))"
    )
    assert after >= marked
    assert starts[after] - 0.1 <= there
    assert engine.run(f"isFinite({_AUDIO}.duration)")
    assert engine.run("!document.querySelector('#next-sentence').disabled")


_LOOKS = {
    "light": "(prefers-color-scheme: light)",
    "dark": "(prefers-color-scheme: dark)",
    "forced": "(forced-colors: active)",
}


@pytest.fixture
def look(
    request: pytest.FixtureRequest, engine: Engine, tmp_path: Path
) -> Iterator[tuple[Engine, str]]:
    """A browser that asks pages for a look, and the media query that tells so."""
    kind = request.param
    if not isinstance(engine, WebKit):
        engine.navigate("about:blank")
        engine.look(kind)
        yield engine, _LOOKS[kind]
        engine.look("light")
    elif kind == "forced":
        pytest.skip("WebKit has no forced colours")
    elif kind == "dark":
        with webkit(tmp_path, dark=True) as dark:
            yield dark, _LOOKS[kind]
    else:
        yield engine, _LOOKS[kind]


def _violations(engine: Engine) -> list[Any]:
    """What axe finds in a page, one sentence of which is marked, by the rules of all levels."""
    engine.run("document.querySelector('#text span[data-t]')?.setAttribute('aria-current', 'true')")
    rules = {name: {"enabled": True} for name in AXE_OFF_BY_DEFAULT}
    options = json.dumps({"runOnly": {"type": "tag", "values": AXE_TAGS}, "rules": rules})
    engine.run(f"(() => {{ {AXE.read_text('utf-8')} }})()")
    engine.run(
        f"(axe.run(document, {options}).then((one) => {{ window.found = one.violations; }}), 0)"
    )
    engine.until("Boolean(window.found)", 60)
    return list(engine.run("found.map((one) => [one.id, one.nodes[0].html.slice(0, 80)])"))


@pytest.mark.parametrize("look", _LOOKS, indirect=True)
def test_axe_finds_nothing(look: tuple[Engine, str], visit: Visit) -> None:
    engine, query = look
    engine.faults()
    for address in every_page(visit):
        engine.open(address)
        assert engine.run(f"matchMedia('{query}').matches")
        assert not _violations(engine), address
    assert not engine.faults()


@pytest.mark.parametrize("look", ["dark"], indirect=True)
def test_text_too_faint_in_the_dark_is_found(look: tuple[Engine, str], visit: Visit) -> None:
    engine, _ = look
    old, new = "--ink: #edf1f5;", "--ink: #3a4650;"
    faulty = _planted_for(engine, visit, "faint", "style.css", old, new)
    engine.open(faulty.episode)
    assert "color-contrast" in [name for name, _ in _violations(engine)]


def test_an_empty_button_is_found(engine: Engine, visit: Visit) -> None:
    page = "episodes/{episode}/index.html"
    old = '<button type="button" id="play" class="main">تشغيل</button>'
    faulty = _planted_for(engine, visit, "empty-button", page, old, old.replace("تشغيل", ""))
    engine.open(faulty.episode)
    assert "button-name" in [name for name, _ in _violations(engine)]
