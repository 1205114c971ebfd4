"""The reference pages of the site, made of the code: commands, settings, files, Python, HTTP.

python tools/docsite/reference.py DIR      # writes them as Markdown
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.docsite import figures
from tools.docsite.commands import Described, described
from tools.inventory import licences_page, packages

import mujaz
from mujaz.settings.schema import json_schema

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parents[1]
# Tables whose keys the user names, and what stands for such a key.
_NAMED = {"bulletin.editions": "NAME"}
_LONGEST_DEFAULT = 40

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "commands": "Commands",
        "settings": "Settings",
        "option": "option",
        "meaning": "meaning",
        "setting": "setting",
        "default": "default or values",
        "exit": "Exit status",
        "status": "status",
        "members": "Commands:",
        "all": "of every command",
        "commands_lead": "Made of the commands themselves: what `--help` says of each.",
        "settings_lead": "The keys of `mujaz.toml`, made of the code. An option of the command "
        "line outranks the environment (`MUJAZ_SHOW_TITLE` for `show.title`), which outranks the "
        "file. "
        "Paths are relative to the file. `mujaz init` writes a commented file to start from.",
    },
    "ar": {
        "commands": "الأوامر",
        "settings": "الإعدادات",
        "option": "الخيار",
        "meaning": "المعنى",
        "setting": "الإعداد",
        "default": "القيمة المعتادة أو القيم",
        "exit": "حالة الخروج",
        "status": "الحالة",
        "members": "الأوامر:",
        "all": "لكل الأوامر",
        "commands_lead": "تُصنع هذه الصفحة من الأوامر نفسها: ما يقوله `--help` عن كل منها.",
        "settings_lead": "مفاتيح `mujaz.toml`، وتُصنع هذه الصفحة من البرنامج نفسه. خيار سطر الأوامر "
        "يغلب متغير البيئة (`MUJAZ_SHOW_TITLE` للإعداد `show.title`)، وهو يغلب الملف. والمسارات "
        "تبدأ من مجلد الملف. ويكتب `mujaz init` ملفا مشروحا تبدأ منه.",
    },
}


def table(name: str) -> list[dict[str, str]]:
    """Read a table of this folder."""
    rows = (_HERE / name).read_text(encoding="utf-8").splitlines()
    head, *lines = (row.split("\t") for row in rows if row and not row.startswith("#"))
    return [dict(zip(head, line, strict=True)) for line in lines]


@dataclass(frozen=True, slots=True)
class Setting:
    """A key of ``mujaz.toml`` with what it takes."""

    key: str
    schema: Mapping[str, Any]


def settings() -> list[Setting]:
    """List every key, in the order of the schema."""
    return list(_keys(json_schema()["properties"], ""))


def _keys(properties: Mapping[str, Any], before: str) -> Iterator[Setting]:
    for name, schema in properties.items():
        key = f"{before}{name}"
        if key in _NAMED:  # its keys are those of the table itself
            yield Setting(f"{key}.{_NAMED[key]}", schema)
        elif "properties" in schema:
            yield from _keys(schema["properties"], f"{key}.")
        elif "properties" in schema.get("items", {}):
            yield from _keys(schema["items"]["properties"], f"{key}.")
        else:
            yield Setting(key, schema)


def meanings(language: str) -> dict[str, str]:
    """The meaning of each key: those of the desk's settings screen, and the table beside this."""
    from mujaz.tables import read_table

    rows = [*read_table("mujaz.desk.screens", "settings.tsv"), *table("settings.tsv")]
    return {row["key"]: row[language] for row in rows}


def settings_page(language: str) -> str:
    """The page of all settings."""
    words, told, every = _WORDS[language], meanings(language), settings()
    out = [f"# {words['settings']}", words["settings_lead"]]
    for section in json_schema()["properties"]:
        rows = [
            (f"`{s.key}`", _values(s.schema), told[s.key])
            for s in every
            if s.key.split(".")[0] == section
        ]
        head = (words["setting"], words["default"], words["meaning"])
        out += [f"## `[{section}]` {{#{section}}}", _rows(head, rows)]
    return _page(out)


def _values(schema: Mapping[str, Any]) -> str:
    parts = []
    if "default" in schema:
        parts.append(_code(schema["default"]))
    if "enum" in schema:
        parts.append(" · ".join(_code(value) for value in schema["enum"]))
    if "minimum" in schema:
        parts.append(f"{_code(schema['minimum'])} – {_code(schema['maximum'])}")
    return "; ".join(parts)


def _code(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def commands_page(language: str) -> str:
    """The page of all commands with their options, and the exit statuses."""
    words = _WORDS[language]
    out = [f"# {words['commands']}", words["commands_lead"]]
    for command in described(language):
        out += _command(command, words)
    rows = [(f"`{row['status']}`", row[language]) for row in table("exit_statuses.tsv")]
    out += [f"## {words['exit']} {{#exit}}", _rows((words["status"], words["meaning"]), rows)]
    return _page(out)


def _command(command: Described, words: Mapping[str, str]) -> list[str]:
    level = "##" if command.path.count(" ") < 2 else "###"
    out = [f"{level} {command.path} {{#{command.path.replace(' ', '-')}}}"]
    out.append(f"```text\n{command.path} {command.usage}\n```")
    for text, keeps_lines in command.paragraphs:
        out.append(f"```text\n{text}\n```" if keeps_lines else _prose(text))
    if command.members:
        links = (
            f"[{name}](#{(command.path + ' ' + name).replace(' ', '-')})"
            for name in command.members
        )
        out.append(f"{words['members']} " + " · ".join(links))
    rows = [(f"`{option}`", _prose(meaning)) for option, meaning in command.options]
    return [*out, _rows((words["option"], words["meaning"]), rows)]


def files_page() -> str:
    """The files that programs and editors read: script, manifest, report."""
    from mujaz.domain import Kind
    from mujaz.text import script_file
    from mujaz.text.script import PAUSE_MS

    kinds = [(f"`@{kind.value}`", str(PAUSE_MS.get(kind, ""))) for kind in Kind]
    out = [
        "# Files",
        "Made of the code: the script file, and the fields of the manifest and of the report.",
        "## The script file {#script}",
        _plain_restructured(inspect.getdoc(script_file) or ""),
        _rows(("kind of line", "pause after it, in milliseconds"), kinds),
    ]
    fields = table("fields.tsv")
    for name, title in (
        ("manifest", "The manifest, `episodes/NAME/episode.json`"),
        ("report", "The report, `--json`"),
    ):
        rows = [(f"`{row['field']}`", row["meaning"]) for row in fields if row["file"] == name]
        out += [f"## {title} {{#{name}}}", _rows(("field", "meaning"), rows)]
    return _page(out)


def python_page() -> str:
    """The public names of the package with their signatures."""
    out = [
        "# Python",
        "The names of `mujaz.__all__`, made of the code. How they are used: "
        "[mujaz in Python](../python.md).",
    ]
    for name in mujaz.__all__:
        if name.startswith("__"):
            continue
        thing = getattr(mujaz, name)
        out += [f"## `{name}` {{#{name}}}", f"```python\n{_signature(name, thing)}\n```"]
        out.append(_plain_restructured(inspect.getdoc(thing) or ""))
    return _page(out)


def _signature(name: str, thing: object) -> str:
    try:
        signature = inspect.signature(thing)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return name
    lead = f"class {name}" if inspect.isclass(thing) else name
    parameters = [_parameter(parameter) for parameter in signature.parameters.values()]
    if any(p.kind is p.KEYWORD_ONLY for p in signature.parameters.values()):
        kinds = [p.kind for p in signature.parameters.values()]
        parameters.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "*")
    gives = signature.return_annotation
    arrow = "" if inspect.isclass(thing) or gives is signature.empty else f" -> {_named(gives)}"
    return lead + "(\n" + "".join(f"    {line},\n" for line in parameters) + f"){arrow}"


def _parameter(parameter: inspect.Parameter) -> str:
    text = parameter.name
    if parameter.annotation is not parameter.empty:
        text += f": {_named(parameter.annotation)}"
    if parameter.default is parameter.empty:
        return text
    value = repr(parameter.default)
    # Defaults that are objects are long, or have folders of this machine in them.
    simple = isinstance(parameter.default, (str, int, float, bool, tuple, type(None)))
    return f"{text} = {value if simple and len(value) < _LONGEST_DEFAULT else '…'}"


def _named(annotation: object) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "…")


def http_page() -> str:
    """The operations of the desk's API, of its OpenAPI document."""
    from fastapi import FastAPI

    from mujaz.desk.api import drafts, show
    from mujaz.desk.api.document import document_of

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(drafts.router, prefix="/api/v1")
    app.include_router(show.router, prefix="/api/v1")
    document = document_of(app)()
    out = [
        "# HTTP API",
        "Made of the OpenAPI document, which the desk gives at `/api/v1/openapi.json`. "
        "How it is used: [The desk's API](../desk-api.md).",
    ]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            out.append(f"## `{method.upper()} {path}`")
            out.append(f"**{operation.get('summary', '')}**")
            out.append(_prose(" ".join(operation.get("description", "").split())))
            rows = [
                (f"`{p['name']}`", p["in"], _prose(p.get("description", "")))
                for p in operation.get("parameters", [])
            ]
            out.append(_rows(("parameter", "in", "meaning"), rows))
            answers = [
                (f"`{status}`", _prose(answer.get("description", "")))
                for status, answer in operation["responses"].items()
            ]
            out.append(_rows(("answer", "meaning"), answers))
    return _page(out)


def pages() -> dict[str, Callable[[], str]]:
    """Name of each page below ``docs/``, and what makes it."""
    return {
        "reference/commands.md": lambda: commands_page("en"),
        "reference/commands.ar.md": lambda: commands_page("ar"),
        "reference/settings.md": lambda: settings_page("en"),
        "reference/settings.ar.md": lambda: settings_page("ar"),
        "reference/files.md": files_page,
        "reference/python.md": python_page,
        "reference/http.md": http_page,
        "figures.md": figures.page,
        "reference/licences.md": lambda: licences_page(packages()),
    }


def _plain_restructured(text: str) -> str:
    """Turn the little reStructuredText of our docstrings into Markdown."""
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text).replace("``", "`")
    out: list[str] = []
    for block in re.split(r"\n{2,}(?=\S)", text):
        if re.match(r"(Args|Returns|Raises|Attributes|Yields):", block):
            out += _google_section(block)
        else:
            lead, mark, literal = block.partition("::\n")
            if mark:
                out += [_escaped(lead)] if lead.strip() else []
                out.append(f"```text\n{inspect.cleandoc(literal)}\n```")
            else:
                out.append(_escaped(" ".join(block.split())))
    return "\n\n".join(out)


def _google_section(block: str) -> list[str]:
    name, _, body = block.partition("\n")
    items = re.split(r"\n(?=\S)", inspect.cleandoc(body))
    rows = []
    for item in items:
        term, colon, meaning = item.partition(":")
        text = _escaped(" ".join((meaning if colon else item).split()))
        rows.append(
            f"- `{term}`: {text}"
            if colon and " " not in term.strip("*")
            else f"- {_escaped(' '.join(item.split()))}"
        )
    return [f"{name}", "\n".join(rows)]


def _prose(text: str) -> str:
    return _escaped(text)


def _escaped(text: str) -> str:
    """Escape what Markdown or HTML would take for markup, outside code."""
    parts = re.split(r"(`[^`]*`)", text)
    for place in range(0, len(parts), 2):
        parts[place] = re.sub(r"([*_<>\[\]])", r"\\\1", parts[place])
    return "".join(parts)


def _rows(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def _page(blocks: list[str]) -> str:
    return "\n\n".join(block for block in blocks if block) + "\n"


def main() -> None:
    """Write the pages into the folder that is named."""
    for name, make in pages().items():
        path = Path(sys.argv[1]) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
