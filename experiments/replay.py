"""`funnel replay POINT REP`: lives one replication of a results folder again, and says whether it comes out the same to the bit."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from experiments.basis import Point
from experiments.identity import points_in
from experiments.language import say
from experiments.measures import BY_KEY, MAIN
from experiments.replicate import Life, replicate
from experiments.settings import Replay, checked_settings, keys, raise_all
from experiments.store import Store
from experiments.table import table
from experiments.ties import with_ties
from experiments.vary import varied
from experiments.wording import number
from sim.compiled import ENGINE
from sim.schema import ConfigError

FOLDERS = Path("results")


def replay(words: Sequence[str]) -> int:
    """Lives what the words name again; 1 where it comes out otherwise than the files have it."""
    names, asked = asked_for(words)
    store, row = found(names[0], asked.results)
    replication, point = int(names[1]), point_of(store, row)
    model = store.manifest()["model"]
    (life,) = replicate([point], model["seed"], replication, model["loop"], track=asked.track)
    who = ", ".join([point.label, say("measures", f"footing_{point.basis}", asked.lang), *set_apart(row)])
    print(say("batch", "replayed", asked.lang, replication=replication, point=row["point"], who=who))
    shown = [[BY_KEY[key].name(asked.lang), *in_figures(key, life, point), BY_KEY[key].in_unit(asked.lang)] for key in MAIN]
    print(table(["", "", ""], shown))
    if asked.out:
        keep(asked.out, life)
        print(say("batch", "kept", asked.lang, folder=asked.out))
    return verdict(stored(store, row, replication), life.outcomes, asked.lang)


def asked_for(words: Sequence[str]) -> tuple[list[str], Replay]:
    """The point and the replication that are named, and the settings.

    Raises ConfigError with every error at once.
    """
    names, errors = [word for word in words if "=" not in word], []
    given = dict(word.split("=", 1) for word in words if "=" in word)
    errors += [
        f"unknown setting '{key}' of funnel replay; there are: {', '.join(keys(Replay))}" for key in given if key not in keys(Replay)
    ]
    if len(names) != 2 or not (names[1].isascii() and names[1].isdigit()):
        told = " ".join(names) or "nothing"
        errors.append(
            f"a point and a replication are wanted, such as funnel replay 1f0c9a3b 2, not {told}; points.parquet names the points"
        )
    typed = {key: int(value) if key == "track" and value.isdigit() else value for key, value in given.items() if key in keys(Replay)}
    asked = checked_settings(Replay, typed, errors)
    if asked.out and Path(asked.out).exists():
        errors.append(f"out is '{asked.out}', which exists; name a new folder")
    raise_all(errors)
    return names, asked


def found(name: str, results: str) -> tuple[Store, Mapping]:
    """The folder that knows a point, and the point's line in it; of all folders in results/ the newest, where none is named.

    Raises ConfigError where there is none or more than one.
    """
    folders = [Path(results)] if results else sorted(FOLDERS.glob("*/"), key=lambda one: one.stat().st_mtime, reverse=True)
    for folder in folders:
        points = Store(folder).points()
        rows = [] if points is None else [row for row in points.to_pylist() if row["point"].startswith(name)]
        if len(rows) > 1:
            raise ConfigError([f"'{name}' may be {', '.join(row['point'] for row in rows[:5])} ...; give more of it"])
        if rows:
            return Store(folder), rows[0]
    where = f"'{results}'" if results else f"any folder in {FOLDERS}/; name it with results=FOLDER"
    raise ConfigError([f"there is no point '{name}' in {where}"])


def point_of(store: Store, row: Mapping) -> Point:
    """A point as it was lived, from the manifest and its line of points.parquet.

    Raises ConfigError where another engine lived it.
    """
    model = store.manifest()["model"]
    if model["engine"] != ENGINE:
        raise ConfigError([f"'{store.folder}' was lived by engine {model['engine']}, and this is {ENGINE}: it would not be the same life"])
    point = next(one for one in points_in(model) if (one.basis, one.strategy) == (row["basis"], row["strategy"]))
    values = {key: row[key] for key in model.get("swept", {})}
    return varied(point, values) if values else Point(point.basis, point.strategy, with_ties(point.scenario))


def set_apart(row: Mapping) -> list[str]:
    """The swept values of a point."""
    return [f"{key}={value}" for key, value in row.items() if "." in key]


def in_figures(key: str, life: Life, point: Point) -> list[str]:
    """One outcome of a life in the shown unit."""
    value = float(BY_KEY[key].shown(np.array(life.outcomes[key]), point.scenario.market.days))
    return [number(value, abs(value) / 1e3 or 1)] if np.isfinite(value) else ["-"]


def keep(folder: str, life: Life) -> None:
    """Writes every table of a life."""
    Store(folder).write([life])


def stored(store: Store, row: Mapping, replication: int) -> Mapping | None:
    """The outcomes in the files; None where they do not hold the replication."""
    key = row["setting"], replication
    if key not in store.ledger():
        return None
    (rows,) = store.parts_of("outcomes", {key})
    mine = pc.and_(*(pc.equal(rows[name].cast("string"), row[name]) for name in ("basis", "strategy")))
    return rows.filter(mine).to_pylist()[0]


def verdict(there: Mapping | None, here: Mapping[str, float], language: str) -> int:
    """Says whether a life is that of the files; 1 where it is not."""
    if there is None:
        print(say("batch", "absent", language))
        return 0
    shared = [name for name in here if name in there]
    bits = {name: np.array([there[name], here[name]], float).view(np.int64) for name in shared}
    wrong = [name for name in shared if bits[name][0] != bits[name][1] and not (np.isnan(here[name]) and np.isnan(there[name]))]
    if not wrong:
        print(say("batch", "same", language, count=len(shared)))
        return 0
    about = {"there": there[wrong[0]], "here": here[wrong[0]]}
    print(say("batch", "differs", language, count=len(wrong), all=len(shared), name=wrong[0], **about))
    return 1
