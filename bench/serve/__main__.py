"""``mujaz serve`` beside nginx: 32 connections of mixed range requests, both in one run.

Run it with ``python bench/serve`` on a machine that has nginx. Every answer is compared with the
file; one wrong byte or one lost connection fails. The rate is a ratio to nginx's on the same
machine in the same minute, and its floor only rises.
"""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONNECTIONS = 32
SECONDS = float(os.environ.get("MUJAZ_BENCH_SECONDS", "10"))
SIZE = 5_000_000
# The client is in Python too and costs as much as the server: the ratio flatters both alike.
FLOOR = 0.3
_NAME = "media/2026-11-23-1a2b3c4d.mp3"
_NGINX = """
daemon off; worker_processes 1; pid {work}/nginx.pid; error_log /dev/null;
events {{ worker_connections 256; }}
http {{ access_log off; types {{ audio/mpeg mp3; text/html html; }} keepalive_requests 1000000;
client_body_temp_path {work}/a; proxy_temp_path {work}/b; fastcgi_temp_path {work}/c;
uwsgi_temp_path {work}/d; scgi_temp_path {work}/e;
server {{ listen 127.0.0.1:{port}; root {root}; }} }}
"""


def ask(port: int, audio: bytes, seed: int, until: float) -> tuple[int, list[str], list[float]]:
    """Requests on one connection until a time: how many, what was wrong, how long each took."""
    dice = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    wrong: list[str] = []
    took: list[float] = []
    while time.monotonic() < until:
        start = dice.randrange(SIZE)
        end = min(start + dice.choice((1, 100, 65_536, 262_144)), SIZE) - 1
        fields, status, body = {"Range": f"bytes={start}-{end}"}, 206, audio[start : end + 1]
        kind = dice.random()
        if kind < 0.1:
            fields["Range"], body = f"bytes=-{SIZE - start}", audio[start:][-200_000:]
            fields["Range"] = f"bytes=-{len(body)}"
        elif kind < 0.15:
            fields, status, body = {"Range": f"bytes={SIZE}-"}, 416, b""
        began = time.perf_counter()
        try:
            connection.request("GET", "/" + _NAME, headers=fields)
            answer = connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as error:
            wrong.append(repr(error))
            break
        took.append(time.perf_counter() - began)
        if answer.status != status or (status == 206 and data != body):
            wrong.append(f"{fields}: {answer.status}")
    connection.close()
    return len(took), wrong, took


def _worker(port: int, audio: bytes, seeds: list[int], queue: multiprocessing.Queue) -> None:  # type: ignore[type-arg]
    from concurrent.futures import ThreadPoolExecutor

    until = time.monotonic() + SECONDS
    with ThreadPoolExecutor(len(seeds)) as pool:
        queue.put(list(pool.map(lambda seed: ask(port, audio, seed, until), seeds)))


def load(port: int, audio: bytes) -> tuple[float, list[str], float]:
    """Requests a second, what was wrong, and the 99th percentile of the time taken (s)."""
    queue: multiprocessing.Queue = multiprocessing.Queue()  # type: ignore[type-arg]
    worker = multiprocessing.Process(
        target=_worker, args=(port, audio, list(range(CONNECTIONS)), queue)
    )
    worker.start()
    results = queue.get(timeout=SECONDS + 60)
    worker.join()
    took = [seconds for result in results for seconds in result[2]]
    wrong = [what for result in results for what in result[1]]
    return len(took) / SECONDS, wrong, statistics.quantiles(took, n=100)[98]


def main() -> int:
    """Load both servers; 1 if anything is wrong or the ratio falls below the floor."""
    if shutil.which("nginx") is None:
        print("skipped: nginx is not installed")
        return 0
    audio = random.Random(7).randbytes(SIZE)
    with tempfile.TemporaryDirectory() as folder:
        work, root = Path(folder), Path(folder) / "show"
        (root / "media").mkdir(parents=True)
        (root / _NAME).write_bytes(audio)
        work.chmod(0o755)  # nginx's worker is another user
        ours = subprocess.Popen(
            [sys.executable, "-m", "mujaz", "serve", str(root), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert ours.stdout is not None
        port = int(ours.stdout.readline().decode().rstrip("/\n").rsplit(":", 1)[1])
        config = work / "nginx.conf"
        config.write_text(_NGINX.format(work=work, port=port + 1, root=root), encoding="utf-8")
        theirs = subprocess.Popen(["nginx", "-c", str(config)], stderr=subprocess.DEVNULL)
        time.sleep(1)
        try:
            figures = {"mujaz": load(port, audio), "nginx": load(port + 1, audio)}
        finally:
            for server in (ours, theirs):
                server.send_signal(signal.SIGTERM)
                server.wait(timeout=30)
    ratio = figures["mujaz"][0] / figures["nginx"][0]
    for name, (rate, wrong, slowest) in figures.items():
        print(f"{name}: {rate:.0f} requests/s, p99 {slowest * 1000:.0f} ms, {len(wrong)} errors")
        for what in wrong[:3]:
            print(f"  {what}")
    print(json.dumps({"ratio": round(ratio, 3), "floor": FLOOR}))
    return 1 if figures["mujaz"][1] or ratio < FLOOR else 0


if __name__ == "__main__":
    sys.exit(main())
