"""The schedule: one day on one screen (ODD 3). Consumers act on yesterday's world."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sim import books
from sim.chance import Decision, patience
from sim.compiled import njit
from sim.records import (
    CALL_CANCEL, CALL_DELIVERY, CALL_LEAD, CALL_ONLINE, CALL_RETURN, CALL_TALK, CALLS, IN_LINE, JOURNEY, LEAD_NONE, ORDER, T, readable,
)  # fmt: skip
from sim.rules import consideration, needs, ownership, retail, selling, touchpoints, word_of_mouth, workforce
from sim.stages import Event, Stage, move, note, rings
from sim.world import World

YEAR, MONTH = 365, 30
T_OWNERS_LOST = T["owners_lost"]
POOLS: dict[int, ThreadPoolExecutor] = {}


def live(world: World) -> "Day":
    """One day. The order of these lines is the schedule."""
    world.day += 1
    today = Day(world)
    if world.day % MONTH == 1 or world.day == world.opened_day + 1:
        plan_media(world)
        retail.ask_around(world.brands)
    advertise(world)
    live_consumers(world, today)
    speak(world, today)
    sell(world, today)
    deliver(world, today)
    workforce.live_work(world.staff, world.outlets, world.brands, world.day, world.luck, world.market, world.tally)
    pay(world)
    if world.day % YEAR == 0 and world.day > 0:
        support_losers(world)
    return today


class Day:
    """What one day hands from line to line: calls of consumers, today's orders, tracked journeys."""

    def __init__(self, world: World):
        for counts in (world.flow, world.tally, world.opened, world.ledger):
            counts[...] = 0
        tracked = int(np.count_nonzero(world.people["tracked"]))
        self.room = 16 * tracked + (4096 if tracked else 1)
        self.diary, self.cursor = readable(np.zeros(self.room, JOURNEY)), np.zeros(1, np.int64)
        self.diaries: list[np.ndarray] = []
        self.calls: list[np.ndarray] = []
        self.orders = readable(np.zeros(0, ORDER))

    def keep(self, diary: np.ndarray, written: int) -> None:
        """Keeps a full diary's lines; a longer day than there was room for is an error, not a loss."""
        if written > diary.size:
            raise RuntimeError(f"a day of tracked journeys needs {written} lines and has room for {diary.size}; track fewer consumers")
        self.diaries.append(diary[:written])


# ---- 2, 3 touchpoints: budgets become intensities --------------------------------------------------------------------


def plan_media(world: World) -> None:
    """Once a month the reachable people are counted and budgets become intensities."""
    sums = np.zeros(world.rate.shape, np.int64)
    touchpoints.sum_affinity(world.people, world.minds, sums)
    for b in range(world.brands.size):
        touchpoints.intensities(world.brands[b], b, sums, world.weight, world.rate)


def advertise(world: World) -> None:
    """Another day of exposure is laid on."""
    world.reached_before = world.reached.copy()
    world.reached += world.rate


# ---- 4 consumers -----------------------------------------------------------------------------------------------------


def live_consumers(world: World, today: Day) -> None:
    """Everybody's day, in as many parallel parts as there are threads; parts are joined in the order of people."""
    n, parts = world.people.size, max(1, min(world.threads, world.people.size))
    season = needs.season(world.scenario.market, world.day)
    edges = [n * k // parts for k in range(parts + 1)]

    def part(k: int) -> tuple:
        size = (edges[k + 1] - edges[k]) * world.minds.shape[0]
        calls, called = np.empty((CALLS, size), np.int32), np.zeros(CALLS, np.int64)
        flow, tally, ledger = np.zeros_like(world.flow), np.zeros_like(world.tally), np.zeros_like(world.ledger)
        diary, cursor = readable(np.zeros(today.room, JOURNEY)), np.zeros(1, np.int64)
        live_people(
            edges[k], edges[k + 1], world.people, world.minds, world.brands, world.reached, world.reached_before, world.hazard, season,
            world.fade, world.day, world.luck, world.market, flow, tally, ledger, calls, called, diary, cursor,
        )  # fmt: skip
        return calls, called, flow, tally, ledger, diary, cursor

    done = [part(0)] if parts == 1 else list(pool(parts).map(part, range(parts)))
    today.calls = [np.concatenate([calls[c, : called[c]] for calls, called, *_ in done]) for c in range(CALLS)]
    for _, _, flow, tally, ledger, diary, cursor in done:
        world.flow += flow
        world.tally += tally
        world.ledger += ledger
        today.keep(diary, int(cursor[0]))


def pool(threads: int) -> ThreadPoolExecutor:
    """The threads of this process, started once."""
    if threads not in POOLS:
        POOLS[threads] = ThreadPoolExecutor(threads)
    return POOLS[threads]


@njit
def live_people(
    low, high, people, minds, brands, reached, reached_before, hazard, season, fade, day, luck, market_,
    flow, tally, ledger, calls, called, diary, cursor,
):  # fmt: skip
    """The fused pass: the day of people low..high-1, each on yesterday's world, writing only their own rows and this part's counts."""
    market = market_[0]
    n = people.size
    all_talk = market.word_of_mouth.speakers == word_of_mouth.EVERYBODY_AWARE
    for i in range(low, high):
        who = people[i]
        change = needs.NOTHING
        if not needs.need_stays_closed(who, day, season, hazard):
            change = needs.live_need(who, day, season, hazard, luck, market, tally[0])
            if change != needs.NOTHING:
                note(who, 0, minds[0, i], needs_event(change), day, diary, cursor)
        group = touchpoints.IN_NEED if who.need_since >= 0 else touchpoints.OUT_OF_NEED
        for b in range(minds.shape[0]):
            mind = minds[b, i]
            undisturbed = change == needs.NOTHING and mind.group == group and mind.heard_good + mind.heard_bad == 0
            if undisturbed and who.car != b and not all_talk and not touchpoints.any_contact(mind, b, group, reached):
                if mind.stage == Stage.UNAWARE or mind.stage == Stage.LOST:
                    continue
                if mind.stage <= Stage.INTENT:
                    brand = brands[b]
                    price, online = brand.expected_price[who.tier], brand.terms[who.tier].online
                    if consideration.quiet_day(who, mind, price, online, brand.plan.pull, day, fade, market):
                        continue
            live_mind(
                who, i, b, n, mind, brands[b], change, reached, reached_before, fade, day, luck, market,
                flow, tally[b], ledger, calls, called, diary, cursor,
            )  # fmt: skip
        if change == needs.RIVAL_CLOSED:
            needs.drive_rival(who, day)


@njit
def needs_event(change):
    """The journey's word for what happened to the need."""
    if change == needs.OPENED:
        return Event.NEED_OPENS + 0
    return (Event.RIVAL_CLOSES_NEED + 0) if change == needs.RIVAL_CLOSED else (Event.PUTS_NEED_OFF + 0)


@njit
def live_mind(
    who, i, b, n, mind, brand, change, reached, reached_before, fade, day, luck, market, flow, tally, ledger, calls, called, diary, cursor
):
    """One mind's day: contacts, messages, what the need did, the clocks of its stage, owning."""
    in_need = who.need_since >= 0
    group = touchpoints.IN_NEED if in_need else touchpoints.OUT_OF_NEED
    if mind.group != group:
        touchpoints.retarget(mind, b, group, reached_before)
    noticed, lead = -1, -1
    if touchpoints.any_contact(mind, b, group, reached):
        noticed, lead = touchpoints.take_contacts(who, b, mind, brand, reached, day, luck, fade, tally, diary, cursor)
    if mind.heard_good > 0 or mind.heard_bad > 0:
        if word_of_mouth.hear(who, b, mind, day, luck, fade, market, diary, cursor):
            noticed = word_of_mouth.WORD_OF_MOUTH
    if who.car == b:
        drive_ours(who, b, mind, brand, day, luck, market, ledger, tally, diary, cursor)
    stage, asked = mind.stage, False
    if change != needs.NOTHING:
        tally[T_OWNERS_LOST] += 1 if change == needs.RIVAL_CLOSED and who.car == b else 0
        turn_with_need(who, b, mind, change, day, luck, market, flow, diary, cursor)
    elif stage == Stage.UNAWARE:
        if noticed >= 0:
            mind.first_touch = noticed
            move(who, b, mind, Stage.AWARE, Event.NOTICES, day, luck, market, flow, diary, cursor, noticed)
    elif stage <= Stage.INTENT:
        asked = live_stage(who, i, b, n, mind, brand, day, luck, fade, market, flow, tally, calls, called, diary, cursor)
    elif stage != Stage.LOST:
        live_owner(who, i, b, n, mind, in_need, day, luck, market, flow, calls, called, diary, cursor)
    if lead >= 0 and mind.lead == LEAD_NONE and not asked:
        mind.lead_touch = lead
        call(CALL_LEAD, b * n + i, calls, called)
    if word_of_mouth.talk_rings(who, b, mind, market, luck):
        call(CALL_TALK, b * n + i, calls, called)


@njit
def call(kind, row, calls, called):
    """Hands a mind on to a later line of the day."""
    calls[kind, called[kind]] = row
    called[kind] += 1


@njit
def drive_ours(who, b, mind, brand, day, luck, market, ledger, tally, diary, cursor):
    """Whoever drives our car brings it to service and minds what friends have paid."""
    word_of_mouth.envy(who, market)
    if ownership.service_rings(who, luck, market):
        ownership.visit_service(who, b, mind, brand, day, luck, market, ledger, tally, diary, cursor)


@njit
def turn_with_need(who, b, mind, change, day, luck, market, flow, diary, cursor):
    """What a need that opens, is closed by a rival or is put off does to a mind."""
    ours = who.car == b
    stage = mind.stage
    shopping = stage == Stage.CONSIDERATION or stage == Stage.INTENT
    if change == needs.OPENED:
        mind.leads, mind.visits_made, mind.seeks, mind.searched, mind.first_touch = 0, 0, 0, 0, -1
        mind.meetings[:] = 0
        mind.seek = patience(luck, Decision.SEEKS, who.id, selling.numbered(who, 0), b)
        if stage == Stage.LOST:
            move(who, b, mind, Stage.AWARE, Event.REOPENS, day, luck, market, flow, diary, cursor)
        return
    if mind.lead != LEAD_NONE:
        selling.close_lead(who, b, mind, day, diary, cursor)
    if change == needs.PUT_OFF and shopping and ours:
        move(who, b, mind, Stage.OWNER, Event.STAYS, day, luck, market, flow, diary, cursor)
    elif ours and change == needs.RIVAL_CLOSED and (shopping or stage == Stage.OWNER or stage == Stage.ADVOCATE):
        move(who, b, mind, Stage.LOST, Event.DEFECTS, day, luck, market, flow, diary, cursor)
    elif shopping:
        move(who, b, mind, Stage.LOST, Event.GIVES_UP, day, luck, market, flow, diary, cursor)


@njit
def live_stage(who, i, b, n, mind, brand, day, luck, fade, market, flow, tally, calls, called, diary, cursor):
    """The clocks of AWARE to INTENT: advance, leave, search by oneself, seek a salesperson; returns whether a lead was asked for."""
    consideration.search(who, b, mind, brand.plan.content_quality, day, luck, fade, market, tally, diary, cursor)
    terms = brand.terms[who.tier]
    advance, leave, seek = consideration.stage_hazards(
        who, mind, brand.expected_price[who.tier], terms.online, brand.plan.pull, day, fade, market
    )
    stage = mind.stage
    if rings(mind.advance, advance, mind.leave, leave):
        if stage == Stage.AWARE:
            move(who, b, mind, Stage.INTEREST, Event.GROWS_CURIOUS, day, luck, market, flow, diary, cursor)
        elif stage == Stage.INTEREST:
            move(who, b, mind, Stage.CONSIDERATION, Event.COMPARES, day, luck, market, flow, diary, cursor)
        elif stage == Stage.CONSIDERATION:
            move(who, b, mind, Stage.INTENT, Event.DECIDES, day, luck, market, flow, diary, cursor)
        else:
            call(CALL_ONLINE, b * n + i, calls, called)
        return False
    if rings(mind.leave, leave, mind.advance, advance):
        if stage == Stage.AWARE:
            move(who, b, mind, Stage.UNAWARE, Event.FORGETS, day, luck, market, flow, diary, cursor)
        elif stage == Stage.INTEREST:
            move(who, b, mind, Stage.AWARE, Event.FORGETS, day, luck, market, flow, diary, cursor)
        else:
            if mind.lead != LEAD_NONE:
                selling.close_lead(who, b, mind, day, diary, cursor)
            move(who, b, mind, Stage.LOST, Event.GIVES_UP, day, luck, market, flow, diary, cursor)
        return False
    mind.advance -= advance
    mind.leave -= leave
    if seek > 0.0 and not mind.queued:
        mind.seek -= seek
        if mind.seek <= 0.0:
            mind.seeks += 1
            mind.seek = patience(luck, Decision.SEEKS, who.id, selling.numbered(who, mind.seeks), b)
            if mind.lead == LEAD_NONE:
                mind.lead_touch = -1  # a walk-in
                call(CALL_LEAD, b * n + i, calls, called)
                return True
            call(CALL_RETURN, b * n + i, calls, called)
    return False


@njit
def live_owner(who, i, b, n, mind, in_need, day, luck, market, flow, calls, called, diary, cursor):
    """The clocks of OWNER and ADVOCATE: wait for the car or cancel, recommend or cool, look again."""
    if who.order == b and day >= who.due_day:
        call(CALL_DELIVERY, b * n + i, calls, called)
        return
    advance, leave = ownership.owner_hazards(who, b, mind, in_need, market)
    if rings(mind.advance, advance, mind.leave, leave):
        if mind.stage == Stage.OWNER:
            move(who, b, mind, Stage.ADVOCATE, Event.RECOMMENDS, day, luck, market, flow, diary, cursor)
        else:
            move(who, b, mind, Stage.OWNER, Event.COOLS, day, luck, market, flow, diary, cursor)
    elif rings(mind.leave, leave, mind.advance, advance):
        if who.order == b:
            who.order = -1
            who.need_wait = patience(luck, Decision.NEED, who.id, who.needs)
            needs.drive_rival(who, day)
            call(CALL_CANCEL, b * n + i, calls, called)
            move(who, b, mind, Stage.LOST, Event.CANCELS, day, luck, market, flow, diary, cursor)
        else:
            move(who, b, mind, Stage.CONSIDERATION, Event.LOOKS_AGAIN, day, luck, market, flow, diary, cursor)
    else:
        mind.advance -= advance
        mind.leave -= leave


# ---- 5 word of mouth -------------------------------------------------------------------------------------------------


def speak(world: World, today: Day) -> None:
    """Speakers talk; messages count tomorrow."""
    word_of_mouth.spread_word(
        today.calls[CALL_TALK], world.people, world.minds, world.starts, world.friends, world.day, world.luck, world.market,
        world.tally, today.diary, today.cursor,
    )  # fmt: skip


# ---- 6 selling -------------------------------------------------------------------------------------------------------


def sell(world: World, today: Day) -> None:
    """Outlets answer leads and serve queues: arrive, serve, abandon."""
    people, minds, brands, outlets = world.people, world.minds, world.brands, world.outlets
    day, luck, market, tally, diary, cursor = world.day, world.luck, world.market, world.tally, today.diary, today.cursor
    selling.forget_oldest(outlets, brands, day)
    leads, online = today.calls[CALL_LEAD], today.calls[CALL_ONLINE]
    selling.receive_leads(leads, people, minds, brands, outlets, world.opened, day, luck, market, tally, diary, cursor)
    selling.return_visits(today.calls[CALL_RETURN], people, minds, day, luck, market)
    active = np.concatenate([world.active, leads])
    line = readable(np.zeros(world.line.size + active.size + background_room(world), IN_LINE))
    line[: world.line.size] = world.line
    length = np.array([world.line.size])
    kept = selling.work_agenda(active, people, minds, brands, outlets, day, luck, market, tally, line, length, diary, cursor)
    world.active = active[:kept].copy()
    selling.open_desks(outlets, brands, day, world.opened_day, world.weight, luck, tally, line, length)
    line = selling.in_order(line[: length[0]])
    room, drives = np.empty(outlets.size), np.empty(outlets.size)
    selling.open_hours(outlets, room, drives, world.scenario.market.meeting.drives_per_car)
    orders, taken = readable(np.zeros(line.size + online.size, ORDER)), np.zeros(1, np.int64)
    selling.sign_online(online, people, minds, brands, outlets, day, luck, market, world.flow, tally, orders, taken, diary, cursor)
    stay = selling.serve(
        line, people, minds, brands, outlets, world.staff, room, drives, day, luck, market, world.flow, tally, orders, taken, diary, cursor
    )
    world.line = line[:stay].copy()
    tally[:, T["waiting"]] = np.bincount(world.line["brand"][world.line["person"] >= 0], minlength=brands.size)
    today.orders = orders[: taken[0]]


def background_room(world: World) -> int:
    """Places in line for the unsimulated: ten times what a month of visits makes likely."""
    if world.weight <= 1:
        return 0
    recent = world.brands["visits"].sum(axis=(1, 2)).max() if world.brands.size else 0
    return int(1000 + 10 * world.weight * (1 + recent / 28))


# ---- 7, 8 retail and care --------------------------------------------------------------------------------------------


def deliver(world: World, today: Day) -> None:
    """Cars are promised, refilled, delivered, taken back."""
    people, brands, outlets, day, market = world.people, world.brands, world.outlets, world.day, world.market
    refill_days = world.scenario.market.delivery.refill_days
    retail.take_back(today.calls[CALL_CANCEL], people, outlets, world.tally)
    retail.promise_delivery(today.orders, people, brands, outlets, day, world.luck, market)
    hand_over(
        today.calls[CALL_DELIVERY], people, world.minds, brands, day, world.luck, market,
        world.ledger, world.tally, today.diary, today.cursor,
    )  # fmt: skip
    retail.refill(outlets, brands, day, refill_days, world.tally)
    retail.hold_stock(world.ledger, world.carried, outlets, brands, world.scenario.market.capital_rate, world.weight)


@njit
def hand_over(called, people, minds, brands, day, luck, market_, ledger, tally, diary, cursor):
    """Cars whose day has come are delivered and booked; those ordered before day 1 only delivered."""
    n = people.size
    for k in range(called.size):
        b, i = called[k] // n, called[k] % n
        who, mind, brand = people[i], minds[b, i], brands[b]
        counted = who.order_day > 0 or day <= 0
        if counted:
            retail.sell_car(ledger, brand, b, who.tier, who.order_price, market_[0])
        ownership.take_delivery(who, b, mind, brand, counted, day, luck, market_[0], tally[b], diary, cursor)


# ---- 10 books --------------------------------------------------------------------------------------------------------


def pay(world: World) -> None:
    """The day's running costs are booked; what retailers earned is kept for the year's judgement."""
    charge(world.costs, world.ledger, world.carried)
    world.earned += world.ledger[:, :, :, :, books.RETAILER].sum(axis=(2, 3)) - world.ledger[:, :, :, books.RETAILER, :].sum(axis=(2, 3))


@njit
def charge(costs, ledger, carried):
    """Books one day of every running cost."""
    brands, tiers, purposes, parties = costs.shape
    for b in range(brands):
        for tier in range(tiers):
            for purpose in range(purposes):
                for payer in range(parties):
                    if costs[b, tier, purpose, payer] != 0:
                        books.carry(ledger, carried, b, tier, purpose, payer, costs[b, tier, purpose, payer])


def support_losers(world: World) -> None:
    """Participation: once a year the maker pays what a tier's retailers together have lost (ODD 5.11)."""
    for b, tier in np.ndindex(world.earned.shape):
        if world.earned[b, tier] < 0:
            world.ledger[b, tier, books.SUPPORT, books.MAKER, books.RETAILER] += -world.earned[b, tier]
    world.earned[...] = 0
