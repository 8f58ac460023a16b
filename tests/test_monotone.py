"""More of what helps leaves nobody at an earlier stage on any day, and nobody with fewer contacts: without all that makes people race."""

from collections.abc import Iterator

import numpy as np
import pytest
from worlds import ALONE, any_numbers, awake, laid_on, words

from experiments import load
from sim import Stage, start_up
from sim.day import live
from sim.replication import begin
from sim.scenario import Scenario
from sim.world import World
from tests.figures import record_figure
from tests.test_promises import BUSY

PAID = ("video", "social", "search", "vertical", "content", "store", "event")

UPWARDS = [
    *words(ALONE), "market.consumers=2000", "market.days=100", "market.start=given", "market.need.open_share=1",
    "market.need.put_off_days=1e9",
    "market.rival_pressure=0", "market.initial.owner=0", "market.initial.lost=0", "market.initial.consideration=0.1",
    "market.initial.intent=0.05",
    "market.waits.forgets=0", "market.waits.loses_interest=0", "market.waits.gives_up_considering=0", "market.waits.gives_up_intent=0",
    "market.waits.cancels=0", "market.waits.recommends=0", "market.drivers.goodwill=0", "market.drivers.goodwill_seeks=0",
    "market.meeting.presentation_lost=0", "market.meeting.closing_lost=0", "market.meeting.abandons=0", "market.meeting.raises_fit=0",
    "market.leads.attempt_reaches=1", "market.leads.floor=1", "market.leads.appointment=1", "market.leads.shows=1",
    "market.leads.days_ahead=0",
    "market.leads.weekend=0", "strategy.selling.answered_fast=1", "strategy.selling.never_answered=0", "market.delivery.built_days=1000",
    "market.frailty_person=1", "market.workforce.spread=0", "strategy.skill.spread=0",
    *(f"strategy.touchpoints.{k}.{v}" for k in PAID for v in ("lead=0", "targeting=1")),
]  # fmt: skip


# by oneself alone and in meetings alone; where both race, a meeting that helps an earlier stage on can use up the quick return that
# a later stage would have had, and nothing is promised to every single person
WAYS = {
    "by oneself": (
        ["market.waits.seeks_curious=0", "market.waits.seeks=0", "market.waits.seeks_intent=0",
        "market.waits.decides=0.03", "market.frailty_person=0.5"],
        ("fit", "grows_curious", "compares", "decides", "orders_online"),
    ),
    "in meetings": (
        ["market.waits.compares=0", "market.waits.decides=0", "market.waits.orders_online=0"],
        ("fit", "skill.discovery", "skill.presentation", "skill.closing", "grows_curious",
        "seeks_curious", "seeks_curious+seeks+seeks_intent+returns"),
    ),
}  # fmt: skip
RAISED = [(way, what) for way, (_, raises) in WAYS.items() for what in raises]
# nothing is aimed at needs: a buyer's need ends sooner
EXPOSED = [*words(ALONE), *BUSY, "market.waits.forgets=0", "market.start=launch", "market.days=60"]
EXPOSED += [f"strategy.touchpoints.{k}.targeting=1" for k in PAID]
INTENSITY = "strategy.touchpoints.{}.intensity"
EXPOSURES = ("exposure", "video", "search", "event")
# what may be any number: what drives people, not what makes one wait for another or changes what drives them while they live
FREE = ("market.waits.", "market.drivers.", "market.meeting.", "market.search.", "market.personas.", "market.need.mean",
        "market.need.shape", "market.frailty", "strategy.touchpoints.", "strategy.attributes.",
        "strategy.list_price")  # fmt: skip


def raised(what: str, waits) -> tuple[list[str], float]:
    """Overrides that raise something, and what they add to everybody's fit."""
    if what == "fit":
        return [], 0.5
    if what.startswith("skill."):
        return [f"strategy.{what}=1"], 0.0
    return [f"market.waits.{k}={getattr(waits, k) * 1.5}" for k in what.split("+")], 0.0


def side_by_side(base: Scenario, more: Scenario, seed: int, fit: float = 0.0) -> Iterator[tuple[World, World]]:
    """The worlds after each day of two scenarios with the same luck; in the second everybody's match with the brand is better by `fit`."""
    starts = [start_up(scenario, seed) for scenario in (base, more)]
    starts[1].minds["match"] += np.float32(fit)  # fit is made of it when the scenario's own outlets open
    pair = tuple(begin(scenario, start, 1) for scenario, start in zip((base, more), starts, strict=True))
    for _ in range(base.market.days):
        for world in pair:
            live(world)
        yield pair


def stages_moved(way: str, what: str, seed: int, *overrides: str) -> tuple[int, int]:
    """Consumer-days at an earlier stage, and at a later one, when something is raised in a scenario of the way."""
    base_words = laid_on([*UPWARDS, *WAYS[way][0]], *overrides)
    base = load("direct", base_words)
    more, fit = raised(what, base.market.waits)
    earlier = later = 0
    for before, after in side_by_side(base, load("direct", laid_on(base_words, *more)), seed, fit):
        stage, stage_too = (np.minimum(world.minds["stage"], Stage.OWNER) for world in (before, after))
        earlier, later = earlier + int((stage_too < stage).sum()), later + int((stage_too > stage).sum())
        record_figure("person-days compared", stage.size)
    return earlier, later


def contacts_missed(which: str, seed: int, *overrides: str) -> tuple[int, int]:
    """Days of consumers unaware though aware with less exposure, or with fewer contacts; and days on which they differ."""
    base_words = laid_on(EXPOSED, *overrides)
    base = load("direct", base_words)
    touch = getattr(base.strategy.touchpoints, which, None)
    more = f"strategy.exposure={1.5 * base.strategy.exposure}" if touch is None else f"{INTENSITY.format(which)}={1.5 * touch.intensity}"
    missed = other = 0
    for before, after in side_by_side(base, load("direct", laid_on(base_words, more)), seed):
        unaware, unaware_too = (world.minds["stage"] == Stage.UNAWARE for world in (before, after))
        missed, other = missed + int((unaware_too & ~unaware).sum()), other + int((unaware_too != unaware).sum())
        record_figure("person-days compared", unaware.size)
        if before.day % 20 == 0:
            contacts, contacts_too = (awake(world).minds["contacts"] for world in (before, after))
            missed += int((contacts_too < contacts).any(axis=-1).sum())
    return missed, other


@pytest.mark.parametrize("way, what", RAISED)
def test_nobody_is_ever_at_an_earlier_stage_for_more_of_it(way: str, what: str) -> None:
    earlier, later = stages_moved(way, what, 11)
    assert earlier == 0 and later > 0


@pytest.mark.parametrize("which", EXPOSURES)
def test_more_exposure_never_means_fewer_contacts_or_later_awareness(which: str) -> None:
    missed, sooner = contacts_missed(which, 12, "market.consumers=3000")
    assert missed == 0 and sooner > 0


def worse_off(k: int, *sizes: str) -> int:
    """People-days worse off for more of something in the k-th scenario of random numbers."""
    way, what = [*RAISED, *(("exposed", which) for which in EXPOSURES)][k % (len(RAISED) + len(EXPOSURES))]
    fixed = EXPOSED if way == "exposed" else [*UPWARDS, *WAYS[way][0]]
    drawn = any_numbers(np.random.default_rng(k), FREE, fixed)
    record_figure("random scenarios", 1)
    return (contacts_missed(what, k, *drawn, *sizes) if way == "exposed" else stages_moved(way, what, k, *drawn, *sizes))[0]


@pytest.mark.parametrize("block", range(2))
def test_of_a_few_people_in_random_scenarios_nobody_is_worse_off_for_more_of_it(block: int) -> None:
    for k in range(4 * block, 4 * block + 4):
        assert worse_off(k, "market.consumers=1000", "market.days=60") == 0, k


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_of_a_million_people_in_a_hundred_scenarios_nobody_is_worse_off_for_more_of_it(block: int) -> None:
    for k in range(5 * block, 5 * block + 5):
        assert worse_off(k, "market.consumers=1000000", "market.days=30") == 0, k
