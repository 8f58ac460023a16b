"""The engine against theory, by configuration alone: scenarios/theory/ switches the model down to what theory knows.

Tolerances follow from the sampling error (worlds.agrees); seeds are pinned; the family-wise chance of a false alarm is 1e-4.
"""

import math
from functools import cache

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import curve_fit
from scipy.stats import binom, gamma, nbinom, norm
from worlds import Z, agrees, lived, share_se

from experiments import load
from sim import Stage
from sim.people import hazard_by_age

UNAWARE, AWARE, INTEREST, CONSIDERATION, INTENT, OWNER, _, LOST = (int(s) for s in Stage)

# ---- the absorbing Markov funnel with competing exits ------------------------------------------------------------------
# Occupancy on day t is that of the chain, p(t) = p(0) T^t; absorption N = (I - Q)^-1, its mean N 1, its variance (2 N - I) N 1 - (N 1)^2:
# Kemeny & Snell 1960, Finite Markov Chains, 3.2-3.3. Exits of hazards h_j share as h_j / sum h: Prentice et al. 1978, doi:10.2307/2530374.
# Frailty: the cohort survives as the mixture E exp(-z h t): Vaupel, Manton & Stallard 1979, doi:10.2307/2061224.

EXITS = {
    AWARE: {INTEREST: "grows_curious", UNAWARE: "forgets"},
    INTEREST: {CONSIDERATION: "compares", AWARE: "loses_interest"},
    CONSIDERATION: {INTENT: "decides", LOST: "gives_up_considering"},
    INTENT: {OWNER: "orders_online", LOST: "gives_up_intent"},
}


def one_day(waits) -> np.ndarray:
    """The chain of one day (from, to): leave with 1 - exp(-sum h), by exit j in h_j / sum h of the cases."""
    step = np.eye(len(Stage))
    for stage, exits in EXITS.items():
        hazards = {to: getattr(waits, name) for to, name in exits.items()}
        total = sum(hazards.values())
        step[stage, stage] = math.exp(-total)
        for to, hazard in hazards.items():
            step[stage, to] = (1 - math.exp(-total)) * hazard / total
    return step


@pytest.fixture(scope="module")
def funnel():
    """The lived funnel and its exact occupancy by day (days + 1, stage)."""
    result = lived("markov_funnel")
    occupancy = [np.eye(len(Stage))[AWARE]]
    for _ in range(result.scenario.market.days):
        occupancy.append(occupancy[-1] @ one_day(result.scenario.market.waits))
    return result, np.array(occupancy)


def test_the_occupancy_of_the_funnel_is_that_of_its_chain(funnel) -> None:
    result, exact = funnel
    n = result.scenario.market.consumers
    shares = result.stocks[:, 0] / n
    assert (result.stocks[:, 0][exact == 0] == 0).all()
    for day in (1, 2, 3, 5, 10, 20, 40, 80, 160, 320):
        seen = n * np.minimum(exact[day], 1 - exact[day]) > 50
        agrees(f"occupancy on day {day}", shares[day][seen], exact[day][seen], share_se(exact[day][seen], n), 0.015)


def test_competing_exits_share_as_their_hazards_do(funnel) -> None:
    result, _ = funnel
    waits = result.scenario.market.waits
    taken = result.flows.sum(axis=0)[0]
    for stage, exits in EXITS.items():
        ahead, aside = exits
        total = taken[stage, ahead] + taken[stage, aside]
        share = getattr(waits, exits[ahead]) / (getattr(waits, exits[ahead]) + getattr(waits, exits[aside]))
        agrees(f"exits of {Stage(stage).name}", taken[stage, ahead] / total, share, share_se(share, total), 0.025)


def test_the_chance_to_buy_is_the_chains(funnel) -> None:
    result, _ = funnel
    step = one_day(result.scenario.market.waits)
    moving = [AWARE, INTEREST, CONSIDERATION, INTENT]
    buys = np.linalg.solve(np.eye(4) - step[np.ix_(moving, moving)], step[moving, OWNER])[0]
    n = result.scenario.market.consumers
    agrees("P(buy)", result.stocks[-1, 0, OWNER] / n, buys, share_se(buys, n), 0.015)


def test_the_time_to_absorption_has_the_chains_mean_and_variance(funnel) -> None:
    result, exact = funnel
    n, days = result.scenario.market.consumers, np.arange(exact.shape[0])
    still = exact[:, [AWARE, INTEREST, CONSIDERATION, INTENT]].sum(axis=1)
    assert n * still[-1] < 0.1  # the horizon sees everybody's end
    pmf = -np.diff(still, prepend=1.0)
    mean = (pmf * days).sum()
    moment = [(pmf * (days - mean) ** k).sum() for k in range(5)]
    ended = np.diff(result.stocks[:, 0][:, [UNAWARE, OWNER, LOST]].sum(axis=1), prepend=0)
    seen = (ended * days).sum() / ended.sum()
    variance = (ended * (days - seen) ** 2).sum() / (ended.sum() - 1)
    assert ended.sum() == n
    agrees("mean time", seen, mean, math.sqrt(moment[2] / n), 0.04 * mean)
    agrees("variance of time", variance, moment[2], math.sqrt((moment[4] - moment[2] ** 2) / n), 0.10 * moment[2])


def test_frailty_makes_the_survivors_the_mixtures() -> None:
    result = lived("markov_funnel", "market.frailty=0.8", "market.waits.forgets=0", "market.waits.loses_interest=0", "market.days=150")
    n, base = result.scenario.market.consumers, result.scenario.market.waits.grows_curious
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    for day in (1, 10, 30, 60, 150):
        stay = (weights * np.exp(-base * np.exp(0.8 * nodes) * day)).sum() / weights.sum()
        agrees(f"still aware on day {day}", result.stocks[day, 0, AWARE] / n, stay, share_se(stay, n), 0.015)


def test_a_cohorts_hazard_falls_where_people_differ_and_stays_where_they_do_not() -> None:
    def early_over_late(frailty: float) -> float:
        aware = lived(
            "markov_funnel", f"market.frailty={frailty}", "market.waits.forgets=0", "market.waits.loses_interest=0", "market.days=150"
        ).stocks[:, 0, AWARE]
        return math.log(aware[0] / aware[10]) / math.log(aware[20] / aware[30])

    aware = 40_000 * np.exp(-0.06 * np.array([0, 10, 20, 30]))
    agrees(
        "early hazard over late, all alike",
        early_over_late(0.0),
        1.0,
        math.sqrt((1 / aware[1] - 1 / aware[0] + 1 / aware[3] - 1 / aware[2]) / 0.6**2),
        0.12,
    )
    assert early_over_late(0.8) > 1.25


# ---- Bass ----------------------------------------------------------------------------------------------------------------
# dF/dt = (p + q F) (1 - F), peak at ln(q / p) / (p + q): Bass 1969, doi:10.1287/mnsc.15.5.215; by days its Euler steps.


def closed_form(t, p, q):
    """Cumulative adoption of the Bass model."""
    return (1 - np.exp(-(p + q) * t)) / (1 + q / p * np.exp(-(p + q) * t))


def daily_chain(p: float, q: float, n: int, days: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard error of the daily Bass chain (days + 1,): yesterday's speakers are heard today; linear noise around it."""
    f, v = np.zeros(days + 1), np.zeros(days + 1)
    for d in range(days):
        stay = math.exp(-(p + q * f[d]))
        f[d + 1] = 1 - (1 - f[d]) * stay
        v[d + 1] = (stay * (1 + (1 - f[d]) * q)) ** 2 * v[d] + (1 - f[d]) * stay * (1 - stay) / n
    return f, np.sqrt(v)


def coefficients(result) -> tuple[float, float]:
    """p and q of a Bass scenario, 1/day."""
    return result.scenario.strategy.touchpoints.video.intensity, result.scenario.market.word_of_mouth.talk


def test_adoption_follows_the_daily_bass_chain() -> None:
    result = lived("bass")
    n, days = result.scenario.market.consumers, result.scenario.market.days
    mean, se = daily_chain(*coefficients(result), n, days)
    at = np.arange(20, days + 1, 20)
    adopted = 1 - result.stocks[:, 0, UNAWARE] / n
    agrees("Bass, daily chain", adopted[at], mean[at], se[at], 0.035)


def test_adoption_is_the_bass_curve_within_the_band() -> None:
    result = lived("bass")
    n, days = result.scenario.market.consumers, result.scenario.market.days
    p, q = coefficients(result)
    curve = closed_form(np.arange(days + 1), p, q)
    mean, se = daily_chain(p, q, n, days)  # who hears of it tells others: up to 1.6 times the error of a share of independent people
    of_a_day = np.abs(mean - curve).max()  # O(dt): what steps of a day do to the curve
    assert of_a_day < 0.01 and (se <= 2 * share_se(curve, n)).all()
    adopted = 1 - result.stocks[:, 0, UNAWARE] / n
    assert (np.abs(adopted - curve) <= Z * se + of_a_day).all()


def test_the_s_curve_peaks_when_bass_says() -> None:
    """Within 5 %, of which a day's steps take .7; the fitted peak of so many people has a standard error of .75 % (of 1,000 chains)."""
    result = lived("bass", "market.consumers=120000")
    n, days = result.scenario.market.consumers, result.scenario.market.days
    p, q = coefficients(result)
    adopted = 1 - result.stocks[:, 0, UNAWARE] / n
    (p_seen, q_seen), _ = curve_fit(closed_form, np.arange(days + 1), adopted, p0=(p, q))
    assert math.log(q_seen / p_seen) / (p_seen + q_seen) == pytest.approx(math.log(q / p) / (p + q), rel=0.05)
    quarter = np.add.reduceat(np.diff(adopted), np.arange(0, days, 30))
    assert abs((np.argmax(quarter) + 0.5) * 30 - math.log(q / p) / (p + q)) < 45  # the fullest month is the one of the peak or next to it


# ---- the daily service desk ----------------------------------------------------------------------------------------------
# c of those in line are met a day, and of the others each leaves with a chance theta: Q' = Binomial((Q + A - c)+, 1 - theta).
# Bulk service once a day: Bailey 1954, J. R. Statist. Soc. B 16, 80-87.


def tomorrow_or_later(room: int, theta: float, deepest: int) -> tuple[np.ndarray, np.ndarray]:
    """(P(is met), E(days waited; is met)) of somebody at place 1, 2, ... of today's line: those behind never matter."""
    met, wait = np.zeros(deepest + 1), np.zeros(deepest + 1)
    for place in range(1, deepest + 1):
        if place <= room:
            met[place] = 1.0
            continue
        ahead = np.arange(place - room)
        chance = (1 - theta) * binom.pmf(ahead, place - room - 1, 1 - theta)
        met[place] = chance @ met[1 + ahead]
        wait[place] = chance @ (wait[1 + ahead] + met[1 + ahead])
    return met, wait


@cache
def desk_theory(n: int, hazard: float, room: int, theta: float, days: int) -> dict:
    """A desk with n people around it that begins empty: mean distribution of the line at night; arrivals, meetings, days waited.

    The line is the chain Q' = Binomial((Q + A - c)+, 1 - theta), A = Binomial(n - Q, 1 - exp(-hazard)).
    """
    q, a = np.arange(31), np.arange(31)
    come = binom.pmf(a[None, :], n - q[:, None], 1 - math.exp(-hazard))  # (line, arrivals)
    stay = binom.pmf(q[None, :], np.arange(61)[:, None], 1 - theta)  # (not met, line tomorrow)
    today = q[:, None] + a[None, :]
    step = (come[:, :, None] * stay[np.maximum(today - room, 0)]).sum(axis=1)
    met, wait = (np.cumsum(x) for x in tomorrow_or_later(room, theta, 60))
    line, lines, before = np.eye(31)[0], np.zeros(31), np.zeros(31)
    for _ in range(days):
        before += line
        line = line @ step
        lines += line
    return {
        "line": lines / days, "arrivals": before @ (come @ a),
        "met": before @ (come * (met[today] - met[q][:, None])).sum(axis=1),
        "waited": before @ (come * (wait[today] - wait[q][:, None])).sum(axis=1),
    }  # fmt: skip


def desk_days(result) -> dict[str, np.ndarray]:
    """By desk: the line every night (desk, day), arrivals, abandonments, meetings and days waited (desk,)."""
    told, desks, days = result.journeys, result.outlets.size, result.scenario.market.days
    change = np.zeros((desks, days + 1), np.int64)
    out = {}
    for name, sign in (("arrives", 1), ("meets", -1), ("leaves queue", -1)):
        mine = told[told["event"] == name]
        np.add.at(change, (mine["outlet"], mine["day"]), sign)
        out[name] = np.bincount(mine["outlet"], minlength=desks)
    waited = np.zeros(desks)
    queue = told[np.isin(told["event"], ["arrives", "meets", "leaves queue"])]  # by consumer and day
    came, left = queue[:-1], queue[1:]
    mine = (came["event"] == "arrives") & (left["event"] == "meets") & (came["consumer"] == left["consumer"])
    np.add.at(waited, left["outlet"][mine], (left["day"] - came["day"])[mine])
    return out | {"line": np.cumsum(change, axis=1)[:, 1:], "waited": waited}


@pytest.fixture(scope="module")
def desks():
    """What every desk lived, and what the chain of its own number of people says."""
    result = lived("service_desk", track="all")
    market, plan = result.scenario.market, result.scenario.strategy.outlet
    around = np.bincount(result.minds["outlet"][0], minlength=result.outlets.size)
    room, theta = int(plan.staff * plan.meetings), market.meeting.abandons
    return result, desk_days(result), [desk_theory(int(n), market.waits.seeks, room, theta, market.days) for n in around]


def over_desks(values: np.ndarray) -> tuple[float, float]:
    """Mean and standard error over independent desks."""
    return values.mean(), values.std(ddof=1) / math.sqrt(values.size)


def test_the_line_at_night_is_distributed_as_the_chain_says(desks) -> None:
    _, seen, exact = desks
    for length in range(7):
        off = (seen["line"] == length).mean(axis=1) - np.array([one["line"][length] for one in exact])
        agrees(f"P(line = {length})", off.mean(), 0.0, over_desks(off)[1], 0.05, of=off.size)


def test_the_mean_line_is_the_chains(desks) -> None:
    _, seen, exact = desks
    off = seen["line"].mean(axis=1) - np.array([one["line"] @ np.arange(one["line"].size) for one in exact])
    agrees("mean line", off.mean(), 0.0, over_desks(off)[1], 0.15, of=off.size)


def test_the_desk_loses_as_many_visitors_as_the_chain_says(desks) -> None:
    _, seen, exact = desks
    lost = np.array([1 - one["met"] / one["arrivals"] for one in exact])
    off = seen["leaves queue"] - lost * seen["arrives"]  # a ratio estimate, linear in what each desk lived
    mean, se = over_desks(off / seen["arrives"].mean())
    agrees("abandoned share", mean, 0.0, se, 0.02, of=off.size)


def test_whoever_is_met_has_waited_as_long_as_the_chain_says(desks) -> None:
    result, seen, exact = desks
    wait = np.array([one["waited"] / one["met"] for one in exact])
    mean, se = over_desks((seen["waited"] - wait * seen["meets"]) / seen["meets"].mean())
    agrees("mean wait", mean, 0.0, se, 0.05, of=wait.size)
    assert result.daily["waited"].sum() == seen["waited"].sum()


def test_a_desk_without_simulated_twins_lives_the_same_law() -> None:
    """A quarter of the visitors simulated, the rest background load: the line and its losses stay those of the chain."""
    words = ("market.weight=4", "market.waits.seeks=0.0029", "market.waits.returns=0.0029", "market.days=430")
    result = lived("service_desk", *words)
    day = result.daily[:, 0][61:]  # after two months of memory for the background
    come = (day["arrivals"] + day["background_arrivals"]).sum()
    lost = (day["abandoned"] + day["background_abandoned"]).sum()
    met = (day["meetings"] + day["background_meetings"]).sum()
    waited = (day["waited"] + day["background_waited"]).sum()
    visitors = come / day.size / result.outlets.size
    exact = desk_theory(100_000, visitors / 100_000, 3, 0.3, 400)
    print(f"visitors a day {visitors:.3f}; lost {lost / come:.4f} for {1 - exact['met'] / exact['arrivals']:.4f};"
          f" wait {waited / met:.4f} for {exact['waited'] / exact['met']:.4f}")  # fmt: skip
    twins = 3 * day["arrivals"].sum()
    noise = math.sqrt(twins + 2 * 28 / 3 * 3 * twins / day.size)  # Poisson, and the four weeks at either end that are remembered
    agrees("people not simulated against simulated ones", day["background_arrivals"].sum() / twins, 1.0, noise / twins, 0.03)
    assert lost / come == pytest.approx(1 - exact["met"] / exact["arrivals"], abs=0.02)
    assert waited / met == pytest.approx(exact["waited"] / exact["met"], abs=0.1)
    assert day["abandoned"].sum() / day["arrivals"].sum() == pytest.approx(lost / come, abs=0.015)  # the simulated see the same desk


# ---- reach and frequency -------------------------------------------------------------------------------------------------
# Contacts are Poisson with gamma means, so NBD; reach is 1 - (1 + m / k)^-k: Ehrenberg 1959, doi:10.2307/2985810. Duplication of two media:
# Goodhardt & Ehrenberg 1969, Journal of Marketing Research 6, 169-178.

VIDEO, SOCIAL = 0, 1


def contacts(result) -> np.ndarray:
    """Contacts of every person (n, touchpoint)."""
    return result.minds["contacts"][0].astype(np.int64)


def expected(result, touchpoint: str) -> tuple[float, float]:
    """Mean contacts and shape of the negative binomial."""
    market = result.scenario.market
    return getattr(result.scenario.strategy.touchpoints, touchpoint).intensity * market.days, market.goodwill.affinity_shape


def test_contacts_per_person_are_negative_binomial() -> None:
    result = lived("reach_frequency")
    n = result.scenario.market.consumers
    for t, name in ((VIDEO, "video"), (SOCIAL, "social")):
        m, k = expected(result, name)
        met = contacts(result)[:, t]
        law = nbinom(k, k / (k + m))
        agrees(f"mean contacts with {name}", met.mean(), m, law.std() / math.sqrt(n), 0.09)
        times = np.arange(8)
        agrees(f"frequency of {name}", [(met == j).mean() for j in times], law.pmf(times), share_se(law.pmf(times), n), 0.015)
        agrees(f"reach of {name}", (met > 0).mean(), 1 - (1 + m / k) ** -k, share_se((1 + m / k) ** -k, n), 0.015)


def test_reach_grows_with_time_as_the_law_says() -> None:
    result = lived("reach_frequency", "strategy.touchpoints.video.attention=1", "strategy.touchpoints.social.intensity=0")
    n, (m, k) = result.scenario.market.consumers, expected(result, "video")
    for day in (1, 10, 30, 100):
        reach = 1 - (1 + m * day / 100 / k) ** -k
        agrees(f"reach after {day} days", 1 - result.stocks[day, 0, UNAWARE] / n, reach, share_se(reach, n), 0.015)


def test_without_overlap_two_touchpoints_reach_independently() -> None:
    met = contacts(lived("reach_frequency")) > 0
    n = met.shape[0]
    m, k = 2.0, 0.6
    both = (1 - (1 + m / k) ** -k) * (1 - (1 + m / 2 / k) ** -k)
    agrees("duplication, overlap 0", (met[:, VIDEO] & met[:, SOCIAL]).mean(), both, share_se(both, n), 0.015)


def test_with_full_overlap_two_touchpoints_share_one_affinity() -> None:
    met = contacts(lived("reach_frequency", "market.goodwill.media_overlap=1")) > 0
    n = met.shape[0]
    m, k = 2.0, 0.6
    neither = (1 + 1.5 * m / k) ** -k
    agrees("neither, overlap 1", (~met[:, VIDEO] & ~met[:, SOCIAL]).mean(), neither, share_se(neither, n), 0.015)


def test_overlap_shifts_duplication_and_leaves_each_reach() -> None:
    apart, together = (contacts(lived("reach_frequency", f"market.goodwill.media_overlap={r}")) > 0 for r in (0, 0.5))
    n = apart.shape[0]
    for t in (VIDEO, SOCIAL):
        p = apart[:, t].mean()
        agrees("reach at overlap .5", together[:, t].mean(), p, math.sqrt(2) * share_se(p, n), 0.03)
    p = (apart[:, VIDEO] & apart[:, SOCIAL]).mean()
    assert (together[:, VIDEO] & together[:, SOCIAL]).mean() > p + Z * math.sqrt(2) * share_se(p, n)


# ---- goodwill ------------------------------------------------------------------------------------------------------------
# Geometric adstock, A(t) = decay A(t-1) + lift of today's contacts: Broadbent 1979, Journal of the Market Research Society 21, 139-166.


def test_goodwill_is_the_geometric_adstock_of_poisson_contacts() -> None:
    """E g(d) = 1 - (1 - r E g(d-1)) exp(-lambda lift) for contacts of rate lambda, averaged over the gamma affinity."""
    result = lived("reach_frequency")
    touch, days, k = result.scenario.strategy.touchpoints.video, result.scenario.market.days, 0.6
    for speed, half_life, lift in (
        ("fast", result.scenario.market.goodwill.fast_half_life, touch.lift),
        ("slow", result.scenario.market.goodwill.slow_half_life, touch.lift * touch.slow_share),
    ):
        r = 0.5 ** (1 / half_life)

        def after(a, r=r, lift=lift):
            kept = math.exp(-touch.intensity * a * lift)
            g = (1 - kept) / (1 - r * kept)  # where the recursion leads, reached as (r kept)^days
            return g * (1 - (r * kept) ** days)

        mean = quad(lambda u, after=after: after(gamma.ppf(u, k, scale=1 / k)), 0, 1, limit=200)[0]
        mind = result.minds[0]
        now = mind[speed].astype(float) * r ** (days - np.maximum(mind["touched"], 0))
        agrees(f"{speed} goodwill", now.mean(), mean, now.std() / math.sqrt(now.size), 0.05 * mean)


# ---- the bargain ---------------------------------------------------------------------------------------------------------
# The price divides the surplus by the seller's power, P = min(list, cost + share (worth - cost)): Nash 1950, doi:10.2307/1907266.


def bargain(list_price: float, cost: float, share: float, worth: float) -> tuple[float, float, float]:
    """Chance of no offer, mean and SD of the price over standard normal fit, in units of the reference price."""
    none = norm.cdf(math.log(cost) / worth) if cost > 0 else 0.0

    def moment(k):
        from_here = math.log(cost) / worth
        kink = math.log(cost + (list_price - cost) / share) / worth if list_price > cost else from_here
        price = lambda z: min(list_price, cost + share * (math.exp(worth * z) - cost)) ** k * norm.pdf(z)  # noqa: E731
        return (quad(price, from_here, kink)[0] + quad(price, kink, 12)[0]) / (1 - none)

    mean = moment(1)
    return none, mean, math.sqrt(moment(2) - mean**2)


@pytest.mark.parametrize("share, worth", [(0.5, 0.10), (0.28, 0.10), (0.8, 0.25)])
def test_the_price_is_the_nash_bargain(share: float, worth: float) -> None:
    result = lived("nash_price", f"market.bargain.share={share}", f"market.bargain.worth={worth}")
    n = result.scenario.market.consumers
    none, mean, sd = bargain(1.05, 1.05 * 0.85, share, worth)
    price = result.orders["price"] / result.scenario.market.reference_price
    centred = price - price.mean()
    agrees("mean price", price.mean(), mean, sd / math.sqrt(price.size), 0.01)
    agrees("SD of price", price.std(), sd, math.sqrt(((centred**4).mean() / sd**4 - 1) / price.size) * sd / 2, 0.05 * sd)
    agrees("no offer", result.daily["no_offer"].sum() / result.daily["meetings"].sum(), none, share_se(none, n), 0.02)
    assert result.orders["price"].max() <= 1.05 * result.scenario.market.reference_price


def test_where_the_seller_has_all_power_and_no_list_binds_the_price_is_the_worth() -> None:
    result = lived(
        "nash_price", "market.bargain.share=1", "strategy.terms.list_markup=2", "strategy.terms.margin=1", "strategy.terms.rebate=0"
    )
    price, fit = result.orders["price"] / 250_000, result.orders["fit"].astype(float)
    assert result.daily["no_offer"].sum() == 0
    assert np.allclose(price, np.exp(0.10 * fit), rtol=1e-12)


# ---- meetings ------------------------------------------------------------------------------------------------------------
# ln(p / (1 - p)) is a sum of terms: Cox 1958, doi:10.1111/j.2517-6161.1958.tb00292.x; failures lost with l: p / (p + (1 - p) l).


@pytest.mark.parametrize("skill", [-1.0, 0.0, 1.0])
def test_closing_is_the_logit_and_a_second_chance_its_geometric_sum(skill: float) -> None:
    """Who fails is lost with probability l, else returns: P(order) = p / (p + (1 - p) l)."""
    for lost in (1.0, 0.25):
        result = lived(
            "nash_price", "strategy.retail_format=direct", "strategy.terms.list_markup=1", "market.meeting.closing_rule=logit",
            "market.meeting.closing=0.3", f"market.meeting.closing_lost={lost}", "market.meeting.fit=0", "market.meeting.pressure=0",
            "market.workforce.spread=0", "market.workforce.novice=0", f"strategy.skill.closing={skill}", "strategy.skill.spread=0",
            "market.waits.returns=1", "market.days=80", "market.consumers=20000",
        )  # fmt: skip
        p = 1 / (1 + math.exp(-(math.log(0.3 / 0.7) + result.scenario.market.meeting.skill * skill)))
        p = p / (p + (1 - p) * lost)
        n = result.scenario.market.consumers
        agrees(f"orders at skill {skill:g}, lost {lost:g}", result.orders.size / n, p, share_se(p, n), 0.02)


# ---- needs ---------------------------------------------------------------------------------------------------------------
# Cars are replaced after Weibull times; in the long run a need opens at 1 / mean: a renewal process, Cox 1962, Renewal Theory, 2.1 and 5.1.
# The first of competing clocks ends a need: Prentice et al. 1978, doi:10.2307/2530374.


def first_events(result, *names: str) -> dict[str, np.ndarray]:
    """Day of each person's first event of each name (n,), 0 where none; journeys must be of all."""
    out = {}
    for name in names:
        mine = result.journeys[result.journeys["event"] == name]
        who, where = np.unique(mine["consumer"], return_index=True)
        out[name] = np.zeros(result.scenario.market.consumers, np.int64)
        out[name][who] = mine["day"][where]
    return out


RIVALS = ("market.initial.aware=0", "market.consumers=10000", "market.days=200")


def test_the_clocks_that_end_a_need_compete_as_their_hazards_do() -> None:
    rival, off = 1 / 20, 1 / 30
    words = ("market.need.rival_days=20", "market.need.put_off_days=30", "market.rival_pressure=1")
    first = first_events(lived("markov_funnel", *RIVALS, *words, track="all"), "rival closes need", "puts need off")
    bought, put_off = (np.where(first[name] > 0, first[name], 10**6) for name in ("rival closes need", "puts need off"))
    n, end = bought.size, np.minimum(bought, put_off)
    share = rival / (rival + off)
    agrees("share closed by a rival", (bought < put_off).mean(), share, share_se(share, n), 0.03)
    for day in (1, 5, 20, 50):
        stay = math.exp(-(rival + off) * day)
        agrees(f"needs open after {day} days", (end > day).mean(), stay, share_se(stay, n), 0.03)


def test_rival_pressure_multiplies_and_frailty_mixes_the_rival_clock() -> None:
    words = ("market.need.rival_days=50", "market.rival_pressure=2", "market.frailty=0.8")
    closed = first_events(lived("markov_funnel", *RIVALS, *words, track="all"), "rival closes need")["rival closes need"]
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    for day in (1, 10, 40, 120):
        stay = (weights * np.exp(-2 / 50 * np.exp(0.8 * nodes) * day)).sum() / weights.sum()
        agrees(f"needs open after {day} days", ((closed == 0) | (closed > day)).mean(), stay, share_se(stay, closed.size), 0.03)


# every need is closed by a rival at once, so that cars are renewed at every need: a renewal process of half a year
RENEWAL = (
    "market.initial.aware=0", "market.need.open_share=0", "market.need.first_buyers=0", "market.season=0", "market.rival_pressure=100",
    "market.need.rival_days=1", "market.need.mean=0.5", "market.consumers=4000", "market.days=900",
)  # fmt: skip


def test_the_time_between_needs_is_weibull() -> None:
    result = lived("markov_funnel", *RENEWAL, track="all")
    told = result.journeys[result.journeys["event"] == "need opens"]
    _, first = np.unique(told["consumer"], return_index=True)
    gap = (told["day"][first + 1] - told["day"][first]).astype(float)  # the horizon sees everybody's second need
    assert (told["consumer"][first + 1] == told["consumer"][first]).all() and gap.size == 4000
    shape, mean = 2.75, 365 * 0.5
    scale = mean / math.gamma(1 + 1 / shape)
    sd = scale * math.sqrt(math.gamma(1 + 2 / shape) - math.gamma(1 + 1 / shape) ** 2)
    # the need opens on day d, the new car is of day d + 1: half a day of rounding either way
    agrees("mean time between needs", gap.mean() - 1, mean + 0.5, sd / math.sqrt(gap.size), 0.04 * mean)
    for days in (60, 120, 180, 240, 300):
        stay = math.exp(-((days / scale) ** shape))
        agrees(f"no need within {days} days", (gap - 1 >= days).mean(), stay, share_se(stay, gap.size), 0.05)


def test_needs_open_at_the_stationary_rate_from_the_first_day() -> None:
    result = lived("markov_funnel", *RENEWAL, track="all")
    told = result.journeys[result.journeys["event"] == "need opens"]
    for low, high in ((0, 60), (60, 120), (420, 480)):
        mine = told[(told["day"] > low) & (told["day"] <= high)]
        counts = np.bincount(mine["consumer"], minlength=4000)
        rate = 60 / (365 * 0.5 + 1.5)  # a day passes until the rival closes the need, half a day is lost to whole days
        agrees(f"needs in days {low}-{high}", counts.mean(), rate, counts.std() / math.sqrt(4000), 0.05)


def test_most_cars_are_replaced_near_month_73() -> None:
    need = load("direct").market.need
    scale = 365 * need.mean / math.gamma(1 + 1 / need.shape)
    mode = scale * ((need.shape - 1) / need.shape) ** (1 / need.shape)
    assert 65 < mode / 30.4375 < 80 and mode / 30.4375 == pytest.approx(73, abs=1)
    still = np.exp(-np.cumsum(hazard_by_age(need, 40 * 365)[:-1]))  # at the end of each day of the car's age
    assert np.argmax(-np.diff(still)) == pytest.approx(mode, abs=2)
    assert still.sum() + 0.5 == pytest.approx(365 * need.mean, abs=0.01)


def test_needs_follow_the_season_and_the_year_keeps_its_sum() -> None:
    words = [w for w in RENEWAL if not w.startswith(("market.season", "market.days", "market.need.mean", "market.need.first_buyers"))]
    words += [
        "market.need.first_buyers=1",
        "market.need.mean=0.5",
        "market.days=365",
        "market.rival_pressure=0",
        "market.need.put_off_days=1",
    ]
    flat, swing = (lived("markov_funnel", *words, f"market.season={s}", "market.need.shape=1").daily["needs"][1:, 0] for s in (0, 0.5))
    season = 1 + 0.5 * np.cos(2 * np.pi * (np.arange(1, 366) - 345) / 365)
    assert (season[:30].sum() + season[-40:].sum()) / 70 > 1.4
    winter = np.r_[0:30, 325:365]
    rate = swing[winter].sum() / flat[winter].sum() / (season[winter].mean())
    assert rate == pytest.approx(1, abs=Z * math.sqrt(2 / flat[winter].sum()))
