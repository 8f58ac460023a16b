"""The compiler door: every kernel is compiled the same way, and a changed rule never meets a stale cache.

Numba notices a changed file, not a changed callee; so the cache folder carries a fingerprint of all of `sim`.
"""

import hashlib
import os
import tempfile

import numba
from llvmlite.binding import get_host_cpu_name

HERE = os.path.dirname(os.path.abspath(__file__))


def fingerprint() -> str:
    """The first 12 hexadecimal digits of the SHA-256 of every source file of the engine: its version to the byte."""
    digest = hashlib.sha256()
    for folder in (HERE, os.path.join(HERE, "rules")):
        for name in sorted(os.listdir(folder)):
            if name.endswith(".py"):
                with open(os.path.join(folder, name), "rb") as source:
                    digest.update(name.encode() + source.read())
    return digest.hexdigest()[:12]


ENGINE = fingerprint()


def cache_folder() -> str:
    """Beside the sources where that can be written, else in the user's temporary folder."""
    beside = os.path.join(HERE, "__pycache__")
    home = beside if os.access(HERE, os.W_OK) else os.path.join(tempfile.gettempdir(), "funnelsim")
    return os.path.join(home, ENGINE)


if not os.environ.get("NUMBA_CACHE_DIR"):
    numba.config.CACHE_DIR = cache_folder()

FOLDER = str(numba.config.CACHE_DIR)  # where compiled kernels are kept
PLAIN = bool(numba.config.DISABLE_JIT)  # NUMBA_DISABLE_JIT=1: the same rules as plain Python


def proof() -> str:
    """The file that says that the kernels of this engine are compiled for this machine."""
    return os.path.join(FOLDER, f"compiled-{ENGINE}-{numba.__version__}-{get_host_cpu_name()}")


def is_compiled() -> bool:
    """Whether all that a comparison needs was compiled before; plain Python needs nothing."""
    return PLAIN or os.path.exists(proof())


def keep_compiled() -> None:
    """Notes that all that a comparison needs is compiled."""
    os.makedirs(FOLDER, exist_ok=True)
    with open(proof(), "w", encoding="utf-8"):
        pass


# float64 arithmetic as written: no fastmath; division by zero gives inf, as in NumPy; other threads may run meanwhile
new_arrays = numba.njit(cache=True, nogil=True, error_model="numpy")
# kernels make no arrays of their own, so that nothing need be counted: counting is atomic, and threads would wait for each other
njit = numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
# the few functions of a quiet day: handing over their arguments would cost more than they do
inlined = numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False, forceinline=True)
