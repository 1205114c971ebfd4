"""Diacritizers: the same letters with marks.

Models live in modules of their own and see only words. :class:`Guard` is the protocol around
every one of them.
"""

from mujaz.diacritizers.guard import Guard

__all__ = ["Guard"]
