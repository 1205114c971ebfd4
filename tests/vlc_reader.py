"""What VLC reads at an address: a program of its own, since the library has threads.

The program ``vlc`` refuses to run as root; its library does not.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import sys
import time
from typing import Any

LIBRARY = ctypes.util.find_library("vlc") or ""
_OPTIONS = ("--aout=dummy", "--vout=dummy", "--no-lua", "--no-media-library")
# Of libvlc_media_parse_flag_t, libvlc_meta_t and libvlc_state_t.
_PARSE_NETWORK, _TITLE, _ENDED = 1, 0, 6
# Of libvlc_log_level.
_ERROR = 4
_WAIT_S = 60
_LOG = ctypes.CFUNCTYPE(
    None, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p
)


class _Chapter(ctypes.Structure):
    """A libvlc_chapter_description_t; times in milliseconds."""

    _fields_ = (
        ("start", ctypes.c_int64),
        ("length", ctypes.c_int64),
        ("name", ctypes.c_char_p),
    )


def library() -> Any:
    """The library, which knows what its functions return."""
    library = ctypes.CDLL(LIBRARY)
    for name in (
        "new", "media_new_location", "media_new_path", "media_subitems",
        "media_player_new_from_media", "media_list_item_at_index",
    ):  # fmt: skip
        getattr(library, f"libvlc_{name}").restype = ctypes.c_void_p
    for name in ("media_get_duration", "media_player_get_time"):
        getattr(library, f"libvlc_{name}").restype = ctypes.c_int64
    for name in ("media_get_meta", "media_get_mrl"):
        getattr(library, f"libvlc_{name}").restype = ctypes.c_char_p
    return library


def _until(condition: Any) -> None:
    limit = time.monotonic() + _WAIT_S
    while not condition():
        if time.monotonic() > limit:
            raise TimeoutError("VLC does not come to an end")
        time.sleep(0.05)


class Vlc:
    """VLC's library without a screen or a sound card.

    Attributes:
        errors: Its messages of errors.
    """

    def __init__(self) -> None:
        self._vlc = library()
        self.errors: list[str] = []
        options = [option.encode() for option in _OPTIONS]
        self._run = ctypes.c_void_p(
            self._vlc.libvlc_new(len(options), (ctypes.c_char_p * len(options))(*options))
        )
        # Python must keep it as long as the library calls it.
        self._logging = _LOG(self._log)
        self._vlc.libvlc_log_set(self._run, self._logging, None)

    def _log(self, _data: int, level: int, _context: int, form: bytes, values: int) -> None:
        if level >= _ERROR:
            line = ctypes.create_string_buffer(1000)
            ctypes.CDLL(None).vsnprintf(line, len(line), form, ctypes.c_void_p(values))
            self.errors.append(line.value.decode("utf-8", "replace"))

    def episode(self, address: str, seconds: float) -> dict[str, Any]:
        """Title, length and chapters of an audio file, of which it plays the first seconds."""
        media = self._opened(address)
        player = ctypes.c_void_p(self._vlc.libvlc_media_player_new_from_media(media))
        self._vlc.libvlc_media_player_play(player)
        _until(
            lambda: (
                self._vlc.libvlc_media_player_get_time(player) >= seconds * 1000
                or self._vlc.libvlc_media_player_get_state(player) >= _ENDED
            )
        )
        found = {
            "title": (self._vlc.libvlc_media_get_meta(media, _TITLE) or b"").decode(),
            "length": self._vlc.libvlc_media_get_duration(media) / 1000,
            "played": self._vlc.libvlc_media_player_get_time(player) / 1000,
            "chapters": self._chapters(player),
        }
        self._vlc.libvlc_media_player_stop(player)
        return found

    def feed(self, address: str) -> list[dict[str, str]]:
        """Title and audio file of each episode of a podcast."""
        media = self._opened(address)
        items = ctypes.c_void_p(self._vlc.libvlc_media_subitems(media))
        self._vlc.libvlc_media_list_lock(items)
        found = []
        for place in range(self._vlc.libvlc_media_list_count(items)):
            item = ctypes.c_void_p(self._vlc.libvlc_media_list_item_at_index(items, place))
            title = self._vlc.libvlc_media_get_meta(item, _TITLE).decode()
            found.append({"title": title, "audio": self._vlc.libvlc_media_get_mrl(item).decode()})
        self._vlc.libvlc_media_list_unlock(items)
        return found

    def _opened(self, address: str) -> ctypes.c_void_p:
        media = ctypes.c_void_p(self._vlc.libvlc_media_new_location(self._run, address.encode()))
        self._vlc.libvlc_media_parse_with_options(media, _PARSE_NETWORK, _WAIT_S * 1000)
        _until(lambda: self._vlc.libvlc_media_get_parsed_status(media) != 0)
        return media

    def _chapters(self, player: ctypes.c_void_p) -> list[dict[str, Any]]:
        listed = ctypes.POINTER(ctypes.POINTER(_Chapter))()
        count = self._vlc.libvlc_media_player_get_full_chapter_descriptions(
            player, -1, ctypes.byref(listed)
        )
        chapters = [listed[place].contents for place in range(max(count, 0))]
        return [{"title": one.name.decode(), "start": one.start / 1000} for one in chapters]


def main(kind: str, address: str) -> None:
    """Write what VLC reads of an ``episode`` or a ``feed``."""
    vlc = Vlc()
    read = vlc.feed(address) if kind == "feed" else vlc.episode(address, 3)
    sys.stdout.write(json.dumps({"read": read, "errors": vlc.errors}))


if __name__ == "__main__":
    main(*sys.argv[1:])
