"""The layout keeps its promises: which way imports run, what the model may know, what is never used."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ORDER = (
    "schema", "compiled", "chance", "stages", "scenario", "records", "world", "books", "rules", "day", "outcomes", "replication",
    "warm", "agents", "model", "experiments",
)  # fmt: skip
FORBIDDEN_IN_SIM = {"hydra", "omegaconf", "matplotlib", "pandas", "pathlib", "experiments", "yaml", "pyarrow", "rich"}
SIM = sorted((ROOT / "sim").rglob("*.py"))
EVERYTHING = sorted(path for room in ("sim", "experiments", "scenarios") for path in (ROOT / room).rglob("*.py"))
EMPTY_NAMES = {"utils", "helpers", "common", "misc", "manager", "handlers", "core", "base", "stuff"}


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in it; those only for types are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        inner for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test) for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in typing_only:
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (
                f"{node.module}.{one.name}" for one in node.names if (ROOT / node.module.replace(".", "/") / f"{one.name}.py").exists()
            )
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def place(module: str) -> int | None:
    """Where a module stands in the order, None if it has no place."""
    parts = module.split(".")
    name = parts[0] if parts[0] == "experiments" else parts[1] if parts[0] == "sim" and len(parts) > 1 else ""
    return ORDER.index(name) if name in ORDER else None


def module_of(path: Path) -> str:
    """The dotted name of a file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", SIM, ids=module_of)
def test_imports_run_one_way(path: Path) -> None:
    mine = place(module_of(path))
    above = [module for module in imports(path) if mine is not None and (place(module) or 0) > mine]
    assert not above, f"{path.name} imports {above}, which stands above it"


def test_imports_make_no_circle() -> None:
    graph = {module_of(path).removesuffix(".__init__"): set(imports(path)) for path in EVERYTHING}

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join((*trail[trail.index(module) :], module))
        if module in seen:
            return
        for other in graph.get(module, ()):
            visit(other, (*trail, module))
        seen.add(module)

    seen: set[str] = set()
    for module in graph:
        visit(module, ())


@pytest.mark.parametrize("path", sorted((ROOT / "sim" / "rules").glob("*.py")), ids=module_of)
def test_no_rule_imports_another(path: Path) -> None:
    assert not [module for module in imports(path) if module.startswith("sim.rules")]


@pytest.mark.parametrize("path", SIM, ids=module_of)
def test_the_model_knows_no_paths_plots_or_hydra(path: Path) -> None:
    assert not {module.split(".")[0] for module in imports(path)} & FORBIDDEN_IN_SIM


def test_only_the_model_and_its_faces_know_mesa() -> None:
    known = {module_of(path) for path in EVERYTHING if any(module.split(".")[0] == "mesa" for module in imports(path))}
    assert known <= {"sim.model", "sim.agents"}


@pytest.mark.parametrize("path", EVERYTHING, ids=module_of)
def test_no_pickle_no_eval_no_empty_names(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not {"pickle", "shelve", "marshal"} & {module.split(".")[0] for module in imports(path)}
    assert "allow_pickle=True" not in text
    called = {node.func.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"eval", "exec"}
    assert path.stem not in EMPTY_NAMES


@pytest.mark.parametrize("path", EVERYTHING, ids=module_of)
def test_whatever_is_public_says_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the file says nothing about itself"
    kinds = ast.FunctionDef | ast.ClassDef
    silent = [one.name for one in tree.body if isinstance(one, kinds) and not one.name.startswith("_") and not ast.get_docstring(one)]
    assert not silent


def test_only_the_store_writes_results() -> None:
    writers = {module_of(path) for path in EVERYTHING if module_of(path).startswith("experiments") and "write_table" in path.read_text()}
    assert writers == {"experiments.parts"}


def test_no_number_of_a_decision_is_used_twice() -> None:
    tree = ast.parse((ROOT / "sim" / "chance.py").read_text())
    (decisions,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Decision")
    numbers = [one.value.value for one in decisions.body if isinstance(one, ast.Assign)]
    assert len(numbers) == len(set(numbers)) and all(0 < number < 256 for number in numbers)
