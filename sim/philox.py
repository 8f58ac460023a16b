"""Philox 4x32-10: four random words from a key and a counter (Salmon et al. 2011, doi:10.1145/2063384.2063405)."""

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from sim.compiled import PLAIN, inlined, njit

ROUNDS = 10
M0, M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
W0, W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
LOW, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
PAIR = ir.VectorType(ir.IntType(64), 2)


def ten_rounds(a, b, c, d, luck):
    """Four 32-bit words from a counter of four words and a key of 64 bits."""
    k0, k1 = luck & LOW, luck >> HALF
    for _ in range(ROUNDS):
        p0, p1 = M0 * a, M1 * c
        a, b, c, d = (p1 >> HALF) ^ b ^ k0, p1 & LOW, (p0 >> HALF) ^ d ^ k1, p0 & LOW
        k0, k1 = (k0 + W0) & LOW, (k1 + W1) & LOW
    return a, b, c, d


philox = njit(ten_rounds)
philox_in_rows = inlined(ten_rounds)  # inside a loop the processor takes eight counters at a time


@njit
def inside(a, b):
    """The number inside (0, 1) of two 32-bit words, 53 bits."""
    return (float(((a << HALF) | b) >> np.uint64(11)) + 0.5) * 2.0**-53


def pair(one: int, other: int) -> ir.Constant:
    """Two whole numbers of 64 bits."""
    return ir.Constant(PAIR, [ir.Constant(PAIR.element, int(one)), ir.Constant(PAIR.element, int(other))])


@intrinsic
def two_inside(typing, a, b, c, d, luck):
    """The two numbers inside (0, 1) of one counter: from the second round on words a and c, and b and d, are worked on side by side.

    a may have more than 32 bits, as the ids of outlets do; b, c and d may not. Only the lower half of each 64 bits counts then; what a
    round leaves in the upper one is masked where it is multiplied.
    """

    def code(context: Any, builder: ir.IRBuilder, signature: Any, given: tuple) -> Any:
        """Ten rounds; every second word is the product's lower half, of the other multiplication."""
        a, b, c, d, luck = given
        word = PAIR.element

        def both(one: Any, other: Any) -> Any:
            """Two numbers in one register."""
            first = builder.insert_element(ir.Constant(PAIR, ir.Undefined), one, ir.Constant(ir.IntType(32), 0))
            return builder.insert_element(first, other, ir.Constant(ir.IntType(32), 1))

        low, half, swapped = pair(LOW, LOW), pair(HALF, HALF), ir.Constant(ir.VectorType(ir.IntType(32), 2), [1, 0])
        low_words, key = both(b, d), both(luck, builder.lshr(luck, ir.Constant(word, 32)))
        product = both(builder.mul(c, ir.Constant(word, int(M1))), builder.mul(a, ir.Constant(word, int(M0))))
        for left in reversed(range(ROUNDS)):
            high_words = builder.xor(builder.xor(builder.lshr(product, half), low_words), key)
            low_words = product
            key = builder.add(key, pair(W0, W1))
            if left:
                product = builder.mul(builder.and_(high_words, low), pair(M0, M1))
                product = builder.shuffle_vector(product, product, swapped)
        words = builder.or_(builder.shl(high_words, half), builder.and_(low_words, low))
        real = ir.VectorType(ir.DoubleType(), 2)
        number = builder.sitofp(builder.lshr(words, pair(11, 11)), real)
        number = builder.fmul(
            builder.fadd(number, ir.Constant(real, [ir.Constant(real.element, 0.5)] * 2)),
            ir.Constant(real, [ir.Constant(real.element, 2.0**-53)] * 2),
        )
        found = [builder.extract_element(number, ir.Constant(ir.IntType(32), k)) for k in range(2)]
        return context.make_tuple(builder, signature.return_type, found)

    words = (types.uint64,) * 5
    return types.UniTuple(types.float64, 2)(*words), code


if PLAIN:

    def two_inside(a, b, c, d, luck):
        """The same, word by word."""
        a, b, c, d = ten_rounds(a, b, c, d, luck)
        return inside(a, b), inside(c, d)
