"""SFTP that refuses hosts whose key is not known.

fsspec accepts any host key by default, and the password with which a script logs in then goes to
whoever answers.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mujaz.errors import PublishError

# For each step of the connection, and for each answer after it.
_TIMEOUT_S = 60.0
_SYSTEM_KNOWN_HOSTS = Path("/etc/ssh/ssh_known_hosts")
_DEFAULT_PORT = 22


def sftp_filesystem(host: str, host_keys: Sequence[str], **login: Any) -> Any:
    """Connect to an SFTP server as a file system of fsspec.

    Args:
        host: Name or address of the server.
        host_keys: Fingerprints like ``SHA256:…`` of keys that are accepted; if empty, the user's
            and the system's ``known_hosts`` decide.
        login: ``port``, ``username``, ``password`` and other arguments of paramiko.

    Raises:
        PublishError: If the key of the host is not known, or has changed.
        ImportError: If paramiko is not installed.
    """
    import paramiko
    from fsspec.implementations.sftp import SFTPFileSystem

    class CheckedKey(paramiko.MissingHostKeyPolicy):  # type: ignore[misc] # no types
        """Called for hosts that ``known_hosts`` does not name."""

        def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:
            if _fingerprint(key) not in host_keys:
                raise _unknown_key(host, login.get("port") or _DEFAULT_PORT, key, bool(host_keys))

    class CheckedSFTP(SFTPFileSystem):  # type: ignore[misc] # no types
        def _connect(self) -> None:
            self.client = paramiko.SSHClient()
            if not host_keys:
                self.client.load_system_host_keys()
                if _SYSTEM_KNOWN_HOSTS.is_file():
                    self.client.load_system_host_keys(str(_SYSTEM_KNOWN_HOSTS))
            self.client.set_missing_host_key_policy(CheckedKey())
            limits = dict.fromkeys(
                ("timeout", "banner_timeout", "auth_timeout", "channel_timeout"), _TIMEOUT_S
            )
            try:
                self.client.connect(self.host, **{**limits, **self.ssh_kwargs})
            except paramiko.BadHostKeyException as error:
                raise _changed_key(host, error.key) from error
            self.ftp = self.client.open_sftp()
            self.ftp.get_channel().settimeout(_TIMEOUT_S)

    return CheckedSFTP(host, skip_instance_cache=True, **login)


def _fingerprint(key: Any) -> str:
    """Fingerprint of a key in the form that ``ssh-keygen -l`` prints."""
    digest = hashlib.sha256(key.asbytes()).digest()
    return "SHA256:" + base64.b64encode(digest).decode("ascii").rstrip("=")


def _unknown_key(host: str, port: int, key: Any, is_configured: bool) -> PublishError:
    setting = f'[publish] sftp_host_keys = ["{_fingerprint(key)}"]'
    scan = f"ssh-keyscan -p {port} {host} >> ~/.ssh/known_hosts"
    return PublishError(
        f"the host key is {'not one of [publish] sftp_host_keys' if is_configured else 'unknown'}: "
        f"{key.get_name()} {_fingerprint(key)}",
        where=f"{host}:{port}",
        hint="compare this fingerprint with the server's; if it is right, "
        + (f"set {setting}" if is_configured else f"run `{scan}`, or set {setting}"),
    )


def _changed_key(host: str, key: Any) -> PublishError:
    return PublishError(
        f"the host key has changed, which may be an attack: {key.get_name()} {_fingerprint(key)}",
        where=host,
        hint="ask whoever runs the server; if the change was intended, "
        f"run `ssh-keygen -R {host}` and accept the new key",
    )
