"""What a class feels of the lab: levers that answer, the first paint, moving people, many at once, memory, and hostile requests."""

import http.client
import json
import multiprocessing
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from statistics import median

import numpy as np

from bench.figures import Aim, Found, Table, brief, counted
from bench.hostile import STRANGERS, TRAVERSALS, attacks
from bench.served import CHROMIUM, JSON, Server, browsing, serving

LEVERS = ("strategy.exposure", "strategy.skill.closing")
SMALL = {"consumers": 3000, "days": 60, "seeds": 2}  # a run of which many are made
WATCH = """
  window.seen = { asked: [], painted: [], parts: [], spent: [], moved: [] };
  const later = window.later = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (work) => later((now) => {
    const begun = performance.now();
    work(now);
    seen.spent.push(performance.now() - begun);
  });
  const fetched = window.fetch.bind(window);
  window.fetch = (path, about) => {
    if (String(path).endsWith('/api/run')) seen.asked.push(performance.now());
    return fetched(path, about);
  };
  const painted = (changes) => {
    const whole = changes.some((one) => one.attributeName === 'data-rev');
    const question = seen.asked.length;
    later(() => setTimeout(() => (whole ? seen.painted : seen.parts).push([question, performance.now()])));
  };
  document.addEventListener('input', (event) => seen.moved.push(event.timeStamp), true);
  document.addEventListener('DOMContentLoaded', () =>
    new MutationObserver(painted).observe(document.body, { attributeFilter: ['data-rev', 'data-part'] }));
"""  # what happens on a page and when: after a change the next frame is waited for, which puts it on the screen; after how many questions
FRAMES = """(seconds) => new Promise((told) => {
  seen.spent.length = 0;
  const at = [];
  const next = (now) => { at.push(now); at.length > 1 && now - at[0] > 1000 * seconds ? told({ at, spent: seen.spent }) : later(next); };
  later(next);
})"""


# ---- in a browser ----------------------------------------------------------------------------------------------------


def page_of(browser: object, server: Server, words: str = "engine=bench") -> object:
    """A page of the lab in a fresh profile, which is watched."""
    page = browser.new_context(viewport={"width": 1400, "height": 900}, locale="en-GB", bypass_csp=True).new_page()
    page.add_init_script(WATCH)
    page.set_default_timeout(120_000)
    page.goto(f"{server.address}#{words}")
    page.wait_for_function("seen.painted.length > 0")
    return page


def first_paints(browser: object, server: Server, times: int) -> list[float]:
    """Milliseconds from asking for the page to its first picture of two strategies."""
    out = []
    for _ in range(times):
        page = page_of(browser, server, "")
        out.append(page.evaluate("seen.painted[0][1]"))
        page.context.close()
    return out


def drags(browser: object, server: Server, moves: int, days: int, pause: float) -> dict[str, list[float]]:
    """Milliseconds from each move of a lever by the mouse to the frame that shows the beginning of its answer, and to that which shows all.

    pause  seconds between two moves; 0 = each waits for the answer of the one before
    """
    page = page_of(browser, server, f"engine=bench&days={days}")
    page.wait_for_selector("body[data-done]")
    page.evaluate("document.getElementById('play').textContent === 'Pause' && document.getElementById('play').click()")
    out: dict[str, list[float]] = {"first": [], "whole": []}
    for lever in LEVERS:
        slider = page.locator(f"#first-levers [data-path='{lever}'] .b input[type=range]")
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        y, left, wide = box["y"] + box["height"] / 2, box["x"] + 10, box["width"] - 20
        page.mouse.move(left, y)
        page.mouse.down()
        page.wait_for_timeout(500)
        page.evaluate("for (const one of Object.values(seen)) one.length = 0")
        for k in range(moves // len(LEVERS)):
            page.mouse.move(left + wide * (k + 1) / (moves // len(LEVERS) + 1), y)
            if pause:
                page.wait_for_timeout(1000 * pause)
            else:
                page.wait_for_function("seen.painted.length >= seen.moved.length")
        page.wait_for_timeout(1000)
        seen = page.evaluate("seen")
        out["first"] += answered(seen, [*seen["parts"], *seen["painted"]])
        out["whole"] += answered(seen, seen["painted"])
        page.mouse.up()
        page.wait_for_timeout(500)
    page.context.close()
    return out


def answered(seen: dict[str, list[float]], painted: list[list[float]]) -> list[float]:
    """How long each move waited: it is answered by the first picture of the first question that was asked after it.

    painted  after how many questions, and when
    """
    first: dict[int, float] = {}
    for question, at in sorted(painted, key=lambda one: one[1]):
        first.setdefault(int(question), at)
    asked = np.searchsorted(seen["asked"], seen["moved"]) + 1
    return [first[k] - moved for k, moved in zip(asked.tolist(), seen["moved"], strict=True) if k in first]


def frames(browser: object, server: Server, seconds: float) -> Found:
    """Milliseconds between frames while 300 people move on each side, and what the page's own script takes of each."""
    page = page_of(browser, server)
    page.wait_for_selector("body[data-done]")
    page.evaluate("document.getElementById('play').textContent === 'Play' && document.getElementById('play').click()")
    told = page.evaluate(FRAMES, seconds)
    page.context.close()
    return {"between": np.diff(told["at"]).tolist(), "script": told["spent"]}


# ---- without one -----------------------------------------------------------------------------------------------------


def at_once(server: Server, clients: int, seed: int) -> list[dict[str, float]]:
    """So many ask at once, each another question as the page does: seconds to its look ahead, its first world, its first interval.

    seed  of their worlds, which nobody has lived yet
    """
    found: list[dict[str, float]] = [{} for _ in range(clients)]
    began = time.perf_counter()

    def ask(k: int) -> None:
        question = {"page": f"client {k}", "seed": seed, "set_b": {"strategy.exposure": 1.0 + k / 100}}
        for more in ({"preview": True}, {}):
            for line in server.lines(question | more):
                found[k].setdefault(line["kind"], time.perf_counter() - began)
                if line["kind"] == "answer":
                    return

    threads = [threading.Thread(target=ask, args=(k,)) for k in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return found


def memory(server: Server, runs: int) -> list[int]:
    """Bytes held by the server after each tenth of so many runs, every one of another world and another lever."""
    held = []
    for k in range(runs):
        for _ in server.lines(SMALL | {"page": "many", "seed": k, "set_b": {"strategy.exposure": 1.0 + k / 1000}}):
            pass
        if (k + 1) % max(1, runs // 10) == 0:
            held.append(server.memory())
    return held


def under_attack(server: Server) -> Found:
    """A hundred hostile requests, eight at a time, while the server is asked for its health: what was not refused, and milliseconds."""
    slow, wrong, context = [], [], multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    asking = context.Process(target=ask_health, args=(server.port, theirs))  # attackers in its process would keep it waiting
    asking.start()
    ours.recv()
    many = list(attacks(slow))
    side_by_side([lambda one=one: wrong.append(one[0]) if one[1](server) != one[2] else None for one in many])
    side_by_side([lambda k=k: flood(server, k) for k in range(100)])
    ours.send("over")
    health = ours.recv()
    asking.join()
    for one in slow:
        one.close()
    return {"requests": len(many), "wrong": wrong, "health": health, "floods": 100, "alive": server.get("/health")[0] == 200}


def ask_health(port: int, pipe: Connection) -> None:
    """Says that it begins, asks for the server's health until it is told that all is over, and tells the milliseconds of each answer."""
    connection, told = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
    pipe.send("begins")
    while not pipe.poll(0.005):
        began = time.perf_counter()
        connection.request("GET", "/health")
        assert json.loads(connection.getresponse().read())["status"] == "fine"
        told.append(1000 * (time.perf_counter() - began))
    pipe.recv()
    pipe.send(told)


def flood(server: Server, k: int) -> None:
    """A whole question that nobody waits for."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("POST", "/api/run", json.dumps({"page": f"flood {k}", "seed": k}).encode(), JSON)
    connection.close()


def side_by_side(works: list[Callable[[], object]], workers: int = 8) -> None:
    """Does all works, several at a time."""
    with ThreadPoolExecutor(workers) as pool:
        for one in [pool.submit(work) for work in works]:
            one.result()


# ---- the part --------------------------------------------------------------------------------------------------------


def measure(quick: bool) -> Found:
    """Everything, on a server of its own each for what would disturb the others."""
    found: Found = {}
    with serving() as server:
        server.wait("ready", True)
        if CHROMIUM:
            with browsing() as browser:
                found["first"] = first_paints(browser, server, 2 if quick else 10)
                for days in (60,) if quick else (365, 730):
                    found[f"drag {days}"] = drags(browser, server, 4 if quick else 120, days, 0.0)
                found["drag on"] = drags(browser, server, 4 if quick else 240, 60 if quick else 365, 0.02)
                found["frames"] = frames(browser, server, 1 if quick else 10)
        found["clients"] = [at_once(server, 2 if quick else 10, seed) for seed in range(2, 3 if quick else 5)]
    with serving() as server:
        server.wait("ready", True)
        found["memory"] = memory(server, 10 if quick else 500)
        found["attack"] = under_attack(server)
    return found


def tail(values: list[float], share: float = 0.95) -> float:
    """The value that a share of them does not pass."""
    return float(np.quantile(values, share))


def told(values: list[float]) -> tuple[str, str, str, str]:
    """Median, 95th percentile, greatest, and how many."""
    return brief(median(values)), brief(tail(values)), brief(max(values)), f"{len(values):,}"


def waited(found: Found, kind: str) -> list[float]:
    """Seconds that each client waited for a kind of line."""
    return [one[kind] for together in found["clients"] for one in together if kind in one]


def growth(found: Found) -> float:
    """How much more is held at the end than at two fifths of the runs, when everything that is kept is full; per cent."""
    return 100 * (found["memory"][-1] / found["memory"][3] - 1)


FELT = {
    "first": "first picture of both strategies, page asked for anew, ms",
}
DRAGGED = {
    "drag 365": "a year, each move answered before the next",
    "drag 730": "two years",
    "drag on": "a year, the mouse moved on every 20 ms",
}
ANSWERS = {"look": "its look ahead", "movie": "the first world of its whole question", "answer": "its first answer with an interval"}


def tables(found: Found) -> list[Table]:
    """What is felt, and what is withstood."""
    return [felt(found), withstood(found)]


def felt(found: Found) -> Table:
    """How long things take."""
    rows = [(name, *told(found[key])) for key, name in FELT.items() if key in found]
    for key, name in DRAGGED.items():
        if key in found:
            rows.append((f"lever to painted change: {name}, ms", *told(found[key]["first"])))
            rows.append(("... until the whole look ahead is painted, ms", *told(found[key]["whole"])))
    if "frames" in found:
        rows.append(("between two frames, 2 × 300 people moving, ms", *told(found["frames"]["between"])))
        rows.append(("... of which the page's own script, ms", *told(found["frames"]["script"])))
    clients = counted(len(found["clients"][0]), "client")
    rows += [(f"{clients} at once: {name}, s", *told(waited(found, kind))) for kind, name in ANSWERS.items()]
    rows.append(("/health while hostile requests come, ms", *told(found["attack"]["health"])))
    said = (
        "A lever is moved by a mouse in headless Chromium (1400 × 900, software rendering) and the frame waited for that shows what 1,500 "
        "people make of it: first the beginning of the curve, then all that the page shows. Clients ask as the page does: a look ahead, "
        "then 10,000 people and 20 worlds."
    )
    return Table("The lab", said, ("", "median", "95 %", "most", "count"), tuple(rows))


def withstood(found: Found) -> Table:
    """What many runs and hostile requests do to the server."""
    attack, held = found["attack"], [f"{one / 2**20:,.0f}" for one in found["memory"]]
    rows = (
        ("MiB held by the server and its workers after each tenth of the runs", ", ".join(held)),
        ("... more at the end than after two fifths of them, %", brief(growth(found))),
        ("hostile requests; not refused as they should be", f"{attack['requests']}; {', '.join(attack['wrong']) or 'none'}"),
        ("of them from strangers (403) and for other files (404)", f"{len(STRANGERS)}; {len(TRAVERSALS)}"),
        ("whole questions asked and left; alive after all", f"{attack['floods']}; {'yes' if attack['alive'] else 'no'}"),
    )
    said = (
        "500 runs, each of another world and lever; then bench/hostile.py: other hosts, huge, deep and broken bodies, slow clients, floods."
    )
    return Table("What the lab's server withstands", said, ("", ""), rows)


def a_second(found: Found) -> list[float]:
    """Frames a second while people move."""
    return [1000 / float(np.mean(found["frames"]["between"]))] if "frames" in found else []


def dragged(found: Found) -> list[float]:
    """The 95th percentile of a lever's moves."""
    return [tail(found["drag 365"]["first"])] if "drag 365" in found else []


def unrefused(found: Found) -> list[int]:
    """Hostile requests that were not refused, and the server's death as one more."""
    return [len(found["attack"]["wrong"]) + (not found["attack"]["alive"])]


AIMS = (
    Aim("lab, slider to painted change at preview size, 95th percentile", 100, "ms", dragged),
    Aim("lab, first useful paint", 1500, "ms", lambda found: found.get("first", []), judge=max),
    Aim("lab, frames a second with 2 × 300 dots", 59, "", a_second, at_least=True),
    Aim("lab, the server's memory after 500 runs, more than after 200", 5, "%", lambda found: [growth(found)]),
    Aim("lab, 10 clients at once, each answered", 2, "s", lambda found: waited(found, "movie"), judge=max),
    Aim("lab, hostile requests not refused", 0, "", unrefused),
    Aim("lab, /health under them, 99th percentile", 100, "ms", lambda found: [tail(found["attack"]["health"], 0.99)]),
)
