"""The live page in a browser: heard within the second, no stall, its place kept at the end."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.checks import AXE, ask, now, until
from tests.browser.conftest import Visit
from tests.server.live_show import LiveShow
from tests.server.test_live import live

__all__ = ["live"]

pytestmark = pytest.mark.slow


def _page(browser: Any, live: LiveShow) -> tuple[Any, str]:
    name = live.name()
    visit = Visit(browser, "", f"http://127.0.0.1:{live.site.port}/live/{name}/", live.show)
    page = visit.page()
    ask(page, "watchForStalls")
    return page, name


def test_heard_while_it_is_made(browser: Any, live: LiveShow) -> None:
    run = live.make()
    page, name = _page(browser, live)
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run()")
    assert not [item["id"] for item in found["violations"]]
    page.focus("#play")
    page.keyboard.press("Enter")
    until(page, "probes.time() > 0.05")
    assert ask(page, "delay") < 2000
    assert page.is_disabled("#next-sentence")
    until(page, "probes.marked() >= 3", seconds=60)
    marked = ask(page, "marked")
    until(page, "location.pathname.startsWith('/episodes/')", seconds=90)
    assert ask(page, "stalls") == 0

    # The place is kept: the same sentence or the one after it, in the finished file.
    run.communicate(timeout=60)
    until(page, "!probes.paused() && probes.time() > 0.5")
    after = ask(page, "marked")
    assert after >= marked
    starts = ask(page, "starts")
    assert starts[after] - 0.1 <= now(page) <= starts[after] + 4
    assert page.evaluate("isFinite(document.querySelector('audio').duration)")
    assert page.is_enabled("#next-sentence")
    page.click("#next-story")
    assert page.url.endswith(f"/episodes/{name}/index.html")
    page.reload()
    assert page.locator("a.listen").count() == 1
    assert not page.console


def test_a_run_that_dies_is_told_within_ten_seconds_and_stays_told(
    browser: Any, live: LiveShow
) -> None:
    run = live.make()
    page, _ = _page(browser, live)
    page.focus("#play")
    page.keyboard.press("Enter")
    until(page, "probes.time() > 0.05")
    run.kill()
    run.communicate()
    until(page, "document.querySelector('.live').innerText.startsWith('توقف إعداد')", seconds=10)
    assert page.inner_text("#status").startswith("توقف إعداد")


def test_the_waiting_page_goes_on_by_itself(browser: Any, live: LiveShow) -> None:
    address = f"http://127.0.0.1:{live.site.port}/live/"
    page = Visit(browser, address, address, live.show).page(address)
    assert page.locator("h1").count() == 1
    run = live.make()
    page.wait_for_url(f"{address}*/", timeout=30_000)
    until(page, "Boolean(document.querySelector('#play'))")
    run.kill()
    run.communicate()
    assert not page.console
