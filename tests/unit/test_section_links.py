"""The show page names its sections, and each link leads to its heading in the archive."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lxml import html

from mujaz.domain import Story
from tests.shows import CONFIG, episode, publish

_SECTIONS = {"sport": "رياضة", "main": "سياسة", "science": "علوم"}


def _of(number: int, *sections: str) -> tuple[Story, ...]:
    return tuple(Story(f"خبر {number}-{i}", section=name) for i, name in enumerate(sections))


def test_each_told_section_of_the_settings_has_a_link_that_arrives(tmp_path: Path) -> None:
    publish(
        tmp_path,
        episode(1, stories=_of(1, "سياسة", "رياضة")),
        episode(2, stories=_of(2, "اقتصاد", "سياسة")),
        config=replace(CONFIG, sections=_SECTIONS),
    )
    page = html.fromstring((tmp_path / "index.html").read_bytes())
    links = page.xpath("//nav[@aria-label='الأقسام']//a")
    # In the order of the settings; science has no story, and economy has no feed.
    assert [link.text_content() for link in links] == ["رياضة", "سياسة"]
    archive = html.fromstring((tmp_path / "archive/index.html").read_bytes())
    assert len(set(archive.xpath("//@id"))) == len(archive.xpath("//@id"))
    for link in links:
        file, _, anchor = link.get("href").partition("#")
        assert file == "archive/index.html"
        (heading,) = archive.xpath(f"//h3[@id='{anchor}']")
        assert heading.text_content() == link.text_content()


def test_a_show_without_sections_has_no_list_and_no_anchors(tmp_path: Path) -> None:
    publish(tmp_path, episode(1, stories=_of(1, "سياسة")))
    page = html.fromstring((tmp_path / "index.html").read_bytes())
    assert page.xpath("//nav//a[contains(@href, 'section-')]") == []
    archive = html.fromstring((tmp_path / "archive/index.html").read_bytes())
    assert archive.xpath("//h3[text()='سياسة']/@id") == []
