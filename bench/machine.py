"""What the figures were measured on, without the name of the machine or of any folder."""

import os
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path

from sim.compiled import ENGINE

PACKAGES = ("numba", "numpy", "scipy", "mesa")
CPU_INFO = Path("/proc/cpuinfo")


def processor() -> str:
    """The model of the processor, with its family and number where the name alone does not tell."""
    if not CPU_INFO.exists():
        return platform.processor() or platform.machine()
    facts = dict(line.split(":", 1) for line in CPU_INFO.read_text().split("\n\n")[0].splitlines() if ":" in line)
    known = {key.strip(): value.strip() for key, value in facts.items()}
    family, model = known.get("cpu family", "?"), known.get("model", "?")
    return f"{known.get('model name', platform.machine())} (family {family}, model {model})"


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def description() -> dict[str, str]:
    """The facts in the order in which they are printed; the engine by the fingerprint of its sources."""
    return {
        "processor": processor(),
        "cores": str(cores()),
        "system": f"{platform.system()} {platform.machine()}",
        "engine": ENGINE,
        "Python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
        "date": date.today().isoformat(),
    }


def load() -> float:
    """Processes that wanted a core over the last minute, this one included; NaN where the system does not say."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
