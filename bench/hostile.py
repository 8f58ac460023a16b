"""A hundred hostile requests to the lab's server, each with what it is refused with."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress

from bench.served import Server

TRAVERSALS = [
    up + name
    for up in ("../", "..%2f", "%2e%2e/", "....//", "..\\", "/", "static/../../", "%00", "./", "~/")
    for name in ("app.py", "../pyproject.toml", "etc/passwd")
]  # fmt: skip
STRANGERS = [{"Host": "evil"}, {"Host": "evil.example:80"}, {"Host": ""}, {"Origin": "http://evil.example"}, {"Origin": "null"},
             {"Origin": "https://127.0.0.1"}]  # fmt: skip
BODIES = {  # what is no question: its status
    b"": 400, b"[]": 400, b"{": 400, b"1": 400, b"\xff\xfe": 400, b'"\xed\xa0\x80"': 400, b"[" * 30_000: 400, b'{"a":' * 10_000: 400,
    b" " * 70_000: 400, b'{"a": NaN}': 422, b'{"seed": Infinity}': 422, b'{"consumers": 1e12}': 422, b'{"consumers": 1000000000000}': 422,
    b'{"consumers": -1}': 422, b'{"consumers": 1e400}': 422, b'{"days": 0.5}': 422, b'{"set_a": {"strategy.exposure": 1e400}}': 422,
    b'{"set_a": [[[]]]}': 422, b'{"__class__": {}}': 422, b'{"b": "${oc.env:HOME}"}': 422, b'{"lesson": "../../etc/passwd"}': 422,
    b'{"market": {"market.word_of_mouth.ties": "/etc/passwd"}}': 422, b'{"a": "' + b"x" * 60_000 + b'"}': 422,
    b'{"seed": ' + b"9" * 60_000 + b"}": 400, json.dumps({"set_b": {f"strategy.skill.{k}": k for k in range(2000)}}).encode(): 422,
}  # fmt: skip
POST = b"POST /api/run HTTP/1.1\r\n"
WORDS = (  # no HTTP at all, or too much of it; hung up on, or refused
    b"\x16\x03\x01\x02\x00\x01\x00",
    b"\x00" * 5000,
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    POST + b"Content-Length: -1\r\n\r\n",
    POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
)
ASKED = (
    ("PUT", "/api/run", 405), ("DELETE", "/", 405), ("TRACE", "/", 405), ("POST", "/health", 405), ("GET", "/download/x/csv", 404),
    ("GET", "/api/story/none/1", 404), ("GET", "/api/story/none/-1", 404), ("GET", "/api/base?a=../../x&b=direct&basis=format", 422),
)  # fmt: skip
SLOW = 21  # clients that begin and do not go on

Attack = tuple[str, Callable[[Server], object], object]  # what it is, what it comes to, and what it should come to


def attacks(held: list[socket.socket]) -> Iterator[Attack]:
    """All of them.

    held  takes the connections of the slow ones, which stay open
    """
    for heads in STRANGERS:
        yield str(heads), lambda server, heads=heads: server.get("/api/start", **heads)[0], 403
    for path in TRAVERSALS:
        yield path, lambda server, path=path: server.get(f"/page/{path}")[0], 404
    for body, status in BODIES.items():
        yield repr(body[:50]), lambda server, body=body: server.post("/api/run", body)[0], status
    for words in WORDS:
        yield repr(words[:50]), lambda server, words=words: refused(server, words), True
    for method, path, status in ASKED:
        yield f"{method} {path}", lambda server, method=method, path=path: server.ask(method, path, None, {})[0], status
    for k in range(SLOW):
        yield f"slow client {k}", lambda server, k=k: held.append(begin(server, k)), None


def refused(server: Server, words: bytes) -> bool:
    """Whether the server answers with a refusal, or hangs up."""
    with suppress(ConnectionError), server.say(words) as one:
        one.settimeout(15)
        status = one.recv(100).split()[1:2]
        return not status or status[0].startswith(b"4")
    return True


def begin(server: Server, k: int) -> socket.socket:
    """A client that sends half a head, half a question, or a question far larger than it may be."""
    host = f"Host: 127.0.0.1:{server.port}\r\n".encode()
    post = POST + host + b"Content-Type: application/json\r\n"
    halves = (
        b"GET / HTTP/1.1\r\nHos",
        post + b"Content-Length: 5000\r\n\r\n{",
        post + b"Content-Length: 9999999999\r\n\r\n" + b" " * 50_000,
    )
    return server.say(halves[k % len(halves)])
