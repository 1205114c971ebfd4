"""Templates of station lines: filled in, or refused with a clear error."""

from __future__ import annotations

import pytest

from mujaz.errors import ConfigError
from mujaz.pipeline.templates import render

_VALUES = {"date": "اليوم", "titles": ["أ", "ب"], "count": 2}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("نشرة {date}", "نشرة اليوم"),
        ("{{ titles|join('، ') }}\n {{ count * 3 }} {{ 2 ** 5 }}", "أ، ب 6 32"),
        ("{% for title in titles %}{{ title }}. {% endfor %}", "أ. ب."),
        ("{{ '%03d'|format(count) }} {{ '=' * 3 }}", "002 ==="),
        ("{{ date|center(40) }}", "اليوم"),
        ("هاتف 0933123456", "هاتف 0933123456"),
    ],
)
def test_templates_are_filled_in(template: str, text: str) -> None:
    assert render(template, _VALUES, "bulletin.greeting", "mujaz.toml") == text


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        (
            "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
            "seconds",
        ),
        ("{% for a in range(99999) %}{{ date }}{% endfor %}", "characters"),
        ("{{ 'a' * 1000000000 }}", "product"),
        ("{{ 1000000000 * titles }}", "product"),
        ("{{ 10 ** 10 ** 10 }}", "power"),
        ("{{ '%10000d'|format(3) }}", "width"),
        ("{{ '{:>10000}'.format(3) }}", "width"),
    ],
)
def test_a_template_without_end_is_a_clear_error(template: str, reason: str) -> None:
    with pytest.raises(
        ConfigError, match=f"greeting is a template without end: .*{reason}"
    ) as raised:
        render(template, _VALUES, "bulletin.greeting", "mujaz.toml")
    assert raised.value.where == "mujaz.toml"
    assert raised.value.hint


@pytest.mark.parametrize(
    "template",
    [
        "{{ nothing }}",
        "{% for a in b %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ titles.__class__.__mro__ }}",
        "{{ 1 // 0 }}",
    ],
)
def test_a_wrong_template_names_what_it_may_use(template: str) -> None:
    with pytest.raises(ConfigError, match="is not a template that can be filled") as raised:
        render(template, _VALUES, "bulletin.greeting", "mujaz.toml")
    assert raised.value.hint == "it may name count, date, titles"
