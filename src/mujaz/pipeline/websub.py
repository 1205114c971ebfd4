"""Tell the show's WebSub hub that its feeds have changed (W3C WebSub, section 7).

The hub is asked only if ``show.hub`` names one, after the feeds are where subscribers find them. A
hub that does not answer costs a warning: nothing that is published is undone.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from urllib.parse import urlencode, urljoin

from mujaz.errors import FetchError
from mujaz.settings.values import Config

_PATIENCE_S = 15.0


def ping_hub(feeds: Iterable[str], config: Config) -> list[str]:
    """Tell the hub of changed feeds.

    Args:
        feeds: Names of the feeds in the show folder.
        config: ``show.hub`` and ``show.base_url``; nothing is sent without both. A hub with a
            private address must stand in ``fetch.allow_hosts``.

    Returns:
        A warning for each feed that the hub did not take.
    """
    if not config.show.hub or not config.show.base_url:
        return []
    # Loads httpx, which commands that send nothing need not wait for.
    from mujaz.network.client import HttpClient

    base = config.show.base_url.rstrip("/") + "/"
    warnings = []
    headers = {
        "user-agent": "mujaz",
        "content-type": "application/x-www-form-urlencoded",
    }
    with HttpClient(headers, config.fetch.allow_hosts, max_redirects=0) as client:
        for name in feeds:
            address = urljoin(base, name)
            fields = urlencode({"hub.mode": "publish", "hub.url": address, "hub.topic": address})
            try:
                until = time.monotonic() + _PATIENCE_S
                with client.open(
                    config.show.hub, until, method="POST", content=fields.encode()
                ) as answer:
                    refused = answer.status >= 300
                    reason = f"status {answer.status}" if refused else ""
            except FetchError as error:
                reason = str(error)
            if reason:
                warnings.append(f"the hub was not told of {name}: {reason}")
    return warnings
