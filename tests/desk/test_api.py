"""The API: a whole morning of a content system, and the rules that its document states."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from mujaz.arabic.marks import shadda_first
from mujaz.desk.jobs import webhooks
from mujaz.desk.services.context import Context
from tests.desk.conftest import ARTICLE, CONFIG, Site, running


def test_a_morning_of_a_content_system(site: Site) -> None:
    with site.api() as api:
        draft = site.article(title="صباح جديد في المدينة")
        read = api.get(f"/drafts/{draft}")
        assert read.headers["etag"] == '"1"'
        sentence = read.json()["stories"][1]["sentences"][1]
        fields = {"if-match": read.headers["etag"]}
        body = {"shown": ARTICLE["text"].partition("\n")[0].replace("12", "15")}
        changed = api.patch(
            f"/drafts/{draft}/sentences/{sentence['id']}", json=body, headers=fields
        )
        assert changed.status_code == 200
        assert changed.headers["etag"] == '"2"'
        stale = api.patch(f"/drafts/{draft}/sentences/{sentence['id']}", json=body, headers=fields)
        assert stale.status_code == 409
        assert stale.json()["current"]["revision"] == 2
        assert stale.json()["theirs"] == body["shown"]
        started = api.post(f"/drafts/{draft}/publish", headers={"if-match": '"2"'})
        assert started.status_code == 202
        done = site.finished(started.json()["job"])
        assert (done["state"], done["error"]) == ("done", "")
        assert api.get(f"/drafts/{draft}").json()["state"] == "published"

        guid = done["guid"]
        feed = (site.folder / "show" / "feed.xml").read_text(encoding="utf-8")
        assert guid in feed
        corrected = site.finished(api.post(f"/episodes/{guid}/correct").json()["job"])
        again = api.get(f"/drafts/{corrected['draft_id']}").json()
        assert again["corrects"]
        number = again["stories"][1]["sentences"][1]["id"]
        url = f"/drafts/{again['id']}/sentences/{number}"
        body["shown"] = body["shown"].replace("15", "16")
        assert api.patch(url, json=body, headers={"if-match": '"1"'}).status_code == 200
        publish = api.post(f"/drafts/{again['id']}/publish", headers={"if-match": '"2"'})
        second = site.finished(publish.json()["job"])
        assert (second["guid"], second["report"]["clips"]["made"]) == (guid, 1)
        assert api.get(f"/episodes/{guid}").json()["state"] == "corrected"

        withdrawn = api.post(f"/episodes/{guid}/withdraw", json={"reason": "خطأ"})
        assert site.finished(withdrawn.json()["job"])["state"] == "done"
        assert api.get(f"/episodes/{guid}").json()["state"] == "withdrawn"
        assert guid not in (site.folder / "show" / "feed.xml").read_text(encoding="utf-8")


def test_a_repeated_request_with_its_key_makes_nothing_again(site: Site) -> None:
    with site.api() as api:
        before = api.get("/drafts").json()["total"]
        fields = {"idempotency-key": "morning-1"}

        def send(_: int) -> str:
            answer = api.post("/articles", json=ARTICLE, headers=fields)
            return str(answer.json()["draft"])

        with ThreadPoolExecutor(4) as pool:
            made = set(pool.map(send, range(4)))
        assert len(made) == 1
        assert api.get("/drafts").json()["total"] == before + 1
        other = api.post("/articles", json={**ARTICLE, "title": "خبر"}, headers=fields)
        assert other.status_code == 422
    with site.api("editor") as api:
        assert api.post("/articles", json=ARTICLE, headers=fields).json()["draft"] not in made


def test_a_change_without_its_revision_is_refused(site: Site) -> None:
    draft = site.article()
    with site.api() as api:
        answer = api.post(f"/drafts/{draft}/undo")
        assert answer.status_code == 428
        assert api.post(f"/drafts/{draft}/undo", headers={"if-match": "*"}).status_code == 422


def test_speech_comes_as_wav_or_mp3_by_accept(site: Site) -> None:
    with site.api() as api:
        body = {"text": "مرحبا بكم"}
        wav = api.post("/say", json=body)
        assert (wav.headers["content-type"], wav.content[:4]) == ("audio/wav", b"RIFF")
        fields = {"accept": "audio/wav;q=0.5, audio/mpeg"}
        mp3 = api.post("/say", json=body, headers=fields)
        assert mp3.headers["content-type"] == "audio/mpeg"
        assert mp3.content[:3] == b"ID3" or mp3.content[0] == 0xFF
        assert api.post("/say", json={"text": "a", "spoken": "b"}).status_code == 422


def test_errors_are_problem_objects_in_the_language_of_the_client(site: Site) -> None:
    with site.api() as api:
        for lang, word in (("en", "there is no draft"), ("ar", "لا مسودة")):
            answer = api.get("/drafts/none", headers={"accept-language": lang})
            assert answer.headers["content-type"] == "application/problem+json"
            assert word in answer.json()["detail"]
            assert answer.json()["hint"]


def test_the_events_of_a_job_end_with_its_last_state(site: Site) -> None:
    with site.api() as api:
        job = api.post(f"/drafts/{site.article()}/voice").json()["job"]
        with api.stream("GET", f"/jobs/{job}/events") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            lines = [line for line in stream.iter_lines() if line.startswith("data: ")]
    states = [json.loads(line.removeprefix("data: ")) for line in lines]
    assert states[-1]["state"] == "done"
    assert states[-1]["done"] == states[-1]["total"] > 0


def test_a_bulletin_without_sources_fails_with_its_hint(site: Site) -> None:
    with site.api() as api:
        answer = api.post("/drafts", json={"kind": "bulletin"})
        assert answer.status_code == 202
    state = site.finished(answer.json()["job"])
    assert state["state"] == "failed"
    assert "sources" in state["error"]
    assert state["hint"]


def test_a_publication_waits_for_its_time_and_can_be_cancelled(site: Site) -> None:
    draft = site.article(title="لاحقا")
    with site.api() as api:
        body = {"at": "2099-01-01T06:00:00+02:00"}
        fields = {"if-match": '"1"'}
        job = api.post(f"/drafts/{draft}/publish", json=body, headers=fields).json()["job"]
        state = api.get(f"/jobs/{job}").json()
        assert (state["state"], state["at"][:16]) == ("queued", "2099-01-01T04:00")
        assert api.get(f"/drafts/{draft}").json()["state"] == "publishing"
        assert api.delete(f"/drafts/{draft}").status_code == 409
        assert api.delete(f"/jobs/{job}").json()["state"] == "cancelled"
        assert api.delete(f"/jobs/{job}").status_code == 409
        assert api.delete(f"/drafts/{draft}").status_code == 204
        assert api.get(f"/drafts/{draft}").status_code == 404


def test_the_lexicon_is_read_and_written(site: Site) -> None:
    with site.api("editor") as api:
        put = api.put("/lexicon", json={"word": "دباس", "spoken": "دَبّاس", "kind": "name"})
        assert put.json()["vocalized"] == shadda_first("دَبَّاس")
        assert [row["word"] for row in api.get("/lexicon").json()["items"]] == ["دباس"]
        assert api.delete("/lexicon", params={"word": "دباس"}).status_code == 204
        assert api.delete("/lexicon", params={"word": "دباس"}).status_code == 404
        wrong = api.put("/lexicon", json={"word": "دباس", "spoken": ""})
        assert wrong.status_code == 422


def test_the_document_is_complete_and_its_pages_need_no_script(site: Site) -> None:
    with site.api() as api:
        document = api.get("/openapi.json").json()
        page = api.get("/docs").text
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], (method, path)
            for status, answer in operation["responses"].items():
                assert answer["description"]
                if status >= "400":
                    assert list(answer["content"]) == ["application/problem+json"]
            assert f"{method.upper()} {path}" in page
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page


class _Receiver(BaseHTTPRequestHandler):
    received: ClassVar[list[tuple[dict[str, str], bytes]]] = []
    failures = 1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        type(self).received.append(({k.lower(): v for k, v in self.headers.items()}, body))
        fails = len(type(self).received) <= type(self).failures
        self.send_response(503 if fails else 204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def _receiver() -> Iterator[str]:
    _Receiver.received = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_webhook_is_signed_tried_again_and_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_SECRET", "a secret")
    monkeypatch.setattr(webhooks, "WAITS_S", (0, 0, 0))
    with _receiver() as host:
        config = tmp_path / "mujaz.toml"
        config.write_text(
            CONFIG.format(cache="")
            + f'[fetch]\nallow_hosts = ["{host}"]\n[[desk.webhooks]]\nurl = "http://{host}/x"\n'
            + 'events = ["published"]\nsecret_env = "HOOK_SECRET"\n',
            encoding="utf-8",
        )
        context = Context(tmp_path / "show", config)
        with context.database.change() as connection:
            webhooks.announce(connection, context.config, "published", {"guid": "urn:x"})
            webhooks.announce(connection, context.config, "withdrawn", {"guid": "urn:x"})
        webhooks.send_due(context)
        webhooks.send_due(context)
        webhooks.send_due(context)
        context.close()
    assert len(_Receiver.received) == 2
    (first, body), (second, same) = _Receiver.received
    assert body == same
    assert json.loads(body)["data"] == {"guid": "urn:x"}
    assert first["mujaz-delivery"] == second["mujaz-delivery"]
    seconds = int(second["mujaz-signature"].partition(",")[0].removeprefix("t="))
    assert second["mujaz-signature"] == webhooks.signature("a secret", seconds, body)
    assert second["mujaz-signature"] != webhooks.signature("another", seconds, body)


def test_a_webhook_does_not_reach_private_addresses(tmp_path: Path) -> None:
    with _receiver() as host:
        config = tmp_path / "mujaz.toml"
        hook = f'[[desk.webhooks]]\nurl = "http://{host}/x"\n'
        config.write_text(CONFIG.format(cache="") + hook, encoding="utf-8")
        context = Context(tmp_path / "show", config)
        with context.database.change() as connection:
            webhooks.announce(connection, context.config, "published", {})
        webhooks.send_due(context)
        log = context.database.rows("SELECT what FROM log")
        context.close()
    assert not _Receiver.received
    assert "private address" in log[0]["what"]


def test_a_desk_behind_a_proxy_keeps_its_prefix(tmp_path: Path) -> None:
    with running(tmp_path, "--root-path", "/desk", users=True) as made, made.browser() as client:
        base = made.base.removesuffix("/desk")
        made = Site(made.process, made.first, base, made.folder, made.tokens)
        answer = client.get(f"{base}/log")
        assert answer.headers["location"].startswith("/desk/sign-in")
        with made.api() as api:
            place = api.post("/articles", json=ARTICLE).headers["location"]
        assert place.startswith("/desk/api/v1/drafts/")


def test_five_editors_and_a_job_at_once(site: Site) -> None:
    draft = site.article()
    with site.api() as api:
        job = api.post(f"/drafts/{draft}/voice").json()["job"]

        def work(number: int) -> int:
            made = site.article(title=f"خبر {number}")
            answer = api.patch(
                f"/drafts/{made}/sentences/3", json={"pause_ms": 100}, headers={"if-match": '"1"'}
            )
            return answer.status_code

        with ThreadPoolExecutor(5) as pool:
            assert set(pool.map(work, range(5))) == {200}
    assert site.finished(job)["state"] == "done"
