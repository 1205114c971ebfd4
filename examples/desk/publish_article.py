"""Send an article to the desk and publish it: python publish_article.py article.json

MUJAZ_DESK is the desk's address, MUJAZ_TOKEN a chief's token, which this command makes:
mujaz desk token add cms --role chief.
The file holds what POST /articles takes: {"title": "…", "text": "…", "url": "…"}.
"""

import hashlib
import os
import sys
import time
from pathlib import Path

import httpx


def main() -> int:
    """Run the program; returns its exit status."""
    data = Path(sys.argv[1]).read_bytes()
    headers = {"Authorization": f"Bearer {os.environ['MUJAZ_TOKEN']}"}
    address = os.environ["MUJAZ_DESK"].rstrip("/") + "/api/v1"
    with httpx.Client(base_url=address, headers=headers, timeout=60) as desk:
        # The same key makes no second draft if this program is run again.
        fields = {"Idempotency-Key": hashlib.sha256(data).hexdigest()}
        fields["Content-Type"] = "application/json"
        made = desk.post("/articles", content=data, headers=fields).raise_for_status().json()
        doubts = desk.get(f"/drafts/{made['draft']}/doubts").raise_for_status().json()
        for sentence in doubts["sentences"]:
            words = ", ".join(doubt["word"] for doubt in sentence["doubts"])
            print(f"worth a look: {words} in: {sentence['shown']}", file=sys.stderr)
        revision = {"If-Match": f'"{doubts["revision"]}"'}
        started = desk.post(f"/drafts/{made['draft']}/publish", headers=revision)
        job = started.raise_for_status().json()["job"]
        while (state := desk.get(f"/jobs/{job}").json())["state"] in ("queued", "running"):
            time.sleep(0.5)
    if state["state"] != "done":
        print(f"{state['state']}: {state['error']}", file=sys.stderr)
        return 1
    print(state["guid"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
