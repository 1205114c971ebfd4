"""Names that templates and content systems give to the parts of a page beside the text.

A name is the class, id or itemprop of an element, or the kind of a block in embedded data.
"""

from __future__ import annotations

import re

_PARTS = (
    ("caption", r"caption|credit|figcaption|(?:img|photo|image|pic)-?(?:desc\w*|info|text)"),
    ("related", r"related\w*|read-?(?:also|more)|also-?read|see-?also"),
    ("related", r"recommend\w*|suggest\w*|most|trending"),
    ("share", r"shar(?:e|ing)\w*|social\w*|follow"),
    ("tags", r"tags?|tag-?cloud|keywords?|categories"),
    ("comments", r"comments?|respond|disqus"),
    ("navigation", r"menu|nav|navbar|breadcrumbs?|pagination|skip-?link"),
    ("promotion", r"(?<!elementor-)widget|promo\w*|newsletter|subscri\w*|paywall|offers?"),
    ("promotion", r"popup|modal|polls?|survey|vote|quiz|call-to-action"),
    ("contents", r"toc(?:_\w+)?|table-of-contents|ez-toc\S*"),
    ("advertisement", r"banner|ads?|advert\w*|sponsor\w*"),
    ("consent", r"cookie\w*|consent|gdpr"),
    ("box", r"(?:\w+-)?box|sidebar|pull-?q(?:uotes?)?"),
    ("note", r"tool-?tip|tip|hint|glossary"),
    ("author", r"author-?(?:box|bio|info)|about-?author|bio"),
    ("footer", r"footer|copyright"),
    ("embed", r"twitter-(?:tweet|video)|instagram-media|tiktok-embed|fb-(?:post|video)"),
    ("embed", r"telegram-post|reddit-(?:card|embed-bq)"),
)
# Kinds of blocks that hold no paragraph, in the data of editors and content systems.
_MEDIA = (
    ("caption", r"images?|img|figure|photos?|pictures?|gallery|slideshow|media|assets?|upload"),
    ("embed", r"embed\w*|oembed|videos?|audio|youtube|twitter|tweet|facebook|instagram|iframe"),
    ("related", r"interstitial\w*|(?:\w+-)+link|link-tool|bookmark|teasers?|cards?"),
    ("button", r"buttons?|cta"),
    ("symbols", r"divider|delimiter|separator|spacer|atomic|code"),
)
# Parts that may also hold paragraphs; only short lines in them are not text.
# Boxes that ask the reader for something; questions in them are not text.
_PROMPTS = (
    (
        "promotion",
        r"nl|newsletter\w*|sign-?up|opt-?in|(?:\w+-)?prompt|upsell|cta|call-to-action|subscri\w*",
    ),
    ("promotion", r"regwall|nudge|feedback|rating|rate|mailing(?:-list)?|app-(?:banner|promo)"),
)
_SHORT = (
    ("button", r"toggle\w*|btn|buttons?|cta|call-to-action|app|apps|download|dl|sticky"),
    ("promotion", r"nl|notif\w*|sign-?up|opt-?in|trial|install|mailing(?:-list)?|donat\w*"),
    ("promotion", r"inread|in-read|dfp|gpt|mpu|sponsored|upsell|upgrade|offer"),
    ("note", r"note|notice|disclaimer|legal|sources?|src|refs?|references|credits|upd"),
    ("note", r"kicker|badge|verdict|feedback|rat(?:e|ing)|issue|counter|views"),
    ("caption", r"legend|chart\w*|graph|infogra\w*|info-g|map|photo\w*|pic|img|image|media|ph"),
    ("embed", r"embed\w*|video\w*|player|audio|listen|tweet"),
)  # fmt: skip


def _compiled(parts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (reason, re.compile(rf"(?:^|[\s_-])(?:{names})(?:$|[\s_-])", re.IGNORECASE))
        for reason, names in parts
    )


_PART_PATTERNS = _compiled(_PARTS)
_BLOCK_PATTERNS = _compiled((*_MEDIA, *_PARTS))
_PROMPT_PATTERNS = _compiled(_PROMPTS)
_SHORT_PATTERNS = _compiled(_SHORT)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")


def reason_of_names(said: str) -> str:
    """Return the reason why an element of these names is not text, or an empty string."""
    return _first(_PART_PATTERNS, said)


def reason_for_short(said: str) -> str:
    """Return the reason why a short line in an element of these names is not text, or ''."""
    return _first(_SHORT_PATTERNS, said)


def is_prompt(said: str) -> bool:
    """Return whether an element of these names asks the reader to sign up, install or rate."""
    return bool(_first(_PROMPT_PATTERNS, said))


def reason_of_kind(kind: str) -> str:
    """Return the reason why a block of this kind, ``embed-video``, is no paragraph, or ''."""
    return _first(_BLOCK_PATTERNS, kind)


def hyphenated(name: str) -> str:
    """Return a name in lower case with hyphens: ``relatedArticle`` as ``related-article``."""
    return _CAMEL.sub("-", name).strip("-").lower()


def _first(patterns: tuple[tuple[str, re.Pattern[str]], ...], said: str) -> str:
    if not said.strip():
        return ""
    return next((reason for reason, pattern in patterns if pattern.search(said)), "")
