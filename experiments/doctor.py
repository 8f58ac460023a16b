"""`funnel doctor`: whether everything that is needed is there, line by line, and what to do where it is not."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from experiments.fonts import FAMILY, FILES, covered, missing
from experiments.identity import revision
from experiments.language import say
from experiments.overrides import read
from experiments.settings import Doctor, checked_settings, keys, raise_all
from experiments.table import set_in
from experiments.workers import cores

OK, ATTENTION, BROKEN = "ok", "attention", "broken"
PACKAGES = ("numpy", "scipy", "numba", "mesa", "matplotlib", "hydra-core", "omegaconf", "pyyaml", "pyarrow", "joblib", "rich", "jinja2")
ROOMS = ("sim", "scenarios", "experiments")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "firefox")
APPLICATIONS = ("/Applications/Google Chrome.app", "/Applications/Chromium.app", "/Applications/Safari.app")
LITTLE_MEMORY, LITTLE_ROOM = 1.5, 0.5  # GB
GIGA = 1e9


@dataclass(frozen=True)
class Line:
    """One thing that was looked at: how it stands, what was found, and what to do."""

    mark: str
    subject: str
    found: str  # a key of words/doctor.yaml, or the words themselves
    advice: str = ""  # a key
    values: dict[str, object] = field(default_factory=dict)

    def told(self, language: str) -> str:
        """The line in words."""
        found = say("doctor", self.found, language, **self.values) if self.found.startswith(("found_", "missing")) else self.found
        mark, subject = (set_in(say("doctor", key, language), room, True) for key, room in ((f"mark_{self.mark}", 9), (self.subject, 14)))
        advice = f"\n{' ' * 25}-> {say('doctor', self.advice, language)}" if self.advice else ""
        return f"{mark} {subject} {found}{advice}"


def doctor(words: Sequence[str]) -> int:
    """Looks at everything; 0 where Funnelsim can be used, else 1."""
    request, errors = read(words, keys(Doctor)), []
    language = checked_settings(Doctor, request.settings, errors).lang
    raise_all(request.errors, errors)
    found = list(lines())
    print("\n".join(one.told(language) for one in found))
    worst = next(mark for mark in (BROKEN, ATTENTION, OK) if any(one.mark == mark for one in found))
    print("\n" + say("doctor", f"end_{worst}", language))
    return int(worst == BROKEN)


def lines() -> Iterator[Line]:
    """Everything that is looked at, in order."""
    new = sys.version_info >= (3, 11)
    yield Line(OK if new else BROKEN, "python", f"{platform.python_version()}, {sys.executable}", "" if new else "do_python")
    yield from packages()
    yield rooms()
    yield Line(OK, "processors", "found_cores", values={"count": cores()})
    yield memory()
    yield cache()
    yield fonts()
    yield browser()
    yield results()
    yield git()


def packages() -> Iterator[Line]:
    """Our own version and those of what we stand on."""
    from sim import __version__
    from sim.compiled import ENGINE

    yield Line(OK, "funnelsim", "found_funnelsim", values={"version": __version__, "engine": ENGINE})
    known = {name: installed(name) for name in PACKAGES}
    if absent := [name for name, number in known.items() if number is None]:
        yield Line(BROKEN, "packages", "missing", "do_packages", {"names": ", ".join(absent)})
    yield Line(OK, "packages", ", ".join(f"{name} {number}" for name, number in known.items() if number))


def installed(name: str) -> str | None:
    """The version of a package that is installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


# ---- one place -------------------------------------------------------------------------------------------------------


def rooms() -> Line:
    """Whether the three packages come from one place, and whether another copy lies where Python looks."""
    from sim import __version__

    places = list(dict.fromkeys(place_of(room) for room in ROOMS))
    if len(places) > 1:
        told = ", ".join(f"{room} {place_of(room)}" for room in ROOMS)
        return Line(BROKEN, "rooms", "found_apart", "do_apart", {"places": told})
    if others := copies(places[0], [*sys.path, os.getcwd()]):
        return Line(ATTENTION, "rooms", "found_stale", "do_stale", {"place": places[0], "places": ", ".join(map(str, others))})
    known = installed("funnelsim")
    if known not in (None, __version__):
        return Line(ATTENTION, "rooms", "found_versions", "do_stale", {"place": places[0], "running": __version__, "installed": known})
    return Line(OK, "rooms", "found_rooms", values={"place": places[0]})


def place_of(room: str) -> Path | None:
    """The folder in which a package of ours lies."""
    spec = find_spec(room)
    return Path(spec.origin).resolve().parent.parent if spec and spec.origin else None


def copies(place: Path | None, folders: Sequence[str]) -> list[Path]:
    """Other folders on Python's path in which a copy of our packages lies."""
    seen = dict.fromkeys(Path(folder or ".").resolve() for folder in folders)
    return [folder for folder in seen if folder != place and (folder / "sim" / "chance.py").exists() and folder.is_dir()]


# ---- the machine -----------------------------------------------------------------------------------------------------


def memory() -> Line:
    """Memory that is free."""
    try:
        page = os.sysconf("SC_PAGE_SIZE")
        total, free = (page * os.sysconf(name) / GIGA for name in ("SC_PHYS_PAGES", "SC_AVPHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        return Line(OK, "memory", "found_memory_unknown")
    if (known := Path("/proc/meminfo")).exists():
        free = next((float(line.split()[1]) * 1024 / GIGA for line in known.read_text().splitlines() if line.startswith("MemAvail")), free)
    short = free < LITTLE_MEMORY
    values = {"free": f"{free:.1f}", "total": f"{total:.1f}"}
    return Line(ATTENTION if short else OK, "memory", "found_memory", "do_memory" if short else "", values)


def cache() -> Line:
    """Where compiled rules are kept, and whether there are any."""
    import numba

    from sim.compiled import PLAIN, cache_folder

    if PLAIN:
        return Line(ATTENTION, "cache", "found_plain", "do_plain")
    folder = Path(numba.config.CACHE_DIR or cache_folder())
    files = list(folder.rglob("*.nbc")) if folder.exists() else []
    values = {"folder": folder, "files": len(files), "size": f"{sum(one.stat().st_size for one in files) / 1e6:.0f}"}
    if not writable(folder):
        return Line(ATTENTION, "cache", "found_warm" if files else "found_cold", "do_cache_locked", values)
    return Line(OK, "cache", "found_warm", values=values) if files else Line(ATTENTION, "cache", "found_cold", "do_cache", values)


def writable(folder: Path) -> bool:
    """Whether a folder, or the nearest one above it that is there, can be written."""
    there = next(one for one in (folder, *folder.resolve().parents) if one.exists())
    return there.is_dir() and os.access(there, os.W_OK)


def fonts() -> Line:
    """Whether the house font is there and knows Chinese."""
    if absent := [path.name for path in FILES.values() if not path.exists()] or list(missing("销售漏斗模拟，直营")):
        return Line(ATTENTION, "fonts", "found_no_fonts", "do_fonts", {"missing": ", ".join(absent)})
    return Line(OK, "fonts", "found_fonts", values={"name": FAMILY, "glyphs": f"{len(covered()):,}"})


def browser() -> Line:
    """A browser that tests can drive."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None) or next((one for one in APPLICATIONS if Path(one).exists()), None)
    return Line(OK, "browser", str(found)) if found else Line(ATTENTION, "browser", "found_no_browser", "do_browser")


def results() -> Line:
    """Whether results can be written where `funnel compare` puts them."""
    folder = Path("results").resolve()
    if not writable(folder):
        return Line(BROKEN, "results", "found_no_results", "do_results", {"folder": folder})
    there = next(one for one in (folder, *folder.parents) if one.exists())
    free = shutil.disk_usage(there).free / GIGA
    tight = free < LITTLE_ROOM
    return Line(
        ATTENTION if tight else OK, "results", "found_results", "do_space" if tight else "", {"folder": folder, "free": f"{free:.1f}"}
    )


def git() -> Line:
    """The revision of the sources."""
    known = revision()
    if known is None:
        return Line(ATTENTION, "git", "found_no_git", "do_git")
    dirty = known.endswith("-dirty")
    return Line(ATTENTION if dirty else OK, "git", known, "do_dirty" if dirty else "")
