"""Outlets open as capital allows, and seats as utilisation asks for, while a strategy is lived (ODD 5.7, 5.12)."""

import numpy as np

from sim.books import MAKER, PARTY, RETAILER
from sim.network import assign_outlets, localise_store, running_costs, share_people, stock_up
from sim.records import NEVER, T
from sim.rules import hiring, rollout, workforce
from sim.scenario import TIERS, Strategy, tier_terms
from sim.seats import NOBODY
from sim.world import World


def are_outlets_waiting(world: World) -> bool:
    """Whether any outlet of a plan has not opened yet."""
    return any(strategy.rollout.rule == "capital" for strategy in world.lived) and bool((world.outlets["opened"] == NEVER).any())


def open_outlets(world: World, days: int) -> None:
    """Whoever pays outlets opens those of the plan that its capital of so many more days affords."""
    for b, strategy in enumerate(world.lived):
        waiting = np.flatnonzero((world.outlets["brand"] == b) & (world.outlets["opened"] == NEVER))
        waiting = waiting[rollout.in_turn(world.outlets["tier"][waiting], strategy.rollout.order)]
        tiers, purse = world.outlets["tier"][waiting], world.brands["purse"][b]
        payers = np.array([PARTY[terms.pays_outlet] for terms in tier_terms(strategy)])[tiers]
        prices = np.array([rollout.invested(strategy.rollout, tier) for tier in tiers])
        opening = []
        for party, capital in ((MAKER, strategy.rollout.capital), (RETAILER, strategy.rollout.retail_capital)):
            queue = np.flatnonzero(payers == party)
            purse[party] += np.inf if capital is None else capital * days / 365.0
            count = rollout.afforded(purse[party], prices[queue])
            purse[party] -= prices[queue[:count]].sum()
            opening.append(waiting[queue[:count]])
        if (opened := np.sort(np.concatenate(opening))).size:
            open_doors(world, strategy, b, opened)


def open_doors(world: World, strategy: Strategy, b: int, opened: np.ndarray) -> None:
    """Outlets (rows) open this morning, staffed and stocked; people nearby go there from now on, but for open leads."""
    outlets = world.outlets
    chosen = np.isin(np.arange(outlets.size), opened)
    outlets["open"][opened], outlets["opened"][opened] = True, world.day
    outlets["since"][(outlets["brand"] == b) & np.isin(outlets["tier"], outlets["tier"][opened])] = world.day
    stock_up(outlets, chosen, strategy)
    theirs = np.isin(world.staff["outlet"], opened) & (world.staff["hired"] != NOBODY)
    world.staff["hired"][theirs] = world.day - 1
    assign_outlets(world, b, stay=True)
    share_people(outlets, world.minds[b], b, world.threads)
    localise_store(world, strategy, b)
    world.costs[b] = running_costs(world, strategy, b)


def adjust_staff(world: World) -> bool:
    """Outlets open and close seats by how busy they were, and search for who is hired; whether any did."""
    if not (world.brands["plan"]["hiring"]["rule"] == hiring.UTILISATION).any():
        return False
    hired = np.zeros((world.brands.size, len(TIERS)), np.int64)
    changed = hiring.adjust_seats(world.outlets, world.staff, world.brands, world.day, world.luck, world.market, hired)
    for b, tier in zip(*(rows.tolist() for rows in np.nonzero(hired)), strict=True):
        world.tally[b, T["hires"]] += hired[b, tier]
        for _ in range(hired[b, tier]):
            workforce.pay_search(world.brands[b], b, tier, world.weight, world.ledger, world.carried)
    return changed
