"""The documentation names what exists: settings, options, commands, pages, links."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from tools.docsite import reference, staging
from tools.docsite.commands import described

from mujaz.domain import Loudness
from mujaz.report import Report, ReportedEpisode, StoryReport
from mujaz.settings.values import SECTIONS
from tests.commands import ROOT
from tests.doc_pages import anchors, blocks, commands, documents, prose, shell_lines, spans

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_KEY = re.compile(rf"({'|'.join(SECTIONS)})\.([a-z_]+)((?:\.[a-z_]+)?)")
_IN_SECTION = re.compile(r"\[{1,2}([a-z.]+)\]{1,2} ([a-z_]+)(?: = .*)?")
# Not the _MUJAZ_COMPLETE of shell completion, which is click's.
_VARIABLE = re.compile(r"(?<!_)MUJAZ_[A-Z_]+")
# Files and modules that are written as a section and a name.
_NO_SETTING = re.compile(
    r"\.(py|toml|json|md|tsv|txt|xml|html|mp3|opus|js|css|script|service|timer|log|sh)$"
)


@cache
def _settings() -> frozenset[str]:
    return frozenset(setting.key for setting in reference.settings())


def _is_setting(key: str) -> bool:
    known = _settings()
    edition = re.sub(r"^bulletin\.editions\.\w+(\.|$)", "bulletin.", key).rstrip(".")
    return any(
        name in known or any(k.startswith(f"{name}.") for k in known) for name in (key, edition)
    )


def test_every_setting_is_documented_in_both_languages() -> None:
    for language in ("en", "ar"):
        told = reference.meanings(language)
        assert sorted(told) == sorted(_settings()), "see tools/docsite/settings.tsv"
        assert all(told.values())
        page = reference.settings_page(language)
        assert [key for key in _settings() if f"| `{key}` |" not in page] == []


def test_every_command_and_option_is_on_the_page() -> None:
    page = reference.commands_page("en")
    for command in described():
        assert f"# {command.path} {{#" in page
        assert command.paragraphs, f"{command.path} has no help"
    assert "mujaz show retract" in page


@pytest.mark.parametrize("name", reference.pages())
def test_a_reference_page_is_made(name: str) -> None:
    text = reference.pages()[name]()
    assert text.startswith("# ")
    assert "0x" not in text, "an address of memory differs from run to run"
    assert str(Path.home()) not in text
    assert text.count("\n## ") > 2 or "licences" in name


def test_every_page_is_in_the_menu() -> None:
    listed = set(_names(staging.menu()))
    assert {name for name, _ in staging.staged()} == listed


def _names(menu: object) -> Iterator[str]:
    if isinstance(menu, str):
        yield menu
    elif isinstance(menu, dict):
        for value in menu.values():
            yield from _names(value)
    elif isinstance(menu, list):
        for item in menu:
            yield from _names(item)


def test_the_fields_of_manifest_and_report_are_those_of_the_page() -> None:
    source = ROOT / "src/mujaz/publish/folder/manifest.py"
    written = {
        key.value
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    }
    assert _fields("manifest") == written | {"stories", "sound", "excerpts"}

    episode = ReportedEpisode("g", "t", "m", 1.0, 1, "")
    story = StoryReport("t", "s", hint="h")
    report = Report(episode=episode, stories=[story], loudness=Loudness(-16, -15, -1, 0))
    made = report.as_dict()
    parts = (made["episode"], made["stories"][0], made["audio"], made["clips"])
    assert _fields("report") == {*made, *(key for part in parts for key in part)}


def _fields(file: str) -> set[str]:
    rows = [row["field"] for row in reference.table("fields.tsv") if row["file"] == file]
    return {part.removesuffix("[]") for field in rows for part in field.split(".")}


def test_every_setting_that_is_named_exists() -> None:
    unknown = [
        f"{page.relative_to(ROOT)}: {key}"
        for page in documents()
        if page.name != "CHANGELOG.md"
        for key in _named_settings(page)
        if not _is_setting(key)
    ]
    assert unknown == []


def _named_settings(page: Path) -> Iterator[str]:
    for span in spans(page):
        if (found := _KEY.fullmatch(span)) and not _NO_SETTING.search(span):
            yield span
        if (found := _IN_SECTION.match(span)) and found[1].split(".")[0] in SECTIONS:
            yield f"{found[1]}.{found[2]}"
    for block in blocks(page):
        if block.language == "toml":
            data = tomllib.loads(block.text)
            if set(data) <= set(SECTIONS):
                yield from _keys(data, "")


def _keys(table: object, before: str) -> Iterator[str]:
    if isinstance(table, dict):
        for name, value in table.items():
            yield from _keys(value, f"{before}.{name}" if before else name)
    elif isinstance(table, list) and table and isinstance(table[0], dict):
        for item in table:
            yield from _keys(item, before)
    elif not before.startswith(("show.sections", "show.listings")):
        yield before


def test_every_command_and_option_that_is_named_exists() -> None:
    unknown = [
        f"{page.relative_to(ROOT)}: mujaz {' '.join(words)}: {fault}"
        for page in documents()
        if page.name != "CHANGELOG.md"
        for line in [*shell_lines(page), *(span for span in spans(page))]
        for words in commands(line)
        for fault in _faults(words)
    ]
    assert unknown == []


@cache
def _options() -> dict[str, set[str]]:
    return {
        command.path: set(
            re.findall(r"(?<![\w-])--?[a-z][a-z-]*", " ".join(o for o, _ in command.options))
        )
        for command in described()
    }


@cache
def _groups() -> frozenset[str]:
    """Commands that do nothing without a sub-command."""
    groups = (command for command in described() if command.members)
    return frozenset(c.path for c in groups if c.usage.endswith("COMMAND [ARGS]..."))


def _faults(words: list[str]) -> Iterator[str]:
    path = "mujaz"
    known = _options()
    # Those of all commands may stand anywhere.
    common = known["mujaz"] | {"-h", "--help"}
    for word in words:
        if word == "--":
            return
        if f"{path} {word}" in known:
            path = f"{path} {word}"
        elif re.match(r"--?[a-z]", word):
            name = word.partition("=")[0]
            if name not in known[path] | common:
                yield f"{name} is no option of {path}"
        elif path in _groups() and re.fullmatch(r"[a-z]+", word):
            yield f"{word} is no command of {path}"
            return


def test_every_variable_that_is_named_exists() -> None:
    known = {f"MUJAZ_{key.replace('.', '_').upper()}" for key in _settings()}
    sources = [*(ROOT / "src").rglob("*.py"), ROOT / ".ci/run", ROOT / ".ci/long"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    known |= set(_VARIABLE.findall(text))
    # Those that the user names in a setting.
    pages = "".join(page.read_text(encoding="utf-8") for page in documents())
    known |= set(re.findall(r'_env = "(\w+)"', pages))
    unknown = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in documents()
        for name in _VARIABLE.findall(page.read_text(encoding="utf-8"))
        if name not in known
    ]
    assert unknown == []


def test_every_link_leads_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {address}"
        for page in documents()
        for address in _LINK.findall(re.sub(r"`[^`\n]*`", "", prose(page)))
        if not _leads(page, address)
    ]
    assert broken == []


# What a listener, an editor or an administrator reads; the rest is for those who program.
_IN_ARABIC = frozenset(
    (
        *("archive", "bulletin", "cluster", "cms", "completion", "corrections", "desk", "editions"),
        *("first-episode", "first-morning", "names", "pages", "publishing", "reading"),
        *("serving", "speech", "station-sound", "synthetic-voice", "unattended"),
    )
)


# Parts that both languages have as many of: headings, rows of tables, items of lists.
_PARTS = (r"^##+ ", r"^\|", r"^- ", r"^\d+\. ")


def test_pages_for_editors_and_administrators_are_there_in_arabic() -> None:
    arabic = {page.name.removesuffix(".ar.md") for page in (ROOT / "docs").glob("*.ar.md")}
    assert arabic == _IN_ARABIC
    for name in (*(f"docs/{name}" for name in sorted(arabic)), "voices/README"):
        pages = [(ROOT / f"{name}{end}").read_text("utf-8") for end in (".md", ".ar.md")]
        counts = [[len(re.findall(what, page, re.M)) for what in _PARTS] for page in pages]
        assert counts[0] == counts[1], f"{name}: headings, rows of tables, items of lists"


def test_an_arabic_page_leads_to_arabic_pages() -> None:
    """To the English one only where there is no other, or as the page in the other language."""
    pages = [page for page in documents() if page.name.endswith(".ar.md")]
    assert len(pages) > len(_IN_ARABIC)
    english = [
        f"{page.relative_to(ROOT)}: {address}"
        for page in pages
        for address in _LINK.findall(prose(page))
        if (target := _in_arabic(page, address)) is not None
        and target.exists()
        and target != page.resolve()
    ]
    assert english == []


def _in_arabic(page: Path, address: str) -> Path | None:
    path = address.partition("#")[0]
    if re.match(r"[a-z]+:", address) or not path.endswith(".md") or path.endswith(".ar.md"):
        return None
    return (page.parent / path).resolve().with_suffix(".ar.md")


def _leads(page: Path, address: str) -> bool:
    if re.match(r"[a-z]+:", address):
        return True
    path, _, anchor = address.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return False
    return not anchor or target.suffix != ".md" or anchor in anchors(target)


def test_faults_in_documents_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A page\n\n`show.titel` `[audio] intros` [gone](gone.md) [no](#nowhere) [ok](#a-page)\n\n"
        '```toml\n[show]\ntitel = "x"\n```\n\n```console\n$ mujaz make a.txt --ouput b\n'
        "$ mujaz shaw list | cat\n```\n",
        encoding="utf-8",
    )
    named = list(_named_settings(page))
    assert [key for key in named if not _is_setting(key)] == [
        "show.titel",
        "audio.intros",
        "show.titel",
    ]
    faults = [f for line in shell_lines(page) for w in commands(line) for f in _faults(w)]
    assert faults == ["--ouput is no option of mujaz make", "shaw is no command of mujaz"]
    links = _LINK.findall(prose(page))
    assert [link for link in links if not _leads(page, link)] == ["gone.md", "#nowhere"]
