"""A cold morning through the API alone: from a feed server to a withdrawn story."""

from __future__ import annotations

import io
import re
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
import soundfile

from tests.newsroom.desk_site import DeskSite, desk_site

pytestmark = pytest.mark.slow

_NAME, _READING = "عرمتى", "عَرْمَتَى"
_SENTENCE = f"وقال المدير إن 17 عائلة من بلدة {_NAME} ستنتقل اليوم."
_ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"


class Client:
    """A program with a token.

    Args:
        site: The running desk.
        role: The token's role.
    """

    def __init__(self, site: DeskSite, role: str) -> None:
        headers = {"authorization": f"Bearer {site.token(role, role)}"}
        address = f"{site.address}/api/v1"
        self.http = httpx.Client(base_url=address, headers=headers, timeout=60)

    def get(self, path: str) -> dict[str, Any]:
        """Read something."""
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def change(self, draft: dict[str, Any], method: str, path: str, body: Any = None) -> Any:
        """Change a draft on the revision that was read; gives the draft after it."""
        fields = {"if-match": f'"{draft["revision"]}"'}
        url = f"/drafts/{draft['id']}/{path}"
        answer = self.http.request(method, url, json=body, headers=fields)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def job(self, path: str, body: Any = None, revision: int = 0) -> dict[str, Any]:
        """Start a job and follow it to its end; gives its last state."""
        fields = {"if-match": f'"{revision}"'} if revision else {}
        answer = self.http.post(path, json=body, headers=fields)
        assert answer.status_code == 202, answer.text
        until = time.monotonic() + 240
        while (state := self.get(f"/jobs/{answer.json()['job']}"))["state"] in _GOING_ON:
            assert time.monotonic() < until, state
            time.sleep(0.2)
        assert (state["state"], state["error"]) == ("done", ""), state
        return state


_GOING_ON = ("queued", "running")


def test_a_cold_morning_through_the_api(tmp_path: Path) -> None:
    with desk_site(tmp_path) as site:
        editor, chief = Client(site, "editor"), Client(site, "chief")
        name = editor.job("/drafts", {"kind": "bulletin"})["draft_id"]
        draft = editor.get(f"/drafts/{name}")
        assert draft["target_minutes"] == 20
        _hear(editor, draft)
        draft = _set_right(editor, draft)
        draft, first, dropped = _arrange(editor, draft)
        refused = editor.http.post(
            f"/drafts/{name}/publish", headers={"if-match": f'"{draft["revision"]}"'}
        )
        assert refused.status_code == 403
        approved = chief.change(draft, "POST", "approve")
        assert approved["state"] == "approved"
        guid = chief.job(f"/drafts/{name}/publish", revision=draft["revision"])["guid"]
        told = _assert_on_air(site, chief, guid, first)
        assert dropped not in told
        _correct_a_word(site, editor, chief, guid)
        _withdraw_a_story(site, chief, guid, told)


def _hear(editor: Client, draft: dict[str, Any]) -> None:
    """The first sentence of the first story, as it will be spoken."""
    sentence = draft["stories"][1]["sentences"][0]
    body = {"spoken": sentence["spoken"], "voice": sentence["reader"]}
    heard = editor.http.post("/say", json=body)
    assert heard.headers["content-type"] == "audio/wav"
    samples, rate = soundfile.read(io.BytesIO(heard.content))
    assert len(samples) / rate > 0.5
    assert abs(samples).max() > 0.05


def _set_right(editor: Client, draft: dict[str, Any]) -> dict[str, Any]:
    """Edit a number, and set a name right for ever; gives the draft after it."""
    number = draft["stories"][1]["sentences"][1]["id"]
    draft = editor.change(draft, "PATCH", f"sentences/{number}", {"shown": _SENTENCE})
    sentence = _sentence(draft, number)
    assert "سَبْعَ" in sentence["spoken"]
    words = [re.sub("[\u064b-\u0652.]", "", word) for word in sentence["spoken"].split()]
    body = {"word": words.index(_NAME), "spoken": _READING, "everywhere": True}
    draft = editor.change(draft, "POST", f"sentences/{number}/word", body)
    assert _READING in _sentence(draft, number)["spoken"]
    lexicon = editor.get(f"/lexicon?q={_NAME}")["items"]
    assert [row["vocalized"] for row in lexicon] == [_READING]
    # Read by the lexicon from now on, with a prefix too.
    text = f"وصل الوفد إلى {_NAME}. وعاد من ب{_NAME}."
    answer = editor.http.post("/articles", json={"title": "زيارة رسمية", "text": text})
    other = editor.get(f"/drafts/{answer.json()['draft']}")
    assert sum(_READING in s["spoken"] for s in other["stories"][1]["sentences"]) == 2
    return draft


def _arrange(editor: Client, draft: dict[str, Any]) -> tuple[dict[str, Any], str, str]:
    """Move the second story to the front and drop the last; gives both titles."""
    stories = [one for one in draft["stories"] if not one["fixed"]]
    first, last = stories[1], stories[-1]
    draft = editor.change(draft, "POST", f"stories/{first['id']}/move", {"to": 1})
    draft = editor.change(draft, "DELETE", f"stories/{last['id']}")
    told = [one["title"] for one in draft["stories"] if not one["fixed"] and not one["gone"]]
    assert told == [first["title"], stories[0]["title"]]
    return draft, first["title"], last["title"]


def _assert_on_air(site: DeskSite, chief: Client, guid: str, first: str) -> list[str]:
    """Feed, page and audio have what was prepared; gives the titles of the stories."""
    episode = chief.get(f"/episodes/{guid}")
    assert episode["stories"][0] == first
    item = _item(site, guid)
    enclosure = item.find("enclosure")
    assert enclosure is not None
    audio = _get(site, f"media/{enclosure.attrib['url'].rpartition('/')[2]}")
    assert len(audio) == int(enclosure.attrib["length"])
    seconds = soundfile.info(io.BytesIO(audio)).duration
    assert seconds == pytest.approx(episode["duration_s"], abs=0.1)
    page = _page(site, chief, guid)
    assert "17 عائلة" in page
    assert all(title in page for title in episode["stories"])
    stories: list[str] = episode["stories"]
    return stories


def _correct_a_word(site: DeskSite, editor: Client, chief: Client, guid: str) -> None:
    """One word of the published bulletin; only its sentence is spoken again."""
    draft = editor.get(f"/drafts/{editor.job(f'/episodes/{guid}/correct')['draft_id']}")
    assert (draft["corrects"], draft["guid"]) == (True, guid)
    number = next(s["id"] for s in _all(draft) if s["shown"] == _SENTENCE)
    body = {"shown": _SENTENCE.replace("اليوم", "غدا")}
    draft = editor.change(draft, "PATCH", f"sentences/{number}", body)
    done = chief.job(f"/drafts/{draft['id']}/publish", revision=draft["revision"])
    assert done["guid"] == guid
    assert done["report"]["clips"]["made"] == 1
    assert chief.get(f"/episodes/{guid}")["state"] == "corrected"
    assert "ستنتقل غدا" in _page(site, chief, guid)


def _withdraw_a_story(site: DeskSite, chief: Client, guid: str, told: list[str]) -> None:
    before = _item(site, guid).findtext(f"{_ITUNES}duration")
    body = {"reason": "خطأ في المصدر", "story": told[0]}
    chief.job(f"/episodes/{guid}/withdraw", body)
    assert chief.get(f"/episodes/{guid}")["stories"] == told[1:]
    assert _item(site, guid).findtext(f"{_ITUNES}duration") != before
    page = _page(site, chief, guid)
    assert told[0] not in page
    assert told[1] in page


def _all(draft: dict[str, Any]) -> list[dict[str, Any]]:
    return [sentence for story in draft["stories"] for sentence in story["sentences"]]


def _sentence(draft: dict[str, Any], number: int) -> dict[str, Any]:
    return next(sentence for sentence in _all(draft) if sentence["id"] == number)


def _get(site: DeskSite, path: str) -> bytes:
    answer = httpx.get(f"{site.address}/show/{path}")
    assert answer.status_code == 200, path
    return answer.content


def _item(site: DeskSite, guid: str) -> ElementTree.Element:
    feed = ElementTree.fromstring(_get(site, "feed.xml"))
    return next(item for item in feed.iter("item") if item.findtext("guid") == guid)


def _page(site: DeskSite, chief: Client, guid: str) -> str:
    path = chief.get(f"/episodes/{guid}")["page"].removeprefix("show/")
    return _get(site, path).decode()
