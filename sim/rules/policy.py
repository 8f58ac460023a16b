"""Policies: once a month a brand decides by its reported figures, on its own budgets, training and product (ODD 5.15)."""

import math

import numpy as np

from sim.compiled import njit
from sim.records import CREDIT, CREDITED, KEPT, RATE, SPENT, TRIES, WANTS

FIXED, REALLOCATE, TRAIN, ADAPT = range(4)  # kind
MONTH = 30


def readable_months(figures: np.ndarray, written: int, late: int, months: int) -> np.ndarray:
    """The newest months that can be read (m, FIGURES), at most so many, oldest first.

    figures  (KEPT, FIGURES), the newest month last, of which `written` exist
    late     months until a month's figures can be read
    """
    end = KEPT - late
    return figures[max(0, end - months, KEPT - written) : max(0, end)]


def mean_of(rows: np.ndarray, first: int, count: int) -> np.ndarray:
    """Mean of some figures (count,) over months (m, FIGURES); NaN of no month."""
    return rows[:, first : first + count].mean(axis=0) if len(rows) else np.full(count, np.nan)


def conversion(rows: np.ndarray) -> np.ndarray:
    """Share of the tries of each task (3,) that went well in some months (m, FIGURES); NaN where it was not tried."""
    tries = rows[:, TRIES : TRIES + 3]
    done = (tries * rows[:, RATE : RATE + 3]).sum(axis=0)
    return np.divide(done, tries.sum(axis=0), out=np.full(3, np.nan), where=tries.sum(axis=0) > 0.0)


# ---- reallocate ------------------------------------------------------------------------------------------------------


def orders_per_yuan(rows: np.ndarray, paid: np.ndarray) -> np.ndarray:
    """The estimated marginal return of each paid touchpoint: orders credited per yuan a month, as if all saturated alike."""
    return rows[:, CREDIT + paid].sum(axis=0) / (rows[:, SPENT + paid].sum(axis=0) / 12.0)


def moved(budgets: np.ndarray, floors: np.ndarray, returns: np.ndarray, step: float) -> np.ndarray:
    """Budgets (k,) after whole yuan have moved from what seems to return least and can give to what seems to return most."""
    after, gives = budgets.copy(), budgets > floors
    if not gives.any():
        return after
    best, worst = int(np.argmax(returns)), int(np.argmin(np.where(gives, returns, np.inf)))
    if returns[best] > returns[worst]:
        amount = math.floor(min(step * budgets.sum(), budgets[worst] - floors[worst]))
        after[worst] -= amount
        after[best] += amount
    return after


def reallocate(brand: np.record, late: int) -> None:
    """Moves media money to where orders seem to come from; the sum of the budgets stays."""
    p, paid = brand["plan"]["policy"], np.flatnonzero(brand["planned"] > 0.0)
    rows = readable_months(brand["report"], brand["written"], late, p["memory"])
    if len(rows) and paid.size:
        floors = p["floor"] * brand["planned"][paid]
        brand["touch"]["budget"][paid] = moved(brand["touch"]["budget"][paid], floors, orders_per_yuan(rows, paid), p["step"])


# ---- train -----------------------------------------------------------------------------------------------------------


def falls(now: np.ndarray, past: np.ndarray, tries: np.ndarray, margin: float, sure: float) -> bool:
    """Whether a conversion (3,) has fallen below its own past by more than a margin and more than so few tries (3,) do by chance.

    sure  standard errors of a share of so many tries
    """
    error = np.sqrt(np.maximum(past * (1.0 - past), 0.0) / np.maximum(tries, 1.0))
    return bool((now < past * (1.0 - margin) - sure * error).any())


def train(brand: np.record, late: int) -> None:
    """Buys a month of training where a task's conversion is low against its own past, else goes back to the plan."""
    p = brand["plan"]["policy"]
    now = readable_months(brand["report"], brand["written"], late, p["recent"])
    past = readable_months(brand["report"], brand["written"], late + p["recent"], p["memory"])
    tries = now[:, TRIES : TRIES + 3].sum(axis=0)
    low = falls(conversion(now), conversion(past), tries, p["margin"], p["sure"])
    bought = p["hours"] * 365.0 / MONTH if low else 0.0
    brand["bought_hours"] = bought


# ---- adapt -----------------------------------------------------------------------------------------------------------


def aim(design: np.ndarray, wants: np.ndarray, reach: float) -> np.ndarray:
    """The product (4,) that suits measured demand best, with the same sum of attributes and as pronounced a profile.

    reach  least size of a profile, SD
    """
    level, direction = design.mean(), wants - wants.mean()
    length = math.sqrt((direction**2).sum())
    size = max(reach, math.sqrt(((design - level) ** 2).sum()))
    return level + size * direction / length if length > 0.0 else design.copy()


def adapt(brand: np.record, late: int) -> float:
    """Decides how the product moves toward what demand is said to want; it is there after the lead time. Returns the way, SD."""
    p = brand["plan"]["policy"]
    wants = mean_of(readable_months(brand["report"], brand["written"], late, p["recent"]), WANTS, 4)
    if np.isnan(wants).any():
        return 0.0
    design = brand["attributes"] + brand["pipeline"].sum(axis=0)
    change = aim(design, wants, p["reach"]) - design
    if (wants * change).sum() <= p["worth"]:
        return 0.0
    way = math.sqrt((change**2).sum())
    move = min(way, p["pace"] * MONTH / 365.0)
    brand["pipeline"][p["lead"]] += change * (move / way)
    return float(move)


def renew_product(brand: np.record, b: int, people: np.ndarray, minds: np.ndarray) -> None:
    """What was decided a lead time ago reaches the product, and everybody finds that it suits better or worse."""
    change = brand["pipeline"][0].copy()
    brand["pipeline"][:-1] = brand["pipeline"][1:].copy()
    brand["pipeline"][-1] = 0.0
    if change.any():
        brand["attributes"] += change
        judge_anew(people, minds, b, change)


@njit
def judge_anew(people, minds, b, change):
    """Everybody's fit with a product whose attributes change (4,)."""
    for i in range(people.size):
        gain = 0.0
        for a in range(4):
            gain += np.float64(people[i].taste[a]) * change[a]
        minds[b, i].fit = np.float64(minds[b, i].fit) + gain


# ---- together --------------------------------------------------------------------------------------------------------


def reads(brand: np.record, figures: np.ndarray, late: int) -> np.ndarray:
    """What the policy reads (k,): shares of paid touchpoints in orders credited, conversions of tasks, or weights of what is wanted."""
    p, written = brand["plan"]["policy"], brand["written"]
    if p["kind"] == REALLOCATE:
        credit = readable_months(figures, written, late, p["memory"])[:, CREDIT : CREDIT + CREDITED].sum(axis=0)
        shares = credit / credit.sum() if credit.sum() > 0.0 else np.full(CREDITED, np.nan)
        return shares[np.flatnonzero(brand["planned"] > 0.0)]
    rows = readable_months(figures, written, late, p["recent"])
    return conversion(rows) if p["kind"] == TRAIN else mean_of(rows, WANTS, 4)


def misread(brand: np.record, late: int) -> np.ndarray:
    """Distance (k,) of each figure that the policy reads from what it is by now; those that cannot be read yet are left out."""
    gaps = np.abs(reads(brand, brand["report"], late) - reads(brand, brand["truth"], 0))
    return gaps[~np.isnan(gaps)]


def decide(brand: np.record, late: int) -> float:
    """The month's decision of the brand's policy; returns how far it moves the product, SD."""
    gaps, kind = misread(brand, late), brand["plan"]["policy"]["kind"]
    brand["error"] += gaps.sum()
    brand["readings"] += gaps.size
    if kind == REALLOCATE:
        reallocate(brand, late)
    elif kind == TRAIN:
        train(brand, late)
    return adapt(brand, late) if kind == ADAPT else 0.0
