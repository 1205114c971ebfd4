"""Pictures of a video with its captions as VLC's library draws them, without a screen.

A program of its own, since the library has threads: video, captions, width, height, target. The
target gets one file of grey pixels, row by row, for each picture that differs from the last one.
"""

from __future__ import annotations

import ctypes
import sys
import time
from pathlib import Path

from tests.vlc_reader import library

_OPTIONS = ("--no-audio", "--no-lua", "--no-media-library", "--no-video-title-show")
# Of libvlc_state_t.
_ENDED = 6
_WAIT_S = 60
_LOCK = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p))
_SHOW = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)


def pictures(video: str, captions: str, width: int, height: int) -> list[bytes]:
    """Play a video to its end; gives the pictures, without those that repeat the last one."""
    vlc = library()
    options = [option.encode() for option in (*_OPTIONS, f"--sub-file={captions}")]
    run = ctypes.c_void_p(vlc.libvlc_new(len(options), (ctypes.c_char_p * len(options))(*options)))
    media = ctypes.c_void_p(vlc.libvlc_media_new_path(run, video.encode()))
    player = ctypes.c_void_p(vlc.libvlc_media_player_new_from_media(media))
    pixels = (ctypes.c_uint8 * (width * height * 4))()
    seen: list[bytes] = []

    def lock(_: object, planes: ctypes._Pointer[ctypes.c_void_p]) -> None:
        planes[0] = ctypes.c_void_p(ctypes.addressof(pixels))

    def show(_: object, __: object) -> None:
        # Captions are white: one of the four bytes of a pixel is enough.
        if not seen or bytes(pixels)[::4] != seen[-1]:
            seen.append(bytes(pixels)[::4])

    # Python must keep them as long as the library calls them.
    calls = _LOCK(lock), _SHOW(show)
    vlc.libvlc_video_set_callbacks(player, calls[0], None, calls[1], None)
    vlc.libvlc_video_set_format(player, b"RV32", width, height, width * 4)
    vlc.libvlc_media_player_play(player)
    limit = time.monotonic() + _WAIT_S
    while vlc.libvlc_media_player_get_state(player) < _ENDED:
        if time.monotonic() > limit:
            raise TimeoutError("VLC does not come to an end")
        time.sleep(0.05)
    vlc.libvlc_media_player_stop(player)
    return seen


def main(video: str, captions: str, width: str, height: str, target: str) -> None:
    """Write the pictures of a video to a folder."""
    for number, picture in enumerate(pictures(video, captions, int(width), int(height))):
        Path(target, f"{number:03d}.grey").write_bytes(picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
