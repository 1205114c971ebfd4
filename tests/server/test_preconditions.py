"""``If-Unmodified-Since`` at the very second of the last change (RFC 9110, 13.1.4)."""

from __future__ import annotations

from tests.server.conftest import MEDIA, Site


def test_a_file_as_old_as_the_condition_is_sent(site: Site) -> None:
    modified = site.get(f"/{MEDIA}", "HEAD").headers["last-modified"]
    answer = site.ask(f"/{MEDIA}", {"If-Unmodified-Since": modified, "Range": "bytes=0-9"})
    assert (answer.status, len(answer.body)) == (206, 10)
