"""How consumers are drawn: homes, traits, cars, what they know on the first day; all by keys (ODD 4.5)."""

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from scipy.special import gammaincinv, ndtr

from sim.chance import Decision, fill_normal, fill_uniform, patience
from sim.compiled import njit
from sim.parts import by_blocks
from sim.records import MIND, NEVER, NO_CAR, NO_NEED, PERSON, RIVAL, readable
from sim.rules.events import strength
from sim.rules.needs import await_need
from sim.scenario import ATTRIBUTES, CLOCKED, PERSONAS, TIERS, Market, Need
from sim.stages import Stage, start_clocks

GRID = np.linspace(-9, 9, 9001)  # standard scores between which quantiles are interpolated


def hazard_by_age(need: Need, days: int) -> np.ndarray:
    """Hazard of a need on each day of a car's age (days,), Weibull; the last element is the constant one of first buyers."""
    scale = 365.0 * need.mean / math.gamma(1.0 + 1.0 / need.shape)
    cumulated = (np.arange(days + 1) / scale) ** need.shape
    return np.append(np.diff(cumulated), 1.0 / (365.0 * need.mean))


def season(market, day: int) -> float:
    """Needs that open today against the mean day, a cosine over the year."""
    return 1.0 + market.season * math.cos(2.0 * math.pi * (day - market.season_peak) / 365.0)


def calendar(market: Market, first: int, days: int) -> np.ndarray:
    """Needs that open on each day (days,) from the first on, against the mean day: the season, times what dated events make of it."""
    return np.array([season(market, day) * strength(market.events, "needs", day) for day in range(first, first + days)])


def age_quantile(need: Need, u: np.ndarray) -> np.ndarray:
    """Age in days of a car met at random, the stationary renewal age: density survival(age) / mean."""
    return np.interp(u, *ages_by_share(need.shape, need.mean))


@cache
def ages_by_share(shape: float, mean: float) -> tuple[np.ndarray, np.ndarray]:
    """The share of cars that are younger than an age (k,), and the age in days (k,); mean in years."""
    scale = 365.0 * mean / math.gamma(1.0 + 1.0 / shape)
    ages = np.linspace(0.0, 15.0 * scale, 24_001)
    survival = np.exp(-((ages / scale) ** shape))
    share = np.concatenate([[0.0], np.cumsum((survival[1:] + survival[:-1]) / 2.0)])
    return share / share[-1], ages


def need_rates(spread: float, u: np.ndarray) -> np.ndarray:
    """How often each person needs against the mean person (n,): gamma of mean 1, so that purchases are negative binomial (NBD).

    spread  standard deviation over mean; the gamma's shape is spread^-2
    """
    shape = spread**-2.0
    return gammaincinv(shape, u) / shape


def draw_people(market: Market, n: int, luck: np.uint64, first: int, threads: int = 1) -> np.recarray:
    """The consumers (n,): homes, traits and the car they drive on day `first`."""
    people = readable(np.zeros(n, PERSON))
    people["id"] = np.arange(n)
    homes = cities(market, luck)
    by_blocks(n, threads, lambda rows: draw_traits(people[rows], market, homes, luck, first))
    return people


def draw_traits(people: np.recarray, market: Market, homes: tuple, luck: np.uint64, first: int) -> None:
    """Draws everything but the id of these people (k,). homes of the cities, see `cities`."""
    ids = people["id"].copy()  # side by side, as they are read for every draw

    def u(what: Decision) -> np.ndarray:
        return fill_uniform(luck, what, ids)

    def z(what: Decision, other: int = 0) -> np.ndarray:
        return fill_normal(luck, what, ids, other=other)

    place, tier, spread = homes
    shares = np.array([getattr(market.tiers, name).share for name in TIERS])
    counts = np.bincount(tier, minlength=3)
    edges = np.cumsum(shares[tier] / counts[tier])
    city = people["city"] = np.minimum(np.searchsorted(edges, u(Decision.CITY) * edges[-1]), tier.size - 1)
    people["tier"] = tier[city]
    people["x"] = place[city, 0] + spread[city] * z(Decision.PLACE_X)
    people["y"] = place[city, 1] + spread[city] * z(Decision.PLACE_Y)
    for k in range(len(ATTRIBUTES)):
        people["taste"][:, k] = 0.25 + 0.1 * z(Decision.TASTE, k)
    s = market.drivers.price_spread
    people["price_sensitivity"] = np.exp(s * z(Decision.PRICE_SENSITIVITY) - s * s / 2)
    search = market.search
    width = search.autonomy_spread * min(search.autonomy_mean, 1 - search.autonomy_mean)
    people["autonomy"] = search.autonomy_mean + width * (2 * u(Decision.AUTONOMY) - 1)
    persona = people["persona"] = draw_personas(market, ids, luck)
    kinds = [getattr(market.personas, name) for name in PERSONAS]
    people["taste"] += np.array([[getattr(kind.taste, k) for k in ATTRIBUTES] for kind in kinds])[persona]
    people["price_sensitivity"] *= np.array([kind.price for kind in kinds])[persona]
    people["autonomy"] = np.clip(people["autonomy"] + np.array([kind.autonomy for kind in kinds])[persona], 0.0, 1.0)
    people["pace"] = z(Decision.PACE)
    people["need_rate"] = need_rates(market.need.spread, u(Decision.NEED_RATE)) if market.need.spread > 0.0 else 1.0
    people["car"] = np.where(u(Decision.CAR) < market.need.first_buyers, NO_CAR, RIVAL)
    people["car_day"] = first - age_quantile(market.need, u(Decision.CAR_AGE)).astype(np.int64)
    people["order"] = -1
    people["lived"] = first
    people["need_since"] = NO_NEED
    people["satisfaction"] = np.nan
    people["car_outlet"] = -1


def draw_personas(market: Market, ids: np.ndarray, luck: np.uint64) -> np.ndarray:
    """The persona of each person (n,): a keyed draw in the proportions of the market; all alike likely where all sizes are 0."""
    sizes = np.array([getattr(market.personas, name).size for name in PERSONAS])
    edges = np.cumsum(sizes if sizes.sum() > 0.0 else np.ones(sizes.size))
    u = fill_uniform(luck, Decision.PERSONA, ids)
    return np.minimum(np.searchsorted(edges, u * edges[-1], side="right"), sizes.size - 1)


def cities(market: Market, luck: np.uint64) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centres (c, 2) in km, tier (c,) and spread (c,) of every city."""
    tier = np.concatenate([np.full(getattr(market.tiers, name).cities, k) for k, name in enumerate(TIERS)])
    spread = np.array([getattr(market.tiers, name).spread for name in TIERS])[tier]
    ids = np.concatenate([1000 * k + np.arange(getattr(market.tiers, name).cities) for k, name in enumerate(TIERS)])
    x, y = (market.region * fill_uniform(luck, what, ids, 0, 0, 0) for what in (Decision.CITY_X, Decision.CITY_Y))
    return np.stack([x, y], axis=1), tier, spread


def draw_minds(market: Market, people: np.recarray, luck: np.uint64, first: int, brands: int = 1, threads: int = 1) -> np.recarray:
    """What everybody knows and owns of each brand (brand, n) on day `first`; also who drives the brand's cars."""
    minds = readable(np.zeros((brands, people.size), MIND))
    by_blocks(people.size, threads, lambda rows: draw_knowledge(people[rows], minds[:, rows], market, luck, first))
    return minds


def draw_knowledge(people: np.recarray, minds: np.recarray, market: Market, luck: np.uint64, first: int) -> None:
    """Draws the minds (brand, k) of these people (k,)."""
    ids, start = people["id"].copy(), market.initial
    drawn = [draw_stages(market, ids, luck, b) for b in range(minds.shape[0])]
    one_owner_each(drawn, ids, luck)
    lately = np.any([owns(stage) | (stage == Stage.LOST) for stage in drawn], axis=0)
    people["car_day"][lately] = first - ((first - people["car_day"][lately]) * start.car_age_scale).astype(np.int64)
    people["car"][np.any([stage == Stage.LOST for stage in drawn], axis=0)] = RIVAL
    for b, stage in enumerate(drawn):
        mind, owner = minds[b], owns(stage)
        mind["stage"] = stage
        people["car"][owner] = b
        happy = market.satisfaction.usual + market.satisfaction.spread * fill_normal(luck, Decision.OWNER_SATISFACTION, ids[owner], brand=b)
        people["satisfaction"][owner] = np.clip(happy, 0, 1)
        people["car_price"][owner] = people["heard_price"][owner] = people["felt_price"][owner] = market.reference_price
        known = (stage != Stage.UNAWARE).astype(np.float32)
        mind["fast"], mind["slow"], mind["touched"] = start.goodwill_fast * known, start.goodwill_slow * known, first
        mind["match"] = fill_normal(luck, Decision.MATCH, ids, brand=b)
        mind["inv"] = 1.0 / np.maximum(affinities(market, ids, luck, b), 1e-9).astype(np.float32)
        for name in ("since", "weighs_day", "heard_day", "due", "clicked_day"):
            mind[name] = NEVER
        for name in ("first_touch", "last_touch", "lead_touch", "outlet"):
            mind[name] = -1
    waiting = fill_uniform(luck, Decision.START_NEED, ids) < market.need.open_share
    people["need_since"][waiting] = first
    people["needs"][waiting] = 1
    minds["group"] = waiting[None, :]


def owns(stage: np.ndarray) -> np.ndarray:
    """Whether each mind (n,) is of somebody who drives the brand's car."""
    return (stage == Stage.OWNER) | (stage == Stage.ADVOCATE)


def draw_stages(market: Market, ids: np.ndarray, luck: np.uint64, b: int) -> np.ndarray:
    """The stage of everybody's mind of brand b (n,); all are unaware of a brand that is launched."""
    start = market.initial
    shares = [start.aware, start.interest, start.consideration, start.intent, start.owner, start.lost]
    order = np.array([Stage.AWARE, Stage.INTEREST, Stage.CONSIDERATION, Stage.INTENT, Stage.OWNER, Stage.LOST, Stage.UNAWARE])
    if market.start == "launch" or (b > 0 and market.rivals.start == "launch"):
        shares = [0.0] * 6
    u = fill_uniform(luck, Decision.START_STAGE, ids, brand=b)
    stage = order[np.searchsorted(np.cumsum(shares), u, side="right")]
    stage[(stage == Stage.OWNER) & (fill_uniform(luck, Decision.START_STAGE, ids, brand=b, other=1) < start.advocate)] = Stage.ADVOCATE
    return stage


def one_owner_each(drawn: list[np.ndarray], ids: np.ndarray, luck: np.uint64) -> None:
    """Nobody drives two cars: of several brands that would be driven, one by keyed draw is; to the others the person is lost."""
    if len(drawn) == 1:
        return
    owned = owns(np.stack(drawn))
    place = np.stack([fill_uniform(luck, Decision.START_STAGE, ids, brand=b, other=2) for b in range(len(drawn))])
    driven = np.argmin(np.where(owned, place, np.inf), axis=0)
    for b, stage in enumerate(drawn):
        stage[owned[b] & (driven != b)] = Stage.LOST


def affinities(market: Market, ids: np.ndarray, luck: np.uint64, b: int, touchpoints: Sequence[int] = range(CLOCKED)) -> np.ndarray:
    """Media affinities (n, touchpoint): the persona's weight times a gamma of mean 1, correlated by a common factor (Gaussian copula)."""
    quantile, slope = affinity_quantiles(market.goodwill.affinity_shape)
    overlap = market.goodwill.media_overlap
    common = np.sqrt(overlap) * fill_normal(luck, Decision.OVERLAP, ids, brand=b)
    weights = np.array([list(vars(getattr(market.personas, name).media).values()) for name in PERSONAS])
    persona = draw_personas(market, ids, luck)
    out = np.empty((ids.size, len(touchpoints)))
    for k, t in enumerate(touchpoints):
        score = common + np.sqrt(1 - overlap) * fill_normal(luck, Decision.AFFINITY, ids, brand=b, other=t)
        interpolate(score, GRID, quantile, slope)
        out[:, k] = np.exp(score) * weights[persona, t]
    return out


@cache
def affinity_quantiles(shape: float) -> tuple[np.ndarray, np.ndarray]:
    """ln of the gamma quantile (k,) at each score of GRID, and its slope to the next (k - 1,)."""
    quantile = np.log(np.maximum(gammaincinv(shape, np.minimum(ndtr(GRID), 1.0 - 2.0**-53)) / shape, 1e-30))
    return quantile, np.diff(quantile) / np.diff(GRID)


@njit
def interpolate(x, grid, value, slope):
    """Numbers x (n,) become linear interpolations in their place, as `numpy.interp` makes them, but on a grid of even steps."""
    last = grid.size - 1
    steps = last / (grid[last] - grid[0])
    for k in range(x.size):
        j = min(last, max(0, int((x[k] - grid[0]) * steps)))
        while j > 0 and grid[j] > x[k]:
            j -= 1
        while j < last and grid[j + 1] <= x[k]:
            j += 1
        x[k] = value[j] if j == last or x[k] <= grid[0] else slope[j] * (x[k] - grid[j]) + value[j]


def wake(people, minds, day, table, luck, market_, threads=1):
    """Draws every clock of the first day."""
    by_blocks(people.size, threads, lambda rows: wake_block(rows.start, rows.stop, people, minds, day, table, luck, market_))


@njit
def wake_block(low, high, people, minds, day, table, luck, market_):
    """The clocks of people low..high-1."""
    market = market_[0]
    for i in range(low, high):
        who = people[i]
        await_need(who, day, table, luck)
        who.rival_wait = patience(luck, Decision.RIVAL, who.id, who.needs)
        who.put_off_wait = patience(luck, Decision.PUT_OFF, who.id, who.needs)
        who.service_wait = patience(luck, Decision.SERVICE, who.id, 0)
        for b in range(minds.shape[0]):
            mind = minds[b, i]
            start_clocks(who, b, mind, luck, market)
            mind.seek = patience(luck, Decision.SEEKS, who.id, who.needs * 256, b)
            mind.search = patience(luck, Decision.SEARCHES, who.id, 0, b)
            mind.talk = patience(luck, Decision.TALKS, who.id, 0, b)
            for t in range(CLOCKED):
                mind.next[t] = np.float64(mind.inv[t]) * patience(luck, Decision.CONTACT, who.id, 0, b, t)
                mind.gap[t] = np.float64(mind.inv[t]) * patience(luck, Decision.CONTACT, who.id, 1, b, t)
