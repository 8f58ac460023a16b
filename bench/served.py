"""A lab that is served by a process of its own, and a browser that looks at it: for the benchmark and for the tests."""

import http.client
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
JSON = {"Content-Type": "application/json"}


class Server:
    """A server of the lab in a process of its own."""

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "experiments.cli", "lab", f"port={self.port}", "open=false", "workers=2"]
        self.said = tempfile.TemporaryFile("w+")  # noqa: SIM115  (open as long as the server is)
        self.process = subprocess.Popen(command, stderr=self.said)
        self.wait("status", "fine")

    def wait(self, key: str, value: object) -> None:
        """Waits until the server says of itself what is wanted."""
        for _ in range(6000):
            try:
                if json.loads(self.get("/health")[2])[key] == value:
                    return
            except OSError:
                assert self.process.poll() is None, self.said.seek(0) or self.said.read()
            time.sleep(0.1)
        raise AssertionError(f"the server did not say {key} = {value} within ten minutes")

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}/"

    def get(self, path: str, **heads: str) -> tuple[int, dict[str, str], bytes]:
        """Status, heads and body of a GET."""
        return self.ask("GET", path, None, heads)

    def post(self, path: str, body: object, **heads: str) -> tuple[int, dict[str, str], bytes]:
        """Status, heads and body of a POST of JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask("POST", path, data, JSON | heads)

    def ask(self, method: str, path: str, body: bytes | None, heads: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.putrequest(method, path, skip_host="Host" in heads)
            for name, value in heads.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def lines(self, asked: dict) -> Iterator[dict]:
        """The lines of an answer as they come; who stops listening hangs up."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request("POST", "/api/run", json.dumps(asked).encode(), JSON)
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
            while line := answer.readline():
                yield json.loads(line)
        finally:
            connection.close()

    def say(self, data: bytes) -> socket.socket:
        """A connection on which these bytes were said, and nothing more."""
        one = socket.create_connection(("127.0.0.1", self.port), timeout=120)
        one.sendall(data)
        return one

    def memory(self) -> int:
        """Bytes held by the server and its worker processes; what they share is counted once."""
        return sum(held(one) for one in family(self.process.pid))

    def stop(self) -> None:
        """Ends the server."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.said.close()


def family(pid: int) -> list[int]:
    """A process and all that it has begun, as Linux tells it."""
    children = [int(one) for told in Path(f"/proc/{pid}/task").glob("*/children") for one in told.read_text().split()]
    return [pid, *(one for child in children for one in family(child))]


def held(pid: int) -> int:
    """The bytes that a process holds, its part of what is shared."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


@contextmanager
def serving() -> Iterator[Server]:
    """A server for a while."""
    one = Server()
    try:
        yield one
    finally:
        one.stop()


@contextmanager
def browsing() -> Iterator[object]:
    """A headless browser for a while."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as kit:
        one = kit.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield one
        one.close()
