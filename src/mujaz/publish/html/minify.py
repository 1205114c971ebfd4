"""Leave out of scripts and style sheets what browsers do not need: comments and white space."""

from __future__ import annotations

import re
from functools import cache

_STRINGS = r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
# A template literal is taken up to the next backtick: one within another is not understood.
_SCRIPT_TOKEN = re.compile(
    rf"(?P<kept>{_STRINGS}|`(?:[^`\\]|\\.)*`)"
    r"|(?P<comment>//[^\n]*|/\*.*?\*/)"
    r"|(?P<space>\s+)"
    r"|(?P<regex>/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*)"
    r"|(?P<word>[\w$]+)"
    r"|(?P<sign>.)",
    re.DOTALL,
)
# After these a slash begins a regular expression; after others it divides.
_BEFORE_REGEX = re.compile(r"(?:^|[(,=:\[!&|?{};+\-*%~^<>\n]|\b(?:return|typeof|case))$")
# A line may be joined to the next one where the statement cannot end (ECMA-262, section 12.10).
_OPEN = frozenset("{;,([:=&|?<>*%!~^")
_CONTINUES = frozenset("})].,;:?&|=*%<>")
_STYLE_TOKEN = re.compile(
    rf"(?P<kept>{_STRINGS})|/\*.*?\*/|(?P<rest>(?:(?!/\*)[^\"'])+)", re.DOTALL
)


@cache
def smaller_script(text: str) -> str:
    """Take comments and needless white space out of JavaScript; names stay as they are."""
    out = ""
    line_ends = spaced = False
    position = 0
    while match := _next_token(text, position, out):
        position = match.end()
        kind, token = match.lastgroup, match[0]
        if kind in ("comment", "space"):
            spaced = True
            line_ends = line_ends or "\n" in token
            continue
        if spaced:
            out += _between(out[-1:], token[0], line_ends=line_ends)
        out += token
        line_ends = spaced = False
    return out + "\n"


def _next_token(text: str, position: int, before: str) -> re.Match[str] | None:
    """The next token; a slash after an operand is a sign, not the start of an expression."""
    match = _SCRIPT_TOKEN.match(text, position)
    if match and match.lastgroup == "regex" and not _BEFORE_REGEX.search(before[-8:]):
        return re.compile(r"(?P<sign>/)").match(text, position)
    return match


def _between(left: str, right: str, *, line_ends: bool) -> str:
    """The white space that has to stay between two characters that some has parted."""
    if line_ends and left and left not in _OPEN and right not in _CONTINUES:
        return "\n"
    if (_is_word(left) and _is_word(right)) or (left == right and left in ("+", "-", "/")):
        return " "
    return ""


def _is_word(sign: str) -> bool:
    return sign.isalnum() or sign in ("_", "$")


@cache
def smaller_style(text: str) -> str:
    """Take comments and needless white space out of a style sheet."""
    parts = [match["kept"] or _bare(match["rest"] or "") for match in _STYLE_TOKEN.finditer(text)]
    return "".join(parts).strip().replace(";}", "}") + "\n"


def _bare(rules: str) -> str:
    rules = re.sub(r"\s+", " ", rules)
    return re.sub(r" ?([{};,>]) ?|(?<=:) ", lambda match: match[1] or "", rules)
