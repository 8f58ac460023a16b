"""How each fact is measured: pure functions of the lives of one replication, by the name of their arm.

A function returns a value, or a numerator and a denominator where a ratio of few events is averaged before it is divided.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy.stats import weibull_min

from experiments.evidence.fact import Lives, Measured
from sim.outcomes import FOLLOWED, by_origin
from sim.replication import Result
from sim.stages import Stage

QUARTER, TWO_YEARS = 91, 730
MONTH = 30.4375  # days

Measure = Callable[[Lives], Measured]


def outcome(key: str, arm: str = "it") -> Measure:
    """An outcome as every command shows it."""
    return lambda lives: lives[arm].outcomes[key]


def gain(key: str, more: str = "more", base: str = "base") -> Measure:
    """How much more of an outcome one arm has, as a share of the other's."""
    return lambda lives: (lives[more].outcomes[key] - lives[base].outcomes[key], lives[base].outcomes[key])


def times(key: str, one: str, other: str) -> Measure:
    """An outcome of one arm over that of another."""
    return lambda lives: (lives[one].outcomes[key], lives[other].outcomes[key])


# ---- growth ------------------------------------------------------------------------------------------------------------


def noticed(result: Result) -> np.ndarray:
    """People who notice the brand on each day (days,)."""
    return result.flows[1:, 0, Stage.UNAWARE, Stage.AWARE].astype(float)


def peak_against_theory(lives: Lives) -> float:
    """Day of most adoptions over Bass's ln(q/p)/(p + q): the top of a parabola through the flows around it."""
    result = lives["it"]
    p = result.scenario.strategy.touchpoints.video.intensity
    q = result.scenario.market.word_of_mouth.talk
    theory, flow = math.log(q / p) / (p + q), noticed(result)
    days = np.arange(1, flow.size + 1)
    near = np.abs(days - theory) <= 0.35 * theory
    square, slope, _ = np.polyfit(days[near] - theory, flow[near], 2)
    return float(1.0 - slope / (2.0 * square) / theory)


def years_from_10_to_90(lives: Lives) -> float:
    """Years in which awareness grows from a tenth to nine tenths."""
    stocks = lives["it"].stocks[:, 0]
    aware = 1.0 - stocks[:, Stage.UNAWARE] / stocks[0].sum()
    day = np.interp([0.1, 0.9], aware, np.arange(aware.size))
    return float((day[1] - day[0]) / 365.0)


# ---- journeys ------------------------------------------------------------------------------------------------------------


def stage_times(lives: Lives, stage: Stage) -> np.ndarray:
    """Days spent in every completed visit to a stage."""
    told = lives["it"].journeys
    moves = told[told["from_stage"] != told["to_stage"]]
    same = moves["consumer"][1:] == moves["consumer"][:-1]
    entered = same & (moves["to_stage"][:-1] == stage) & (moves["from_stage"][1:] == stage)
    return (moves["day"][1:] - moves["day"][:-1])[entered].astype(float)


def skew(stage: Stage) -> Measure:
    """Mean over median of the days in a stage."""

    def measure(lives: Lives) -> float:
        days = stage_times(lives, stage)
        return float(days.mean() / np.median(days))

    return measure


def weibull_shape(stage: Stage) -> Measure:
    """Shape of the Weibull distribution fitted to the days in a stage; below 1 the hazard falls."""
    return lambda lives: float(weibull_min.fit(np.maximum(stage_times(lives, stage), 0.5), floc=0)[0])


def origins(better: str, worse: str) -> Measure:
    """Lead to sale of leads from one touchpoint over that from another."""

    def measure(lives: Lives) -> tuple[float, float]:
        share = by_origin(lives["it"])
        return share[better], share[worse]

    return measure


def leads_sold(result: Result) -> float:
    """Orders of leads that were opened in the window and followed as long as `lead_to_sale` follows them."""
    last = result.scenario.market.days - FOLLOWED
    mine = result.orders
    window = (mine["lead_day"] >= 1) & (mine["lead_day"] <= last) & (mine["day"] - mine["lead_day"] <= FOLLOWED)
    return float((window & ~mine["repeat"]).sum())


def sold_against(one: str, other: str) -> Measure:
    """Sales of leads in one arm over those in another."""
    return lambda lives: (leads_sold(lives[one]), leads_sold(lives[other]))


# ---- touchpoints ---------------------------------------------------------------------------------------------------------


def orders_until(result: Result, day: int) -> float:
    """Orders from day 1 to a day."""
    return float(result.daily["orders"][1 : day + 1, 0].sum())


def response(lives: Lives, day: int) -> tuple[float, float]:
    """Log change of orders to a day between the arms more and less, times their mean; and their mean."""
    more, less = (orders_until(lives[k], day) for k in ("more", "less"))
    mean = (more + less) / 2
    return (more - less) / math.log(1.1 / 0.9), mean


def elasticity(days: int) -> Measure:
    """Elasticity of orders through a day to +-10 %."""
    return lambda lives: response(lives, days)


def long_against_short(lives: Lives) -> tuple[float, float]:
    """Elasticity of two years' orders over that of the first quarter's."""
    (late, mean), (early, first) = response(lives, TWO_YEARS), response(lives, QUARTER)
    return late / mean, early / first


def marginal_return(lives: Lives) -> tuple[float, float]:
    """Orders of one more contact at the highest exposure over those at the lowest."""
    sold = {k: lives[k].outcomes["orders"] for k in ("low", "lower", "high", "higher")}
    met = {k: lives[k].outcomes["contacts_per_person_year"] for k in sold}
    return (sold["higher"] - sold["high"]) / (met["higher"] - met["high"]), (sold["lower"] - sold["low"]) / (met["lower"] - met["low"])


def aware_against(day: int, before: int) -> Measure:
    """Awareness on a day over that on an earlier day."""

    def measure(lives: Lives) -> float:
        unaware = lives["it"].stocks[:, 0, Stage.UNAWARE]
        n = lives["it"].stocks[0, 0].sum()
        return float((n - unaware[day]) / (n - unaware[before]))

    return measure


# ---- people who sell, price, outlets -------------------------------------------------------------------------------------


def spread_of_salespeople(lives: Lives) -> float:
    """Coefficient of variation of a year's orders among salespeople."""
    result = lives["it"]
    year = result.orders[(result.orders["salesperson"] >= 0) & (result.orders["day"] > result.scenario.market.days - 365)]
    sold = np.bincount(year["salesperson"], minlength=result.staff.size)
    return float(sold.std(ddof=1) / sold.mean())


def price_response(lives: Lives) -> tuple[float, float]:
    """Elasticity of orders to the list price, +-5 %."""
    dear, cheap = (lives[k].outcomes["orders"] for k in ("dear", "cheap"))
    return (dear - cheap) / math.log(1.05 / 0.95), (dear + cheap) / 2


def conversion_variance(result: Result) -> float:
    """Variance among outlets of ln (orders per visit), less what chance alone makes."""
    met = result.outlets[result.outlets["orders"] > 0]
    rate = met["orders"] / met["arrivals"]
    return float(np.var(np.log(rate), ddof=1) - ((1.0 - rate) / met["orders"]).mean())


def conversion_spread(one: str, other: str) -> Measure:
    """Variance among outlets of ln conversion in one arm and in another."""
    return lambda lives: (conversion_variance(lives[one]), conversion_variance(lives[other]))


def fixed_over_volume(arms: Sequence[str]) -> Measure:
    """How much of the spread of SG&A per car over volumes is F/Q + v: R squared of the straight line in 1/Q."""

    def measure(lives: Lives) -> float:
        upside, cost = inverse_volume_and_cost(lives, arms)
        return float(np.corrcoef(upside, cost)[0, 1] ** 2)

    return measure


def volume_for_a_third(arms: Sequence[str], base: str) -> Measure:
    """How many times the base's volume brings its SG&A per car down to a third, by the line F/Q + v; infinite where v is above a third."""

    def measure(lives: Lives) -> float:
        fixed, variable = np.polyfit(*inverse_volume_and_cost(lives, arms), 1)
        now = fixed / lives[base].outcomes["deliveries"]
        left = (now + variable) / 3.0 - variable
        return float(now / left) if left > 0 else math.inf

    return measure


def inverse_volume_and_cost(lives: Lives, arms: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """1 / cars delivered and SG&A per car, of each arm."""
    made = [lives[k].outcomes for k in arms]
    return np.array([1.0 / one["deliveries"] for one in made]), np.array([one["sga_per_car"] for one in made])


# ---- owners --------------------------------------------------------------------------------------------------------------


def mode_of_ownership(lives: Lives) -> float:
    """Mode of the months from one car to the next, of cars bought early enough to be seen replaced."""
    told = lives["it"].journeys
    bought = told[np.isin(told["event"], ("rival closes need", "takes delivery"))]
    same = bought["consumer"][1:] == bought["consumer"][:-1]
    early = bought["day"][:-1] <= lives["it"].scenario.market.days - 14 * 365
    months = (bought["day"][1:] - bought["day"][:-1])[same & early] / MONTH
    return top_of_density(months)


def top_of_density(values: np.ndarray) -> float:
    """Where a Gaussian kernel density of values is highest (Silverman's bandwidth)."""
    grid = np.linspace(*np.quantile(values, [0.05, 0.95]), 400)
    width = 0.9 * values.std() * values.size**-0.2
    return float(grid[np.argmax(np.exp(-0.5 * ((grid[:, None] - values[None, :]) / width) ** 2).sum(axis=1))])


def claimed_for_each_caused(lives: Lives) -> tuple[float, float]:
    """Orders that recommendations claim by their clicks, and orders that are missing without the recommender."""
    on, off = lives["with"].outcomes, lives["without"].outcomes
    return on["recommended_share"] * on["orders"], on["orders"] - off["orders"]


def lift_of_partner(fit: str) -> Measure:
    """Orders with a partner of some fit over those without, less 1."""
    return gain("orders", fit, "alone")


def rise_with_fit(lives: Lives) -> tuple[float, float]:
    """Lift of a partner of fit 1 less that of a partner of fit -1."""
    return lives["fit 1"].outcomes["orders"] - lives["fit -1"].outcomes["orders"], lives["alone"].outcomes["orders"]
