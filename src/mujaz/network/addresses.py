"""Decides which network addresses may be connected to: public ones and those of ``allow_hosts``."""

from __future__ import annotations

import csv
import queue
import socket
import threading
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from mujaz.errors import FetchError

# RFC 6052: the last four bytes of an address in this network are an IPv4 address.
_NAT64 = IPv6Network("64:ff9b::/96")
# Names for use within one site: RFC 6761, RFC 6762, RFC 8375, and ICANN's .internal.
_PRIVATE_NAMES = ("localhost", ".localhost", ".local", ".internal", ".home.arpa", ".lan")


class PrivateAddressError(FetchError):
    """A host has a private address, and is not among those that may."""


def is_public(address: str) -> bool:
    """Whether an address is public.

    IPv4 addresses wrapped in IPv6 (mapped, 6to4, Teredo, NAT64) are judged by what they wrap.
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _wrapped(ip) if isinstance(ip, IPv6Address) else []
    return all(_is_public(one) for one in (inner or [ip]))


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    return next(public for network, public in _special_networks() if ip in network)


@cache
def _special_networks() -> tuple[tuple[IPv4Network | IPv6Network, bool], ...]:
    """Read the table: networks, the most specific first, and whether they are public.

    ``ipaddress.is_global`` depends on the version of Python and lacks several networks.
    """
    text = files("mujaz.network").joinpath("special_addresses.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = csv.DictReader(lines, dialect="excel-tab")
    found = [(ip_network(row["network"]), row["public"] == "yes") for row in rows]
    return tuple(sorted(found, key=lambda item: -item[0].prefixlen))


def _wrapped(ip: IPv6Address) -> list[IPv4Address | IPv6Address]:
    if ip.ipv4_mapped:
        return [ip.ipv4_mapped]
    if ip.sixtofour:
        return [ip.sixtofour]
    if ip.teredo:
        return [*ip.teredo]
    if ip in _NAT64:
        return [IPv4Address(int(ip) & 0xFFFFFFFF)]
    return []


def is_allowed(host: str, port: int, allowed: Sequence[str]) -> bool:
    """Whether ``[fetch] allow_hosts`` names a host, alone or with this port."""
    name = _bare(host)
    names = {name, f"{name}:{port}", f"[{name}]:{port}", f"[{name}]"}
    return any(_bare(entry) in names or entry.lower() in names for entry in allowed)


def _bare(host: str) -> str:
    return host.lower().rstrip(".").removeprefix("[").removesuffix("]")


def resolve(host: str, port: int, timeout_s: float) -> list[str]:
    """Look up the addresses of a host, within a time limit in seconds.

    Raises:
        FetchError: If the name is unknown or no answer comes in time.
    """
    answers: queue.Queue[list[str] | OSError | UnicodeError] = queue.Queue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            answers.put(error)
        else:
            answers.put(list(dict.fromkeys(str(entry[4][0]) for entry in found)))

    # getaddrinfo has no time limit: the thread is left behind, and ends with the process.
    threading.Thread(target=look_up, daemon=True, name="mujaz-resolve").start()
    try:
        answer = answers.get(timeout=max(timeout_s, 0.01))
    except queue.Empty:
        raise FetchError(
            "the name was not resolved in time", where=host, hint="check the network"
        ) from None
    if isinstance(answer, Exception):
        raise FetchError(
            "no such host", where=host, hint="check the address and the network"
        ) from answer
    return answer


def refuse_private(host: str, port: int, addresses: Sequence[str]) -> None:
    """Refuse a host if any of its addresses is not public.

    Raises:
        FetchError: Naming the address.
    """
    for address in addresses:
        if not is_public(address):
            shown = host if host == address else f"{host} ({address})"
            raise PrivateAddressError(
                f"{shown} is a private address",
                hint=f'if it is yours, set [fetch] allow_hosts = ["{host}:{port}"]',
            )


def has_private_name(host: str) -> bool:
    """Whether a host name is one for use within a site, such as ``printer.local``."""
    name = _bare(host)
    return name.endswith(_PRIVATE_NAMES) or ("." not in name and ":" not in name)
