"""IPv4 addresses inside IPv6 ones: each of them must be public."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest

from mujaz.network.addresses import is_public


@pytest.mark.parametrize(
    ("server", "client", "public"),
    [
        ("8.8.8.8", "1.1.1.1", True),
        ("8.8.8.8", "10.0.0.1", False),
        ("10.0.0.1", "1.1.1.1", False),
    ],
)
def test_teredo_names_a_server_and_a_client(server: str, client: str, public: bool) -> None:
    """RFC 4380, 4: the client's address stands with all bits inverted."""
    hidden = int(IPv4Address(client)) ^ 0xFFFFFFFF
    address = IPv6Address(0x20010000 << 96 | int(IPv4Address(server)) << 64 | hidden)
    assert is_public(str(address)) is public
