"""An SFTP server over one folder, run as a program: prints its port, lets everybody in.

python tests/sftp_server.py FOLDER
"""

from __future__ import annotations

import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

import paramiko


class _Open(paramiko.SFTPHandle):
    def stat(self) -> paramiko.SFTPAttributes:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class _Folder(paramiko.SFTPServerInterface):
    root = Path()

    def _at(self, path: str) -> Path:
        return self.root / self.canonicalize(path).lstrip("/")

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes]:
        entries = []
        for item in self._at(path).iterdir():
            entry = paramiko.SFTPAttributes.from_stat(item.stat())
            entry.filename = item.name
            entries.append(entry)
        return entries

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            return paramiko.SFTPAttributes.from_stat(self._at(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    lstat = stat

    def open(self, path: str, flags: int, attr: object) -> paramiko.SFTPHandle | int:
        try:
            descriptor = os.open(self._at(path), flags, 0o644)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        handle = _Open(flags)
        stream = os.fdopen(descriptor, "wb" if flags & os.O_WRONLY else "rb")
        handle.readfile = handle.writefile = stream
        return handle

    def remove(self, path: str) -> int:
        self._at(path).unlink()
        return paramiko.SFTP_OK

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        self._at(oldpath).replace(self._at(newpath))
        return paramiko.SFTP_OK

    def mkdir(self, path: str, attr: object) -> int:
        try:
            self._at(path).mkdir()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        return paramiko.SFTP_OK


class _Everybody(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username: str) -> str:
        return "password"


def main() -> None:
    _Folder.root = Path(sys.argv[1])
    key = paramiko.RSAKey.generate(2048)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            client, _ = listener.accept()
            transport = paramiko.Transport(client)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Folder)
            # A client that refuses the host key hangs up at once, or resets the connection.
            with suppress(EOFError, OSError, paramiko.SSHException):
                transport.start_server(server=_Everybody())


if __name__ == "__main__":
    main()
