"""Outside libraries find in the engine's journeys what was put in: lifelines for waits, statsmodels for choices.

The people of one large world live apart, so that groups of them are so many studies: each is fitted as an analyst would, and the true
value lies in 95 of 100 intervals. Cox 1972, doi:10.1111/j.2517-6161.1972.tb00899.x; Kaplan & Meier 1958, doi:10.2307/2281868;
Aalen & Johansen 1978 (cumulative incidence). Lives are told by the day, so that events are tied; with hazards of a hundredth a day
Efron's method is as good as exact (doi:10.2307/2286217).
"""

import math
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import curve_fit

from sim import Stage
from tests.figures import record_figure
from tests.worlds import SEED, agrees, lived

lifelines = pytest.importorskip("lifelines", reason="pip install -e '.[evidence]'")
api = pytest.importorskip("statsmodels.api", reason="pip install -e '.[evidence]'")
import pandas  # noqa: E402

STUDIES, PEOPLE = 100, 40_000  # of one world
WORLDS = [(SEED,), pytest.param(tuple(range(SEED, SEED + 10)), marks=pytest.mark.slow, id="ten worlds")]
FIT, PRICE, DEARER = 0.9, 4.5, 0.05  # ln hazard ratio per SD of fit and per ln price; list price above the reference price
COMPARES, LEAVES = 0.008, 0.006


def covers(what: str, true: float, low, high) -> None:
    """The share of intervals that hold the true value is 95 % within the sampling error of so many studies."""
    inside = np.mean((np.asarray(low) <= true) & (true <= np.asarray(high)))
    studies = np.size(low)
    record_figure(f"coverage of {what}", f"{inside:.3f} of {studies}")
    agrees(f"coverage of {what} in {studies} studies", inside, 0.95, math.sqrt(0.95 * 0.05 / studies), 1.2 / math.sqrt(studies))


@cache
def waits(frailty: float, seeds: tuple[int, ...]) -> "pandas.DataFrame":
    """Days in INTEREST, how they ended (0 censored on day 120, 1 compares, 2 loses interest), of whom, and for which study."""
    return pandas.concat([waits_in(frailty, seed) for seed in seeds], ignore_index=True)


def waits_in(frailty: float, seed: int) -> "pandas.DataFrame":
    """The same of one world."""
    words = ["market.initial.aware=0", "market.initial.interest=1", f"market.waits.compares={COMPARES}",
             f"market.waits.loses_interest={LEAVES}", "market.waits.grows_curious=0", "market.waits.forgets=0", "market.days=120",
             f"market.frailty={frailty}", "market.frailty_person=1", f"market.consumers={PEOPLE}"]  # fmt: skip
    if not frailty:
        words += [f"market.drivers.fit={FIT}", f"market.drivers.price={PRICE}", f"strategy.list_price={250_000 * (1 + DEARER)}"]
    result = lived("markov_funnel", *words, seed=seed, track="all")
    told = result.journeys[result.journeys["from_stage"] == Stage.INTEREST]
    told = told[told["to_stage"] != Stage.INTEREST]
    who, first = np.unique(told["consumer"], return_index=True)
    days, ended = np.full(PEOPLE, 120), np.zeros(PEOPLE, int)
    days[who] = told["day"][first]
    ended[who] = np.where(told["to_stage"][first] == Stage.CONSIDERATION, 1, 2)
    person = {"fit": result.minds["fit"][0].astype(float), "sensitivity": result.people["price_sensitivity"].astype(float)}
    return pandas.DataFrame({"days": days, "ended": ended, "study": np.arange(PEOPLE) % STUDIES + STUDIES * seed} | person)


@pytest.mark.parametrize("seeds", WORLDS)
def test_cox_regression_finds_the_hazard_ratios(seeds: tuple[int, ...]) -> None:
    lives = waits(0.0, seeds).assign(compares=lambda t: t["ended"] == 1)
    true = {"fit": FIT, "sensitivity": -PRICE * math.log(1 + DEARER)}
    columns = ["days", "compares", *true]
    whole = lifelines.CoxPHFitter().fit(lives[columns], "days", "compares")
    for name, value in true.items():
        agrees(f"ln hazard ratio of {name}", whole.params_[name], value, whole.standard_errors_[name], 0.15)
    studies = [lifelines.CoxPHFitter().fit(mine[columns], "days", "compares") for _, mine in lives.groupby("study")]
    for name, value in true.items():
        low, high = np.array([study.confidence_intervals_.loc[name] for study in studies]).T
        covers(f"ln hazard ratio of {name}", value, low, high)


@pytest.mark.parametrize("seeds", WORLDS)
def test_kaplan_meier_finds_the_survival_of_people_who_differ(seeds: tuple[int, ...]) -> None:
    """S(t) = E exp(-h t exp(.8 z)): leaving for the other exit is censoring."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    curves = [lifelines.KaplanMeierFitter().fit(t["days"], t["ended"] == 1) for _, t in waits(0.8, seeds).groupby("study")]
    for day in (10, 30, 60, 110):
        true = float((weights * np.exp(-COMPARES * day * np.exp(0.8 * nodes))).sum() / weights.sum())
        low, high = np.array([curve.confidence_interval_survival_function_.loc[:day].iloc[-1] for curve in curves]).T
        covers(f"survival on day {day}", true, low, high)


@pytest.mark.parametrize("seeds", WORLDS)
def test_cumulative_incidence_is_shared_as_the_hazards_are(seeds: tuple[int, ...]) -> None:
    """P(exit j by t) = h_j / h (1 - exp(-h t)), averaged over the people of their own hazards."""
    lives = waits(0.0, seeds)
    drivers = FIT * lives["fit"] - PRICE * math.log(1 + DEARER) * lives["sensitivity"]
    hazard = COMPARES * np.exp(drivers.to_numpy())
    for cause, own in ((1, hazard), (2, np.full(hazard.size, LEAVES))):
        studies = []
        for k, mine in lives.groupby("study"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # tied days are moved apart by a hair
                studies.append(lifelines.AalenJohansenFitter(seed=int(k)).fit(mine["days"], mine["ended"], cause))
        for day in (20, 60, 110):
            true = float((own / (hazard + LEAVES) * -np.expm1(-(hazard + LEAVES) * day)).mean())
            low, high = np.array([study.confidence_interval_.loc[: day + 0.5].iloc[-1] for study in studies]).T
            covers(f"incidence of exit {cause} by day {day}", true, low, high)


@pytest.mark.parametrize("seeds", WORLDS)
def test_a_logit_of_meetings_finds_what_closes(seeds: tuple[int, ...]) -> None:
    """A first meeting signs with log-odds base + skill + fit - price x sensitivity x markup + pressure."""
    words = (
        "strategy.retail_format=direct", "strategy.list_price=260000", "market.meeting.closing_rule=logit", "market.workforce.novice=0",
        "market.workforce.turnover=0", f"market.consumers={PEOPLE}", "market.days=60",
    )  # fmt: skip
    signs, tables = zip(*(meetings(lived("nash_price", *words, seed=seed, track="all")) for seed in seeds), strict=True)
    p = lived("nash_price", *words, seed=seeds[0], track="all").scenario.market.meeting
    true = {
        "base": math.log(p.closing / (1 - p.closing)) + p.pressure * 0.2,
        "skill": p.skill,
        "fit": p.fit,
        "sensitivity": -p.price * 0.04,
    }
    whole = api.Logit(np.concatenate(signs), pandas.concat(tables, ignore_index=True)).fit(disp=0)
    for name, value in true.items():
        agrees(f"log-odds of {name}", whole.params[name], value, whole.bse[name], 0.25)
    parts = [(y[k::STUDIES], x[k::STUDIES]) for y, x in zip(signs, tables, strict=True) for k in range(STUDIES)]
    studies = [api.Logit(*part).fit(disp=0).conf_int() for part in parts]
    for name, value in true.items():
        low, high = np.array([study.loc[name] for study in studies]).T
        covers(f"log-odds of {name}", value, low, high)


def meetings(result) -> tuple[np.ndarray, "pandas.DataFrame"]:
    """Of everybody's first meeting whether it signs (k,), and what should have counted (k rows)."""
    told = result.journeys[np.isin(result.journeys["event"], ["meets", "buys"])]
    who, first = np.unique(told["consumer"], return_index=True)
    assert (told["event"][first] == "meets").all() and who.size > 0.95 * PEOPLE
    columns = {
        "base": np.ones(who.size), "skill": result.staff["skill"][told["salesperson"][first], 2],
        "fit": result.minds["fit"][0][who].astype(float), "sensitivity": result.people["price_sensitivity"][who].astype(float),
    }  # fmt: skip
    return np.append(told["event"], "")[first + 1] == "buys", pandas.DataFrame(columns)  # what comes right after the first meeting


# p and q of three durables by nonlinear least squares (Srinivasan & Mason 1986, doi:10.1287/mksc.5.2.169)
DURABLES = {"room_air_conditioner": (0.0094, 0.3748), "color_television": (0.0185, 0.6159), "clothes_dryer": (0.0136, 0.3267)}


@pytest.mark.parametrize("name", DURABLES)
def test_durables_refitted_have_the_published_p_and_q_and_the_engine_sells_them_so(name: str) -> None:
    """Published sales -> p, q, m by nonlinear least squares -> the engine with them -> its sales fitted again.

    Found again means p within 20 % and q within 10 %: of so many people p has a standard error of 3.6 % and q of 1.4 % (of 200 chains).
    """
    people = 45_000
    path = Path(__file__).parents[1] / "data" / "bass_durables.csv"
    rows = [line.split(",") for line in path.read_text().splitlines()[2:]]
    sales = np.array([float(units) for product, _, units in rows if product == name])

    def of_a_year(t, p, q, m):
        """Sales of year t = 1, 2, ..."""
        to = lambda x: -np.expm1(-(p + q) * x) / (1 + q / p * np.exp(-(p + q) * x))  # noqa: E731
        return m * (to(t) - to(t - 1))

    years = np.arange(1.0, sales.size + 1)
    (p, q, m), _ = curve_fit(of_a_year, years, sales, p0=(0.02, 0.4, sales.sum() * 1.5))
    assert (round(p, 4), round(q, 4)) == DURABLES[name]
    year = 60  # days that stand for one; the steps of q / 60 a day cost .3 % of q
    result = lived(
        "bass", f"strategy.touchpoints.video.intensity={p / year}", f"market.word_of_mouth.talk={q / year}",
        f"market.days={year * sales.size}", f"market.consumers={people}",
    )  # fmt: skip
    lived_sales = -np.diff(result.stocks[::year, 0, Stage.UNAWARE]) / people * m
    (p_seen, q_seen, _), _ = curve_fit(of_a_year, years, lived_sales, p0=(p, q, m))
    record_figure(name.replace("_", " "), f"p {p:.4f} found again {p_seen:.4f}, q {q:.4f} found again {q_seen:.4f}")
    assert p_seen == pytest.approx(p, rel=0.2) and q_seen == pytest.approx(q, rel=0.1)
