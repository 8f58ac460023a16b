"""Who is awake, and which contact of a mind comes next: side by side in the processor's registers. It changes no number."""

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic, models, register_model

from sim.compiled import PLAIN
from sim.scenario import CLOCKED

SEEN = 64  # people who are looked at together: a bit of a whole number for each
LANES = 4  # numbers of 64 bits in a register; two of them hold all touchpoints, those in the middle twice
FIRSTS = (0, CLOCKED - LANES)  # the first touchpoint of each
REAL, WHOLE, INDEX = ir.DoubleType(), ir.IntType(64), ir.IntType(32)
FOUR = ir.VectorType(REAL, LANES)
ENDLESS = ir.Constant(FOUR, [ir.Constant(REAL, float("inf"))] * LANES)


def load(builder: ir.IRBuilder, base: Any, first: int, kind: ir.Type) -> Any:
    """Four numbers of a kind, from the byte `first` on."""
    place = builder.gep(builder.bitcast(base, ir.IntType(8).as_pointer()), [ir.Constant(WHOLE, first)])
    return builder.load(builder.bitcast(place, ir.VectorType(kind, LANES).as_pointer()), align=4)


def lower(builder: ir.IRBuilder, one: Any, other: Any) -> Any:
    """Lane by lane the lower number; the other where one is none."""
    return builder.select(builder.fcmp_ordered("<", one, other), one, other)


def turned(builder: ir.IRBuilder, four: Any, order: tuple[int, ...]) -> Any:
    """The lanes in another order."""
    return builder.shuffle_vector(four, four, ir.Constant(ir.VectorType(INDEX, LANES), [ir.Constant(INDEX, k) for k in order]))


def in_all(builder: ir.IRBuilder, number: Any, kind: ir.Type) -> Any:
    """One number in every lane."""
    four = ir.Constant(ir.VectorType(kind, LANES), ir.Undefined)
    for lane in range(LANES):
        four = builder.insert_element(four, number, ir.Constant(INDEX, lane))
    return four


def days_ahead(context: Any, builder: ir.IRBuilder, kinds: tuple, given: tuple) -> list[Any]:
    """Days until each next contact, (next - reached) x days between, endless where that is no number: two registers."""
    record, *of_plan = kinds[:3]
    mind, *plan = given[:3]
    plan = [context.make_array(kind)(context, builder, array).data for kind, array in zip(of_plan, plan, strict=True)]
    found = []
    for first in FIRSTS:
        due = builder.fpext(load(builder, mind, record.offset("next") + 4 * first, ir.FloatType()), FOUR)
        so_far, each = (load(builder, base, 8 * first, REAL) for base in plan)
        found.append(lower(builder, builder.fmul(builder.fsub(due, so_far), each), ENDLESS))
    return found


def bits(builder: ir.IRBuilder, truths: list[Any]) -> Any:
    """A bit for each touchpoint, of what is true of each lane of the two registers."""
    one, other = (builder.zext(builder.bitcast(truth, ir.IntType(LANES)), WHOLE) for truth in truths)
    return builder.or_(one, builder.shl(other, ir.Constant(WHOLE, FIRSTS[1])))


class Four(types.Type):
    """Four real numbers that stay in a register."""


@register_model(Four)
class InARegister(models.PrimitiveModel):
    """What it is to the compiler."""

    def __init__(self, dmm: Any, kind: types.Type):
        super().__init__(dmm, kind, FOUR)


AHEAD = types.UniTuple(Four("four"), len(FIRSTS))  # days until each touchpoint's next contact


@intrinsic
def days_of(typing, mind, reached, days_between):
    """Days until each touchpoint's next contact, as `next_of` and `renewed` take them.

    reached, days_between  (touchpoint,), of the mind's brand and targeting group
    """

    def code(context, builder, signature, given):
        """Two registers."""
        return context.make_tuple(builder, signature.return_type, days_ahead(context, builder, signature.args, given))

    return AHEAD(mind, reached, days_between), code


@intrinsic
def renewed(typing, ahead, touchpoint, days):
    """The same with other days until one touchpoint's next contact.

    What has just been written to memory number by number could be read from there in rows only after a long wait.
    """

    def code(context, builder, signature, given):
        """The days in every lane of that touchpoint."""
        ahead, touchpoint, days = given
        found = []
        for k, first in enumerate(FIRSTS):
            lanes = ir.Constant(ir.VectorType(WHOLE, LANES), [ir.Constant(WHOLE, first + lane) for lane in range(LANES)])
            chosen = builder.icmp_signed("==", lanes, in_all(builder, touchpoint, WHOLE))
            found.append(builder.select(chosen, in_all(builder, days, REAL), builder.extract_value(ahead, k)))
        return context.make_tuple(builder, signature.return_type, found)

    return AHEAD(ahead, types.int64, types.float64), code


@intrinsic
def next_of(typing, ahead):
    """The touchpoint whose contact comes next, the first of equals, and the days until then."""

    def code(context, builder, signature, given):
        """The least of all lanes, and the first lane that is no more than it."""
        both = [builder.extract_value(given[0], k) for k in range(len(FIRSTS))]
        least = lower(builder, *both)
        for order in ((2, 3, 0, 1), (1, 0, 3, 2)):
            least = lower(builder, least, turned(builder, least, order))
        where = bits(builder, [builder.fcmp_ordered("==", four, least) for four in both])
        soonest = builder.cttz(where, ir.Constant(ir.IntType(1), 1))
        return context.make_tuple(builder, signature.return_type, [soonest, builder.extract_element(least, ir.Constant(INDEX, 0))])

    return types.Tuple((types.int64, types.float64))(ahead), code


@intrinsic
def due_within(typing, mind, reached, days_between, days):
    """A bit for each touchpoint whose next contact comes before so many days are over."""

    def code(context, builder, signature, given):
        """Each lane against the same number of days."""
        bound = in_all(builder, given[3], REAL)
        both = days_ahead(context, builder, signature.args, given)
        return bits(builder, [builder.fcmp_ordered("<", four, bound) for four in both])

    return types.int64(mind, reached, days_between, types.float64), code


@intrinsic
def up_by(typing, wakes, first, today):
    """A bit for each of SEEN people from `first` on who is awake: whose day to wake, wakes (n,) of 32 bits, has come by today."""

    def code(context, builder, signature, given):
        """All of them against the same day."""
        wakes, first, today = given
        many = ir.VectorType(INDEX, SEEN)
        base = context.make_array(signature.args[0])(context, builder, wakes).data
        days = builder.load(builder.bitcast(builder.gep(base, [first]), many.as_pointer()), align=4)
        bound = builder.insert_element(ir.Constant(many, ir.Undefined), builder.trunc(today, INDEX), ir.Constant(INDEX, 0))
        bound = builder.shuffle_vector(bound, bound, ir.Constant(many, [ir.Constant(INDEX, 0)] * SEEN))
        return builder.bitcast(builder.icmp_signed("<=", days, bound), WHOLE)

    return types.int64(wakes, types.int64, types.int64), code


@intrinsic
def lowest(typing, truths):
    """The place of the lowest bit that is set, of several."""

    def code(context, builder, signature, given):
        """One instruction."""
        return builder.cttz(given[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), code


if PLAIN:

    def days_of(mind, reached, days_between):
        """The same, as a list."""
        return [float((mind.next[t] - reached[t]) * days_between[t]) for t in range(CLOCKED)]

    def renewed(ahead, touchpoint, days):
        """The same list with another number."""
        return [*ahead[:touchpoint], days, *ahead[touchpoint + 1 :]]

    def next_of(ahead):
        """The same, one touchpoint after the other."""
        soonest, least = 0, float("inf")
        for t, days in enumerate(ahead):
            if days < least:
                soonest, least = t, days
        return soonest, least

    def due_within(mind, reached, days_between, days):
        """The same, one touchpoint after the other."""
        return sum(1 << t for t, ahead in enumerate(days_of(mind, reached, days_between)) if ahead < days)

    def up_by(wakes, first, today):
        """The same, one person after the other."""
        return sum(1 << k for k in range(SEEN) if wakes[first + k] <= today)

    def lowest(truths):
        """The same."""
        return int(truths & -truths).bit_length() - 1
