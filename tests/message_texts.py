"""Find the messages in the source: of errors, hints, warnings and lines of progress."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

# Errors of the standard library, which are caught and told otherwise, are not messages.
_BUILT_IN = frozenset(dir(builtins))
_TELLING = frozenset(
    (
        "tell",
        "say",
        "_say",
        "refuse",
        "refused",
        "_refused",
        "_refuse",
        "Problem",
        "LeftOut",
        "_Refusal",
        "_nothing_made",
    )
)
_LOGGERS = frozenset(("_log", "log"))
# What %-formatting of the logging module puts in.
_FORMAT = re.compile(r"%(?:\.\d+f|[sdr])")


def messages(source: Path) -> dict[str, str]:
    """Return each message with the place that it was found first; {} stands for what is put in."""
    found: dict[str, str] = {}
    for path in sorted(source.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            for text in _messages_of(node, constants):
                place = f"{path.relative_to(source)}:{getattr(node, 'lineno', 0)}"
                found.setdefault(text, place)
    return found


def _messages_of(node: ast.AST, constants: Mapping[str, ast.expr]) -> Iterator[str]:
    for expression in _telling_expressions(node):
        for text in _alternatives(expression, constants):
            yield _FORMAT.sub("{}", text)


def _telling_expressions(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.AugAssign) and _name(node.target) == "warnings":
        if isinstance(node.value, ast.List):
            yield from node.value.elts
        elif isinstance(node.value, ast.ListComp):
            yield node.value.elt
    if not isinstance(node, ast.Call):
        return
    called = _name(node.func)
    owner = _name(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    fails = called.endswith("Error") and called not in _BUILT_IN
    if fails or (called in ("info", "warning") and owner in _LOGGERS):
        yield from node.args[:1]
    if called in _TELLING or (called == "append" and owner == "warnings"):
        yield from node.args
    if fails or called in _TELLING:
        yield from (keyword.value for keyword in node.keywords if keyword.arg == "hint")


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _alternatives(node: ast.expr, constants: Mapping[str, ast.expr]) -> list[str]:
    """All texts that an expression may give; none if it has no text of its own."""
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.JoinedStr(values=values):
            return ["".join(map(_part, values))]
        case ast.IfExp(body=body, orelse=other):
            return _alternatives(body, constants) + _alternatives(other, constants)
        case ast.BoolOp(values=values):
            return [text for value in values for text in _alternatives(value, constants)]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            ends = _alternatives(right, constants) or ["{}"]
            return [a + b for a in _alternatives(left, constants) or ["{}"] for b in ends]
        case ast.Name(id=name) if isinstance(constants.get(name), (ast.Constant, ast.JoinedStr)):
            return _alternatives(constants[name], {})
    return []


def _part(value: ast.expr) -> str:
    if isinstance(value, ast.Constant):
        return str(value.value)
    quoted = isinstance(value, ast.FormattedValue) and value.conversion == ord("r")
    return "'{}'" if quoted else "{}"
