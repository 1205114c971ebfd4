"""Further attempts after failures that may pass."""

from __future__ import annotations

import email.utils
import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import ParamSpec, TypeVar

import tenacity

from mujaz.errors import FetchError

_FIRST_WAIT_S = 0.5
# If a server asks for a longer pause, the run does not wait for it.
_LONGEST_WAIT_S = 60.0

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class TransientError(FetchError):
    """A failure that may be gone in a moment.

    Attributes:
        wait_s: Pause that the server asked for, in seconds.
    """

    def __init__(self, message: str, *, where: str = "", hint: str = "", wait_s: float = 0) -> None:
        super().__init__(message, where=where, hint=hint)
        self.wait_s = wait_s


def with_retries(
    retries: int,
    ends: float,
    attempt: Callable[Parameters, Result],
    *args: Parameters.args,
    **kwargs: Parameters.kwargs,
) -> Result:
    """Call a function again after each :class:`TransientError`, with growing pauses.

    Args:
        retries: Largest number of further attempts.
        ends: No attempt begins after this moment, in seconds of the monotonic clock.
        attempt: The function, called with the arguments that follow.

    Raises:
        TransientError: The last one.
    """

    def is_over(state: tenacity.RetryCallState) -> bool:
        pause_s = state.upcoming_sleep
        return (
            state.attempt_number > retries
            or pause_s > _LONGEST_WAIT_S
            or time.monotonic() + pause_s >= ends
        )

    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(TransientError),
        wait=_pause_s,
        stop=is_over,
        reraise=True,
    )
    return retrying(attempt, *args, **kwargs)


def _pause_s(state: tenacity.RetryCallState) -> float:
    """Seconds before the next attempt: doubled each time, and spread at random.

    The spread keeps many readers from coming back at the same moment.
    """
    error = state.outcome.exception() if state.outcome else None
    requested_s = error.wait_s if isinstance(error, TransientError) else 0.0
    own_s = _FIRST_WAIT_S * 2.0 ** (state.attempt_number - 1) * random.uniform(0.75, 1.25)
    return max(requested_s, own_s)


def requested_wait_s(headers: Mapping[str, str]) -> float:
    """Read ``Retry-After`` in seconds: a number, or a date (RFC 9110, section 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)
