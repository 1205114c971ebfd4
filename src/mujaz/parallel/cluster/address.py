"""The address of a scheduler, and whether it may be connected to."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mujaz.errors import ConfigError
from mujaz.settings.values import Config

_SETTING = "speech.cluster"
_HINT = "write tls://HOST:8786"


def require_safe_address(config: Config) -> str:
    """Return the address of the configured scheduler.

    Jobs and results are pickles, and whoever can send a pickle can run code. So only peers with a
    certificate of the cluster's own authority are talked to, except on this machine, and except
    in a network for which the settings vouch.

    Raises:
        ConfigError: If it is no address, or an unencrypted one beyond this machine.
    """
    address = config.speech.cluster
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if parts.scheme not in ("tcp", "tls") or not host or not port or parts.path:
        raise ConfigError(
            f"this is no address of a scheduler: {address!r}", where=_SETTING, hint=_HINT
        )
    if parts.scheme == "tcp" and not _is_loopback(host) and not config.cluster.allow_plain:
        raise ConfigError(
            f"the connection to {host} would not be encrypted, and whoever reaches it could run "
            "programs here",
            where=_SETTING,
            hint="use tls:// with certificates, or set cluster.allow_plain = true in a network "
            "that nobody else reaches",
        )
    return address


def tls_files(config: Config) -> dict[str, str]:
    """Return the files that identify this machine to a scheduler at ``tls://``.

    Raises:
        ConfigError: If one is not named or does not exist.
    """
    settings = config.cluster
    named = {"ca": settings.ca, "certificate": settings.certificate, "key": settings.key}
    return {name: str(_existing(config.home, name, path)) for name, path in named.items()}


def security(config: Config) -> Any:
    """Return Dask's object for the connection; None for one without encryption.

    Raises:
        ConfigError: As :func:`tls_files`.
    """
    if not config.speech.cluster.startswith("tls:"):
        return None
    from distributed.security import Security

    files = tls_files(config)
    return Security(
        require_encryption=True,
        tls_ca_file=files["ca"],
        tls_client_cert=files["certificate"],
        tls_client_key=files["key"],
    )


def _existing(home: Path, name: str, path: str) -> Path:
    where = f"cluster.{name}"
    if not path:
        raise ConfigError(
            "a scheduler at tls:// needs this file", where=where, hint="name a PEM file"
        )
    found = (home / path).absolute()
    if not found.is_file():
        raise ConfigError(f"no such file: {found}", where=where, hint="name a PEM file")
    return found


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
