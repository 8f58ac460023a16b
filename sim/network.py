"""Outlets and salespeople: where they are, who works there, whom they serve, what they cost (ODD 2, 4.5)."""

import numpy as np
from scipy.spatial import cKDTree

from sim.books import MICRO, PARTY, PURPOSE
from sim.chance import Decision, fill_normal, fill_uniform, uniform
from sim.compiled import njit
from sim.parts import by_blocks
from sim.people import affinities, cities
from sim.records import IN_LINE, LEAD_NONE, NATION, NEVER, OUTLET, STAFF, readable
from sim.rules import incentive, interaction, measurement, partnership, rollout, touchpoints, workforce
from sim.scenario import ATTRIBUTES, CLOCKED, PERSONAS, SKILLS, TIERS, TOUCHPOINTS, Drivers, Market, Strategy, tier_terms
from sim.schema import ConfigError, fill, values_of
from sim.seats import NOBODY, born_skill
from sim.sleep import wake_everybody
from sim.stages import Stage
from sim.world import InUse, World

STORE = TOUCHPOINTS.index("store")
SEATS = 4096  # ids of outlets within a city, of seats within an outlet
CITIES = 2**20  # ids of cities within a brand
MOST_OUTLETS = 2**15 - 1  # rows of outlets fit two bytes


def access(distance: np.ndarray, drivers: Drivers) -> np.ndarray:
    """How easily an outlet at this distance (km) is visited: 1 next door."""
    return (1.0 + distance / drivers.distance) ** -drivers.distance_power


def open_network(world: World, *strategies: Strategy) -> None:
    """Opens the outlets of every brand's strategy, hires its salespeople and hands every mind and open lead to its nearest outlet."""
    wake_everybody(world)
    market, luck = world.scenario.market, world.luck
    world.minds["queued"] = False
    placed = [place_outlets(market, strategy, luck, b) for b, strategy in enumerate(strategies)]
    world.outlets = readable(np.concatenate(placed).view(OUTLET))  # NumPy made an equal type; a kernel knows this one at a glance
    if world.outlets.size > MOST_OUTLETS:
        raise ConfigError([f"strategy.outlets: the brands have {world.outlets.size} outlets together; there is room for {MOST_OUTLETS}"])
    before = np.cumsum([0] + [outlets.size * rooms(strategy) for outlets, strategy in zip(placed, strategies, strict=True)])
    hired = [hire(world, strategy, luck, b, before[b]) for b, strategy in enumerate(strategies)]
    world.staff = readable(np.concatenate(hired).view(STAFF))
    world.outlets["opened"] = world.outlets["since"] = world.opened_day = world.day
    world.lived, world.in_use = strategies, InUse.by(strategies)
    world.earned[...] = 0
    world.losing_years[...] = 0
    world.line = readable(np.zeros(0, IN_LINE))
    for b, strategy in enumerate(strategies):
        enter_brand(world, strategy, b)


def enter_brand(world: World, strategy: Strategy, b: int) -> None:
    """A brand takes up its strategy: plan, outlets, footfall, fit and costs."""
    market, mind = world.scenario.market, world.minds[b]
    write_plan(world.brands[b], market, strategy)
    if strategy.rollout.rule == "capital":
        hold_back(world, strategy, b)
    assign_outlets(world, b)
    share_people(world.outlets, mind, b, world.threads)
    localise_store(world, strategy, b)
    product = np.array([getattr(strategy.attributes, k) for k in ATTRIBUTES])
    by_blocks(
        mind.size, world.threads, lambda rows: judge_product(world.people[rows], mind[rows], b, product, market.ownership.familiarity)
    )
    measurement.begin(world.brands[b], world.people)
    world.costs[b] = running_costs(world, strategy, b)
    world.near[b] = near_houses(world.people, place_houses(market, strategy, world.luck), market)
    find_audience(world, strategy, b)


def judge_product(people: np.recarray, mind: np.recarray, b: int, product: np.ndarray, familiarity: float) -> None:
    """How well a product of these attributes (4,) suits everybody (k,); whoever lives with the brand's car finds that it suits better."""
    mind["fit"] = mind["match"] + people["taste"].astype(float) @ product + (people["car"] == b) * familiarity


def place_houses(market: Market, strategy: Strategy, luck: np.uint64) -> np.ndarray:
    """Experience houses (h, 2) in km: those of a tier go round its cities, near their centres."""
    if not any(getattr(strategy.houses, name) for name in TIERS):
        return np.zeros((0, 2))
    place, tier, spread = cities(market, luck)
    rows = []
    for t, name in enumerate(TIERS):
        in_tier = np.flatnonzero(tier == t)
        rows += [(in_tier[k % in_tier.size], k // in_tier.size) for k in range(getattr(strategy.houses, name))]
    ids = np.array([city * SEATS + rank for city, rank in rows], np.int64)
    city = np.array([city for city, _ in rows], np.int64)
    apart = [0.5 * spread[city] * fill_normal(luck, what, ids, 0, 0, 0) for what in (Decision.HOUSE_X, Decision.HOUSE_Y)]
    return place[city] + np.stack(apart, axis=1)


def near_houses(people: np.recarray, houses: np.ndarray, market: Market) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the people within five distance scales of a house (k,), and how often they visit against somebody next door (k,)."""
    if not houses.size:
        return np.zeros(0, np.int64), np.zeros(0)
    distance, _ = nearest(cKDTree(houses), people)
    rows = np.flatnonzero(distance <= 5.0 * market.houses.distance)
    return rows, np.exp(-distance[rows] / market.houses.distance)


def find_audience(world: World, strategy: Strategy, b: int) -> None:
    """Who is among the customers of a brand's partner, and who of them does not know the brand yet."""
    minds, plan = world.minds[b], strategy.partnership
    among = np.zeros(minds.size, bool)
    if plan.form in ("joint_marketing", "crossover_product"):
        among = partnership.audience(plan, minds["stage"], world.people["id"], b, world.luck)
    minds["new_audience"] = among & (minds["stage"] == Stage.UNAWARE)
    minds["invited"] = 0
    world.audience[b] = b * minds.size + np.flatnonzero(among)
    partnership.invite(world.audience[b], world.people, world.minds, world.luck)


def write_plan(brand: np.record, market: Market, strategy: Strategy) -> None:
    """Writes the strategy's levers and terms into the brand; a haggling format's first expected price is its median bargain."""
    fill(brand["plan"], strategy)
    touches, of_tiers = [getattr(strategy.touchpoints, name) for name in TOUCHPOINTS[:CLOCKED]], tier_terms(strategy)
    brand["touch"], brand["terms"] = [values_of(touch) for touch in touches], [values_of(terms) for terms in of_tiers]
    brand["planned"] = [touch.budget if touch.intensity is None else 0.0 for touch in touches]
    for t in interaction.ONLINE:
        share = brand["touch"][t]["slow_share"]
        brand["touch"][t]["slow_share"] = interaction.lasting(share, strategy.interaction.level, market.replies.keeps)
    brand["kept"] = interaction.lasting(0.0, strategy.interaction.level, market.replies.keeps)
    brand["bought_hours"] = 0.0
    brand["attributes"] = [getattr(strategy.attributes, k) for k in ATTRIBUTES]
    brand["pipeline"] = 0.0
    pay = strategy.incentive
    for tier, terms in enumerate(of_tiers):
        brand["terms"][tier]["pressure"] = incentive.pressure(terms.pressure, pay.order, pay.satisfied, market.workforce.felt)
        price = strategy.list_price if strategy.list_price is not None else market.reference_price * terms.list_markup
        cost = price * (1 - terms.margin - terms.rebate)
        bargain = min(price, cost + market.bargain.share * max(0.0, market.reference_price - cost))
        brand["list_price"][tier] = price
        brand["expected_price"][tier] = brand["mean_paid"][tier] = price if terms.one_price else bargain
    seen = sum(terms.data_share for terms in of_tiers) / len(TIERS)
    for k in range(len(PERSONAS)):
        known = k < strategy.personalisation.known
        brand["message"][k] = touchpoints.personal(strategy.personalisation.level, seen, market.personas.message_gain) if known else 1.0
    brand["paid_fen"] = 0
    brand["paid_cars"] = 0
    brand["partnered"] = 0.0
    brand["purse"] = 0.0


def nearest(places: cKDTree, people: np.recarray) -> tuple[np.ndarray, np.ndarray]:
    """How far everybody (n,) lives from the nearest place, km, and which place it is."""
    return places.query(np.stack([people["x"], people["y"]], 1))


def place_outlets(market: Market, strategy: Strategy, luck: np.uint64, b: int) -> np.recarray:
    """Outlets (o,): those of a tier go round its cities, rank by rank; id = (brand, city, rank), so networks share places and luck."""
    place, tier, spread = cities(market, luck)
    rows = []
    for t, name in enumerate(TIERS):
        in_tier = np.flatnonzero(tier == t)
        rows += [(in_tier[k % in_tier.size], k // in_tier.size) for k in range(getattr(strategy.outlets, name))]
    outlets = readable(np.zeros(len(rows), OUTLET))
    if not rows:
        return outlets
    city, rank = np.array(rows).T
    ids = outlets["id"] = (b * CITIES + city) * SEATS + rank
    outlets["brand"] = b
    outlets["city"], outlets["tier"], outlets["open"] = city, tier[city], True
    for axis, what in enumerate((Decision.OUTLET_X, Decision.OUTLET_Y)):
        outlets["xy"[axis]] = place[city, axis] + 0.7 * spread[city] * fill_normal(luck, what, ids, 0, 0, 0)
    plan = strategy.outlet
    outlets["seats"], outlets["demo_cars"], outlets["capacity"] = plan.staff, plan.demo_cars, plan.staff * plan.meetings
    for k, task in enumerate(SKILLS):
        mean = getattr(strategy.skill, task)
        outlets["skill"][:, k] = mean + strategy.skill.spread * fill_normal(luck, Decision.OUTLET_SKILL, ids, 0, 0, k)
    stock_up(outlets, np.ones(ids.size, bool), strategy)
    return outlets


def stock_up(outlets: np.recarray, chosen: np.ndarray, strategy: Strategy) -> None:
    """Outlets (o,) that open are given the base stock of their planned sales, if they hold stock. chosen (o,) which."""
    for t, terms in enumerate(tier_terms(strategy)):
        mine = chosen & (outlets["tier"] == t)
        if terms.stock_months > 0:
            outlets["stock"][mine] = round(strategy.outlet.planned_sales * terms.stock_months)
            outlets["sold"][mine] = round(strategy.outlet.planned_sales / 30)


def share_people(outlets: np.recarray, mind: np.recarray, b: int, threads: int) -> None:
    """The share of each open outlet of brand b in the people whom those of its tier serve: everybody goes to the nearest."""
    mine = (outlets["brand"] == b) & outlets["open"]
    if not mine.any():
        return
    served = np.sum(by_blocks(mind.size, threads, lambda rows: np.bincount(mind["outlet"][rows], minlength=outlets.size)), axis=0)
    for t in range(len(TIERS)):
        rows = mine & (outlets["tier"] == t)
        outlets["share"][rows] = served[rows] / max(1.0, served[rows].sum())


def rooms(strategy: Strategy) -> int:
    """Seats that an outlet has room for."""
    plan = strategy.hiring
    return max(strategy.outlet.staff, plan.least, plan.most) if plan.rule == "utilisation" else strategy.outlet.staff


def hire(world: World, strategy: Strategy, luck: np.uint64, b: int, before: int) -> np.recarray:
    """Salespeople (s,) of every outlet of a brand: id = (outlet, seat); talent, experience and tenure by keyed draw.

    before  salespeople of earlier brands. Seats that outlets may open later are there, empty.
    """
    outlets = world.outlets
    mine = np.flatnonzero(outlets["brand"] == b)
    seats = rooms(strategy)
    staff = readable(np.zeros(mine.size * seats, STAFF))
    if not staff.size:
        return staff
    outlets["first_seat"][mine] = before + np.arange(mine.size) * seats
    staff["outlet"] = np.repeat(mine, seats)
    ids = staff["id"] = np.repeat(outlets["id"][mine], seats) * SEATS + np.tile(np.arange(seats), mine.size)
    tenure = -np.log(fill_uniform(luck, Decision.EXPERIENCE, ids, 0, 0, 0))
    staff["experience"] = 3.0 * world.scenario.market.workforce.learning * tenure
    staff["leave_wait"] = -np.log(fill_uniform(luck, Decision.TURNOVER, ids, 0, 0, 0))
    years = 1.0 / max(world.scenario.market.workforce.turnover, 1e-9)
    staff["hired"] = world.day - (365.0 * np.minimum(years, 20.0) * tenure).astype(np.int64)
    staff["hired"][np.tile(np.arange(seats), mine.size) >= strategy.outlet.staff] = NOBODY
    give_talent(staff, outlets, world.market, luck)
    return staff


@njit
def give_talent(staff, outlets, market_, luck):
    """Every salesperson's skill in every task."""
    for s in range(staff.size):
        for task in range(4):
            skill = outlets[staff[s].outlet].skill[task]
            staff[s].skill[task] = born_skill(staff[s].id, 0, task, skill, market_[0].workforce, luck)


def assign_outlets(world: World, b: int, stay: bool = False) -> None:
    """Everybody's nearest open outlet of brand b, its distance and access; open leads and cars go along, queues do not.

    stay  whether open leads, and orders that wait, stay where they are
    """
    mind, people, outlets = world.minds[b], world.people, world.outlets
    mine = np.flatnonzero((outlets["brand"] == b) & outlets["open"])
    if not mine.size:
        mind["outlet"], mind["access"], mind["distance"] = -1, 0.0, np.inf
        mind["weighs_day"][mind["lead"] != LEAD_NONE] = world.day
        mind["lead"], mind["queued"], mind["shop_tier"] = LEAD_NONE, False, people["tier"]
        people["order_outlet"][people["order"] == b] = people["car_outlet"][people["car"] == b] = -1
        people["from_stock"][people["order"] == b] = False
        return
    tree = cKDTree(np.stack([outlets["x"][mine], outlets["y"][mine]], 1))
    drivers = world.scenario.market.drivers
    by_blocks(people.size, world.threads, lambda rows: send_to(mine, tree, people[rows], mind[rows], outlets, b, stay, drivers))
    if not stay:
        reseat(people, mind, outlets, b, world.luck)


def send_to(
    mine: np.ndarray, tree: cKDTree, people: np.recarray, mind: np.recarray, outlets: np.recarray, b: int, stay: bool, drivers: Drivers
) -> None:
    """These people (k,) go to the nearest of the outlets `mine` of brand b, whose places are in the tree."""
    distance, which = nearest(tree, people)
    outlet = mine[which]
    held = (mind["lead"] != LEAD_NONE) & stay
    mind["queued"][(mind["lead_outlet"] != outlet) & ~held] = False
    mind["outlet"], mind["distance"], mind["access"] = outlet, distance, access(distance, drivers)
    mind["lead_outlet"] = np.where(held, mind["lead_outlet"], outlet)
    mind["shop_tier"] = outlets["tier"][outlet]
    people["car_outlet"] = np.where(people["car"] == b, outlet, people["car_outlet"])
    if not stay:
        people["order_outlet"] = np.where(people["order"] == b, outlet, people["order_outlet"])


def hold_back(world: World, strategy: Strategy, b: int) -> None:
    """Of a plan that waits for capital only the first outlets stand; the others are empty and closed."""
    outlets, plan = world.outlets, strategy.rollout
    mine = np.flatnonzero(outlets["brand"] == b)
    standing = round(plan.standing * mine.size)
    queue = mine[rollout.in_turn(outlets["tier"][mine], plan.order)]
    waiting = queue[standing:]
    outlets["open"][waiting] = False
    outlets["opened"][waiting] = NEVER
    outlets["stock"][waiting] = outlets["sold"][waiting] = 0


def reckon_costs(world: World) -> None:
    """Every brand's running costs as its outlets and staff stand now."""
    for b, strategy in enumerate(world.lived):
        world.costs[b] = running_costs(world, strategy, b)


def close_outlet(world: World, b: int, tier: int) -> None:
    """The open outlet of a tier with the fewest meetings closes; leads, owners and stock pass to the nearest one left."""
    outlets, strategy = world.outlets, world.scenario.strategies[b]
    mine = np.flatnonzero((outlets["brand"] == b) & (outlets["tier"] == tier) & outlets["open"])
    if not mine.size:
        return
    gone = mine[np.lexsort((outlets["id"][mine], outlets["meetings"][mine]))[0]]
    outlets["open"][gone] = False
    others = np.flatnonzero((outlets["brand"] == b) & outlets["open"])
    if others.size:
        apart = np.hypot(outlets["x"][others] - outlets["x"][gone], outlets["y"][others] - outlets["y"][gone])
        outlets["stock"][others[np.argmin(apart)]] += outlets["stock"][gone] + outlets["ordered"][gone]
    outlets["stock"][gone] = outlets["ordered"][gone] = 0
    outlets["arriving"][gone] = 0
    assign_outlets(world, b)
    localise_store(world, strategy, b)
    world.costs[b] = running_costs(world, strategy, b)


@njit
def reseat(people, mind, outlets, b, luck):
    """The salesperson of every open lead at its outlet: the keyed choice of the lead."""
    for i in range(people.size):
        if mind[i].lead > 0:
            seats = outlets[mind[i].lead_outlet].seats
            mind[i].lead_seat = int(uniform(luck, Decision.SALESPERSON, people[i].id, mind[i].lead_key, b) * seats)


def localise_store(world: World, strategy: Strategy, b: int = 0) -> None:
    """Footfall fades with distance: the store touchpoint's affinity follows the new network, and its clock is moved along."""
    market, reached = world.scenario.market, world.reached[b][:, STORE]

    def localise(rows: slice) -> None:
        """Some people's footfall and what is left of their waits, at the new distance."""
        mind = world.minds[b, rows]
        natural = affinities(market, world.people["id"][rows].copy(), world.luck, b, (STORE,))[:, 0]
        near = strategy.outlet.footfall * np.exp(-mind["distance"].astype(float) / market.drivers.distance)
        old, new = mind["inv"][:, STORE].astype(float), 1.0 / np.maximum(natural * near, 1e-9)
        today = reached[mind["group"]]
        mind["next"][:, STORE] = today + (mind["next"][:, STORE] - today) * new / old
        mind["gap"][:, STORE] *= new / old
        mind["inv"][:, STORE] = new

    by_blocks(world.people.size, world.threads, localise)
    touchpoints.sum_affinity(world.minds[b], world.affinity[b])


def running_costs(world: World, strategy: Strategy, b: int = 0) -> np.ndarray:
    """Costs of a brand's day in micro-fen at the simulated scale: (tier or nation, purpose, party).

    Closed outlets cost nothing, but for what was invested in them.
    """
    costs = np.zeros(world.costs.shape[1:], np.int64)
    outlets, plan, terms = world.outlets, strategy.outlet, tier_terms(strategy)
    mine = outlets["brand"] == b
    at_work = np.bincount(world.staff["outlet"][world.staff["hired"] <= world.day], minlength=outlets.size)
    brand = world.brands[b]
    hours = 365.0 * workforce.hours_today(world.day - world.opened_day, brand["plan"]["training"], brand["bought_hours"])

    def daily(yuan_a_year: float) -> int:
        return round(yuan_a_year * 100 * MICRO / 365.0 / world.weight)

    for t in range(len(TIERS)):
        here = mine & outlets["open"] & (outlets["tier"] == t)
        count, staff = int(here.sum()), int(at_work[here].sum())
        payer = PARTY[terms[t].pays_outlet]
        costs[t, PURPOSE["rent"], payer] = daily(count * plan.rent)
        costs[t, PURPOSE["operations"], payer] = daily(count * plan.operations)
        costs[t, PURPOSE["wages"], payer] = daily((staff + count * plan.support) * plan.wage)
        costs[t, PURPOSE["houses"], PARTY["maker"]] = daily(getattr(strategy.houses, TIERS[t]) * strategy.houses.cost)
        costs[t, PURPOSE["training"], payer] = daily(staff * hours * strategy.training.cost)
        if strategy.rollout.rule == "capital":
            built = int((mine & (outlets["tier"] == t) & (outlets["opened"] != NEVER)).sum())
            written_off, capital = rollout.yearly(strategy.rollout, t, world.scenario.market.capital_rate)
            costs[t, PURPOSE["investment"], payer] = daily(built * written_off)
            costs[t, PURPOSE["capital"], payer] = daily(built * capital)
    media = sum(
        getattr(strategy.touchpoints, k).budget for k in TOUCHPOINTS[:CLOCKED] if getattr(strategy.touchpoints, k).intensity is None
    )
    content = strategy.content_cost * max(0.0, strategy.content_quality - 1.0)
    costs[NATION, PURPOSE["media"], PARTY["maker"]] = daily(media * strategy.exposure + content)
    costs[NATION, PURPOSE["omnichannel"], PARTY["maker"]] = daily(strategy.omnichannel.cost * strategy.omnichannel.integration)
    made = strategy.personalisation.level * strategy.personalisation.known
    costs[NATION, PURPOSE["personalisation"], PARTY["maker"]] = daily(strategy.personalisation.cost * made)
    costs[NATION, PURPOSE["analysis"], PARTY["maker"]] = daily(strategy.analysis.cost * strategy.analysis.level)
    costs[NATION, PURPOSE["head_office"], PARTY["maker"]] = daily(strategy.head_office)
    costs[NATION, PURPOSE["community"], PARTY["maker"]] = daily(strategy.community.cost)
    return costs
