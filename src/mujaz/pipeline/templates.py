"""Render the templates of station lines, in jinja2's sandbox and within limits."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from types import FrameType
from typing import TYPE_CHECKING, Any

from mujaz.errors import ConfigError

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

_SHORT = re.compile(r"(?<!\{)\{\s*(\w+)\s*\}(?!\})")
# A width of five digits or more in a format, as in "%10000d" or "{:>10000}".
_WIDE = re.compile(r"[%:][^\d%:]?\d{5,}")
# No line of a bulletin is longer than a few hundred characters.
_MOST_CHARS = 20_000
_LONGEST_S = 2.0
_LARGEST_NUMBER = 10**9


class _EndlessTemplateError(Exception):
    """A template takes too long or gives too much text."""


def render(template: str, values: Mapping[str, Any], name: str, where: str) -> str:
    """Fill in a template; white space is reduced to single spaces.

    Args:
        template: A jinja2 template; ``{date}`` is short for ``{{ date }}``.
        values: Values that it may use.
        name: Its key in the configuration, for errors.
        where: The configuration file, for errors.

    Raises:
        ConfigError: If the template is wrong, takes longer than 2 s, or gives more than 20,000
            characters.
    """
    from jinja2 import TemplateError

    try:
        with _time_limit():
            filled = _compiled(_SHORT.sub(r"{{ \1 }}", template))
            text = "".join(_limited(filled.generate(values)))
    except _EndlessTemplateError as error:
        raise ConfigError(
            f"{name} is a template without end: {error}",
            where=where,
            hint="look at its loops and repetitions; a line needs none of these as a rule",
        ) from error
    except (
        TemplateError,
        ArithmeticError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        RecursionError,
        MemoryError,
    ) as error:
        raise ConfigError(
            f"{name} is not a template that can be filled: {error}",
            where=where,
            hint="it may name " + ", ".join(sorted(values)),
        ) from error
    return " ".join(text.split())


@lru_cache(maxsize=128)
def _compiled(source: str) -> Template:
    """Compile a template; a bulletin fills in the same few dozens of times."""
    _require_small_widths(source)
    return _environment().from_string(source)


def _require_small_widths(source: str) -> None:
    """Refuse a width like that of "%1000000d", which is filled in one operation."""
    for _, kind, text in _environment().lex(source):
        if kind == "string" and _WIDE.search(text):
            raise _EndlessTemplateError("a width in it is too large")


def _limited(pieces: Iterator[str]) -> Iterator[str]:
    length = 0
    for piece in pieces:
        length += len(piece)
        if length > _MOST_CHARS:
            raise _EndlessTemplateError(f"it gives more than {_MOST_CHARS:,} characters")
        yield piece


@contextmanager
def _time_limit() -> Iterator[None]:
    """Raise in Python code that still runs after the time limit, in this thread."""
    ends = time.monotonic() + _LONGEST_S
    before = sys.gettrace()

    def check(frame: FrameType, event: str, argument: Any) -> Any:
        if time.monotonic() > ends:
            raise _EndlessTemplateError(f"it takes more than {_LONGEST_S:g} seconds")
        return check

    sys.settrace(check)
    try:
        yield
    finally:
        sys.settrace(before)


@cache
def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    class Environment(SandboxedEnvironment):
        """The sandbox, in which no single operation takes all memory or time."""

        intercepted_binops = frozenset(("*", "**"))

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            """Multiply or raise small values only."""
            if operator == "**" and not (_is_small(left, 1000) and _is_small(right, 30)):
                raise _EndlessTemplateError("a power in it is too large")
            if operator == "*" and not _is_small_product(left, right):
                raise _EndlessTemplateError("a product in it is too large")
            return super().call_binop(context, operator, left, right)

    environment = Environment(undefined=StrictUndefined)
    for widening in ("center", "indent", "wordwrap"):
        # They pad text to any width at once; spaces are reduced to one anyway.
        environment.filters[widening] = _unchanged
    return environment


def _unchanged(text: str, *_: object, **__: object) -> str:
    return text


def _is_small(value: object, most: float) -> bool:
    return isinstance(value, (int, float)) and abs(value) <= most


def _is_small_product(left: Any, right: Any) -> bool:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, (str, list, tuple)):
            return isinstance(other, int) and len(one) * other <= _MOST_CHARS
    return _is_small(left, _LARGEST_NUMBER) and _is_small(right, _LARGEST_NUMBER)
