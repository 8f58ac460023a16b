"""A hint to the processor: fetch a record from memory now, it is wanted soon. It changes no number."""

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from sim.compiled import PLAIN, inlined

LINE = 64  # bytes that memory hands over at once
HOT = 256  # bytes of a record that a quiet day reads, at most: they stand first
AHEAD = 8  # calls whose records are fetched before their turn


@intrinsic
def fetch(typing, records, row):
    """Starts to fetch records[row] from memory, and waits for nothing."""

    def code(context, builder, signature, arguments):
        """One hint for each line of memory that the record's beginning fills."""
        kind, of = signature.args
        size = context.get_abi_sizeof(context.get_data_type(kind.dtype))
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        array = context.make_array(kind)(context, builder, arguments[0])
        start = builder.mul(context.cast(builder, arguments[1], of, types.intp), ir.Constant(ir.IntType(64), size))
        hint = cgutils.get_or_insert_function(builder.module, ir.FunctionType(ir.VoidType(), [byte, word, word, word]), "llvm.prefetch.p0")
        base = builder.bitcast(array.data, byte)
        for line in range(0, min(size, HOT), LINE):
            place = builder.gep(base, [builder.add(start, ir.Constant(ir.IntType(64), line))])
            builder.call(hint, [place, word(1), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(records, row), code


if PLAIN:

    def fetch(records, row):
        """Nothing to fetch in plain Python."""


@inlined
def fetch_ahead(called, k, people, minds):
    """Starts to fetch the person and the mind that are called a little after the k-th. called (k,) flat rows of minds."""
    if k + AHEAD < called.size:
        b, i = called[k + AHEAD] // people.size, called[k + AHEAD] % people.size
        fetch(people, i)
        fetch(minds[b], i)
