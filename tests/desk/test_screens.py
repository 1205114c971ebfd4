"""The screens over HTTP: what an editor is shown, and where a form leads."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.desk.conftest import CHIEF, PASSWORD, Site


@contextmanager
def _chief(site: Site) -> Iterator[httpx.Client]:
    """A browser in which the chief has signed in."""
    with site.browser() as browser:
        answer = browser.post("/sign-in", data={"name": CHIEF, "password": PASSWORD})
        assert answer.status_code == 303
        yield browser


def _published(site: Site, draft: str, revision: int) -> str:
    """Publish a draft; gives the guid."""
    with site.api() as api:
        fields = {"if-match": f'"{revision}"'}
        job = api.post(f"/drafts/{draft}/publish", headers=fields).json()["job"]
    done = site.finished(job)
    assert (done["state"], done["error"]) == ("done", "")
    return str(done["guid"])


def test_an_episode_is_compared_with_its_draft_and_published_again(site: Site) -> None:
    draft = site.article(title="خبر يعود إلى الهواء")
    guid = _published(site, draft, 1)
    feed = site.folder / "show" / "feed.xml"
    with _chief(site) as browser, site.api() as api:
        address = f"/episode?guid={guid}"
        compare = f"/drafts/{draft}/publish"
        assert f'href="{compare}"' in browser.get(address).text
        body = {"shown": "نص بعد المقارنة."}
        changed = api.patch(f"/drafts/{draft}/sentences/3", json=body, headers={"if-match": '"1"'})
        assert changed.status_code == 200
        assert body["shown"] in browser.get(compare).text
        withdrawn = api.post(f"/episodes/{guid}/withdraw", json={"reason": "خطأ"})
        site.finished(withdrawn.json()["job"])
        assert guid not in feed.read_text("utf-8")
        shown = browser.get(address).text
        assert f'href="{compare}"' in shown
        assert 'value="correct"' not in shown
        assert _published(site, draft, 2) == guid
        assert api.get(f"/episodes/{guid}").json()["state"] != "withdrawn"
    assert guid in feed.read_text("utf-8")


_FIGURES = (
    ("ar", "ما تغير: جملة واحدة", "حلقة سُحبت تُنشر من جديد.", "سبب السحب (مطلوب)"),
    (
        "en",
        "What changed: 1 sentence",
        "A withdrawn episode is published again.",
        "Reason (required)",
    ),
)


def test_what_publishing_changes_is_told_in_both_languages(site: Site) -> None:
    before = "وبلغ عدد العمال 40 عاملا في الموقع أمس."
    draft = site.article(
        title="خبر برقم خاطئ", text=f"بدأ العمل في الجسر الجديد صباح اليوم.\n\n{before}"
    )
    guid = _published(site, draft, 1)
    compare = f"/drafts/{draft}/publish"
    with _chief(site) as browser, site.api() as api:

        def shown(address: str, language: str) -> str:
            browser.cookies.set("desk_lang", language)
            return html.unescape(browser.get(address).text)

        stories = api.get(f"/drafts/{draft}").json()["stories"]
        lines = [line for story in stories for line in story["sentences"]]
        (number,) = [line["id"] for line in lines if line["shown"] == before]
        body = {"shown": before.replace("40", "60")}
        changed = api.patch(
            f"/drafts/{draft}/sentences/{number}", json=body, headers={"if-match": '"1"'}
        )
        assert changed.status_code == 200
        for language, one_sentence, _, reason in _FIGURES:
            page = shown(compare, language)
            assert one_sentence in page
            assert before in page
            assert reason in shown(f"/episode?guid={guid}", language)
        job = api.post(f"/episodes/{guid}/withdraw", json={"reason": "خطأ"}).json()["job"]
        assert site.finished(job)["state"] == "done"
        for language, _, again, _ in _FIGURES:
            assert again in shown(compare, language)


def test_a_withdrawn_episode_without_a_draft_says_so(site: Site) -> None:
    draft = site.article(title="خبر بلا مسودة")
    guid = _published(site, draft, 1)
    with _chief(site) as browser, site.api() as api:
        job = api.post(f"/episodes/{guid}/withdraw", json={"reason": "خطأ"}).json()["job"]
        site.finished(job)
        assert api.delete(f"/drafts/{draft}").status_code == 204
        shown = browser.get(f"/episode?guid={guid}").text
    assert "لم تبق لها مسودة" in shown
    assert "ثانية" not in shown, "a withdrawn episode has no length"


def test_the_cover_is_shown_before_the_title_is_saved(site: Site) -> None:
    with _chief(site) as browser:
        fields = {"act": "preview", "show.title": "موجز المساء"}
        page = browser.post("/settings", data=fields).text
        source = re.search(r'<img class="cover" src="([^"]+)"', page)
        assert source is not None
        assert "موجز المساء" in page
        drawn, own = browser.get(html.unescape(source[1])), browser.get("/cover.jpg")
        assert drawn.headers["content-type"] == "image/jpeg"
        assert drawn.content != own.content
        assert "موجز المساء" not in (site.folder / "mujaz.toml").read_text("utf-8")
        saved = browser.post("/settings", data={"act": "save", "show.title": "موجز المكتب"})
        assert saved.status_code == 303


def test_each_setting_is_explained_in_the_language_of_the_screen(site: Site) -> None:
    with _chief(site) as browser:
        for language, word in (("ar", "المنطقة الزمنية"), ("en", "Time zone")):
            browser.cookies.set("desk_lang", language)
            page = browser.get("/settings").text
            hints = re.findall(r'<p class="hint" id="h-[\w.]+">(.*?)</p>', page)
            assert len(hints) > 60
            assert word in page
