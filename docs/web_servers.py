"""Generates the nginx and Caddy configurations in serving.md from ``mujaz.publish.http_headers``.

Run ``python docs/web_servers.py`` after a change of that policy; a test compares the page. With
``nginx`` or ``caddy`` it prints that configuration for the show of a ``mujaz.toml``, whose
``embed_on`` says who may frame the player.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mujaz import load_config
from mujaz.publish.http_headers import (
    CACHING_RULES,
    CHAPTERS_SUFFIX,
    CHAPTERS_TYPE,
    EMBEDDED_PATTERN,
    SECURITY_HEADERS,
    SHARED_HEADERS,
    TYPES,
    embedding_policy,
)

PAGE = Path(__file__).with_name("serving.md")
_ANYBODY = ("*",)
_CHARSET = "; charset=utf-8"

_NGINX = """\
map $uri $mujaz_cache {{
{cache}
}}
{shared}
map $uri $mujaz_policy {{                              # frame-ancestors: who may embed the player
{policy}
}}
server {{
    listen 443 ssl;
    ssl_certificate     /etc/ssl/audio.news.example.pem;
    ssl_certificate_key /etc/ssl/audio.news.example.key;
    server_name audio.news.example;
    root /srv/show;
    index index.html;
    disable_symlinks on;
    types {{
{types}
    }}
    default_type application/octet-stream;
    charset utf-8;
    charset_types {texts};
    gzip on;
    gzip_vary on;
    gzip_types {texts};
{headers}

    location ~ /\\. {{ return 404; }}                      # .mujaz holds unfinished files
    location ~ {chapters}$ {{ types {{ }} default_type {chapters_type}; }}
    location /live/ {{                                   # only with mujaz serve --live
        proxy_pass http://127.0.0.1:8000/live/;
        proxy_http_version 1.1;
        proxy_buffering off;
        proxy_read_timeout 1h;
    }}
}}
"""

_CADDY = """\
audio.news.example {{
    root * /srv/show
    encode gzip {{
        match {{
{packed}
        }}
    }}
    @hidden path */.*
    respond @hidden 404
    route {{
        header {{
{headers}
        }}
{rules}
        @embed path_regexp ^/{embedded}$
        # frame-ancestors: who may embed the player
        header @embed Content-Security-Policy "{policy}"
{types}
        @chapters path *{chapters}
        header @chapters Content-Type "{chapters_type}"
    }}
    reverse_proxy /live/* 127.0.0.1:8000 {{
        flush_interval -1
    }}
    file_server
}}
"""


def nginx(embed_on: Sequence[str] = _ANYBODY) -> str:
    """The configuration of nginx: one site, to be included in ``http``."""
    texts = _text_types() - {"text/html"}
    patterns = "|".join(rule.pattern for rule in CACHING_RULES if rule.shared)
    shared = "\n".join(
        f"map $uri $mujaz_{_variable(name)} {{\n{_nginx_rows({f'({patterns})': value})}\n}}"
        for name, value in SHARED_HEADERS.items()
    )
    # An empty value leaves a header out; an answer 404 must not be cached for a year.
    sent = {"cache-control": '"$mujaz_cache"'}
    sent |= {name: f'"$mujaz_{_variable(name)}" always' for name in SHARED_HEADERS}
    sent |= {name: f'"{value}" always' for name, value in SECURITY_HEADERS.items()}
    sent["content-security-policy"] = '"$mujaz_policy" always'
    policy = _nginx_rows({EMBEDDED_PATTERN: embedding_policy(embed_on)})
    plain = SECURITY_HEADERS["content-security-policy"]
    return _NGINX.format(
        cache=_nginx_rows({rule.pattern: rule.cache_control for rule in CACHING_RULES}),
        shared=shared,
        policy=f'    default "{plain}";\n{policy}',
        types="\n".join(_nginx_types()),
        texts=" ".join(sorted(texts)),
        headers="\n".join(
            f"    add_header {_title(name)} {value};" for name, value in sent.items()
        ),
        chapters=re.escape(CHAPTERS_SUFFIX),
        chapters_type=CHAPTERS_TYPE.removesuffix(_CHARSET),
    )


def caddy(embed_on: Sequence[str] = _ANYBODY) -> str:
    """The configuration of Caddy. In a ``route`` the last header of a name stays."""
    rules: list[str] = []
    for rule in reversed(CACHING_RULES):
        # An answer 404 must not be cached for a year.
        exists = "\n            file" if rule.immutable else ""
        matcher = f"            path_regexp ^/{rule.pattern}${exists}"
        rules.append(f"        @{rule.kind} {{\n{matcher}\n        }}")
        rules.append(f'        header @{rule.kind} Cache-Control "{rule.cache_control}"')
        if rule.shared:
            rules += [
                f'        header @{rule.kind} {_title(name)} "{value}"'
                for name, value in SHARED_HEADERS.items()
            ]
    # The default, for a suffix that Caddy does not know.
    types = ['        header ?Content-Type "application/octet-stream"']
    for kind, suffixes in _suffixes().items():
        name = suffixes[0].removeprefix(".")
        types.append(f"        @{name} path {' '.join(f'*{suffix}' for suffix in suffixes)}")
        types.append(f'        header @{name} Content-Type "{kind}"')
    packed = (f"            header Content-Type {kind}*" for kind in sorted(_text_types()))
    return _CADDY.format(
        packed="\n".join(packed),
        headers="\n".join(f'            {_title(n)} "{v}"' for n, v in SECURITY_HEADERS.items()),
        rules="\n".join(rules),
        types="\n".join(types),
        embedded=EMBEDDED_PATTERN,
        policy=embedding_policy(embed_on),
        chapters=CHAPTERS_SUFFIX,
        chapters_type=CHAPTERS_TYPE,
    )


def generated(page: str) -> str:
    """Put both configurations into the text of the page."""
    for language, text in (("nginx", nginx()), ("caddy", caddy())):
        block = re.compile(rf"(?<=^```{language}\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)
        page = block.sub(lambda _: text, page, count=1)  # noqa: B023 - called at once
    return page


def _text_types() -> set[str]:
    """Content types of texts, which are sent packed."""
    kinds = (*TYPES.values(), CHAPTERS_TYPE)
    return {kind.removesuffix(_CHARSET) for kind in kinds if _CHARSET in kind}


def _suffixes() -> Mapping[str, list[str]]:
    """The suffixes of each content type."""
    suffixes: dict[str, list[str]] = {}
    for suffix, kind in TYPES.items():
        suffixes.setdefault(kind, []).append(suffix)
    return suffixes


def _nginx_types() -> Iterator[str]:
    for kind, suffixes in _suffixes().items():
        extensions = " ".join(suffix.removeprefix(".") for suffix in suffixes)
        yield f"        {kind.removesuffix(_CHARSET)} {extensions};"


def _nginx_rows(rows: Mapping[str, str]) -> str:
    return "\n".join(f'    "~^/{pattern}$" "{value}";' for pattern, value in rows.items())


def _variable(name: str) -> str:
    return name.replace("-", "_")


def _title(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))


def main(arguments: Sequence[str]) -> None:
    """Print the configuration of a server for a show, or write both into the page."""
    if not arguments:
        PAGE.write_text(generated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        return
    server, *settings = arguments
    config = load_config(Path(settings[0]) if settings else None)
    write = {"nginx": nginx, "caddy": caddy}[server]
    sys.stdout.write(write(config.show.embed_on))


if __name__ == "__main__":
    main(sys.argv[1:])
