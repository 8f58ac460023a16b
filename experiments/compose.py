"""Hydra composes a scenario: defaults, market, strategy, case or theory, then the command line; `sim` checks it.

The trees are plain data: Hydra's own type errors never reach the user, and nothing in them is ever instantiated.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from hydra import compose, initialize_config_module
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from experiments.cases import GROUNDS, ground_under, groundless
from experiments.files import NAMED, SHIPPED, Shelf, choose, shelf
from experiments.overrides import Request, read
from experiments.ties import with_ties
from sim.scenario import Market, Scenario, Strategy, scenario_from
from sim.schema import ConfigError, merged, plain

Tree = dict[str, dict]

SCHEMA: Tree = {"market": plain(Market()), "strategy": plain(Strategy())}  # every default
# Hydra would copy a thousand defaults for every file that it lays on them: half of a composition. They are laid under what it makes.
ConfigStore.instance().store(name="schema", node={group: {} for group in SCHEMA})


def load(name: str, overrides: Sequence[str] = ()) -> Scenario:
    """A checked, frozen Scenario by the name of a strategy, case or theory.

    name       stem of a file in strategy/, case/ or theory/, the shipped ones or those of `scenarios_dir=FOLDER`
    overrides  such as `market.consumers=20000`

    Raises ConfigError with every error at once.
    """
    request = read(overrides)
    return scenario_of(request, name, checked_shelf(request))


def scenario_of(request: Request, name: str, files: Shelf) -> Scenario:
    """The Scenario of one name under what the command line asks for."""
    group = next((one for one in NAMED if name in files[one]), None)
    errors = [*request.errors, *wrong_choices(request, files), *([] if group else no_such_name(name, files))]
    try:
        tree = composed(known_choices(request, files), **({group: name} if group else {}), **ground_of(request, group, name, files))
        scenario = scenario_from(tree["market"], tree["strategy"], neutral_of(tree["market"], request.folders), name)
    except ConfigError as error:
        raise ConfigError([*errors, *error.errors]) from None
    if errors:
        raise ConfigError(errors)
    return with_ties(scenario)


def ground_of(request: Request, group: str | None, name: str, files: Shelf) -> dict[str, str]:
    """The strategy and the market on which a case stands where the request chooses none: those of its baseline."""
    grounds = {one: ground_under(one, name, files) for one in GROUNDS if group == "case" and one not in request.choices}
    return {one: ground for one, ground in grounds.items() if ground}


def named_scenario(request: Request, files: Shelf) -> Scenario:
    """The Scenario that a request's theory=, case= or strategy= names; strategy= may name any of the three."""
    chosen = dict(request.choices)
    name = next((chosen[group] for group in ("theory", "case", "strategy") if group in chosen), "direct")
    if name == chosen.get("strategy") and name not in files["strategy"]:
        del chosen["strategy"]
    return scenario_of(replace(request, choices=chosen), name, files)


def checked_shelf(request: Request) -> Shelf:
    """The scenario files that a request may use; what is wrong with its folders joins its other errors."""
    try:
        files = shelf(request.folders)
    except ConfigError as error:
        raise ConfigError([*request.errors, *error.errors]) from None
    if strange := [fault for name, path in files["case"].items() if not path.is_relative_to(SHIPPED) for fault in groundless(name, files)]:
        raise ConfigError([*request.errors, *strange])
    return files


def wrong_choices(request: Request, files: Shelf) -> list[str]:
    """One sentence for each market, strategy, case or theory that the request chooses and nobody wrote."""
    return [fault for group, name in request.choices.items() for fault in choose(group, name, files)]


def known_choices(request: Request, files: Shelf) -> Request:
    """The request without the choices that do not exist, so that its numbers can still be checked."""
    return replace(request, choices={group: name for group, name in request.choices.items() if name in files[group]})


def no_such_name(name: str, files: Shelf) -> list[str]:
    """The sentence for a name that is neither a strategy nor a case nor a theory."""
    return choose("strategy", name, {"strategy": {stem: path for one in NAMED for stem, path in files[one].items()}})


def composed(request: Request, **chosen: str) -> Tree:
    """The market and strategy trees that Hydra composes.

    chosen  group -> name, on top of the request's own choices

    Raises ConfigError where Hydra cannot.
    """
    choices = request.choices | chosen
    words = [f"{group}={name}" for group, name in choices.items()]
    words += [f"++{word}" for word in request.words(choices.get("strategy"))]  # the keys are known to exist, if not to Hydra
    if request.folders:
        words.append("hydra.searchpath=[" + ",".join(f"'file://{quoted(folder)}'" for folder in request.folders) + "]")
    return tree_of(tuple(words))


@cache
def tree_of(words: tuple[str, ...]) -> Tree:
    """What Hydra makes of the root file and these words; each composition costs a twentieth of a second."""
    try:
        with fresh_hydra(), initialize_config_module("scenarios", version_base="1.3"):
            tree = OmegaConf.to_container(compose("config", list(words)), resolve=True)
    except (HydraException, OmegaConfBaseException, RecursionError) as error:
        raise ConfigError([f"these cannot be put together: {str(error).strip().splitlines()[0]}"]) from None
    return {group: merged(SCHEMA[group], tree[group]) for group in SCHEMA}


def quoted(folder: str) -> str:
    """An absolute path inside Hydra's single quotes."""
    return str(Path(folder).resolve()).replace("'", "\\'")


@contextmanager
def fresh_hydra() -> Iterator[None]:
    """Lets a composition run inside a Hydra job (-m), which holds the one global Hydra."""
    one = GlobalHydra.instance()
    outer, one.hydra = one.hydra, None
    try:
        yield
    finally:
        one.hydra = outer


def neutral_of(market: Mapping, folders: Sequence[str] = ()) -> Mapping:
    """The strategy of the uncounted days that the market names, which no override changes.

    Raises ConfigError where there is none of that name.
    """
    name = str(market["neutral"])
    if faults := choose("strategy", name, shelf(folders)):
        raise ConfigError([f"market.neutral: {one}" for one in faults])
    return composed(Request(folders=list(folders)), strategy=name)["strategy"]
