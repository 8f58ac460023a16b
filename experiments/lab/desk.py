"""The desks where lives are lived: worker processes with limits, one line for all of them, and the latest question of each page wins."""

import asyncio
import io
import itertools
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler

from experiments.lab.known import Known, Name
from sim.scenario import Market, Strategy

LONGEST = 30.0  # seconds of one life, after which its process is ended
PATIENCE = 10 * LONGEST  # seconds of a report, which is many lives and their pictures
WIDEST = 4 * 2**30  # bytes that a process may take beyond what it has at its start
LINE = 200  # jobs that may wait
HANDED = 64  # markets and strategies that a process keeps, so that who moves one lever need not hand over all the others again
LOOK, SHOW, MORE, REPORT = range(4)  # what is seen first is lived first; reports have a desk of their own


class TooMuch(Exception):
    """A job took too long or too much memory."""


class Busy(Exception):
    """Too many jobs wait."""


class CalledOff(Exception):
    """Nobody waits for the job any more."""


@dataclass
class Ticket:
    """Of one question of one page; a job whose ticket is void is not begun, and one that is at a desk is called off."""

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
    name: Name | None = field(compare=False)  # of its answer, where that is remembered
    hear: Callable[[bytes], None] = field(compare=False)  # hears, in another thread, what is told before the answer


class Parcel(ForkingPickler):
    """What is handed to a process; a market or strategy that it was handed before is only named by its number."""

    def __init__(self, file: io.BytesIO, handed: dict[Market | Strategy, int]):
        super().__init__(file)
        self.handed = handed

    def reducer_override(self, thing: object) -> object:
        """The function of this module, and what it is given, that makes the thing in the process."""
        if not isinstance(thing, Market | Strategy):
            return NotImplemented
        number = self.handed.get(thing)  # asked once: to compare all levers of two strategies takes a while
        if number is not None:
            return held, (number,)
        number = self.handed[thing] = len(self.handed)
        return hold, (number, type(thing), vars(thing))


HELD: dict[int, Market | Strategy] = {}  # in a worker process: what it was handed, by number


def hold(number: int, kind: type, values: dict[str, object]) -> Market | Strategy:
    """A market or strategy, which the process keeps from now on under a number."""
    HELD[number] = thing = kind.__new__(kind)
    vars(thing).update(values)
    return thing


def held(number: int) -> Market | Strategy:
    """What the process was handed before."""
    return HELD[number]


class Desk:
    """One worker process; it is begun anew when it dies or takes too long."""

    def __init__(self):
        self.handed: dict[Market | Strategy, int] = {}  # what the process was handed, and the number of each
        self.process, self.pipe, self.job = None, None, None
        self.context = multiprocessing.get_context("spawn")
        self.off = self.context.RawValue("q", -1)  # the number of the job that is called off

    def begin(self) -> None:
        """Begins the process."""
        self.handed.clear()
        self.pipe, theirs = self.context.Pipe()
        self.process = self.context.Process(target=serve, args=(theirs, self.off), daemon=True)
        self.process.start()
        theirs.close()

    def end(self) -> None:
        """Ends the process."""
        if self.process:
            self.process.kill()
            self.process.join()
            self.pipe.close()
        self.process = None

    def hand_over(self, things: tuple) -> None:
        """Sends things to the process; what could not be sent was not handed over."""
        handed, parcel = {} if len(self.handed) > HANDED else dict(self.handed), io.BytesIO()
        Parcel(parcel, handed).dump(things)
        self.pipe.send_bytes(parcel.getbuffer())
        self.handed = handed

    def carry_out(self, job: Job) -> object:
        """What a job comes to.

        Raises TooMuch when it takes too long or its process dies, CalledOff, and what the work itself raises.
        """
        if self.process is None or not self.process.is_alive():
            self.end()
            self.begin()
        try:
            self.hand_over((job.number, job.work, job.given))
            fine = None
            while fine is None:
                if not self.pipe.poll(PATIENCE if job.rank == REPORT else LONGEST):
                    self.end()
                    raise TooMuch
                fine, answer = self.pipe.recv()
                if fine is None:
                    job.hear(answer)
        except (EOFError, OSError):
            self.end()
            raise TooMuch from None
        if not fine:
            raise answer
        return answer


def unheard(part: bytes) -> None:
    """Nobody listens to what is told before an answer."""


def wanted() -> None:
    """Raises CalledOff, in a worker process, when nobody waits any more for the job that it is at."""


def tell(part: bytes) -> None:
    """Tells, in a worker process, whoever waits for the job that it is at what there is so far."""


def serve(pipe: Connection, off: multiprocessing.RawValue) -> None:
    """The life of a worker process: works, answers, until the pipe is closed."""
    global wanted, tell
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (WIDEST, WIDEST))
    number = -1

    def wanted() -> None:
        if off.value == number:
            raise CalledOff

    def tell(part: bytes) -> None:
        pipe.send((None, part))

    with suppress(EOFError, KeyboardInterrupt):
        while True:
            number, work, given = pipe.recv()
            try:
                pipe.send((True, work(*given)))
            except Exception as error:  # whatever it is, it belongs to whoever asked
                pipe.send((False, TooMuch() if isinstance(error, MemoryError) else error))


class Line:
    """Everybody's jobs in one line before some desks, and before one more desk those who wait for a report."""

    def __init__(self, desks: int):
        self.desks, self.writing = [Desk() for _ in range(desks)], Desk()
        self.waiting: asyncio.PriorityQueue[Job] = asyncio.PriorityQueue()
        self.reports: asyncio.PriorityQueue[Job] = asyncio.PriorityQueue()
        self.numbers = itertools.count()
        self.latest: dict[str, Ticket] = {}
        self.known = Known()
        self.tasks: list[asyncio.Task] = []

    def open(self) -> None:
        """Begins to serve."""
        places = [*((desk, self.waiting) for desk in self.desks), (self.writing, self.reports)]
        self.threads = ThreadPoolExecutor(len(places))  # one for each desk, that waits for it
        self.tasks = [asyncio.create_task(self.keep(desk, line)) for desk, line in places]

    async def close(self) -> None:
        """Ends every process."""
        for task in self.tasks:
            task.cancel()
        for desk in (*self.desks, self.writing):
            desk.end()
        self.threads.shutdown(wait=False)

    def ticket(self, page: str) -> Ticket:
        """A ticket for a page's new question; the one before is void."""
        if page in self.latest:
            self.call_off(self.latest.pop(page))
        self.latest[page] = Ticket()
        while len(self.latest) > 1000:
            self.latest.pop(next(iter(self.latest)))
        return self.latest[page]

    def call_off(self, ticket: Ticket) -> None:
        """Nobody waits any more for what is done for a ticket."""
        ticket.void = True
        for desk in self.desks:
            if desk.job and desk.job.ticket is ticket:
                desk.off.value = desk.job.number

    def ask(
        self, rank: int, ticket: Ticket, work: Callable, *given: object, name: Name | None = None, hear: Callable[[bytes], None] = unheard
    ) -> asyncio.Future:  # fmt: skip
        """Puts a job in line.

        name  of the answer, which is then remembered, and not worked for again while it is
        hear  is called, in another thread, with what is told before the answer

        Raises Busy where too many wait.
        """
        line = self.reports if rank == REPORT else self.waiting
        job = Job(rank, next(self.numbers), ticket, work, given, asyncio.get_running_loop().create_future(), name, hear)
        if self.remembers(job):
            return job.done
        if line.qsize() >= LINE:
            raise Busy
        line.put_nowait(job)
        return job.done

    def remembers(self, job: Job) -> bool:
        """Whether the answer to a job is known, which ends it."""
        answer = self.known.get(job.name) if job.name else None
        if answer is not None:
            job.done.set_result(answer)
        return answer is not None

    async def keep(self, desk: Desk, line: asyncio.PriorityQueue) -> None:
        """A desk takes job after job."""
        while True:
            job = desk.job = await line.get()
            if job.ticket.void or job.done.cancelled():
                job.done.cancel()
                continue
            if self.remembers(job):  # by now
                continue
            try:
                answer = await asyncio.get_running_loop().run_in_executor(self.threads, desk.carry_out, job)
                if job.name:
                    self.known.keep(job.name, answer)
                if not job.done.done():
                    job.done.set_result(answer)
            except CalledOff:
                job.done.cancel()
            except Exception as error:
                if not job.done.done():
                    job.done.set_exception(error)
