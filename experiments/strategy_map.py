"""`funnel map x=NUMBER y=NUMBER`: who wins where over two numbers, with the undecided band, finer along the borders."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from experiments.analysis import Outcomes, winner
from experiments.answer import level_words
from experiments.basis import Point
from experiments.compare import new_folder
from experiments.designs import Axis, Values
from experiments.dictionary import dictionary
from experiments.doubt import number_in, range_of
from experiments.identity import command_line
from experiments.language import say
from experiments.measures import BY_KEY
from experiments.overrides import read
from experiments.point import labels_of
from experiments.recalled import bases_for
from experiments.settings import Map, keys, raise_all
from experiments.store import Store
from experiments.sweep import settings_and_axes
from experiments.sweeping import Plan, carry_out, plan_of
from experiments.wording import figure

Place = tuple[int, int]  # on the finest lattice: across, upwards
UNDECIDED = "."
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Ground:
    """The two numbers of a map and its finest lattice."""

    x: Axis
    y: Axis
    steps: int  # from one end to the other on the finest lattice
    coarse: int  # steps between the places that are lived first

    def values(self, place: Place) -> Values:
        """The values at a place."""
        return {one.key: one.at(np.array([k / self.steps]))[0] for one, k in zip((self.x, self.y), place, strict=True)}


def map(words: Sequence[str]) -> int:
    """Lives the map that the words ask for, prints it, and keeps it beside the results."""
    request = read(words, keys(Map), sweeps=True)
    asked, axes = settings_and_axes(request, Map)
    errors = [f"{one.key} has several values; in a map only x= and y= vary" for one in axes]
    raise_all(errors)
    store, command = Store(asked.results or new_folder("map")), command_line(["map", *words])
    bases, made_of = bases_for(request, asked, store)
    ground = ground_of(asked, bases[0])
    plan, verdicts = refined(ground, partial(plan_of, bases, asked=asked, store=store, command=command, made_of=made_of), asked.outcome)
    found = findings(ground, plan, verdicts)
    plan.store.keep(found, "map")
    pictures = drawn(ground, plan, verdicts)
    if asked.json:
        print(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        print("\n".join([*as_text(ground, plan, verdicts), *(str(path) for path in pictures), plan.command]))
    return 0


def ground_of(asked: Map, base: Point) -> Ground:
    """The two numbers with their ends.

    Raises ConfigError with every error at once.
    """
    errors: list[str] = []
    x, y = (with_ends(axis, name, base, errors) for axis, name in zip(asked.axes([]), "xy", strict=True))
    raise_all(errors)
    coarse = 2**asked.refine
    return Ground(x, y, (asked.grid - 1) * coarse, coarse)


def with_ends(axis: Axis, name: str, base: Point, errors: list[str]) -> Axis:
    """An axis; without ends of its own, over the range that its number's source leaves."""
    if axis.ends:
        return axis
    known, value = dictionary()[axis.key], number_in(base.scenario, axis.key)
    ends = range_of(known, value)[:2] if value is not None else (0, 0)
    if len(set(ends)) < 2:
        errors.append(f"{name} is {axis.key}, whose range is not known here; give its ends: {name}={axis.key}:low..high")
    return replace(axis, ends=ends)


# ---- living ------------------------------------------------------------------------------------------------------------


def refined(ground: Ground, planned: Callable[..., Plan], outcome: str) -> tuple[Plan, dict[Place, str | None]]:
    """The verdict at every place that was lived: first the coarse lattice, then the cells along borders, halved round by round.

    planned  the plan of a sweep over values
    """
    size = ground.coarse
    places = [(i, j) for j in range(0, ground.steps + 1, size) for i in range(0, ground.steps + 1, size)]
    cells = [(i, j) for i, j in places if i < ground.steps and j < ground.steps]
    while True:
        plan = planned(values=[ground.values(place) for place in places])
        carry_out(plan)
        lived = plan.outcomes(plan.settings, [outcome])
        verdicts = {place: verdict(lived.get(name), plan) for place, name in zip(places, plan.order, strict=True)}
        split = [cell for cell in cells if len({verdicts[corner] for corner in corners(cell, size)}) > 1]
        if size == 1 or not split:
            return plan, verdicts
        size //= 2
        cells = [(i + a, j + b) for i, j in split for a in (0, size) for b in (0, size)]
        places = list(dict.fromkeys([*places, *(corner for cell in cells for corner in corners(cell, size))]))


def corners(cell: Place, size: int) -> list[Place]:
    """The four corners of a cell."""
    return [(cell[0] + a, cell[1] + b) for a in (0, size) for b in (0, size)]


def verdict(outcomes: Outcomes | None, plan: Plan) -> str | None:
    """The strategy that beats every other in one setting; None where no one clearly does."""
    if outcomes is None:
        return None
    by_name = outcomes[plan.bases[0].basis]
    return winner({name: by_name[name][plan.asked.outcome] for name in plan.names}, plan.alpha)


def filled(ground: Ground, verdicts: Mapping[Place, str | None]) -> dict[Place, str | None]:
    """The verdict at every place of the finest lattice: where nothing was lived, that of the corners of the cell, which agree."""
    out = dict(verdicts)
    size = ground.coarse
    while size > 1:
        for i in range(0, ground.steps, size):
            for j in range(0, ground.steps, size):
                if (i + size // 2, j + size // 2) not in out and all(one in out for one in corners((i, j), size)):
                    inside = ((i + a, j + b) for a in range(size + 1) for b in range(size + 1))
                    out |= {place: out[i, j] for place in inside if place not in out}
        size //= 2
    return out


# ---- findings ----------------------------------------------------------------------------------------------------------


def findings(ground: Ground, plan: Plan, verdicts: Mapping[Place, str | None]) -> dict:
    """For programs: every place that was lived with who wins there, and the shares of the map."""
    lived = [ground.values(place) | {"wins": one} for place, one in verdicts.items()]
    about = {"x": ground.x.key, "y": ground.y.key, "outcome": plan.asked.outcome, "level": 1 - plan.alpha, "seed": plan.asked.seed}
    return about | {"command": plan.command, "shares": shares(filled(ground, verdicts), plan), "lived": lived}


def shares(whole: Mapping[Place, str | None], plan: Plan) -> dict[str, float]:
    """The share of the places of a map that each strategy wins, and that is undecided."""
    every = list(whole.values())
    return {name or "undecided": every.count(name) / len(every) for name in (*plan.names, None)}


def drawn(ground: Ground, plan: Plan, verdicts: Mapping[Place, str | None]) -> list[Path]:
    """The map as a picture, PNG and SVG; Matplotlib is loaded only now."""
    from experiments.report.figures.territory import Territory, draw
    from experiments.report.pictures import written

    wins = np.full((ground.steps + 1, ground.steps + 1), -1)
    for place, name in filled(ground, verdicts).items():
        wins[place] = plan.names.index(name) if name else -1
    land = Territory((ground.x.key, ground.y.key), (ground.x.ends, ground.y.ends), wins, list(verdicts))
    drawing = draw(land, labels_of(plan.bases, plan.asked.lang), words_about(plan), plan.asked.lang)
    paths, _ = written(drawing, plan.store.folder, ("png", "svg"))
    return paths


def words_about(plan: Plan) -> dict[str, object]:
    """What is judged, on what footing, how often, at what level."""
    language = plan.asked.lang
    about = {"what": BY_KEY[plan.asked.outcome].name(language), "footing": say("measures", f"footing_{plan.bases[0].basis}", language)}
    return about | {"settings": len(plan.settings), "n": plan.looks[-1], "level": level_words(plan.alpha, language)}


def as_text(ground: Ground, plan: Plan, verdicts: Mapping[Place, str | None]) -> Iterator[str]:
    """The map in letters, upwards and across, with its legend."""
    language, whole = plan.asked.lang, filled(ground, verdicts)
    symbols = dict(zip(plan.names, LETTERS, strict=False)) | {None: UNDECIDED}
    labels = labels_of(plan.bases, language)
    yield say("strategy_map", "head", language, **words_about(plan))
    yield ""
    ends = {name: [figure(float(end)) for end in axis.ends] for name, axis in (("x", ground.x), ("y", ground.y))}
    edge = max(len(end) for end in ends["y"])
    for j in range(ground.steps, -1, -1):
        side = ends["y"][1] if j == ground.steps else ends["y"][0] if j == 0 else ""
        yield f"  {side:>{edge}} | " + " ".join(symbols[whole[i, j]] for i in range(ground.steps + 1))
    width = 2 * ground.steps + 1
    yield f"  {'':>{edge}}   " + ends["x"][0] + f"{ends['x'][1]:>{max(1, width - len(ends['x'][0]))}}"
    yield ""
    for key, name, axis in (("across", "x", ground.x), ("upwards", "y", ground.y)):
        yield "  " + say("strategy_map", key, language, number=axis.key, low=ends[name][0], high=ends[name][1])
    for name, part in shares(whole, plan).items():
        about = {"share": f"{100 * part:.0f}", "symbol": symbols.get(name, UNDECIDED)}
        key, who = ("wins", labels[name]) if name in labels else ("open", "")
        yield "  " + say("strategy_map", key, language, who=who, **about)
    yield say("strategy_map", "level", language, level=level_words(plan.alpha, language), rounds=plan.asked.refine)
