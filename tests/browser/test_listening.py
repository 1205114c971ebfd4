"""The page of a listening test in a browser: accessible, and its answers become a file."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mujaz.pipeline.listening_test import opinions, write_test
from mujaz.settings.values import Config
from tests.browser.checks import violations
from tests.browser.conftest import VNU, Visit

pytestmark = pytest.mark.slow

_VOICES = ("espeak-anchor-male", "espeak-anchor-female")


@pytest.fixture(scope="module")
def listening(shows: tuple[Path, str]) -> tuple[Path, str]:
    """The folder of a test of two voices and two sentences, and its address."""
    root, address = shows
    folder = root / "listening"
    write_test(folder, _VOICES, ["وصل الوفد.", "غادر الوفد."], Config())
    return folder, f"{address}listening/index.html"


def _open(browser: Any, address: str, **options: Any) -> Any:
    return Visit(browser, address, address, Path()).page(address, **options)


def test_the_page_is_valid_and_accessible(browser: Any, listening: tuple[Path, str]) -> None:
    folder, address = listening
    checked = subprocess.run(
        ["java", "-jar", str(VNU), "--errors-only", str(folder / "index.html")],
        capture_output=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr.decode()
    for scheme in ("light", "dark"):
        page = _open(browser, address, color_scheme=scheme)
        assert not violations(page)
        assert page.console == []
        page.context.close()


def test_answers_outlive_a_reload_and_are_saved_as_a_file(
    browser: Any, listening: tuple[Path, str], tmp_path: Path
) -> None:
    folder, address = listening
    page = _open(browser, address)
    for number, grade in enumerate((5, 4, 3)):
        page.locator("audio").nth(number).evaluate("clip => clip.play()")
        choice = page.locator("fieldset:has(audio)").nth(number).locator(f"input[value='{grade}']")
        choice.focus()
        page.keyboard.press("Space")
    assert (
        page.evaluate("[...document.querySelectorAll('audio')].filter(a => !a.paused).length") == 1
    )
    page.locator("input[name=best-1]").first.check()
    page.reload()
    assert page.locator("input:checked").count() == 4
    with page.expect_download() as download:
        page.locator("button[type=submit]").press("Enter")
    path = tmp_path / "result.json"
    download.value.save_as(path)
    assert download.value.suggested_filename in page.locator("#status").inner_text()
    assert "1" in page.locator("#status").inner_text()
    result = json.loads(path.read_text(encoding="utf-8"))
    assert [len(answer["grades"]) for answer in result["answers"]] == [2, 1]
    found = opinions(folder, [path])
    assert sum(opinion.grades for opinion in found) == 3
    assert sum(opinion.best for opinion in found) == 1
    assert page.console == []
    page.context.close()
