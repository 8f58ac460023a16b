"""The compiler door: every kernel is compiled the same way, quickly, and a changed rule never meets a stale cache.

Numba notices a changed file, not a changed callee; so the cache folder carries a fingerprint of all of `sim`.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable

import numba
from llvmlite.binding import get_host_cpu_name
from numba.core import types
from numba.core.registry import CPUDispatcher

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


class Twin(CPUDispatcher):
    """A function that only kernels call: compiled into them, once for whole numbers of every width, enumerations and defaults."""

    def get_call_template(self, args: tuple, kws: dict) -> tuple:
        """What a call of these types comes to; Numba converts what is given."""
        _, given = self.fold_argument_types(args, kws)
        return super().get_call_template(tuple(wide(kind) for kind in given), {})


class Door(CPUDispatcher):
    """A function that Python calls too; what a kernel calls by its name is its twin, which has no wrapper for Python."""

    only = None  # what the machine runs, once it is known and as long as there is but one version; see `straight`

    @property
    def _numba_type_(self) -> types.Dispatcher:
        """What stands for it in a kernel."""
        return types.Dispatcher(self.twin)


def wide(kind: types.Type) -> types.Type:
    """The type in whose place an argument's is taken: 64 bits for every whole number."""
    kind = numba.typeof(kind.value) if isinstance(kind, types.Omitted) else types.unliteral(kind)
    narrow = isinstance(kind, types.Integer) and kind.bitwidth < 64
    return types.int64 if narrow or isinstance(kind, types.IntEnumMember) else kind


def compiled(**options: bool) -> Callable:
    """A decorator: float64 arithmetic as written, no fastmath; division by zero gives inf, as in NumPy.

    What Python calls is kept on disk, and lets other threads run.
    """
    inside = numba.njit(error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True, **options)
    outside = numba.njit(cache=True, nogil=True, error_model="numpy", no_cfunc_wrapper=True, **options)

    def decorate(rule: Callable) -> Callable:
        """Both functions of a rule; the rule itself where Numba is switched off."""
        if PLAIN:
            return rule
        door, twin = outside(rule), inside(rule)
        door.__class__, door.twin, twin.__class__ = Door, twin, Twin
        return door

    return decorate


def straight(rule: Callable) -> Callable:
    """The same kernel without the question of what it is given, for arguments with which it was called before: 1.3 µs less a call of 35.

    It asks all the same where it is compiled for several kinds of arguments.
    """
    if PLAIN or len(rule.overloads) != 1:
        return rule
    if rule.only is None:
        rule.only = next(iter(rule.overloads.values())).entry_point
    return rule.only


new_arrays = compiled()
# kernels make no arrays of their own, so that nothing need be counted: counting is atomic, and threads would wait for each other
njit = compiled(_nrt=False)
# the few functions of a quiet day: handing over their arguments would cost more than they do
inlined = compiled(_nrt=False, forceinline=True)
