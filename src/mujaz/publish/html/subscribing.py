"""Links that subscribe to the show in podcast apps, and the QR code of its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from ipaddress import ip_address
from urllib.parse import quote, urljoin, urlsplit

from mujaz.publish.html.wording import primary
from mujaz.publish.rss.names import MAIN_FEED
from mujaz.publish.show import Show
from mujaz.tables import read_table


@dataclass(frozen=True, slots=True)
class App:
    """A podcast app, and the address that opens the show in it."""

    name: str
    address: str


def apps(show: Show) -> tuple[App, ...]:
    """Apps that the show can be opened in: those of the table, then other pages of the show."""
    feed = urljoin(show.base_url, MAIN_FEED)
    reachable = not is_local(show.base_url)
    places = {"feed": quote(feed, safe=""), "bare": feed.split("://", 1)[-1]}
    column = "ar" if primary(show.language) == "ar" else "en"
    pages: dict[str, str] = dict(show.listings)
    out: list[App] = []
    for row in read_table("mujaz.publish.html", "apps.tsv"):
        opened = _filled(row["address"], places) if reachable else ""
        address = pages.pop(row["key"], "") or opened
        if address:
            out.append(App(row[column], address))
    return (*out, *(App(name, address) for name, address in pages.items()))


def is_local(address: str) -> bool:
    """Whether an address is of this machine or its network: no app elsewhere can open it."""
    host = (urlsplit(address).hostname or "").rstrip(".")
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def _filled(form: str, places: Mapping[str, str]) -> str:
    for name, value in places.items():
        form = form.replace(f"{{{name}}}", value)
    return form


@cache
def qr_code(address: str) -> bytes:
    """Draw the QR code (ISO/IEC 18004) of an address as SVG, dark on light in any colour scheme."""
    import segno

    out = BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, omitsize=True, light="#fff", svgclass=None, lineclass=None
    )
    return out.getvalue()
