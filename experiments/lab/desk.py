"""The desks where lives are lived: worker processes with limits, one line for all of them, and the latest question of each page wins."""

import asyncio
import itertools
import multiprocessing
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

LONGEST = 30.0  # seconds of one life, after which its process is ended
PATIENCE = 10 * LONGEST  # seconds of a report, which is many lives and their pictures
WIDEST = 4 * 2**30  # bytes that a process may take beyond what it has at its start
LINE = 200  # jobs that may wait
SHOW, REPORT, MORE = 0, 1, 2  # what is seen first is lived first


class TooMuch(Exception):
    """A job took too long or too much memory."""


class Busy(Exception):
    """Too many jobs wait."""


@dataclass
class Ticket:
    """Of one question of one page; a job whose ticket is void is not begun."""

    void: bool = False


@dataclass(order=True)
class Job:
    """Work that waits for a desk."""

    rank: int
    number: int
    ticket: Ticket = field(compare=False)
    work: Callable = field(compare=False)
    given: tuple = field(compare=False)
    done: asyncio.Future = field(compare=False)


class Desk:
    """One worker process; it is begun anew when it dies or takes too long."""

    def __init__(self):
        self.process, self.pipe = None, None

    def begin(self) -> None:
        """Begins the process."""
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()

    def end(self) -> None:
        """Ends the process."""
        if self.process:
            self.process.kill()
            self.process.join()
            self.pipe.close()
        self.process = None

    def carry_out(self, work: Callable, given: tuple, seconds: float) -> object:
        """What the work gives.

        Raises TooMuch when it takes too long or its process dies, and what the work itself raises.
        """
        if self.process is None or not self.process.is_alive():
            self.end()
            self.begin()
        try:
            self.pipe.send((work, given))
            if not self.pipe.poll(seconds):
                self.end()
                raise TooMuch
            fine, answer = self.pipe.recv()
        except (EOFError, OSError):
            self.end()
            raise TooMuch from None
        if not fine:
            raise answer
        return answer


def serve(pipe: Connection) -> None:
    """The life of a worker process: works, answers, until the pipe is closed."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (WIDEST, WIDEST))
    with suppress(EOFError, KeyboardInterrupt):
        while True:
            work, given = pipe.recv()
            try:
                pipe.send((True, work(*given)))
            except Exception as error:  # whatever it is, it belongs to whoever asked
                pipe.send((False, TooMuch() if isinstance(error, MemoryError) else error))


class Line:
    """Everybody's jobs in one line before some desks."""

    def __init__(self, desks: int):
        self.desks = [Desk() for _ in range(desks)]
        self.waiting: asyncio.PriorityQueue[Job] = asyncio.PriorityQueue()
        self.numbers = itertools.count()
        self.latest: dict[str, Ticket] = {}
        self.tasks: list[asyncio.Task] = []

    def open(self) -> None:
        """Begins to serve."""
        self.tasks = [asyncio.create_task(self.keep(desk)) for desk in self.desks]

    async def close(self) -> None:
        """Ends every process."""
        for task in self.tasks:
            task.cancel()
        for desk in self.desks:
            desk.end()

    def ticket(self, page: str) -> Ticket:
        """A ticket for a page's new question; the one before is void."""
        if page in self.latest:
            self.latest.pop(page).void = True
        self.latest[page] = Ticket()
        while len(self.latest) > 1000:
            self.latest.pop(next(iter(self.latest)))
        return self.latest[page]

    def ask(self, rank: int, ticket: Ticket, work: Callable, *given: object) -> asyncio.Future:
        """Puts a job in line.

        Raises Busy where too many wait.
        """
        if self.waiting.qsize() >= LINE:
            raise Busy
        job = Job(rank, next(self.numbers), ticket, work, given, asyncio.get_running_loop().create_future())
        self.waiting.put_nowait(job)
        return job.done

    async def keep(self, desk: Desk) -> None:
        """A desk takes job after job."""
        while True:
            job = await self.waiting.get()
            if job.ticket.void or job.done.cancelled():
                job.done.cancel()
                continue
            try:
                answer = await asyncio.to_thread(desk.carry_out, job.work, job.given, PATIENCE if job.rank == REPORT else LONGEST)
                if not job.done.done():
                    job.done.set_result(answer)
            except Exception as error:
                if not job.done.done():
                    job.done.set_exception(error)
