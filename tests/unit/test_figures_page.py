"""The page of figures draws what the benchmarks recorded."""

from __future__ import annotations

import json
import re

from tools.docsite.figures import chart, page

from tests.commands import ROOT

_RECORDED = sorted((ROOT / "bench" / "recorded").glob("*.json"))


def _bars(svg: str) -> dict[str, float]:
    """Length of each bar by its label."""
    labels = re.findall(r'text-anchor="end">([^<]*)<', svg)
    lengths = re.findall(r'<rect [^>]*width="(\d+)"', svg)
    return dict(zip(labels, map(float, lengths), strict=True))


def test_every_recorded_series_is_drawn_with_its_values() -> None:
    text = page()
    drawn = [_bars(svg) for svg in re.findall(r"<svg.*?</svg>", text)]
    assert len(_RECORDED) >= 4
    for path in _RECORDED:
        data = json.loads(path.read_text("utf-8"))
        assert f"bench/recorded/{path.name}" in text
        assert data["day"] in text
        for series in data["series"].values():
            assert any(_is_of(bars, series) for bars in drawn), (path.name, series)


def _is_of(bars: dict[str, float], series: dict[str, float]) -> bool:
    """Whether bars have the labels of a series, and the proportions of its values."""
    values = {label: value for label, value in series.items() if value}
    longest, most = max(bars.values()), max(values.values())
    return bars.keys() == values.keys() and all(
        abs(bars[label] / longest - value / most) < 0.005 for label, value in values.items()
    )


def test_a_chart_is_read_without_seeing_it() -> None:
    svg = chart("Seconds & more", {"a < b": 1.25, "c": 2.5}, 2)
    assert 'role="img" aria-label="Seconds &amp; more"' in svg
    assert "a &lt; b" in svg
    assert "1.25</text>" in svg
    assert _bars(svg) == {"a &lt; b": 180, "c": 360}
