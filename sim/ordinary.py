"""Ordinary days: the schedule of `sim/day.py` without what only some strategies and markets have, each day in two compiled pieces.

A day of few people costs Python more than the people do (decision 084). The lives are the same to the bit.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sim import books, day, openings, outlet_day
from sim.chance import ROW
from sim.compiled import njit, straight
from sim.consumers import live_people
from sim.day import next_plan
from sim.records import (
    CALL_CANCEL,
    CALL_DELIVERY,
    CALL_LEAD,
    CALL_ONLINE,
    CALL_RETURN,
    CALL_TALK,
    CALLS,
    IN_LINE,
    JOURNEY,
    NEVER,
    ORDER,
    copied,
)  # fmt: skip
from sim.rules import incentive, queueing, referral, retail, touchpoints, word_of_mouth, workforce
from sim.world import World

if TYPE_CHECKING:
    from sim.replication import History

# a clock: the day, and the next on which retailers are judged; how many leads are open, people wait in line, arrive and come
# unsimulated, and orders there are; whether other people work tomorrow
TODAY, JUDGED, LEADS, WAITING, ARRIVALS, UNSIMULATED, ORDERED, CHANGED, CLOCK = range(9)
ON, FULL, EVENING = range(3)  # after a day: another can follow, or there may be no room for it; all is done but the books
FEW = 4096  # people in line, for whom there is always room


def nobody_asks() -> None:
    """Nothing is asked before a day."""


def live_on(world: World, history: "History", last: int, ask: Callable[[], None] = nobody_asks) -> None:
    """Lives the days through `last` as `sim.day.live` does, and records those that count.

    ask  is called before each day; what it raises ends the life there, and leaves a world that cannot be lived on
    """
    room = None
    while world.day < last:
        if is_ordinary(world):
            room = room or Room(world)
            live_ordinary(world, history, last, room, ask)
        else:
            ask()
            history.add(world, day.live(world))


def is_ordinary(world: World) -> bool:
    """Whether tomorrow has nothing that only `sim.day.live` does: parallel parts, events, what few brands do, what is done once a month."""
    market = world.scenario.market
    return (
        world.threads == 1
        and not any(world.in_use._replace(training=()))
        and not market.events
        and market.asking.friends == 0.0
        and world.outlets.size > 0
        and not any(members.size for members in world.members)
        and not any(rows.size for rows, _ in world.near)
        and goes_on(world)
    )


def goes_on(world: World) -> bool:
    """Whether tomorrow is ordinary where today was: nothing is reckoned anew that is once a month, or once in a life."""
    tomorrow, pace = world.day + 1, world.scenario.market.drift.pace
    return last_ordinary(world) >= tomorrow and (tomorrow % day.MONTH != 1 or not (pace > 0.0 or openings.are_outlets_waiting(world)))


def last_ordinary(world: World) -> int:
    """The last day of tomorrow's media plan, or the day before one on which desks or costs are reckoned anew."""
    last = next_plan(world.day + 1) - 1
    hires = any(strategy.hiring.rule == "utilisation" for strategy in world.lived)
    ends = [end for days in world.in_use.training if days is not None and (end := world.opened_day + days) >= world.day]  # costs follow
    return min([last - 1 if hires else last, *ends])


def live_ordinary(world: World, history: "History", last: int, room: "Room", ask: Callable[[], None]) -> None:
    """Lives ordinary days through `last`, or through one after which there is no more room, other people work or retailers are judged.

    What works and waits is taken from the world once and handed back at the end, not month by month.
    """
    history.make_room(world)
    room.enter(world)
    then = ON
    while then == ON and world.day < last and goes_on(world):
        then = live_month(world, history, min(last, last_ordinary(world)), room, ask)
    room.hand_over(history)
    world.active, world.line = room.leads[: room.clock[LEADS]], room.line
    if world.planned_day != world.day:
        world.days_between_before = world.days_between
    if then == EVENING:
        end_day(world, history, bool(room.clock[CHANGED]))


def live_month(world: World, history: "History", last: int, room: "Room", ask: Callable[[], None]) -> int:
    """Lives the days of one media plan through `last`; what follows, one of ON, FULL and EVENING."""
    clock, then, world.day = room.clock, ON, world.day + 1
    if world.day % day.MONTH == 1 or world.day == world.opened_day + 1:
        day.plan_media(world)
        retail.ask_around(world.brands)
    room.open_diary(world, history, last - world.day + 1)
    home = of_home(world, room)
    while then == ON and clock[TODAY] < last:
        ask()
        standing = room.live_home(*home)
        if standing > room.most:
            room.most = max(FEW, standing)
            room.firm, room.live_firm = of_firm(world, room, history, room.most), at_outlets
        then = room.live_firm(*room.firm)
        if room.live_home is at_home or room.live_firm is at_outlets:
            room.live_home, room.live_firm = straight(at_home), straight(at_outlets)
    world.day = int(clock[TODAY])
    return then


def end_day(world: World, history: "History", changed: bool) -> None:
    """What is left of a day after which other people work or retailers are judged."""
    if changed:
        day.change_shifts(world)
    day.pay(world)
    if day.is_years_end(world.day):
        day.judge_retailers(world, history.diaries)
    history.make_room(world)
    books.write_down(world.day, world.flow, world.opened, world.tally, world.ledger, world.line, *history.kept)


class Room:
    """Arrays for the ordinary days of a world to work in, and what the days write that somebody else keeps."""

    def __init__(self, world: World):
        self.take, n, brands = world.room.take, world.people.size, world.brands.size
        minds, outlets = n * brands, world.outlets.size
        looks = world.room.together(("looks", 0), touchpoints.LINES * brands, touchpoints.LOOKS)
        listeners, good = self.take(("listeners", 0), minds, np.int64), self.take(("good", 0), minds, np.int8)
        self.leads, self.orders = self.take("agenda", minds, np.int64), self.take("orders", n + n // 4, ORDER)  # nobody signs twice a day
        self.of_people = self.take("awake", n + 1, np.uint32), looks, listeners, good, self.leads
        self.calls = self.take(("calls", 0), minds, np.int32, CALLS), np.zeros(CALLS, np.int64), self.take("arrived", minds, IN_LINE)
        self.come, self.counts, self.cursor = self.take("come", outlets, np.int64), np.zeros(3, np.int64), np.zeros(1, np.int64)
        self.hours = (
            self.take("meetings", outlets, np.float64),
            self.take("ahead", outlets, np.int64),
            self.take("drives", outlets, np.float64),
        )

    def enter(self, world: World) -> None:
        """The leads and the line of a world, and its clock, on the night before; an empty diary."""
        judged = world.day + 1 + -(world.day + 1) % day.YEAR
        self.clock = np.zeros(CLOCK, np.int64)
        self.clock[TODAY], self.clock[LEADS], self.clock[WAITING] = world.day, world.active.size, world.line.size
        self.clock[JUDGED] = judged if day.is_years_end(judged) else NEVER
        self.leads[: world.active.size] = world.active
        self.lines = [self.take(("queue", k), max(FEW, world.line.size), IN_LINE) for k in range(2)]
        self.line[:] = world.line
        self.diary, self.firm, self.most = self.take("diary", 1, JOURNEY), (), -1
        self.live_home, self.live_firm = at_home, at_outlets

    def open_diary(self, world: World, history: "History", days: int) -> None:
        """There is room for so many more days of journeys; what `at_outlets` is given is gathered anew for other room."""
        lines = world.diary_room + 16 * world.tracked * days
        if self.cursor[0] + lines > self.diary.size:
            self.keep_diary(history)
            self.diary, self.most = self.take("diary", lines, JOURNEY), -1

    def keep_diary(self, history: "History") -> None:
        """The days' journeys are kept."""
        if self.cursor[0]:
            history.diaries.append(day.lines_of(self.diary, int(self.cursor[0])))
        self.cursor[0] = 0

    @property
    def of_both(self) -> tuple[np.ndarray, ...]:
        """What both pieces of a day are given."""
        return *self.calls, self.come, self.counts, self.diary, self.cursor

    @property
    def line(self) -> np.ndarray:
        """Who waits after the day of the clock."""
        return self.lines[self.clock[TODAY] % 2][: self.clock[WAITING]]

    def of_line(self, most: int) -> tuple[np.ndarray, ...]:
        """Room for a line of so many people today, beside yesterday's, for its luck, for the desks' hours and for orders."""
        yesterday = 1 - int(self.clock[TODAY] % 2)
        waiting = self.lines[yesterday][: self.clock[WAITING]]
        self.lines = [self.take(("queue", k), most, IN_LINE) for k in range(2)]
        self.lines[yesterday][: self.clock[WAITING]] = waiting
        draws, keys = self.take("draws", most + ROW, np.float64), self.take("keys", queueing.NUMBERS * (most + ROW), np.int64)
        return *self.lines, draws, keys, *self.hours, self.orders

    def hand_over(self, history: "History") -> None:
        """The days' orders and journeys are kept."""
        if self.clock[ORDERED]:
            history.orders.append(np.asarray(copied(self.orders[: self.clock[ORDERED]])))
        self.keep_diary(history)


def of_home(world: World, room: Room) -> tuple:
    """What `at_home` is given."""
    return (
        room.clock, world.planned_day, world.weight, world.luck, world.wakes, world.people, world.minds, world.brands, world.outlets,
        world.starts, world.friends, world.fade, world.need_table, world.market, world.tone, world.rate, world.days_between,
        world.days_between_before, world.reached, world.reached_before, world.flow, world.tally, world.opened, world.contacts, world.ledger,
        *room.of_people, *room.of_both,
    )  # fmt: skip


def of_firm(world: World, room: Room, history: "History", most: int) -> tuple:
    """What `at_outlets` is given, with room for a line of so many people."""
    return (
        room.clock, world.opened_day, world.weight, world.luck, world.people, world.minds, world.brands, world.outlets, world.staff,
        world.need_table, world.market, world.flow, world.tally, world.opened, world.ledger, world.carried, world.costs, world.earned,
        *room.of_line(most), *room.of_both, *history.kept,
    )  # fmt: skip


@njit
def at_home(
    clock, planned_day, weight, luck, wakes, people, minds, brands, outlets, starts, friends, fade, table, market, tone,
    rate, days_between, days_between_before, reached, reached_before, flow, tally, opened, contacts, ledger,
    awake, looks, listeners, good, agenda, calls, called, arrived, come, counts, diary, cursor,
):  # fmt: skip
    """A day until it is known who comes to the outlets: lines 2 to 5 of the schedule, and leads. Returns how many will stand in line.

    clock  becomes the next day's; the others are as in `World` and `Room`
    """
    clock[TODAY] += 1
    today = clock[TODAY]
    flow[:], tally[:], opened[:], ledger[:], called[:] = 0, 0, 0, 0, 0
    touchpoints.lay_on(rate, reached, reached_before)
    live_people(
        0, people.size, wakes, awake, people, minds, brands, reached, reached_before, days_between,
        days_between_before if today == planned_day else days_between, table, fade, today, next_plan(today), today == planned_day,
        luck, market, flow, contacts, tally, ledger, looks, calls, called, diary, cursor,
    )  # fmt: skip
    speakers = calls[CALL_TALK, : called[CALL_TALK]]
    word_of_mouth.choose_listeners(speakers, people, minds, starts, friends, tone, today, luck, market, listeners, good, diary, cursor)
    word_of_mouth.spread_word(speakers, listeners, good, wakes, people, minds, today, market, tally)
    leads, returns = calls[CALL_LEAD, : called[CALL_LEAD]], calls[CALL_RETURN, : called[CALL_RETURN]]
    outlet_day.receive(
        leads, returns, agenda[: clock[LEADS]], people, minds, brands, outlets, opened, today, weight, luck, market, tally,
        agenda, arrived, come, counts, diary, cursor,
    )  # fmt: skip
    clock[LEADS], clock[ARRIVALS], clock[UNSIMULATED] = counts[0], counts[1], counts[2]
    return clock[WAITING] + clock[ARRIVALS] + clock[UNSIMULATED]


@njit
def at_outlets(
    clock, opened_day, weight, luck, people, minds, brands, outlets, staff, table, market, flow, tally, opened, ledger, carried, costs,
    earned, even, odd, draws, keys, meetings, ahead, drives, orders, calls, called, arrived, come, counts, diary, cursor,
    stocks, flows, openings, tallies, book, entered, stood,
):  # fmt: skip
    """The rest of the day: lines 6 to 10 of the schedule; what follows, one of ON, FULL and EVENING.

    even, odd  room for the line of even and of odd days, yesterday's in one of them; the others are as in `World`, `Room` and `History`
    """
    today = clock[TODAY]
    line, before = (odd, even) if today % 2 == 1 else (even, odd)
    outlet_day.attend(
        calls[CALL_ONLINE, : called[CALL_ONLINE]], before[: clock[WAITING]], arrived[: clock[ARRIVALS]], come, people, minds, brands,
        outlets, staff, today, luck, market, flow, tally, line, draws, keys, meetings, ahead, drives, orders[clock[ORDERED] :], counts,
        diary, cursor,
    )  # fmt: skip
    signed = orders[clock[ORDERED] : clock[ORDERED] + counts[0]]
    clock[ORDERED] += counts[0]
    clock[WAITING] = counts[1]
    if today > 0:
        referral.pay_rewards(signed, brands, ledger)
        incentive.pay_commissions(signed, brands, ledger)
    outlet_day.move_cars(
        calls[CALL_CANCEL, : called[CALL_CANCEL]], signed, calls[CALL_DELIVERY, : called[CALL_DELIVERY]], people, minds, brands,
        outlets, today, weight, luck, table, market, ledger, carried, tally, diary, cursor,
    )  # fmt: skip
    clock[CHANGED] = workforce.live_work(
        staff, outlets, brands, today - opened_day, weight, today, luck, market, tally, ledger, carried
    )  # fmt: skip
    if clock[CHANGED] or today == clock[JUDGED]:
        return EVENING
    books.settle(costs, ledger, carried, earned)
    books.write_down(
        today, flow, opened, tally, ledger, line[: clock[WAITING]], stocks, flows, openings, tallies, book, entered, stood
    )  # fmt: skip
    return ON if clock[ORDERED] + people.size <= orders.size and entered[0] + ledger.size <= book.size else FULL
