"""The records of the world: what a consumer, a mind, a salesperson, an outlet and a brand hold (ODD 2)."""

import numpy as np

from sim.compiled import PLAIN
from sim.scenario import CLOCKED, PERSONAS, Strategy, Terms, Touchpoint
from sim.schema import record_type
from sim.stages import Event, Stage

NO_CAR, RIVAL = -2, -1  # instead of the brand of the car owned
NEVER = -12_000  # a day before all days
NO_NEED = NEVER  # instead of the day on which the need opened
LEAD_NONE, LEAD_OPEN, LEAD_ANSWERED, LEAD_APPOINTED, LEAD_SHOWN = 0, 1, 2, 3, 4
CALL_LEAD, CALL_RETURN, CALL_TALK, CALL_ONLINE, CALL_DELIVERY, CALL_CANCEL = range(6)
CALLS = 6  # what a consumer's day hands on to the rest of the day
HALF_YEAR, MONTH, LONGEST_REFILL = 182, 28, 90
LONGEST_LAG = 24  # months from a report to its correction, from a figure to its reader, from a decision to the product

# a month's figures of a brand, in the order in which they are kept: by paid or owned touchpoint and for all others the orders credited,
# by touchpoint the budget; by task of a meeting how often it was tried and how often it went well; what shoppers wanted
CREDITED = CLOCKED + 1
CREDIT, SPENT, TRIES, RATE, WANTS, FIGURES = np.cumsum([0, CREDITED, CLOCKED, 3, 3, 4]).tolist()
KEPT = 2 * LONGEST_LAG  # months
FEW = 2**16  # bytes that are copied twice sooner than looked at by NumPy once

# What every day reads stands first, then what a contact reads and writes, so that most days touch few cache lines. Days fit two bytes
# (`market.days` and `start_days` are bounded so that they do), and with them all that happens at most once a day; outlets do too
# (`open_network` counts them). What picks a row and is never below 0 has no sign: no kernel need ask whether it counts from the end.
PERSON = np.dtype(
    [
        ("id", "i4"), ("lived", "i2"), ("need_day", "i2"), ("need_since", "i2"), ("car", "i1"), ("order", "i1"), ("tier", "i1"),
        ("tracked", "u1"), ("persona", "u1"), ("from_stock", "?"), ("autonomy", "f4"), ("price_sensitivity", "f4"), ("pace", "f4"),
        ("need_rate", "f4"), ("rival_wait", "f8"), ("put_off_wait", "f8"), ("car_day", "i4"), ("needs", "u2"), ("services", "u2"),
        ("service_wait", "f4"), ("satisfaction", "f4"), ("heard_price", "f4"), ("felt_price", "f4"),
        ("car_price", "f4"), ("car_outlet", "i2"), ("order_outlet", "i2"), ("order_price", "f8"), ("order_day", "i2"), ("due_day", "i2"),
        ("order_waited", "i2"), ("city", "i2"), ("x", "f4"), ("y", "f4"), ("taste", "f4", (4,)),
        ("report", "f4"), ("reports", "u2"), ("cars", "u2"),
    ],
    align=True,
)  # fmt: skip

MIND = np.dtype(
    [
        ("stage", "i1"), ("group", "u1"), ("lead", "i1"), ("queued", "?"), ("shop_tier", "u1"), ("soonest", "u1"),
        ("first_touch", "i1"), ("last_touch", "i1"),
        ("heard_good", "u2"), ("heard_bad", "u2"), ("visited", "u2"), ("invited", "u2"), ("clicked", "u2"), ("since", "i2"),
        ("next", "f4", (CLOCKED,)),
        ("advance", "f4"), ("leave", "f4"), ("seek", "f4"), ("search", "f4"),
        ("advance_rate", "f4"), ("leave_rate", "f4"), ("weighs_day", "i2"), ("touched", "i2"), ("pace", "f4"),
        ("fast", "f4"), ("slow", "f4"), ("fit", "f4"), ("access", "f4"), ("talk", "f4"),
        ("gap", "f4", (CLOCKED,)), ("inv", "f4", (CLOCKED,)), ("contacts", "u2", (CLOCKED,)), ("visits", "u2", (len(Stage),)),
        ("asks", "u2"), ("searches", "i4"), ("searched", "i4"), ("messages", "i4"), ("match", "f4"), ("lead_key", "i4"), ("distance", "f4"),
        ("leads", "u2"), ("lead_day", "i2"), ("lead_outlet", "i2"), ("lead_seat", "i2"), ("due", "i2"), ("joined", "i2"),
        ("visits_made", "u2"), ("meetings", "u2", (3,)), ("handovers", "u2"), ("seeks", "u2"), ("talks", "u2"), ("heard_day", "i2"),
        ("outlet", "i2"), ("asked", "u2"), ("met", "u2"),
        ("lead_touch", "i1"), ("lead_low", "?"), ("lead_repeat", "?"), ("referred", "?"),
        ("member", "?"), ("new_audience", "?"), ("joins", "u2"), ("posts", "u2"), ("picks", "u2"), ("clicked_day", "i2"),
        ("join", "f4"), ("post", "f4"), ("house", "f4"), ("houses", "i4"), ("seen", "i4"), ("invite", "f4"), ("invitations", "i4"),
        ("ask", "f4"),
    ],
    align=True,
)  # fmt: skip

OUTLET = np.dtype(
    [
        ("id", "i8"), ("brand", "i1"), ("tier", "i1"), ("city", "i4"), ("x", "f8"), ("y", "f8"), ("open", "?"),
        ("first_seat", "i4"), ("seats", "i4"), ("demo_cars", "i4"), ("capacity", "f8"), ("skill", "f8", (4,)), ("share", "f8"),
        ("stock", "i8"), ("ordered", "i8"), ("arriving", "i4", (LONGEST_REFILL,)), ("sold", "i4", (MONTH,)),
        ("visits", "i4", (HALF_YEAR,)), ("recent", "i8"), ("slack", "f8"),
        ("arrivals", "i8"), ("meetings", "i8"), ("orders", "i8"), ("real_sold", "i8"),
        ("opened", "i4"), ("since", "i4"), ("served", "i8"), ("offered", "f8"), ("served_before", "i8"), ("offered_before", "f8"),
    ],
    align=True,
)  # fmt: skip

STAFF = np.dtype(
    [
        ("id", "i8"), ("outlet", "i4"), ("skill", "f8", (4,)), ("experience", "f8"), ("trained", "f8"), ("hired", "i4"),
        ("hires", "i4"), ("leave_wait", "f8"), ("meetings", "i8"), ("orders", "i8"),
    ],
    align=True,
)  # fmt: skip

BRAND = np.dtype(
    [
        ("plan", record_type(Strategy)), ("terms", record_type(Terms), (3,)), ("touch", record_type(Touchpoint), (CLOCKED,)),
        ("list_price", "f8", (3,)), ("expected_price", "f8", (3,)), ("mean_paid", "f8", (3,)),
        ("paid_fen", "i8", (3,)), ("paid_cars", "i8", (3,)),
        ("visits", "i8", (3, HALF_YEAR)), ("weekday", "i8", (7,)), ("since", "i4"), ("met", "i8"), ("bought", "i8"),
        ("learnt", "f8"), ("complaints", "f8", (LONGEST_LAG + 1,)),
        ("partnered", "f8"), ("message", "f8", (len(PERSONAS),)), ("journeys", "f8"),
        ("attributes", "f8", (4,)), ("pipeline", "f8", (LONGEST_LAG + 1, 4)), ("planned", "f8", (CLOCKED,)), ("bought_hours", "f8"),
        ("credit", "f8", (CREDITED,)), ("credit_seen", "f8", (CREDITED,)), ("tries", "i8", (3,)), ("done", "i8", (3,)),
        ("asked", "i8"), ("wanted", "i8", (4,)), ("known", "f8", (FIGURES - RATE,)), ("written", "i8"),
        ("truth", "f8", (KEPT, FIGURES)), ("report", "f8", (KEPT, FIGURES)), ("error", "f8"), ("readings", "i8"),
        ("online", "f8"), ("kept", "f8"), ("purse", "f8", (2,)),
    ],
    align=True,
)  # fmt: skip

IN_LINE = np.dtype(
    [("outlet", "i4"), ("joined", "i4"), ("place", "f8"), ("person", "i4"), ("brand", "i1"), ("elsewhere", "?")], align=True
)  # fmt: skip

JOURNEY = np.dtype(
    [
        ("consumer", "i8"), ("day", "i4"), ("brand", "i1"), ("event", "i1"), ("from_stage", "i1"), ("to_stage", "i1"),
        ("touchpoint", "i1"), ("outlet", "i4"), ("salesperson", "i4"), ("price", "f8"),
    ],
    align=True,
)  # fmt: skip

ORDER = np.dtype(
    [
        ("consumer", "i8"), ("person", "i4"), ("brand", "i1"), ("day", "i4"), ("tier", "i1"), ("outlet", "i4"), ("salesperson", "i4"),
        ("price", "f8"), ("need_day", "i4"), ("lead_day", "i4"), ("intent_day", "i4"), ("first_touch", "i1"), ("lead_touch", "i1"),
        ("repeat", "?"), ("referred", "?"), ("online", "?"), ("informed", "?"), ("drives_ours", "?"), ("fit", "f4"), ("waited", "i4"),
        ("lead_visits", "i4"), ("recommended", "?"), ("last_touch", "i1"),
    ],
    align=True,
)  # fmt: skip

TALLY = (
    "needs", "rival_closed", "put_off", "contacts", "searches", "good_messages", "bad_messages", "leads", "repeat_leads", "contacted",
    "appointments", "shows", "arrivals", "meetings", "first_meetings", "drives", "no_offer", "orders", "online_orders", "repeat_orders",
    "referred_orders", "cancels", "deliveries", "delivery_days", "abandoned", "waited", "waiting", "price_fen", "satisfaction_millionths",
    "services", "background_arrivals", "background_meetings", "background_abandoned",
    "background_waited", "background_orders", "stock", "seats",
    "quits", "owners_lost", "posts", "members", "bad_posts", "house_visits", "reports", "complaints", "handovers", "leaks",
    "picks", "right_picks", "clicks", "recommended_orders",
    "discoveries", "presentations", "closings", "discovered", "presented", "closed",
    "outlets_open", "hires", "questions", "answers",
)  # fmt: skip
T = {name: k for k, name in enumerate(TALLY)}

# money: the ledger of a day is (brand, tier or nation, purpose, payer, payee)
PARTIES = ("maker", "retailer", "customer", "partner", "world")
PURPOSES = (
    "vehicle_revenue", "discount", "stock", "margin", "rebate", "commission", "production", "logistics", "media", "rent", "operations",
    "wages", "training", "capital", "service_revenue", "service_cost", "care", "referral", "support", "head_office",
    "community", "houses",
    "partnership", "omnichannel", "personalisation", "recommendation", "interaction", "analysis", "development",
    "hiring", "investment",
)  # fmt: skip
NATION = 3  # instead of a tier, for money that belongs to no outlet
LEDGER = (NATION + 1, len(PURPOSES), len(PARTIES), len(PARTIES))

EVENTS = tuple(event.name.lower().replace("_", " ") for event in Event)


def readable(array: np.ndarray) -> np.ndarray:
    """The array as it is for compiled rules; with fields as attributes where Numba is switched off and rules run as plain Python."""
    return array.view(np.recarray) if PLAIN else array


def copied(array: np.ndarray) -> np.ndarray:
    """A copy, byte by byte: NumPy copies records field by field, which takes 25 times as long."""
    if array.dtype.names and array.nbytes < FEW:
        return readable(np.frombuffer(bytearray(array.tobytes()), array.dtype).reshape(array.shape))
    whole = np.ascontiguousarray(array).view(np.dtype((np.void, array.itemsize)))
    return readable(whole.copy().view(array.dtype)) if array.dtype.names else array.copy()
