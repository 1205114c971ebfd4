"""Text functions of the library: normalize and diacritize without making an episode."""

from __future__ import annotations

from mujaz.settings.values import Config


def normalize(text: str, config: Config | None = None) -> str:
    """Write figures, dates and abbreviations in words, line by line, without adding diacritics.

    Args:
        text: Arabic text.
        config: Its ``[text]`` table chooses the names of months.
    """
    from mujaz.text.normalize.line import normalize_line

    months = (config or Config()).text.months
    return "\n".join(normalize_line(line, months) for line in text.split("\n"))


def diacritize(text: str, config: Config | None = None, *, pausal: bool = False) -> str:
    """Add diacritics, line by line.

    Args:
        text: Arabic text.
        config: Its ``[text]`` table chooses diacritizer and lexicon.
        pausal: Whether words before a stop get their pausal forms.

    Raises:
        DiacritizerError: If there is no diacritizer of the configured name.
    """
    from mujaz.arabic.pausal import pausal_line
    from mujaz.diacritizers import guard_for

    config = config or Config()
    guard = guard_for(config)
    lines = [guard.line(line) for line in text.split("\n")]
    if pausal:
        at_commas = config.text.pausal == "commas"
        lines = [pausal_line(line, at_commas=at_commas) for line in lines]
    return "\n".join(lines)
