"""The lab's web application: a static page and what it asks for. It listens to pages of its own address alone."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from experiments import faults
from experiments.lab import worker
from experiments.lab.answer import answer_of, bands, looked
from experiments.lab.asked import PREVIEW, Question, Sizes, question_of
from experiments.lab.desk import LOOK, MORE, REPORT, SHOW, Busy, Line, Ticket, TooMuch, unheard
from experiments.lab.export import FORMS, make
from experiments.lab.lessons import judged, lesson_of
from experiments.lab.levers import bases
from experiments.lab.listener import SLOWEST
from experiments.lab.page import FILES, start
from experiments.lab.runs import Run, Runs, line_of
from experiments.language import LANGUAGES, say
from sim.schema import ConfigError

Lesson = dict[str, object]
LARGEST = 64 * 1024  # bytes of a question
RULES = {
    "content-security-policy": "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Guard:
    """Lets in what is meant for this address and comes from its own pages; everything else is refused."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]):
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        heads = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        origin = heads.get(b"origin")
        ours = heads.get(b"host") in self.hosts and (origin is None or origin in {f"http://{host}" for host in self.hosts})
        app = self.app if ours else PlainTextResponse("not for this address", 403)

        async def ruled(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in RULES.items())]
            await send(message)

        await app(scope, receive, ruled)


def application(port: int, desks: int = 2, folders: tuple[str, ...] = (), ready: Callable[[], object] = lambda: None) -> ASGIApp:
    """The application as it listens on a port of this machine.

    folders  the user's own scenario files
    ready    is called when the first page would be answered at once
    """

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        app.state.line.open()
        app.state.warming = asyncio.create_task(warm_up(app.state.line, folders, ready))
        yield
        app.state.warming.cancel()
        await app.state.line.close()

    routes = [
        Route("/", page),
        Route("/page/{name}", page),
        Route("/health", health),
        Route("/api/start", begin),
        Route("/api/base", base),
        Route("/api/run", run, methods=["POST"]),
        Route("/api/story/{run}/{consumer:int}", story),
        Route("/download/{run}/{form}", download),
    ]
    app = Starlette(routes=routes, lifespan=life)
    app.state.line, app.state.runs, app.state.folders = Line(desks), Runs(), folders
    return Guard(app, frozenset({f"127.0.0.1:{port}", f"localhost:{port}"}))


async def warm_up(line: Line, folders: tuple[str, ...], ready: Callable[[], object]) -> None:
    """Makes ready what the first page asks for: its words, and at every desk the engine and the people of the first market."""
    sizes = [await asyncio.to_thread(question_of, {"consumers": consumers}, folders) for consumers in (PREVIEW, Sizes().consumers)]
    points = tuple(point for question in sizes for point in question.points)
    lives = [line.ask(LOOK, Ticket(), worker.more, points, Sizes().seed, 0) for _ in line.desks]
    await asyncio.gather(asyncio.to_thread(begun, folders), *lives)
    await asyncio.to_thread(ready)


@lru_cache(maxsize=4)
def begun(folders: tuple[str, ...]) -> bytes:
    """Everything that the page needs to begin, as JSON."""
    return json.dumps(start(folders), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


async def page(request: Request) -> Response:
    """A file of the page; there are no others."""
    name = request.path_params.get("name", "index.html")
    if name not in FILES:
        return PlainTextResponse("there is no such page", 404)
    kind, data = FILES[name]()
    return Response(data, media_type=kind)


async def health(request: Request) -> Response:
    """Whether the server lives, is ready for a first page, and how much waits."""
    state = request.app.state
    return JSONResponse({"status": "fine", "ready": state.warming.done(), "waiting": state.line.waiting.qsize()})


async def begin(request: Request) -> Response:
    """Everything that the page needs to begin: words, levers, scenarios, lessons."""
    return Response(await asyncio.to_thread(begun, request.app.state.folders), media_type="application/json")


async def base(request: Request) -> Response:
    """The names of two scenarios, and their values before anything is changed."""
    asked = [request.query_params.get(key, "") for key in ("a", "b", "basis")]
    try:
        question = await asyncio.to_thread(question_of, dict(zip(("a", "b", "basis"), asked, strict=True)), request.app.state.folders)
    except ConfigError as error:
        return refused(error.errors)
    return JSONResponse(bases(*(point.scenario for point in question.points)) | {"labels": question.labels})


async def run(request: Request) -> Response:
    """Lives what the page asks for, and answers in lines: what is shown first, then the answer after more and more worlds."""
    try:
        asked = await read(request)
        page_name = str(asked.pop("page", ""))[:64]
        preview = asked.pop("preview", False) is True
        lesson = asked.pop("lesson", None)
        asked |= {"consumers": PREVIEW, "seeds": 1} if preview else {}
        question = await asyncio.to_thread(question_of, asked, request.app.state.folders)
        lesson = None if lesson is None else lesson_of(lesson, request.app.state.folders)
    except ConfigError as error:
        return refused(error.errors)
    except ValueError as error:
        return refused([str(error)], 400)
    line: Line = request.app.state.line
    ticket = line.ticket(page_name)
    one = Run(question, asked)
    lines = looks(line, question, ticket) if preview else answers(line, request.app.state.runs, one, ticket, lesson)
    return StreamingResponse(lived(line, ticket, lines), media_type="application/x-ndjson")


def refused(errors: list[str], status: int = 422) -> Response:
    """What is wrong with a question, in English and in both languages."""
    return JSONResponse({"errors": errors, "told": faults.told(errors)}, status)


async def read(request: Request) -> dict[str, object]:
    """The question of a request.

    Raises ValueError where it is too large or not a table.
    """
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise ValueError("a question is sent as application/json")
    body = b""
    try:
        async with asyncio.timeout(SLOWEST):
            async for part in request.stream():
                body += part
                if len(body) > LARGEST:
                    raise ValueError(f"a question has at most {LARGEST} bytes")
        asked = json.loads(body)
    except TimeoutError:
        raise ValueError(f"a question is sent within {SLOWEST:.0f} seconds") from None
    except (UnicodeDecodeError, RecursionError, ClientDisconnect):
        raise ValueError("this cannot be read") from None
    if not isinstance(asked, dict):
        raise ValueError("a question is a table of keys and values")
    return asked


async def lived(line: Line, ticket: Ticket, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The lines of an answer; when nobody listens any more, or the page asks anew, what is lived for it is called off."""
    try:
        async for part in lines:
            yield part
    except (TooMuch, Busy) as fault:
        key = "too_much" if isinstance(fault, TooMuch) else "busy_line"
        yield line_of("error", told={language: say("lab", key, language) for language in LANGUAGES})
    except (ConfigError, RuntimeError, ValueError) as fault:  # what the engine says of a world that cannot be lived
        yield line_of("error", told={language: faults.sentence(str(fault), language) for language in LANGUAGES})
    except asyncio.CancelledError:
        if not ticket.void:
            raise
        yield line_of("void")
    finally:
        line.call_off(ticket)


async def looks(line: Line, question: Question, ticket: Ticket) -> AsyncIterator[bytes]:
    """A look ahead: one small world, each side at a desk of its own; first the beginnings of their curves, as far as they have lived."""
    parts: asyncio.Queue[tuple[int, bytes] | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    hear = [lambda part, k=k: loop.call_soon_threadsafe(parts.put_nowait, (k, part)) for k in range(len(question.points))]
    sides = asyncio.ensure_future(each_side(line, ticket, question, LOOK, worker.look, hear))
    sides.add_done_callback(lambda _: parts.put_nowait(None))
    try:
        while part := await parts.get():
            yield line_of("part", [part[1]], side=part[0], days=question.sizes.days)
        yield line_of("look", await sides, labels=question.labels)
    finally:
        sides.cancel()


async def each_side(
    line: Line, ticket: Ticket, question: Question, rank: int, work: Callable, hear: Sequence[Callable[[bytes], None]] = (unheard, unheard)
) -> list:  # fmt: skip
    """What work on the people shown comes to for each side; a side that is as it was is remembered.

    hear  hears of each side what is told before
    """
    given = question.sizes.seed, question.sizes.dots
    sides = zip(question.points, question.ids, hear, strict=True)
    jobs = [line.ask(rank, ticket, work, point, *given, name=(work.__name__, one, *given), hear=ear) for point, one, ear in sides]
    return await asyncio.gather(*jobs)


async def answers(line: Line, runs: Runs, one: Run, ticket: Ticket, lesson: Lesson | None) -> AsyncIterator[bytes]:
    """What is shown first; then the answer of every planned look at more and more worlds."""
    question, sizes = one.question, one.question.sizes
    shown = await each_side(line, ticket, question, SHOW, worker.show)
    one.sides, curves, one.diaries, outcomes = map(list, zip(*shown, strict=True))
    one.keep(curves, outcomes)
    yield line_of("movie", one.sides, run=runs.add(one), labels=question.labels, **said(one, lesson))
    async for both in ahead(line, ticket, question):
        one.keep(*zip(*both, strict=True))
        lived = len(one.worlds)
        look = lived == sizes.seeds or looked(sizes.seeds, lived) == lived
        yield line_of("answer", **said(one, lesson)) if look else line_of("count", worlds=lived)
    yield line_of("done")


async def ahead(line: Line, ticket: Ticket, question: Question) -> AsyncIterator[list[tuple[list[float], dict[str, float]]]]:
    """The other worlds in their order; few of them wait in line at a time, so that everybody's come by turns."""
    jobs: deque[asyncio.Task] = deque()
    try:
        for k in range(1, question.sizes.seeds):
            if len(jobs) == 2 * len(line.desks):
                yield await jobs.popleft()
            jobs.append(asyncio.create_task(world(line, ticket, question, k)))
        while jobs:
            yield await jobs.popleft()
    finally:
        for job in jobs:
            job.cancel()


async def world(line: Line, ticket: Ticket, question: Question, replication: int) -> list[tuple[list[float], dict[str, float]]]:
    """One more world of both sides; those that are not known are lived at one desk, which makes their start once."""
    seed = question.sizes.seed
    names = [("more", one, seed, replication) for one in question.ids]
    sides = {name: line.known.get(name) for name in names}
    if missing := {name: point for name, point in zip(names, question.points, strict=True) if sides[name] is None}:
        lived = await line.ask(MORE, ticket, worker.more, tuple(missing.values()), seed, replication)
        for name, side in zip(missing, lived, strict=True):
            line.known.keep(name, side)
            sides[name] = side
    return [sides[name] for name in names]


def said(one: Run, lesson: Lesson | None) -> dict[str, object]:
    """The answer so far, the band of its curve, and how the task of a lesson stands."""
    out: dict[str, object] = {"answer": answer_of(one.question, one.worlds), "bands": bands(one.question, one.curves)}
    return out | ({"task": judged(lesson, one.question, one.worlds)} if lesson else {})


async def story(request: Request) -> Response:
    """The life of one consumer on both sides; of somebody who is not shown it is lived anew."""
    state, consumer = request.app.state, request.path_params["consumer"]
    one: Run | None = state.runs.get(request.path_params["run"])
    if one is None or consumer >= one.question.sizes.consumers:
        return PlainTextResponse("there is no such life", 404)
    sizes = one.question.sizes
    try:
        anew = (
            ()
            if consumer < sizes.dots
            else await state.line.ask(SHOW, Ticket(), worker.lives_of, one.question.points, sizes.seed, consumer)
        )
    except (TooMuch, Busy):
        return PlainTextResponse("there is no such life now", 503)
    return JSONResponse(await asyncio.to_thread(one.story, consumer, anew))


async def download(request: Request) -> Response:
    """A file made from a run, by its id and the name of a form."""
    one, form = request.app.state.runs.get(request.path_params["run"]), FORMS.get(request.path_params["form"])
    if one is None or form is None:
        return PlainTextResponse("there is no such file", 404)
    language = "zh" if request.query_params.get("lang") == "zh" else "en"
    try:
        data = await make(form, one, language, lambda *job: request.app.state.line.ask(REPORT, Ticket(), *job))
    except (TooMuch, Busy) as fault:
        return PlainTextResponse(say("lab", "too_much" if isinstance(fault, TooMuch) else "busy_line", language), 503)
    return Response(data, media_type=form.kind, headers={"content-disposition": f'attachment; filename="{form.file}"'})
