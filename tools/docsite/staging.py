"""The pages of the site as Markdown, from ``docs/``, from elsewhere and made of code; the menu.

``X.ar.md`` is the Arabic of ``X.md``: each leads to the other, and the Arabic one runs from right
to left.
"""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.docsite.reference import pages, table

_ROOT = Path(__file__).resolve().parents[2]
_KINDS = {
    "tutorial": ("Tutorial", "دروس"),
    "howto": ("How to", "إرشادات"),
    "reference": ("Reference", "مرجع"),
    "explanation": ("Explanation", "شرح"),
}
_ARABIC = ".ar.md"
# Words of the generator's frame around a page.
_FRAME = {
    "Table of contents": "في هذه الصفحة",
    "Skip to content": "إلى المحتوى",
    "Copy to clipboard": "انسخ",
    'title="Permanent link"': 'title="رابط دائم"',
    'placeholder="Search"': 'placeholder="بحث"',
}
# A link of a page: the text in brackets, the address, what stands behind the address.
_LINK = re.compile(r"(\]\()([^)\s]+)(\))")
_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.S)


def rows() -> list[dict[str, str]]:
    """List the pages; those that nobody has put in order stand among the how-to pages."""
    known = table("pages.tsv")
    named = {row["page"] for row in known}
    there = {path.relative_to(_ROOT / "docs").as_posix() for path in (_ROOT / "docs").rglob("*.md")}
    own = {name for name in there if not name.endswith(_ARABIC)} - named
    more = [
        {"kind": "howto", "page": name, "source": "", "en": _title(name), "ar": ""}
        for name in sorted(own)
    ]
    return [row for row in known if _exists(row)] + more


def _exists(row: dict[str, str]) -> bool:
    return row["page"] in pages() or _source(row).exists()


def _source(row: dict[str, str]) -> Path:
    return _ROOT / (row["source"] or f"docs/{row['page']}")


def _title(name: str) -> str:
    text = (_ROOT / "docs" / name).read_text(encoding="utf-8")
    found = re.search(r"^# (.+)$", text, re.M)
    return found[1] if found else name


def arabic_of(name: str) -> str:
    """Name of the Arabic side of a page."""
    return name.removesuffix(".md") + _ARABIC


@cache
def outside() -> dict[str, str]:
    """Pages of the site that stand outside ``docs/``: name on the site, path in the repository."""
    out = {"index.md": "README.md", "index.ar.md": "README.ar.md"}
    for row in table("pages.tsv"):
        if row["source"] and (_ROOT / row["source"]).exists():
            out[row["page"]] = row["source"]
            if (_ROOT / arabic_of(row["source"])).exists():
                out[arabic_of(row["page"])] = arabic_of(row["source"])
    return out


def menu() -> list[dict[str, Any]]:
    """The menu: the English pages by kind, then the Arabic ones by kind."""
    out: list[dict[str, Any]] = [{"mujaz": "index.md"}]
    arabic: list[dict[str, Any]] = [{"موجز": "index.ar.md"}]
    for kind, (english_name, arabic_name) in _KINDS.items():
        chosen = [row for row in rows() if row["kind"] == kind]
        out.append({english_name: [{row["en"]: row["page"]} for row in chosen]})
        translated = [{row["ar"]: arabic_of(row["page"])} for row in chosen if has_arabic(row)]
        if translated:
            arabic.append({arabic_name: translated})
    return [*out, {"العربية": arabic}]


def has_arabic(row: dict[str, str]) -> bool:
    """Whether a page has an Arabic side."""
    name = arabic_of(row["page"])
    return name in pages() or name in outside() or (_ROOT / "docs" / name).exists()


def moved(text: str, source: str, name: str) -> str:
    """Change the links of a page that stands elsewhere on the site than in the repository."""
    parts = _CODE.split(text)
    for place in range(0, len(parts), 2):
        parts[place] = _LINK.sub(
            lambda link: link[1] + _address(link[2], source, name) + link[3], parts[place]
        )
    return "".join(parts)


def _address(address: str, source: str, name: str) -> str:
    address = address.removeprefix(f"{repository()}/blob/main/")
    if re.match(r"\w+:|#", address):
        return address
    path, mark, anchor = address.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
    return _from(on_site(target), name) + mark + anchor


def on_site(path: str) -> str:
    """Address of a file of the repository: its page on the site, or the file in the repository."""
    for name, source in outside().items():
        if source == path:
            return name
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return f"{repository()}/blob/main/{path}"


def _from(address: str, name: str) -> str:
    if ":" in address:
        return address
    return posixpath.relpath(address, posixpath.dirname(name) or ".")


@cache
def repository() -> str:
    """Address of the repository, as ``pyproject.toml`` has it."""
    import tomllib

    data = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(data["project"]["urls"]["Repository"])


def staged() -> Iterator[tuple[str, str]]:
    """Give name and text of every page, as the site generator gets it."""
    names = {path.relative_to(_ROOT / "docs").as_posix() for path in (_ROOT / "docs").rglob("*.md")}
    all_names = names | outside().keys() | pages().keys()
    for name in sorted(all_names):
        yield name, _with_other_language(_text(name), name, all_names)


def _text(name: str) -> str:
    if name in pages():
        return pages()[name]()
    source = outside().get(name, f"docs/{name}")
    return moved((_ROOT / source).read_text(encoding="utf-8"), source, name)


def _with_other_language(text: str, name: str, names: Collection[str]) -> str:
    """Lead to the page in the other language."""
    # Code hosts need the element to set the direction; here the whole page has it.
    text = re.sub(r'^</?div( dir="rtl" lang="ar")?>$', "", text, flags=re.M)
    other = name.replace(_ARABIC, ".md") if name.endswith(_ARABIC) else arabic_of(name)
    if other not in names:
        return text
    word, code = ("English", "en") if name.endswith(_ARABIC) else ("العربية", "ar")
    return f'[{word}]({posixpath.basename(other)}){{ lang="{code}" hreflang="{code}" }}\n\n{text}'


def from_right_to_left(html: str) -> str:
    """Set language, direction and the frame's own words of an Arabic page."""
    html = html.replace('<html lang="en"', '<html lang="ar"', 1).replace(
        'dir="ltr"', 'dir="rtl"', 1
    )
    for english, arabic in _FRAME.items():
        html = html.replace(english, arabic)
    return html
