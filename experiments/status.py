"""`funnel status RESULTS`: how far an experiment is, what failed, what is damaged, who works on it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from experiments.language import say
from experiments.results_folder import opened
from experiments.rows import TABLES
from experiments.settings import Status
from experiments.store import Store, sound
from sim.compiled import ENGINE


def status(words: Sequence[str]) -> int:
    """Prints the state of a results folder."""
    store, asked = opened(Status, words, "status")
    print("\n".join(lines(store, asked.lang)))
    return 0


def lines(store: Store, language: str) -> Iterator[str]:
    """The state of a folder in sentences."""
    manifest = store.manifest()
    model, points = manifest["model"], store.points()
    settings = set(points["setting"].to_pylist()) if points is not None else {""}
    yield say("batch", "engine_same" if model["engine"] == ENGINE else "engine_other", language, engine=model["engine"], here=ENGINE)
    each = (points.num_rows if points is not None else 0) // max(1, len(settings))
    yield say("batch", "settings", language, settings=len(settings), points=each, seed=model["seed"])
    counts = Counter(setting for setting, _ in store.ledger())
    about = {"least": min(counts.values(), default=0), "most": max(counts.values(), default=0), "none": len(settings - set(counts))}
    yield say("batch", "finished", language, finished=sum(counts.values()), **about)
    for (setting, replication), report in list(store.failed().items())[:1]:
        about = {"setting": setting, "replication": replication, "why": report["traceback"][-1]}
        yield say("batch", "failed", language, count=len(store.failed()), **about)
    parts = [path for table in TABLES for path in (store.folder / table).glob("*.parquet")]
    if aside := list((store.folder / "quarantine").glob("*")):
        yield say("batch", "quarantine", language, count=len(aside), folder=store.folder / "quarantine")
    if damaged := [path for path in parts if not sound(path)]:
        yield say("batch", "damaged", language, count=len(damaged), first=damaged[0])
    yield say("batch", "parts", language, parts=len(parts), size=f"{sum(path.stat().st_size for path in parts) / 1e6:.1f}")
    working = store.claims.of_others()
    yield say("batch", "working" if working else "idle", language, count=len(working))
    yield say("batch", "command", language, command=manifest["command"])
