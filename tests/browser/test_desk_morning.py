"""A cold morning at the desk: from signing in to a withdrawn story, with the keyboard alone."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.firefox import Firefox, needs_firefox
from tests.browser.keyboards import ChromiumKeyboard, FirefoxKeyboard, Keyboard
from tests.newsroom.desk_site import PASSWORD, DeskSite, desk_site

pytestmark = pytest.mark.slow

_PRECEDING = "Node.DOCUMENT_POSITION_PRECEDING"
_NAME = "عرمتى"
_READING = "عَرْمَتَى"
_SENTENCE = f"وقال المدير إن 17 عائلة من بلدة {_NAME} ستنتقل اليوم."
_CORRECTED = f"وقال المدير كلمة مصححة: 17 عائلة من بلدة {_NAME} ستنتقل غدا."


class Morning:
    """The chief at the keyboard; no method touches the mouse.

    Args:
        keyboard: Of the browser.
        site: The running desk.
    """

    def __init__(self, keyboard: Keyboard, site: DeskSite) -> None:
        self.keyboard = keyboard
        self.value = keyboard.value
        self.site = site

    def until(self, condition: str, seconds: float = 20) -> None:
        """Wait until an expression holds."""
        limit = time.monotonic() + seconds
        while not self.value(condition):
            if time.monotonic() > limit:
                here = self.value("location.href + document.body?.innerText")
                raise AssertionError(f"not within {seconds} s: {condition}\n{here}")
            time.sleep(0.05)

    def to(self, selector: str) -> None:
        """Reach a control with the Tab key, alone or with Shift, and nothing else."""
        element = f"document.querySelector({json.dumps(selector)})"
        self.until(f"{element} !== null")
        # Beyond its last control a page gives the focus to the browser's own ones.
        before = f"document.activeElement.compareDocumentPosition({element}) & {_PRECEDING}"
        modifier = "Shift" if self.value(f"document.body && {before}") else ""
        for _ in range(250):
            if self.value(f"{element} === document.activeElement"):
                return
            self.keyboard.press("Tab", modifier)
        raise AssertionError(f"{selector} cannot be reached with the Tab key")

    def press(self, selector: str) -> None:
        """Reach a control and press Enter."""
        self.to(selector)
        self.keyboard.press("Enter")

    def write(self, selector: str, text: str) -> None:
        """Reach a field and write a text in place of its own."""
        self.to(selector)
        self.keyboard.press("A", "Control")
        self.keyboard.type(text)

    def save(self, sentence: str) -> None:
        """Save the open sentence with this number."""
        self.keyboard.press("Enter", "Control")
        self.is_said("حُفظت الجملة")
        self.has_focus(f"e{sentence}")

    def has_focus(self, element: str) -> None:
        """Wait until the focus is on the element with this id."""
        self.until(f"document.activeElement?.id === {json.dumps(element)}")

    def is_said(self, text: str) -> None:
        """Wait until the live region says a text."""
        self.until(f"document.querySelector('#said')?.innerText.includes({json.dumps(text)})")

    def is_at(self, path: str) -> None:
        """Wait until the path of the page, with its query, begins so."""
        self.until(
            f"(location.pathname + location.search).startsWith({json.dumps(path)})"
            " && document.readyState === 'complete'"
        )

    def job_is_done(self) -> None:
        """Wait for the end of the job that the page shows."""
        self.until("document.querySelector('#job-next') !== null", seconds=180)


def test_a_cold_morning(browser: Any, tmp_path: Path) -> None:
    with desk_site(tmp_path) as site:
        _morning(Morning(ChromiumKeyboard(browser), site))


@needs_firefox
def test_a_cold_morning_in_firefox(tmp_path: Path) -> None:
    firefox = Firefox()
    try:
        with desk_site(tmp_path) as site:
            _morning(Morning(FirefoxKeyboard(firefox), site))
    finally:
        firefox.marionette.quit(in_app=False)


def _morning(morning: Morning) -> None:
    site = morning.site
    _sign_in(morning)
    _prepare(morning)
    _hear(morning)
    _change_a_sentence(morning)
    first, dropped = _arrange(morning)
    _publish(morning)
    manifest = _episode(site)
    _assert_on_air(site, manifest, first, dropped)
    _correct(morning)
    again = _episode(site)
    assert again["guid"] == manifest["guid"]
    assert "كلمة مصححة" in json.dumps(again, ensure_ascii=False)
    _withdraw_story(morning)
    after = _episode(site)
    assert after["guid"] == manifest["guid"]
    assert len(after["stories"]) == len(again["stories"]) - 1
    assert not morning.keyboard.faults()


def _sign_in(morning: Morning) -> None:
    morning.keyboard.open(morning.site.address + "/")
    morning.write("#f-name", "layla")
    morning.write("#f-password", PASSWORD)
    morning.keyboard.press("Enter")
    morning.until("document.querySelector(\"form[action='/prepare']\") !== null")


def _prepare(morning: Morning) -> None:
    morning.press("form[action='/prepare'] button.main")
    morning.job_is_done()
    morning.press("#job-next")
    morning.is_at("/drafts/")


def _hear(morning: Morning) -> None:
    """The first sentence of the opening, to its end."""
    morning.press(".s .play")
    morning.until("document.querySelector('.s.heard') !== null")
    morning.until("document.querySelector('.s.heard') === null", seconds=60)
    answers = "performance.getEntriesByType('resource').filter((e) => e.name.endsWith('/audio'))"
    assert morning.value(f"{answers}.map((e) => e.responseStatus)") == [200]
    assert morning.value("document.querySelector('#said').innerText.trim()") == ""


def _change_a_sentence(morning: Morning) -> None:
    """A number and a name are put into a sentence, and the name is set right for ever."""
    sentence = morning.value("document.querySelectorAll('.story')[1].querySelectorAll('.s')[1].id")
    number = sentence.removeprefix("s")
    morning.press(f"#e{number}")
    morning.write("#f-shown", _SENTENCE)
    morning.save(number)
    spoken = morning.value(f"document.querySelector('#{sentence} .spoken').innerText")
    assert "سَبْعَ" in spoken, spoken
    place = next(
        index
        for index, word in enumerate(spoken.split())
        if re.sub("[\u064b-\u0652]", "", word).startswith(_NAME)
    )
    morning.press(f"#e{number}")
    morning.press(f".chips li:nth-of-type({place + 1}) a")
    morning.write("#f-own", _READING)
    morning.press("button[value=word-ever]")
    morning.is_said("أُضيفت القراءة إلى المعجم")
    morning.has_focus(f"e{number}")
    assert _NAME in (morning.site.show.parent / "lexicon.tsv").read_text("utf-8")


def _arrange(morning: Morning) -> tuple[str, str]:
    """Move the second story to the first place and drop the last; gives both titles."""
    rows = "[...document.querySelectorAll('.st')].filter((e) => e.querySelector('.mv'))"
    titles = f"{rows}.map((e) => e.querySelector('a').innerText)"
    before = morning.value(titles)
    ids = morning.value(f"{rows}.map((e) => e.dataset.story)")
    morning.press(f"#up{ids[1]}")
    morning.is_said("المكان 1")
    morning.has_focus(f"up{ids[1]}")
    assert morning.value(titles)[0] == before[1]
    morning.press(f"#drop{ids[2]}")
    morning.is_said("أُسقط الخبر")
    return before[1], before[2]


def _publish(morning: Morning) -> None:
    morning.press("#bar a.main")
    morning.until("location.pathname.endsWith('/publish') && document.readyState === 'complete'")
    morning.press("button[value=publish]")
    morning.is_at("/jobs/")
    morning.job_is_done()


def _correct(morning: Morning) -> None:
    """Correct one word of the published bulletin."""
    morning.press("#job-next")
    morning.is_at("/episode?guid=")
    morning.press("button[value=correct]")
    morning.is_at("/jobs/")
    morning.job_is_done()
    morning.press("#job-next")
    morning.is_at("/drafts/")
    number = morning.value(
        "[...document.querySelectorAll('.s')].find((e) => e.innerText.includes('17 عائلة')).id"
    ).removeprefix("s")
    morning.press(f"#e{number}")
    morning.write("#f-shown", _CORRECTED)
    morning.save(number)
    _publish(morning)


def _withdraw_story(morning: Morning) -> None:
    morning.press("#job-next")
    morning.is_at("/episode?guid=")
    morning.to("#f-story")
    morning.keyboard.press("ArrowDown")
    assert morning.value("document.querySelector('#f-story').value") == "1"
    morning.write("#f-reason", "خطأ في المصدر")
    morning.press("button[value=withdraw]")
    morning.is_at("/jobs/")
    morning.job_is_done()


def _episode(site: DeskSite) -> dict[str, Any]:
    (path,) = (site.show / "episodes").glob("*/episode.json")
    manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return manifest


def _assert_on_air(site: DeskSite, manifest: dict[str, Any], first: str, dropped: str) -> None:
    """Feed, page and audio have what was prepared, and not what was dropped."""
    told = [story["title"] for story in manifest["stories"]]
    assert told[0] == first
    assert dropped not in told
    feed = _read(site, "feed.xml").decode()
    assert manifest["guid"] in feed
    assert manifest["media"] in feed
    (folder,) = (site.show / "episodes").iterdir()
    page = _read(site, f"episodes/{folder.name}/index.html").decode()
    assert "17 عائلة" in page
    assert dropped not in page
    spoken = [cue["spoken"] for cue in manifest["sentences"]]
    assert any(_READING in line for line in spoken)
    audio = _read(site, f"media/{manifest['media']}")
    assert len(audio) == manifest["bytes"]


def _read(site: DeskSite, path: str) -> bytes:
    with urllib.request.urlopen(f"{site.address}/show/{quote(path)}") as answer:
        data: bytes = answer.read()
        return data
