"""The desk's screens in a real browser, over the real desk with its store, jobs and voice."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.browser.checks import ask, until, violations
from tests.browser.conftest import HERE, VNU
from tests.newsroom.desk_site import PASSWORD, DeskSite, desk_site

pytestmark = pytest.mark.slow

_ARTICLE = (
    "أعلنت الوزارة أمس افتتاح جسر جديد بكلفة 12 مليون دولار في بلدة عرمتى.\n\n"
    "وقالت الوزيرة إن الجسر سيخدم 40 ألف مواطن. ورحب السكان بالخبر."
)
_LOOKS: tuple[dict[str, Any], ...] = ({}, {"color_scheme": "dark"}, {"forced_colors": "active"})
# Counts how often the live region says something.
_LISTEN = """() => {
  window.heard = [];
  const region = document.querySelector("#said");
  new MutationObserver((list) => {
    if (list.some((m) => [...m.addedNodes].some((n) => n.textContent.trim())))
      heard.push(region.textContent);
  }).observe(region, { childList: true, characterData: true, subtree: true });
}"""


class Editor:
    """A signed-in editor at a browser.

    Attributes:
        page: The page; ``console`` collects what went wrong in it.
    """

    def __init__(self, browser: Any, site: DeskSite, cookies: list[Any], **options: Any) -> None:
        options = {"locale": "ar", "viewport": {"width": 1280, "height": 800}, **options}
        context = browser.new_context(**options)
        context.add_cookies(cookies)
        self.site = site
        self.page = context.new_page()
        if options.get("java_script_enabled", True):
            self.page.add_init_script(path=HERE / "probes.js")
        self.page.set_default_timeout(30_000)
        self.page.patience_s = 30
        self.console: list[str] = []
        self.page.on("console", lambda m: m.type == "error" and self.console.append(m.text))
        self.page.on("pageerror", lambda error: self.console.append(str(error)))

    def goto(self, path: str) -> Any:
        """Open a screen."""
        self.page.goto(self.site.address + path)
        return self.page

    def press(self, selector: str, key: str = "Enter") -> None:
        """Press a control with the keyboard."""
        self.page.focus(selector)
        self.page.keyboard.press(key)

    def is_said(self, text: str) -> None:
        """The live region says a text, and has said it once."""
        until(self.page, f"heard.length > 0 && heard.at(-1).includes({json.dumps(text)})")
        self.page.wait_for_timeout(100)
        heard = self.page.evaluate("heard.splice(0)")
        assert len(heard) == 1, heard

    def has_focus(self, element: str) -> None:
        """The focus is on the element with this id."""
        until(self.page, f"document.activeElement.id === {json.dumps(element)}")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskSite]:
    with desk_site(tmp_path_factory.mktemp("desk")) as found:
        yield found


@pytest.fixture(scope="module")
def cookies(browser: Any, site: DeskSite) -> list[Any]:
    """The chief signs in, without the mouse."""
    return signed_in(browser, site, "layla")


def signed_in(browser: Any, site: DeskSite, name: str) -> list[Any]:
    context = browser.new_context(locale="ar")
    page = context.new_page()
    page.goto(site.address + "/")
    page.focus("#f-name")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(site.address + "/")
    cookies: list[Any] = context.cookies()
    context.close()
    return cookies


@pytest.fixture(scope="module")
def draft(browser: Any, site: DeskSite, cookies: list[Any]) -> str:
    """The path of a draft that was made from an article."""
    return made_draft(Editor(browser, site, cookies), "افتتاح جسر جديد")


@pytest.fixture(scope="module")
def episode(site: DeskSite) -> str:
    """The path of a published episode's screen."""
    headers = {"authorization": f"Bearer {site.token('cms', 'chief')}", "if-match": '"1"'}
    with httpx.Client(base_url=f"{site.address}/api/v1", headers=headers, timeout=60) as api:
        draft = api.post("/articles", json={"title": "خبر منشور", "text": _ARTICLE}).json()["draft"]
        job = api.post(f"/drafts/{draft}/publish").json()["job"]
        limit = time.monotonic() + 120
        while (state := api.get(f"/jobs/{job}").json())["state"] in ("queued", "running"):
            assert time.monotonic() < limit, state
            time.sleep(0.2)
    return f"/episode?guid={state['guid']}"


def made_draft(editor: Editor, title: str) -> str:
    page = editor.goto("/")
    page.click("summary")
    page.fill("#f-title", title)
    page.fill("#f-text", _ARTICLE)
    page.click("text=اصنع المسودة >> visible=true")
    page.wait_for_url("**/drafts/*")
    return str(page.url).removeprefix(editor.site.address)


def screens(draft: str, episode: str) -> list[str]:
    """Every screen, with a sentence and a word open."""
    return [
        "/", draft, f"{draft}?in=2", f"{draft}?in=2&word=1", f"{draft}/publish", f"{draft}/history",
        "/published", episode, "/words", "/voices", "/settings", "/log", "/jobs/none",
    ]  # fmt: skip


def test_every_screen_is_valid_and_fits_narrow_windows(
    browser: Any, site: DeskSite, cookies: list[Any], draft: str, episode: str, tmp_path: Path
) -> None:
    editor = Editor(browser, site, cookies, viewport={"width": 320, "height": 800})
    files = []
    for number, path in enumerate(screens(draft, episode)):
        page = editor.goto(path)
        files.append(tmp_path / f"{number}.html")
        answer = page.context.request.get(site.address + path)
        files[-1].write_text(answer.text(), encoding="utf-8")
        found = ask(page, "overflowing")
        assert found["sideways"] <= 0, (path, found)
        assert not found["out"], path
        assert not found["clipped"], path
        small = [one for one in ask(page, "smallTargets") if "radio" not in one]
        assert not [one for one in small if "checkbox" not in one], path
        assert page.locator("h1").count() == 1
        assert page.locator("[role=status]").count() == 1
        assert page.locator("html").get_attribute("dir") == "rtl"
    assert not [line for line in editor.console if "404" not in line]
    arguments = ["java", "-jar", str(VNU), "--format", "json", "--exit-zero-always"]
    out = subprocess.run([*arguments, *map(str, files)], capture_output=True, check=True)
    messages = json.loads(out.stderr)["messages"]
    assert not [m["message"] for m in messages if m["type"] == "error" or "subType" in m]


def test_the_draft_breaks_no_rule_of_accessibility(
    browser: Any, site: DeskSite, cookies: list[Any], draft: str
) -> None:
    page = Editor(browser, site, cookies).goto(f"{draft}?in=2&word=1")
    assert not violations(page)
    assert not ask(page, "faint")


@pytest.mark.parametrize("look", _LOOKS)
def test_no_screen_breaks_a_rule_of_accessibility(
    browser: Any,
    site: DeskSite,
    cookies: list[Any],
    draft: str,
    episode: str,
    look: dict[str, Any],
) -> None:
    editor = Editor(browser, site, cookies, **look)
    for path in screens(draft, episode):
        page = editor.goto(path)
        assert not violations(page), path
        if "forced_colors" not in look:
            assert not ask(page, "faint"), path


def test_a_draft_is_edited_with_the_keyboard_alone(
    browser: Any, site: DeskSite, cookies: list[Any]
) -> None:
    editor = Editor(browser, site, cookies)
    draft = made_draft(editor, "تحرير بلوحة المفاتيح")
    page = editor.page
    page.evaluate(_LISTEN)

    # A number is changed: the spoken text follows, and the focus returns to the sentence.
    sentence = page.locator(".s", has_text="12 مليون").first.get_attribute("id").removeprefix("s")
    editor.press(f"#e{sentence}")
    editor.has_focus("f-shown")
    shown = page.input_value("#f-shown")
    page.keyboard.press("Control+A")
    page.keyboard.type(shown.replace("12", "15"))
    page.keyboard.press("Control+Enter")
    editor.is_said("حُفظت الجملة")
    editor.has_focus(f"e{sentence}")
    assert "15" in page.inner_text(f"#s{sentence}")
    assert "خَمْسَة" in page.inner_text(f"#s{sentence} .spoken")

    # A faulty pause is named beside its field and at the top; nothing is lost.
    editor.press(f"#e{sentence}")
    editor.has_focus("f-shown")
    page.fill("#f-pause_ms", "soon")
    page.keyboard.press("Control+Enter")
    editor.has_focus("errors")
    assert page.get_attribute("#f-pause_ms", "aria-invalid") == "true"
    assert page.inner_text("#errors a") in page.inner_text("#e-pause_ms")
    page.focus("#f-pause_ms")
    page.keyboard.press("Escape")
    editor.has_focus(f"e{sentence}")

    # A word gets a reading of one's own, here only; the missing marks are filled in.
    page.evaluate("heard.splice(0)")
    editor.press(f"#e{sentence}")
    editor.has_focus("f-shown")
    chip = page.locator(".chips a", has_text="عرمت").or_(page.locator(".chips a").nth(1)).first
    chip.focus()
    page.keyboard.press("Enter")
    editor.has_focus("word-head")
    reading = page.locator("input[name=reading]").first
    reading.focus()
    page.keyboard.press("Space")
    editor.press("button[value=word-here]")
    editor.is_said("حُفظت القراءة")
    editor.has_focus(f"e{sentence}")

    # A sentence is taken out, and taken back.
    editor.press(f"#e{sentence}")
    editor.has_focus("f-shown")
    editor.press("button[value=drop-line]")
    editor.is_said("حُذفت الجملة")
    editor.has_focus(f"restore-sentence-{sentence}")
    page.keyboard.press("Enter")
    editor.is_said("أُعيدت الجملة")
    editor.has_focus(f"e{sentence}")
    editor.press("#undo")
    editor.is_said("أُلغي آخر تغيير")
    editor.has_focus("undo")
    assert page.url == site.address + draft
    assert not editor.console


def test_a_sentence_and_a_reading_are_heard(
    browser: Any, site: DeskSite, cookies: list[Any], draft: str
) -> None:
    editor = Editor(browser, site, cookies)
    page = editor.goto(f"{draft}?in=2&word=1")
    page.evaluate(_LISTEN)
    with page.expect_response("**/audio") as answer:
        editor.press(".s:not(.open) .play >> nth=0")
    assert answer.value.headers["content-type"].startswith("audio/")
    until(page, "document.querySelectorAll('.s.heard').length === 1")
    with page.expect_response("**/api/v1/say") as said:
        editor.press(".readings .play >> nth=0")
    assert said.value.status == 200
    until(page, "document.querySelectorAll('.s.heard').length === 1")
    assert page.evaluate("heard") == [], "the live region speaks while a voice does"
    assert not editor.console


def test_a_text_that_was_not_saved_survives_a_reload(
    browser: Any, site: DeskSite, cookies: list[Any], draft: str
) -> None:
    editor = Editor(browser, site, cookies)
    page = editor.goto(draft)
    editor.press("#e2")
    editor.has_focus("f-shown")
    page.keyboard.type("نص لم يُحفظ ")
    typed = page.input_value("#f-shown")
    page.reload()
    until(page, "document.querySelector('#f-shown') !== null")
    assert page.input_value("#f-shown") == typed


def test_two_editors_change_one_sentence_and_no_text_is_lost(
    browser: Any, site: DeskSite, cookies: list[Any]
) -> None:
    layla = Editor(browser, site, cookies)
    draft = made_draft(layla, "محررتان في مسودة واحدة")
    karim = Editor(browser, site, signed_in(browser, site, "karim"))
    karim.goto(f"{draft}?in=2")
    layla.goto(f"{draft}?in=2")
    layla.page.fill("#f-shown", "النص الذي كتبته ليلى هنا.")
    layla.page.click("button[value=edit]")
    layla.has_focus("e2")
    karim.page.fill("#f-shown", "النص الذي كتبه كريم هنا.")
    karim.page.click("button[value=edit]")
    karim.has_focus("stale")
    both = karim.page.inner_text("#stale")
    assert "النص الذي كتبته ليلى" in both
    assert "النص الذي كتبه كريم" in both
    assert karim.page.input_value("#f-shown") == "النص الذي كتبه كريم هنا."
    karim.page.click("button[value=edit]")
    karim.has_focus("e2")
    assert "كريم" in karim.page.inner_text("#s2")


def test_the_progress_of_a_job_comes_as_events(
    browser: Any, site: DeskSite, cookies: list[Any]
) -> None:
    editor = Editor(browser, site, cookies)
    page = editor.page
    # Without its polling the box is changed by events alone.
    page.route("**/*", _without_polling)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    draft = made_draft(editor, "خبر للمتابعة")
    page.goto(f"{site.address}{draft}/publish")
    page.click("button[value=publish]")
    page.wait_for_url("**/jobs/*")
    page.evaluate(_LISTEN)
    page.wait_for_selector("#job-next", timeout=60_000)
    editor.is_said("تم")
    events = [url for url in asked if url.endswith("/events")]
    assert len(events) == 1
    assert [url for url in asked if url.endswith("/part")]
    assert not editor.console


def _without_polling(route: Any) -> None:
    """Pass a request on; pages come without the interval in which they ask for news."""
    if route.request.resource_type == "eventsource" or "/jobs/" not in route.request.url:
        route.continue_()
        return
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace(", every 10s", ""))


def test_an_editor_is_offered_no_publication(browser: Any, site: DeskSite, draft: str) -> None:
    karim = Editor(browser, site, signed_in(browser, site, "karim"))
    page = karim.goto(draft)
    assert page.locator(f"a[href='{draft}/publish']").count() == 0
    assert "لرئيس التحرير" in page.inner_text("#bar")


def test_everything_but_hearing_works_without_script(
    browser: Any, site: DeskSite, cookies: list[Any]
) -> None:
    editor = Editor(browser, site, cookies, java_script_enabled=False)
    draft = made_draft(editor, "بلا سكربت")
    page = editor.goto(draft)
    assert page.locator("button.play:visible").count() == 0
    page.click("#e2")
    page.fill("#f-shown", "جملة كُتبت بلا سكربت.")
    page.click("button[value=edit]")
    assert "جملة كتبت بلا سكربت" in page.inner_text("#s2").replace("ُ", "")
    assert "حُفظت" in page.inner_text("#said")
    page.click("#e2")
    page.fill("#f-pause_ms", "x")
    page.click("button[value=edit]")
    assert page.is_visible("#e-pause_ms")
    page.goto(site.address + f"{draft}?in=2&word=0")
    page.click("input[name=reading] >> nth=0")
    page.click("button[value=word-here]")
    assert "حُفظت القراءة" in page.inner_text("#said")
    page.goto(site.address + f"{draft}/history")
    page.click("summary")
    page.click("button[value=delete]")
    assert "حُذفت المسودة" in page.inner_text("#said")
    assert page.locator(f"a[href='{draft}']").count() == 0
    page.click("text=English")
    assert page.locator("html").get_attribute("lang") == "en"
    assert "Prepare the bulletin" in page.inner_text("main")
