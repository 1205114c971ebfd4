"""Time and memory of the desk with a bulletin of 20 stories and 360 sentences.

    python bench/desk

The server and the job process are real ones. Each time is the median of several requests, measured
by the client on a connection that stays open; the exit status is 1 if a budget is missed.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

_STORIES, _SENTENCES = 20, 17
_WORDS = "وزير مدينة عاصمة جسر طريق مدرسة مستشفى ميناء مطار قرية".split()
# name -> (budget, unit)
_BUDGETS = {
    "idle": (150.0, "MB"),
    "draft page, time": (300.0, "ms"),
    "draft page, size": (400.0, "kB"),
    "edit": (100.0, "ms"),
    "sentence, not cached": (300.0, "ms"),
    "sentence, cached": (80.0, "ms"),
    "slowest of 5 editors and a job": (1000.0, "ms"),
    "publish a corrected sentence": (5000.0, "ms"),
}


def main() -> int:
    """Run all measurements; returns 1 if a budget is missed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = f'[speech]\nvoice = "espeak-ar"\ncache = "{folder / "cache"}"\n'
        (folder / "mujaz.toml").write_text(config, encoding="utf-8")
        token = _mujaz(folder, "desk", "token", "add", "bench", "--role", "chief")
        server = _start(folder)
        assert server.stdout is not None
        first = server.stdout.readline().decode().strip()
        base = first.partition("/enter")[0]
        try:
            found = _measure(server.pid, base, first, token)
        finally:
            server.terminate()
            server.communicate()
    missed = False
    for key, value in found.items():
        budget, unit = _BUDGETS[key]
        missed = missed or value > budget
        mark = "MISSED" if value > budget else "ok"
        print(f"{key:32} {value:8.0f} {unit:3} of {budget:.0f}  {mark}")
    return 1 if missed else 0


def _measure(process: int, base: str, first: str, token: str) -> dict[str, float]:
    headers = {"authorization": f"Bearer {token}"}
    found = {"idle": _megabytes(process)}
    with (
        httpx.Client(base_url=f"{base}/api/v1", headers=headers, timeout=120) as api,
        httpx.Client(base_url=base, timeout=120) as browser,
    ):
        browser.get(first.removeprefix(base))
        body = {"kind": "script", "script": _script()}
        draft = api.post("/drafts", json=body).raise_for_status().json()["draft"]
        url = f"/drafts/{draft}"
        page = browser.get(url).raise_for_status()
        found["draft page, size"] = len(page.content) / 1000
        found["draft page, time"] = _median(lambda: browser.get(url), 7)
        found["edit"] = _edits(api, url)
        numbers = iter(range(100, 200))
        browser.get(f"{url}/sentences/99/audio").raise_for_status()
        found["sentence, not cached"] = _median(
            lambda: browser.get(f"{url}/sentences/{next(numbers)}/audio"), 7
        )
        found["sentence, cached"] = _median(lambda: browser.get(f"{url}/sentences/99/audio"), 7)
        found["slowest of 5 editors and a job"] = _together(api, base, token, draft)
        found["publish a corrected sentence"] = _correction(api, url)
    return found


def _edits(api: httpx.Client, url: str) -> float:
    """Milliseconds of an edit of a shown text, which is read anew, with its answer."""
    revision = int(api.get(url).headers["etag"].strip('"'))

    def edit() -> httpx.Response:
        nonlocal revision
        text = f"وصل الوزير الجديد رقم {revision} إلى المدينة صباح اليوم."
        fields = {"if-match": f'"{revision}"'}
        revision += 1
        return api.patch(f"{url}/sentences/50", json={"shown": text}, headers=fields)

    edit().raise_for_status()
    return _median(edit, 7)


def _together(api: httpx.Client, base: str, token: str, draft: str) -> float:
    """Milliseconds of the slowest request while five editors work and a job speaks."""
    job = api.post(f"/drafts/{draft}/voice").raise_for_status().json()["job"]

    def editor(number: int) -> float:
        slowest = 0.0
        headers = {"authorization": f"Bearer {token}"}
        with httpx.Client(base_url=f"{base}/api/v1", headers=headers, timeout=120) as own:
            made = own.post("/drafts", json={"kind": "script", "script": _script(2)}).json()
            url = f"/drafts/{made['draft']}"
            for revision in range(1, 8):
                start = time.monotonic()
                own.get(f"/drafts/{draft}").raise_for_status()
                slowest = max(slowest, time.monotonic() - start)
                start = time.monotonic()
                text = f"وصل {number} وزراء إلى المدينة رقم {revision}."
                fields = {"if-match": f'"{revision}"'}
                own.patch(f"{url}/sentences/3", json={"shown": text}, headers=fields)
                slowest = max(slowest, time.monotonic() - start)
        return slowest * 1000

    with ThreadPoolExecutor(5) as pool:
        slowest = max(pool.map(editor, range(5)))
    _finished(api, job)
    return slowest


def _correction(api: httpx.Client, url: str) -> float:
    """Milliseconds from the order to publish a corrected sentence until it is on air."""
    read = api.get(url)
    fields = {"if-match": read.headers["etag"]}
    job = api.post(f"{url}/publish", headers=fields).raise_for_status().json()["job"]
    _finished(api, job)
    body = {"shown": "وصل ثلاثة وزراء إلى العاصمة."}
    changed = api.patch(f"{url}/sentences/60", json=body, headers=fields).raise_for_status()
    start = time.monotonic()
    fields = {"if-match": changed.headers["etag"]}
    job = api.post(f"{url}/publish", headers=fields).raise_for_status().json()["job"]
    state = _finished(api, job)
    took_ms = (time.monotonic() - start) * 1000
    made = state["report"]["clips"]["made"]
    if made != 1:
        raise SystemExit(f"{made} clips were made for one corrected sentence")
    return took_ms


def _finished(api: httpx.Client, job: str) -> dict:  # type: ignore[type-arg]
    while True:
        state = api.get(f"/jobs/{job}").json()
        if state["state"] not in ("queued", "running"):
            if state["state"] != "done":
                raise SystemExit(f"the job failed: {state['error']}")
            return state  # type: ignore[no-any-return]
        time.sleep(0.05)


def _median(request: Callable[[], httpx.Response], count: int) -> float:
    times = []
    for _ in range(count):
        start = time.monotonic()
        request().raise_for_status()
        times.append((time.monotonic() - start) * 1000)
    return statistics.median(times)


def _script(stories: int = _STORIES) -> str:
    """A script of 18 sentences a story, headline included, whose spoken lines are made by mujaz."""
    out = ["# mujaz script 1", "@script", "title: نشرة القياس"]
    for story in range(stories):
        out += ["", "@story", f"title: خبر رقم {story}", "", "@headline", f"خبر رقم {story}"]
        for number in range(_SENTENCES):
            one = _WORDS[(story + number) % len(_WORDS)]
            other = _WORDS[(story * 3 + number * 7) % len(_WORDS)]
            text = (
                f"قال متحدث في {one} يوم الأحد إن {story + number + 3} عاملا زاروا {other} الجديد"
            )
            out += ["", f"@body 350 p={number}", f"{text} رقم {story * 100 + number}."]
    return "\n".join(out) + "\n"


def _megabytes(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1000 if found else 0.0


def _start(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "mujaz", "desk", "output", "--port", "0"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE)


def _mujaz(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "mujaz", *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True, env={**os.environ}
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
