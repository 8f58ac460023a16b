"""The schedule: one day on one screen (ODD 3). Consumers act on yesterday's world."""

import numpy as np

from sim import books, network, openings, outlet_day
from sim.chance import ROW
from sim.compiled import njit
from sim.consumers import live_people
from sim.parts import pool
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
    NATION,
    NO_NEED,
    ORDER,
    T,
    copied,
    readable,
)  # fmt: skip
from sim.rules import (
    asking,
    community,
    drift,
    events,
    feedback,
    hiring,
    houses,
    incentive,
    interaction,
    measurement,
    partnership,
    policy,
    queueing,
    recommendation,
    referral,
    retail,
    touchpoints,
    word_of_mouth,
    workforce,
)
from sim.sleep import wake_everybody
from sim.world import World

YEAR, MONTH, WEEK = 365, 30, 7
NO_ORDERS = readable(np.zeros(0, ORDER))


def live(world: World) -> "Day":
    """One day. The order of these lines is the schedule."""
    world.day += 1
    today = Day(world)
    meet_events(world, today)
    roll_out(world, today)
    if world.day % MONTH == 1:
        wake_judges(world, today)
        turn_tastes(world)
        decide(world)
    if world.day % MONTH == 1 or world.day == world.opened_day + 1:
        plan_media(world)
        retail.ask_around(world.brands)
    advertise(world)
    partner(world)
    recommend(world)
    live_consumers(world, today)
    speak(world, today)
    meet_members(world, today)
    ask_owners(world, today)
    visit_houses(world)
    sell(world, today)
    reward(world, today)
    deliver(world, today)
    listen(world)
    remember(world)
    measure(world, today)
    reply(world)
    work(world)
    pay(world)
    if is_years_end(world.day):
        judge_retailers(world, today.diaries)
    return today


class Day:
    """What one day hands from line to line: calls of consumers, what they said to whom, today's orders, tracked journeys."""

    def __init__(self, world: World):
        for counts in (world.flow, world.tally, world.opened, world.ledger):
            counts.fill(0)
        self.diary, self.cursor = world.room.take("diary", world.diary_room, JOURNEY), np.zeros(1, np.int64)
        self.diaries: list[np.ndarray] = []
        self.calls: list[np.ndarray] = []
        self.said: list[np.ndarray] = []
        self.orders = NO_ORDERS

    def keep(self, diary: np.ndarray, written: int) -> None:
        """Keeps a full diary's lines."""
        if written:
            self.diaries.append(lines_of(diary, written))


def lines_of(diary: np.ndarray, written: int) -> np.ndarray:
    """What is written in a diary (lines,); more than there was room for is an error, not a loss."""
    if written > diary.size:
        raise RuntimeError(f"a day of tracked journeys needs {written} lines and has room for {diary.size}; track fewer consumers")
    return copied(diary[:written])


# ---- 1 market --------------------------------------------------------------------------------------------------------


def meet_events(world: World, today: Day) -> None:
    """Dated events change what drives the market; bad press wakes everybody and reaches whoever knows the brand."""
    market = world.scenario.market
    if not market.events:
        return
    if events.turns(market.events, "rival_pressure", world.day):  # whoever sleeps on an open need has lived by yesterday's
        today.diaries.append(wake_everybody(world, world.day - 1))
    events.turn_market(world.market, world.tone, market, world.day)
    shares = [events.press_today(market.events, world.day, b) for b in range(world.brands.size)]
    if max(shares) > 0.0:
        today.diaries.append(wake_everybody(world, world.day - 1))
    for b, share in enumerate(shares):
        if share > 0.0:
            events.read_news(world.minds[b], share, market.word_of_mouth.slow_share, world.day, world.fade)


def roll_out(world: World, today: Day) -> None:
    """Once a month outlets open that capital affords; everybody is woken for it."""
    if world.day % MONTH == 1 and openings.are_outlets_waiting(world):
        today.diaries.append(wake_everybody(world, world.day - 1))
        openings.open_outlets(world, MONTH)


def turning(world: World) -> float:
    """How far tastes turn this month, radians."""
    p = world.market[0]["drift"]
    return drift.angle_by(world.day, p) - drift.angle_by(world.day - MONTH, p) if p["away"] != p["toward"] else 0.0


def wake_judges(world: World, today: Day) -> None:
    """Before what people want, or what a product is, may change, everybody has lived through yesterday."""
    if turning(world) > 0.0 or world.in_use.policy or world.in_use.partnership:
        today.diaries.append(wake_everybody(world, world.day - 1))


def turn_tastes(world: World) -> None:
    """Once a month what people want turns, and with it how well every product suits."""
    p, angle = world.market[0]["drift"], turning(world)
    if angle > 0.0:
        drift.turn_tastes(world.people, world.minds, world.brands, p["away"], p["toward"], angle)


# ---- 2, 3 touchpoints: budgets become intensities --------------------------------------------------------------------


def decide(world: World) -> None:
    """Brands with a policy decide by the figures that have come in, on media, training or the product, renewed after its lead time."""
    for b in world.in_use.policy:
        brand, plan = world.brands[b], world.brands[b]["plan"]
        moved = policy.decide(brand, measurement.delay(world.scenario.market.measurement.lag, plan["analysis"]["level"]))
        if moved > 0.0:
            micro = int(moved * plan["policy"]["cost"] * 100.0 * books.MICRO / world.weight)
            books.carry(world.ledger, world.carried, b, NATION, books.DEVELOPMENT, books.MAKER, micro)
        if plan["policy"]["kind"] == policy.TRAIN:
            world.costs[b] = network.running_costs(world, world.lived[b], b)
        policy.renew_product(brand, b, world.people, world.minds)


def plan_media(world: World) -> None:
    """Once a month the reachable people are counted and budgets become intensities."""
    world.planned_day, world.days_between_before, world.rate_before = world.day, world.days_between, world.rate.copy()
    world.days_between = np.empty_like(world.rate)
    touchpoints.plan_month(
        world.people, world.minds, world.brands, world.affinity, world.weight, interaction.ONLINE, np.empty(world.rate.shape, np.int64),
        world.rate, world.days_between,
    )  # fmt: skip
    if world.tracked:
        world.tracked_contacts = 2 * MONTH * touchpoints.most_contacts(world.people, world.minds, world.rate, world.rate_before)


@njit
def next_plan(day):
    """The next day on which the media plan changes: everybody is awake then."""
    return day + 1 + -day % MONTH


def advertise(world: World) -> None:
    """Another day of exposure is laid on."""
    if world.planned_day != world.day:
        world.days_between_before = world.days_between
    touchpoints.lay_on(world.rate, world.reached, world.reached_before)


def partner(world: World) -> None:
    """Partners from other industries work on the driver of their form and are paid."""
    for b in world.in_use.partnership:
        partnership.live_partnership(
            world.brands, b, world.day - world.opened_day, world.day % MONTH == 1, world.audience[b], world.wakes, world.people,
            world.minds, world.outlets, world.staff, world.weight, world.day, world.luck, world.ledger, world.carried,
        )  # fmt: skip


def recommend(world: World) -> None:
    """Every few days brands that recommend rank the people anew and show themselves to as many as they pay for."""
    for b in world.in_use.recommendation:
        if world.day % world.scenario.market.recommendation.every == 0:
            recommendation.show(
                world.brands[b], b, world.wakes, world.people, world.minds[b], world.weight, world.day, world.luck, world.market,
                world.tally[b], world.ledger, world.carried,
            )  # fmt: skip


# ---- 4 consumers -----------------------------------------------------------------------------------------------------


def live_consumers(world: World, today: Day) -> None:
    """Everybody's day, in as many parallel parts as there are threads; parts are joined in the order of people."""
    n, parts, room = world.people.size, max(1, min(world.threads, world.people.size)), world.room
    edges = [n * k // parts for k in range(parts + 1)]
    awake = room.take("awake", n + 1, np.uint32)
    counts = world.flow, world.contacts, world.tally, world.ledger

    def part(k: int) -> tuple:
        """One part's day, and all that it counted; the first counts where the world does."""
        size = (edges[k + 1] - edges[k]) * world.minds.shape[0]
        calls, called = room.take(("calls", k), size, np.int32, CALLS), np.zeros(CALLS, np.int64)
        looks = room.together(("looks", k), touchpoints.LINES * world.minds.shape[0], touchpoints.LOOKS)
        counted = counts if k == 0 else tuple(np.zeros_like(each) for each in counts)
        diary, cursor = room.take(("diary", k), world.diary_room, JOURNEY), np.zeros(1, np.int64)  # the plan of today may need more
        live_people(
            edges[k], edges[k + 1], world.wakes, awake, world.people, world.minds, world.brands, world.reached, world.reached_before,
            world.days_between, world.days_between_before, world.need_table, world.fade, world.day, next_plan(world.day),
            world.planned_day == world.day, world.luck, world.market, *counted, looks, calls, called, diary, cursor,
        )  # fmt: skip
        calls = [calls[c, : called[c]] for c in range(CALLS)]
        return calls, speak_to(world, k, calls[CALL_TALK], diary, cursor), counted, diary, cursor

    done = [part(0)] if parts == 1 else list(pool(parts).map(part, range(parts)))
    today.calls = done[0][0] if parts == 1 else [np.concatenate(each) for each in zip(*(calls for calls, *_ in done), strict=True)]
    today.said = done[0][1] if parts == 1 else [np.concatenate(each) for each in zip(*(said for _, said, *_ in done), strict=True)]
    for k, (*_, counted, diary, cursor) in enumerate(done):
        if k > 0:
            for total, each in zip(counts, counted, strict=True):
                total += each
        today.keep(diary, int(cursor[0]))


# ---- 5 word of mouth -------------------------------------------------------------------------------------------------


def speak_to(world: World, part: int, speakers: np.ndarray, diary: np.ndarray, cursor: np.ndarray) -> list[np.ndarray]:
    """Whom the speakers of a part (k,) talk to, and whether they say good things: (k,) rows of people, (k,) 1 or 0."""
    listeners = world.room.take(("listeners", part), speakers.size, np.int64)[: speakers.size]
    good = world.room.take(("good", part), speakers.size, np.int8)[: speakers.size]
    if speakers.size:
        word_of_mouth.choose_listeners(
            speakers, world.people, world.minds, world.starts, world.friends, world.tone, world.day, world.luck, world.market,
            listeners, good, diary, cursor,
        )  # fmt: skip
    return [listeners, good]


def speak(world: World, today: Day) -> None:
    """What was said is heard; messages count tomorrow."""
    if today.calls[CALL_TALK].size:
        word_of_mouth.spread_word(
            today.calls[CALL_TALK], *today.said, world.wakes, world.people, world.minds, world.day, world.market, world.tally
        )  # fmt: skip


def meet_members(world: World, today: Day) -> None:
    """Owners and fans join the communities of brands, once a week; owners among them tell fellow members."""
    if not world.in_use.community:
        return
    people, minds, brands = world.people, world.minds, world.brands
    if world.day % WEEK == 0:
        community.join_communities(people, minds, brands, WEEK, world.luck, world.market)
        for b in range(brands.size):
            members = np.flatnonzero(minds["member"][b])
            world.members[b] = members[np.argsort(people["id"][members], kind="stable")]
    for b, members in enumerate(world.members):
        speakers, readers, told = np.empty(members.size, np.int64), np.empty(members.size, np.int64), np.zeros(1, np.int64)
        community.post(members, b, people, minds, brands, world.luck, world.market, world.tally, speakers, readers, told)
        word_of_mouth.spread_posts(
            speakers[: told[0]], readers[: told[0]], b, world.wakes, people, minds, world.tone, world.day, world.luck, world.market,
            world.tally, today.diary, today.cursor,
        )  # fmt: skip


def ask_owners(world: World, today: Day) -> None:
    """Shoppers ask owners: members of a community fellow members, and friends where the market has them asked."""
    friends = world.scenario.market.asking.friends > 0.0
    for b, members in enumerate(world.members):
        if not (friends or members.size):
            continue
        rows = np.flatnonzero(world.people["need_since"] != NO_NEED) if friends else members
        askers, answering, told = np.empty(rows.size, np.int64), np.empty(rows.size, np.int64), np.zeros(1, np.int64)
        asking.ask(
            rows, b, members[world.people["car"][members] == b], world.people, world.minds, world.starts, world.friends, world.luck,
            world.market, world.tally, askers, answering, told,
        )  # fmt: skip
        word_of_mouth.spread_answers(
            askers[: told[0]], answering[: told[0]], b, world.wakes, world.people, world.minds, world.tone, world.day, world.luck,
            world.market, world.tally, today.diary, today.cursor,
        )  # fmt: skip


def visit_houses(world: World) -> None:
    """Once a week people near experience houses visit them; what they met there counts tomorrow."""
    if world.day % WEEK != 0:
        return
    for b, (rows, often) in enumerate(world.near):
        if rows.size:
            houses.visit(
                rows, often, b, WEEK, world.wakes, world.people, world.minds, world.day, world.luck, world.market, world.tally
            )  # fmt: skip


# ---- 6 selling -------------------------------------------------------------------------------------------------------


def sell(world: World, today: Day) -> None:
    """Outlets answer leads and serve queues: arrive, serve, abandon."""
    people, minds, brands, outlets, room = world.people, world.minds, world.brands, world.outlets, world.room
    leads, online, o = today.calls[CALL_LEAD], today.calls[CALL_ONLINE], world.outlets.size
    if not (o or world.active.size or leads.size or online.size):
        return
    calling = world.active.size + leads.size
    counts, come, agenda = room.take("counts", 3, np.int64), room.take("come", o, np.int64), room.take("agenda", calling, np.int64)
    arrived = room.take("arrived", calling, IN_LINE)
    outlet_day.receive(
        leads, today.calls[CALL_RETURN], world.active, people, minds, brands, outlets, world.opened, world.day, world.weight, world.luck,
        world.market, world.tally, agenda, arrived, come, counts, today.diary, today.cursor,
    )  # fmt: skip
    still_open, arrivals, unsimulated = counts[:3].tolist()
    world.active = agenda[:still_open]
    most = world.line.size + arrivals + unsimulated
    queue = room.take(("queue", world.day % 2), most, IN_LINE)  # yesterday's line stands in the other one
    orders = room.take("orders", world.line.size + arrivals + online.size, ORDER)
    outlet_day.attend(
        online, world.line, arrived[:arrivals], come, people, minds, brands, outlets, world.staff,
        world.day, world.luck, world.market, world.flow, world.tally, queue,
        room.take("draws", most + ROW, np.float64), room.take("keys", queueing.NUMBERS * (most + ROW), np.int64),
        room.take("meetings", o, np.float64), room.take("ahead", o, np.int64), room.take("drives", o, np.float64),
        orders, counts, today.diary, today.cursor,
    )  # fmt: skip
    signed, waiting, _ = counts[:3].tolist()
    world.line = queue[:waiting]
    if signed:
        today.orders = copied(orders[:signed])


def reward(world: World, today: Day) -> None:
    """Referral programmes pay owners, and incentive schemes salespeople, for today's orders."""
    if today.orders.size and world.day > 0:
        referral.pay_rewards(today.orders, world.brands, world.ledger)
        incentive.pay_commissions(today.orders, world.brands, world.ledger)


# ---- 7, 8 retail and care --------------------------------------------------------------------------------------------


def deliver(world: World, today: Day) -> None:
    """Cars are promised, refilled, delivered, taken back."""
    outlet_day.move_cars(
        today.calls[CALL_CANCEL], today.orders, today.calls[CALL_DELIVERY], world.people, world.minds, world.brands, world.outlets,
        world.day, world.weight, world.luck, world.need_table, world.market, world.ledger, world.carried, world.tally,
        today.diary, today.cursor,
    )  # fmt: skip


def listen(world: World) -> None:
    """Complaints of members are read daily; once a month owners report and what has arrived is mended."""
    for b in world.in_use.feedback:
        feedback.read_community(world.brands[b], world.tally[b])
        if world.day % MONTH == 0:
            feedback.collect(
                b, world.brands[b], world.people, world.minds, MONTH, world.luck, world.market, world.ledger, world.tally, world.day > 0
            )  # fmt: skip
            feedback.mend(world.brands[b], world.weight, world.market)


def remember(world: World) -> None:
    """Brands that recommend learn from the day's journeys that they have seen."""
    for b in world.in_use.recommendation:
        recommendation.learn(world.brands[b], world.tally[b], world.weight)


def measure(world: World, today: Day) -> None:
    """What a policy will read: orders by touchpoint, meetings by task, what shoppers want; once a month a report of it is written."""
    for b in world.in_use.policy:
        brand, tally = world.brands[b], world.tally[b]
        measurement.watch_orders(today.orders, brand, b, world.people, world.market, world.luck)
        measurement.hear_shoppers(today.calls[CALL_LEAD], brand, b, world.people)
        measurement.count_tasks(brand, tally[T["discoveries"] : T["discovered"]], tally[T["discovered"] : T["discovered"] + 3])
        if world.day % MONTH == 0 and world.day > world.opened_day:
            measurement.write_report(brand, b, tally[T["reports"]] * world.weight, world.market, world.luck)


def reply(world: World) -> None:
    """Who wrote to a brand online gets a reply, as far as the brand replies."""
    for b in world.in_use.interaction:
        interaction.reply(world.brands[b], b, world.tally[b], world.market, world.ledger, world.carried)


# ---- 9 work ----------------------------------------------------------------------------------------------------------


def work(world: World) -> None:
    """Salespeople learn, leave and are replaced; once a month outlets open and close seats; costs follow who is there."""
    staff, outlets, brands, days = world.staff, world.outlets, world.brands, world.day - world.opened_day
    changed = workforce.live_work(
        staff, outlets, brands, days, world.weight, world.day, world.luck, world.market, world.tally, world.ledger, world.carried
    )  # fmt: skip
    if world.day % MONTH == 0:
        changed |= openings.adjust_staff(world)
    if changed:
        change_shifts(world)
    elif days - 1 in world.in_use.training:
        network.reckon_costs(world)


def change_shifts(world: World) -> None:
    """Other people work tomorrow than today: desks and costs follow."""
    hiring.man_desks(world.outlets, world.staff, world.brands, world.day)
    network.reckon_costs(world)


# ---- 10 books --------------------------------------------------------------------------------------------------------


def pay(world: World) -> None:
    """The day's running costs are booked; what retailers earned is kept for the year's judgement."""
    books.settle(world.costs, world.ledger, world.carried, world.earned)


def is_years_end(day: int) -> bool:
    """Whether a day is the last of a year that counts: retailers are judged then."""
    return day % YEAR == 0 and day > 0


def judge_retailers(world: World, diaries: list[np.ndarray]) -> None:
    """Participation, once a year on what a tier's retailers together have earned (ODD 5.11).

    top_up: the maker pays the loss. close: after two losing years the outlet with the fewest meetings closes; everybody is woken before,
    and what tracked consumers met meanwhile is kept in diaries.
    """
    alone = np.array([strategy.participation != "top_up" for strategy in world.scenario.strategies])[:, None]
    losing = world.earned < 0
    closing = losing & alone & (world.losing_years > 0)
    if closing.any():
        diaries.append(wake_everybody(world))
    world.ledger[:, :, books.SUPPORT, books.MAKER, books.RETAILER] -= world.earned * (losing & ~alone)
    world.losing_years[...] = np.where(losing, world.losing_years + alone, 0)
    for b, tier in zip(*closing.nonzero(), strict=True):
        network.close_outlet(world, b, tier)
    world.earned[...] = 0
