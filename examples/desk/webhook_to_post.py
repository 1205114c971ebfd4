"""Receive the desk's webhooks and write a WordPress post for each published episode.

Run it behind the web server of the site, and name its address in mujaz.toml ([[desk.webhooks]]):

    MUJAZ_HOOK_SECRET=…      the secret that the desk signs with
    WORDPRESS=https://news.example
    WORDPRESS_USER=mujaz     with an application password of WordPress:
    WORDPRESS_PASSWORD=…
    python webhook_to_post.py 8020
"""

import hashlib
import hmac
import html
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import loads
from typing import ClassVar

import httpx

OLDEST_S = 300
MOST_BYTES = 1_000_000


def is_genuine(signature: str, body: bytes, secret: bytes, now: float) -> bool:
    """Whether a message was signed with the secret, and lately."""
    parts = dict(part.partition("=")[::2] for part in signature.split(","))
    at, given = parts.get("t", ""), parts.get("v1", "")
    if not at.isdigit() or abs(now - int(at)) > OLDEST_S:
        return False
    wanted = hmac.new(secret, at.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted, given)


def write_post(episode: dict[str, str], delivery: str) -> None:
    """Write a post in which an episode is heard."""
    audio = f'<audio controls src="{html.escape(episode["url"])}"></audio>'
    post = {
        "title": html.escape(episode["title"]),
        "content": f"<!-- wp:audio --><figure>{audio}</figure><!-- /wp:audio -->",
        "status": "publish",
        "slug": f"mujaz-{delivery}",
    }
    login = (os.environ["WORDPRESS_USER"], os.environ["WORDPRESS_PASSWORD"])
    address = f"{os.environ['WORDPRESS'].rstrip('/')}/wp-json/wp/v2/posts"
    httpx.post(address, json=post, auth=login, timeout=20).raise_for_status()


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 once the post is written; any other answer lets the desk try again."""

    written: ClassVar[set[str]] = set()

    def do_POST(self) -> None:
        """Take a message."""
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(min(length, MOST_BYTES))
        secret = os.environ["MUJAZ_HOOK_SECRET"].encode()
        if not is_genuine(self.headers.get("Mujaz-Signature", ""), body, secret, time.time()):
            self.answer(403)
            return
        message, delivery = loads(body), self.headers.get("Mujaz-Delivery", "")
        try:
            # A repeated message writes no second post.
            if message["event"] == "published" and delivery not in self.written:
                write_post(message["data"]["episode"], delivery)
                self.written.add(delivery)
        except httpx.HTTPError as error:
            print(f"no post was written: {error}", file=sys.stderr)
            self.answer(502)
            return
        self.answer(204)

    def answer(self, status: int) -> None:
        """Answer without a body."""
        self.send_response(status)
        self.end_headers()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
