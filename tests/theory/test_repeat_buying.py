"""Repeat buying: the NBD with death, in the engine and in the published case of CDNOW.

People buy as a Poisson process of a rate of their own and may die, for the brand, at each turn. BG/NBD: Fader, Hardie & Lee 2005,
doi:10.1287/mksc.1040.0098, table 2; with death possible from the first turn on: Batislam, Denizel & Filiztekin 2007,
doi:10.1016/j.ijresmar.2006.12.005. NBD: Ehrenberg 1959, doi:10.2307/2985810.
"""

import math
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import betaln, gammaincinv, gammaln
from scipy.stats import binom, nbinom

from tests.figures import record_figure
from tests.test_heavy_buyers import CERTAIN
from tests.worlds import agrees, lived, share_se

CDNOW = Path(__file__).parents[1] / "data" / "cdnow_summary.csv"


# ---- the published case ---------------------------------------------------------------------------------------------------------


def log_likelihood(numbers, x, last, seen) -> float:
    """Of the BG/NBD with ln (r, alpha, a, b): x repeat purchases (n,), week of the last one (n,), weeks seen (n,)."""
    r, alpha, a, b = np.exp(numbers)
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    alive = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + seen)
    with np.errstate(divide="ignore"):
        dead = np.where(x > 0, betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + last), -np.inf)
    return float((common + np.logaddexp(alive, dead)).sum())


def test_the_bg_nbd_fitted_on_cdnow_is_the_published_one() -> None:
    _, x, last, seen = np.genfromtxt(CDNOW, delimiter=",", skip_header=2, unpack=True)
    fit = minimize(lambda v: -log_likelihood(v, x, last, seen), np.zeros(4), method="Nelder-Mead", options={"maxiter": 5000, "xatol": 1e-6})
    r, alpha, a, b = np.exp(fit.x)
    record_figure("CDNOW", f"r {r:.3f}, alpha {alpha:.3f}, a {a:.3f}, b {b:.3f}, log-likelihood {-fit.fun:.1f}")
    assert (round(r, 3), round(alpha, 3), round(a, 3), round(b, 3)) == (0.243, 4.414, 0.793, 2.426)
    assert -fit.fun == pytest.approx(-9582.4, abs=0.05)


# ---- the engine -------------------------------------------------------------------------------------------------------------------

PEOPLE, DAYS = 30_000, 365
RATE_SHAPE = 0.243  # r of CDNOW
MEAN = 4.414 / RATE_SHAPE * 7 / 365  # years between turns of the mean person: alpha / r weeks
DEATH = 0.25  # the median person's chance to die at a turn
LAG = 3  # days from the need to the order; the car of the shop comes on the next


def turns(points: int = 20_000, most: int = 120) -> np.ndarray:
    """Probability of at least k turns within the horizon (most,): a gamma mixture; after a turn LAG + 1 days pass without another."""
    rate = gammaincinv(RATE_SHAPE, (np.arange(points) + 0.5) / points) / RATE_SHAPE
    chance = -np.expm1(-rate / (365 * MEAN))
    room = DAYS - LAG - (LAG + 1) * np.arange(most)
    return np.array([1.0] + [float(binom.sf(k, room[k], chance).mean()) if room[k] > k else 0.0 for k in range(most)])


def orders_of_each(spread: float) -> np.ndarray:
    """Orders (n,) in a market where a rival takes the median person's need with DEATH, and with it the person for ever."""
    hazard = -math.log1p(-DEATH) / LAG  # the rival's clock runs on the days of the need
    result = lived(
        "online_shop", *[w for w in CERTAIN if "frailty" not in w and "rival_pressure" not in w], f"market.consumers={PEOPLE}",
        f"market.days={DAYS}", f"market.need.mean={MEAN}", f"market.need.spread={RATE_SHAPE**-0.5}", f"market.frailty={spread}",
        "market.frailty_person=1", "market.rival_pressure=1", f"market.need.rival_days={1 / hazard}", "market.waits.grows_curious=0",
    )  # fmt: skip
    return np.bincount(result.orders["person"], minlength=PEOPLE)


@pytest.mark.parametrize("spread", [0.0, 0.8])
def test_who_may_die_at_each_turn_buys_as_the_nbd_with_death_has_it(spread: float) -> None:
    """P(X >= k) = E[(1 - p)^k] P(k turns): p alike, or 1 - (1 - DEATH)^exp(spread z) over normal z."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    k = np.arange(9)
    lives_on = ((1 - DEATH) ** (np.exp(spread * nodes)[:, None] * k) * (weights / weights.sum())[:, None]).sum(axis=0)
    exact = lives_on * turns()[:9]
    counts = orders_of_each(spread)
    seen = (counts[:, None] >= k).mean(axis=0)
    agrees(f"people with at least k orders, spread {spread}", seen[1:], exact[1:], share_se(exact[1:], PEOPLE), 0.02)
    dead = PEOPLE * exact[1]
    repeat = exact[2] / exact[1]
    agrees("repeat rate", (counts > 1).sum() / (counts > 0).sum(), repeat, share_se(repeat, dead), 0.04)


def test_a_fitted_nbd_finds_the_shape_of_the_rates_back() -> None:
    """Without death, orders of a person are NBD but for the lag; its maximum likelihood finds the r that was put in."""
    result = lived(
        "online_shop",
        *CERTAIN,
        f"market.consumers={PEOPLE}",
        "market.days=365",
        "market.need.mean=2",
        f"market.need.spread={RATE_SHAPE**-0.5}",
    )
    counts = np.bincount(result.orders["person"], minlength=PEOPLE)
    mean = counts.mean()

    def minus(r: float) -> float:
        """Minus the log-likelihood of shape r at the mean seen."""
        return -float(nbinom.logpmf(counts, r, r / (r + mean)).sum())

    fit = minimize(lambda v: minus(math.exp(v[0])), [0.0], method="Nelder-Mead")
    r, step = math.exp(fit.x[0]), 1e-3
    se = step / math.sqrt(minus(r - step) + minus(r + step) - 2 * minus(r))
    agrees("shape of the rates", r, RATE_SHAPE, se, 0.06)
