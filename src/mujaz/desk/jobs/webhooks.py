"""Webhooks: signed messages to the newsroom's systems about what was published.

A message is written into the database in the transaction of what it tells, and sent after that, so
it is neither lost nor sent for something that did not happen. It may arrive twice if the receiver's
answer is lost; its number tells.

The signature is in ``Mujaz-Signature: t=SECONDS,v1=HEX``: HMAC-SHA256 with the shared secret over
the seconds, a full stop and the body.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sqlite3
import time
from collections.abc import Mapping
from typing import Any

from mujaz.desk.services.context import Context
from mujaz.desk.store.database import now
from mujaz.desk.store.log import note
from mujaz.errors import FetchError, MujazError
from mujaz.network.client import HttpClient, shown
from mujaz.settings.values import Config

# Waits between tries in seconds; after the last one the message is given up.
WAITS_S = (10, 60, 300, 1800, 7200, 21_600, 43_200)
_TIMEOUT_S = 15.0
_MOST_ANSWER_BYTES = 65_536


def announce(
    connection: sqlite3.Connection, config: Config, event: str, data: Mapping[str, Any]
) -> None:
    """Queue a message for each webhook of an event, within the transaction of what it tells."""
    for hook in config.desk.webhooks:
        if event in hook.events:
            body = {"event": event, "at": now(), "show": config.show.title, "data": data}
            connection.execute(
                "INSERT INTO deliveries (url, event, body, due) VALUES (?, ?, ?, ?)",
                (hook.url, event, json.dumps(body, ensure_ascii=False), time.time()),
            )


def signature(secret: str, seconds: int, body: bytes) -> str:
    """The value of the header ``Mujaz-Signature``."""
    signed = f"{seconds}.".encode() + body
    digest = hmac.new(secret.encode("utf-8"), signed, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def send_due(context: Context) -> None:
    """Send the messages that are due; what fails is tried again later."""
    rows = context.database.rows(
        "SELECT * FROM deliveries WHERE state = 'waiting' AND due <= ? ORDER BY number", time.time()
    )
    for row in rows:
        error = _sent(row, context.config)
        tries = row["tries"] + 1
        given_up = tries > len(WAITS_S)
        state = "sent" if not error else "given up" if given_up else "waiting"
        due = time.time() + WAITS_S[min(tries, len(WAITS_S)) - 1]
        with context.database.change() as connection:
            connection.execute(
                "UPDATE deliveries SET state = ?, tries = ?, due = ? WHERE number = ?",
                (state, tries, due, row["number"]),
            )
            what = f"webhook {row['event']}: {error or 'sent'}" + (" (given up)" * given_up)
            note(connection, "desk", what, shown(row["url"]))


def next_due(context: Context) -> float | None:
    """When the next message is due, in seconds since the epoch; None without one."""
    row = context.database.row("SELECT min(due) FROM deliveries WHERE state = 'waiting'")
    return row[0] if row else None


def _sent(row: sqlite3.Row, config: Config) -> str:
    """Send one message; returns what went wrong, or nothing."""
    hook = next((hook for hook in config.desk.webhooks if hook.url == row["url"]), None)
    if hook is None:
        return "it is no longer configured"
    body = row["body"].encode("utf-8", "backslashreplace")
    seconds = int(time.time())
    headers = {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "mujaz-desk",
        "mujaz-event": row["event"],
        "mujaz-delivery": str(row["number"]),
    }
    secret = os.environ.get(hook.secret_env, "") if hook.secret_env else ""
    if hook.secret_env and not secret:
        return f"{hook.secret_env} is not set, so it cannot be signed"
    if secret:
        headers["mujaz-signature"] = signature(secret, seconds, body)
    try:
        with (
            HttpClient(headers, config.fetch.allow_hosts, max_redirects=0) as client,
            client.open(
                row["url"], time.monotonic() + _TIMEOUT_S, method="POST", content=body
            ) as answer,
        ):
            answer.require(range(200, 300))
            answer.body(_MOST_ANSWER_BYTES, cut=True)
    except (FetchError, MujazError) as error:
        return error.message
    return ""
