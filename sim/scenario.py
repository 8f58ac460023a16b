"""Every number of the model: name, unit, default, bounds, grade and source. Market (uncertainties) + Strategy (levers) = Scenario.

`num(default, unit, low, high, grade, source, meaning)`; grades: M measured-literature, I industry-report, R recalled, A assumption,
D definition. Sources are ids of `scenarios/parameters.csv`; "prototype" is the worked prototype that `scenarios/SOURCES.md` describes.
"""

import warnings
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from sim.schema import ConfigError, build, group, merged, num, plain, several, word

TIERS = ("tier1", "tier2", "tier3")
ATTRIBUTES = ("technology", "comfort", "value", "sustainability")
SKILLS = ("discovery", "presentation", "closing", "care")
# touchpoints with a clock of their own come first; ids are for ever
TOUCHPOINTS = (
    "video", "social", "search", "vertical", "content", "store", "event", "self_search", "word_of_mouth", "walk_in", "owner", "partner",
    "recommendation",
)  # fmt: skip
CLOCKED = 7
# kinds of people; ids are for ever
PERSONAS = ("tech_lover", "family", "thrifty", "status", "green")

# ---- the market: what the world does ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tier:
    """Cities of one size."""

    share: float = num(0.33, "share of people", 0, 1, "A", "prototype", "share of the people who live in this tier")
    cities: int = num(8, "cities", 1, 1000, "A", "prototype", "number of cities in this tier")
    spread: float = num(6.0, "km", 0.1, 100, "A", "prototype", "standard deviation of homes around the centre of a city")


@dataclass(frozen=True)
class MarketTiers:
    """Three tiers of cities."""

    tier1: Tier = group(Tier, share=0.22, cities=3, spread=8.0)
    tier2: Tier = group(Tier)
    tier3: Tier = group(Tier, share=0.45, cities=30, spread=5.0)


@dataclass(frozen=True)
class Need:
    """When a household needs a car, and what else ends the need."""

    shape: float = num(2.75, "-", 0.5, 10, "I", "Y04", "Weibull shape of the time between cars (mode near month 73)")
    mean: float = num(6.4, "years", 0.1, 50, "I", "Y04", "mean time between cars")
    spread: float = num(0.0, "SD of rate / mean", 0, 5, "D", "", "how much people differ in how often they need; gamma; 0 = all alike")
    first_buyers: float = num(0.45, "share of people", 0, 1, "A", "Y13", "share of people who own no car at the start")
    rival_days: float = num(72.0, "days", 1, 1e9, "A", "F14", "mean days until a passive rival closes the median person's open need")
    put_off_days: float = num(400.0, "days", 1, 1e9, "A", "", "mean days until an open need is put off")
    open_share: float = num(0.0, "share of people", 0, 1, "D", "", "share whose need is open on day 0 beside those of the ages of cars")


@dataclass(frozen=True)
class Initial:
    """Shares of people by stage before the first day; the rest are unaware."""

    aware: float = num(0.455, "share of people", 0, 1, "A", "", "share aware at the start")
    interest: float = num(0.095, "share of people", 0, 1, "A", "", "share interested at the start")
    consideration: float = num(0.003, "share of people", 0, 1, "A", "", "share considering at the start")
    intent: float = num(0.0, "share of people", 0, 1, "A", "", "share with intent at the start")
    owner: float = num(0.033, "share of people", 0, 1, "A", "prototype", "share who drive the brand at the start")
    advocate: float = num(0.3, "share of owners", 0, 1, "A", "", "share of the owners who are advocates at the start")
    lost: float = num(0.13, "share of people", 0, 1, "A", "", "share lost until their next need")
    car_age_scale: float = num(
        0.4, "-", 0.01, 1, "A", "", "age of cars bought since the brand is known (owners, and rivals' of the lost) against all cars"
    )
    goodwill_fast: float = num(0.03, "0-1", 0, 1, "A", "prototype", "fast goodwill of the aware at the start")
    goodwill_slow: float = num(0.12, "0-1", 0, 1, "A", "prototype", "slow goodwill of the aware at the start")


@dataclass(frozen=True)
class Waits:
    """Base hazards of the median person's clocks."""

    grows_curious: float = num(0.006, "1/day", 0, 100, "A", "prototype", "AWARE to INTEREST, need closed")
    in_need: float = num(8.0, "hazard ratio", 0, 1000, "A", "prototype", "curiosity while the need is open")
    compares: float = num(0.010, "1/day", 0, 100, "A", "prototype", "INTEREST to CONSIDERATION by oneself, need open")
    decides: float = num(0.004, "1/day", 0, 100, "A", "", "CONSIDERATION to INTENT by oneself, per unit of autonomy")
    orders_online: float = num(0.008, "1/day", 0, 100, "A", "", "INTENT to an online order, where the format allows, per unit of autonomy")
    gives_up_considering: float = num(0.004, "1/day", 0, 100, "A", "prototype", "CONSIDERATION to LOST")
    gives_up_intent: float = num(0.005, "1/day", 0, 100, "A", "prototype", "INTENT to LOST")
    forgets: float = num(0.0071, "1/day", 0, 100, "A", "A10", "AWARE to UNAWARE after the plateau (.05 a week)")
    plateau: int = num(21, "days", 0, 1000, "M", "A09", "days after the last contact before forgetting begins")
    forgets_goodwill: float = num(1.0, "ln hazard ratio per unit", 0, 10, "A", "", "how slow goodwill slows forgetting")
    loses_interest: float = num(0.012, "1/day", 0, 100, "A", "prototype", "INTEREST to AWARE, need closed")
    forgets_in_need: float = num(0.0, "hazard ratio", 0, 10, "A", "", "forgetting and losing interest while the need is open")
    seeks_curious: float = num(0.06, "1/day", 0, 100, "A", "", "INTEREST seeks a salesperson, need open")
    seeks: float = num(0.08, "1/day", 0, 100, "A", "prototype", "CONSIDERATION seeks a salesperson, next door")
    seeks_intent: float = num(0.16, "1/day", 0, 100, "A", "prototype", "INTENT seeks a salesperson, next door")
    returns: float = num(0.16, "1/day", 0, 100, "A", "prototype", "a shopper comes back after a meeting, next door")
    looks_again: float = num(0.25, "1/day", 0, 100, "A", "", "an owner whose need opens looks at the brand again")
    recommends: float = num(0.002, "1/day", 0, 100, "A", "", "OWNER to ADVOCATE at mean satisfaction")
    recommends_satisfaction: float = num(8.0, "ln hazard ratio per unit", 0, 100, "A", "Y08", "how satisfaction makes advocates")
    cools: float = num(0.003, "1/day", 0, 100, "A", "", "ADVOCATE to OWNER")
    cancels: float = num(0.0024, "1/day", 0, 100, "A", "F13", "an order that waits for its car is cancelled (.93 delivered at 28 days)")


@dataclass(frozen=True)
class Drivers:
    """Weights of what drives the waits: ln hazard ratio per unit."""

    goodwill: float = num(1.2, "ln hazard ratio per unit", 0, 10, "A", "prototype", "goodwill on curiosity, comparing and deciding")
    goodwill_seeks: float = num(0.6, "ln hazard ratio per unit", 0, 10, "A", "prototype", "goodwill on seeking a salesperson")
    fit: float = num(0.9, "ln hazard ratio per SD", 0, 10, "A", "prototype", "fit on comparing and deciding")
    fit_curious: float = num(0.45, "ln hazard ratio per SD", 0, 10, "A", "prototype", "fit on curiosity")
    price: float = num(
        4.5, "ln hazard ratio per ln price", 0, 50, "A", "P02", "expected price against the reference, on comparing, deciding, ordering"
    )
    price_spread: float = num(0.3, "SD of ln", 0, 3, "A", "", "how much people differ in price sensitivity (mean 1)")
    satisfaction: float = num(4.0, "ln hazard ratio per unit", 0, 50, "A", "Y06, Y07", "satisfaction on looking again")
    distance: float = num(10.0, "km", 0.1, 10000, "A", "prototype", "distance scale of access (1 + d/scale)^-power")
    distance_power: float = num(0.8, "-", 0, 5, "A", "prototype", "power of access")


@dataclass(frozen=True)
class Goodwill:
    """How exposure carries over, and whom it reaches."""

    fast_half_life: float = num(14.0, "days", 0.1, 10000, "I", "A05", "half-life of fast goodwill")
    slow_half_life: float = num(150.0, "days", 0.1, 10000, "A", "A08", "half-life of slow goodwill")
    affinity_shape: float = num(0.6, "-", 0.01, 100, "A", "prototype", "gamma shape of media affinity, mean 1 (NBD reach and frequency)")
    media_overlap: float = num(0.3, "correlation", 0, 1, "A", "", "correlation of a person's affinities to different touchpoints")


@dataclass(frozen=True)
class Search:
    """Consumers who search by themselves (ODD 5.2)."""

    rate: float = num(0.04, "1/day", 0, 10, "A", "", "searches a day of a fully autonomous aware person in need")
    out_of_need: float = num(0.05, "hazard ratio", 0, 10, "A", "", "searching while the need is closed")
    lift: float = num(0.08, "0-1", 0, 1, "A", "", "goodwill gained by a search at content quality 1")
    autonomy_mean: float = num(0.5, "0-1", 0, 1, "A", "F17", "mean autonomy, the share of the journey people do by themselves")
    autonomy_spread: float = num(0.8, "0-1", 0, 1, "A", "", "width of autonomy around its mean, against the widest possible")
    informed_after: int = num(3, "searches", 1, 1000, "A", "", "searches within a need that make an informed buyer")


@dataclass(frozen=True)
class WordOfMouth:
    """Who talks to whom, how often, with what effect (ODD 5.3)."""

    network: str = word("small_world", "who knows whom", "none", "small_world", "random", "complete", "scale_free", "list")
    degree: int = num(8, "friends", 0, 100, "M", "D11", "mean number of strong ties")
    rewiring: float = num(0.1, "probability", 0, 1, "R", "D13", "share of ties that lead anywhere")
    speakers: str = word("owners", "who talks: owners and advocates, or everybody aware", "owners", "aware")
    talk: float = num(0.06, "1/day", 0, 100, "A", "D14", "messages a day of an owner (D14 times 1.5)")
    advocate: float = num(2.0, "rate ratio", 0, 100, "A", "prototype", "how much more an advocate talks")
    attention: float = num(0.6, "probability", 0, 1, "A", "prototype", "a message makes an unaware person aware")
    lift: float = num(0.30, "0-1", 0, 1, "A", "prototype", "share of the way to full goodwill that a good message goes")
    slow_share: float = num(0.5, "ratio", 0, 1, "A", "prototype", "slow lift against fast lift")
    negative: float = num(1.0, "ratio", 0, 10, "M", "D20", "strength of a bad message against a good one")
    good_at_mean: float = num(0.76, "probability", 0, 1, "M", "D17", "share of good messages at the mean satisfaction")
    ties: str = word("", "file of the list of ties: two ids of consumers a line")
    valence: float = num(10.0, "log-odds per unit", 0, 100, "A", "Y11", "how satisfaction makes messages good")


@dataclass(frozen=True)
class Leads:
    """From a lead to somebody who stands in the outlet (ODD 5.6)."""

    attempt_reaches: float = num(0.536, "probability", 0, 1, "A", "F03", "one contact attempt reaches the lead (three reach .90)")
    floor: float = num(0.65, "0-1", 0, 1, "A", "L08", "interest left of a lead that waited for ever")
    half_life: float = num(2.0, "hours", 0.01, 1e6, "A", "L08", "half-life of the rest of the interest while waiting for an answer")
    fast_hours: float = num(0.25, "hours", 0, 24, "A", "L06", "wait of a lead that is answered fast")
    slow_hours: float = num(24.0, "hours", 0, 1000, "A", "L06", "wait of a lead that is answered slowly")
    silence: int = num(7, "days", 0, 1000, "A", "", "days until an unanswered lead is closed")
    appointment: float = num(0.55, "probability", 0, 1, "A", "F04", "a contacted lead in need makes an appointment")
    low_intent: float = num(0.3333, "odds ratio", 0, 10, "A", "F04", "odds of an appointment of a lead from AWARE or INTEREST")
    shows: float = num(0.65, "probability", 0, 1, "I", "F05", "an appointment is kept")
    owner_shows: float = num(0.85, "probability", 0, 1, "A", "prototype", "an owner keeps the appointment with his adviser")
    days_ahead: int = num(3, "days", 0, 60, "A", "", "appointments lie 1 to this many days ahead; 0 is the same day")
    weekend: float = num(0.4, "probability", 0, 1, "A", "prototype", "an appointment or return is moved to the weekend")


@dataclass(frozen=True)
class Meeting:
    """What happens between a salesperson and a shopper (ODD 5.6, 5.8): bases as probabilities, drivers in log-odds."""

    discovery: float = num(0.62, "probability", 0, 1, "A", "", "discovery succeeds, skill and fit 0")
    presentation: float = num(0.47, "probability", 0, 1, "A", "F06", "presentation succeeds without a test drive, skill and fit 0")
    closing: float = num(0.50, "probability", 0, 1, "A", "F06", "closing succeeds at the reference price, skill and fit 0")
    closing_rule: str = word("logit", "who signs: by logit, or everybody who is made an offer (textbook Nash)", "logit", "certain")
    skill: float = num(0.75, "log-odds per SD", 0, 10, "A", "S06", "skill on each of three tasks (+1 SD gives about +14 % sales)")
    fit: float = num(0.3, "log-odds per SD", 0, 10, "A", "prototype", "fit on every task")
    price: float = num(4.5, "log-odds per markup", 0, 100, "A", "P02", "asked price over the reference, on presentation and closing")
    waiting: float = num(0.1, "log-odds per day", 0, 10, "A", "prototype", "a day waited in the queue, on every task")
    drives: float = num(0.6, "probability", 0, 1, "A", "F07", "a presentation includes a test drive if a demo car is free")
    drive_odds: float = num(1.6, "odds ratio", 1, 10, "A", "F10", "causal effect of a test drive on the presentation")
    pressure: float = num(0.15, "log-odds", 0, 10, "A", "prototype", "pay pressure 1 on closing")
    raises_fit: float = num(0.30, "SD", 0, 5, "A", "", "a successful discovery raises fit")
    discovery_ends: float = num(0.35, "probability", 0, 1, "A", "", "a failed discovery ends the lead")
    presentation_lost: float = num(0.35, "probability", 0, 1, "A", "prototype", "a failed presentation sends to LOST")
    closing_lost: float = num(0.25, "probability", 0, 1, "A", "prototype", "a failed closing sends to LOST")
    abandons: float = num(0.3, "probability", 0, 1, "A", "prototype", "who is not met today leaves the queue")
    abandoned_lost: float = num(0.4, "probability", 0, 1, "A", "prototype", "who leaves the queue considering is lost")
    drives_per_car: float = num(6.0, "drives a day", 0, 100, "A", "C34", "test drives that one demo car gives a day")


@dataclass(frozen=True)
class Bargain:
    """The haggled price (ODD 5.8): b, the seller's share of the surplus, is logistic."""

    worth: float = num(0.10, "ln worth per SD of fit", 0, 2, "A", "prototype", "how fit raises the buyer's worth")
    share: float = num(0.28, "0-1", 0, 1, "A", "prototype", "the seller's share, equal skill, uninformed buyer")
    skill: float = num(0.15, "log-odds per SD", 0, 5, "A", "prototype", "the seller's closing skill on his share")
    informed: float = num(0.5, "log-odds", 0, 5, "A", "P03", "an informed buyer's pull on the share")
    noise: float = num(0.6, "log-odds", 0, 5, "A", "P06", "luck of the bargain")
    stock: float = num(0.3, "log-odds per month", 0, 5, "A", "C16", "stock above its target, in months, on the share")


@dataclass(frozen=True)
class Satisfaction:
    """Experience against expectation, 0 to 1 (ODD 5.10)."""

    usual: float = num(0.775, "0-1", 0, 1, "I", "C40", "satisfaction of a delivered car, nothing special")
    spread: float = num(0.08, "0-1", 0, 1, "A", "prototype", "luck of the experience, standard deviation")
    haggle: float = num(0.020, "0-1", 0, 1, "A", "C40, C41", "lost by having to haggle")
    pressure: float = num(0.010, "0-1", 0, 1, "A", "prototype", "lost by pay pressure 1")
    delivery: float = num(0.0006, "1/day", 0, 1, "A", "prototype", "lost per day of delivery beyond the expected")
    expected_days: float = num(14.0, "days", 0, 1000, "A", "prototype", "days of delivery that nobody minds")
    waiting: float = num(0.01, "1/day", 0, 1, "A", "prototype", "lost per day waited in the queue")
    fit: float = num(0.01, "per SD", 0, 1, "A", "", "gained by a product that suits")
    envy: float = num(0.2, "per ln price", 0, 10, "A", "", "lost by hearing of a friend who paid less")
    fairness: float = num(
        0.4, "per ln price", 0, 10, "A", "prototype", "lost by having paid more than others (buyers know last month's mean)"
    )
    care: float = num(0.01, "per SD", 0, 1, "A", "prototype", "care skill on a service visit")
    smoothing: float = num(0.3, "0-1", 0, 1, "A", "", "weight of the newest visit")
    promoter: float = num(0.80, "0-1", 0, 1, "A", "Y08", "satisfaction from which an owner promotes")
    detractor: float = num(0.68, "0-1", 0, 1, "A", "Y09", "satisfaction below which an owner detracts")


@dataclass(frozen=True)
class Ownership:
    """After the sale (ODD 5.11)."""

    visits: float = num(0.96, "1/year", 0, 100, "A", "C15", "service visits of an owner (C15 halved for electric cars)")
    revenue: float = num(2700.0, "yuan", 0, 1e6, "M", "C14", "revenue of a visit")
    familiarity: float = num(1.0, "SD", 0, 5, "A", "prototype", "fit gained by having lived with the brand's car")
    margin: float = num(0.46, "share of revenue", 0, 1, "M", "C11", "gross margin of a visit")


@dataclass(frozen=True)
class Workforce:
    """How salespeople learn, train and leave (ODD 5.12)."""

    spread: float = num(0.7, "SD", 0, 5, "A", "S06", "spread of each skill between colleagues")
    novice: float = num(0.8, "SD", 0, 5, "A", "S06", "skill a novice lacks")
    learning: float = num(200.0, "meetings", 1, 1e6, "A", "S06", "meetings after which 63 % of that is learnt")
    hours: float = num(2000.0, "hours/year", 1, 8760, "A", "", "working time of a salesperson (250 days of 8 hours), for orders per hour")
    turnover: float = num(0.3, "1/year", 0, 10, "A", "", "salespeople who leave")
    turnover_pressure: float = num(0.3, "ln hazard ratio", 0, 5, "A", "", "pay pressure 1 on leaving")
    training_effect: float = num(0.16, "SD", 0, 5, "A", "S07", "lasting effect on each skill of a first 40 hours (half of r = .16)")
    training_hours: float = num(40.0, "hours", 1, 1000, "A", "S07", "hours of a programme that has the effect above")
    training_ceiling: float = num(0.8, "SD", 0.01, 5, "A", "", "most that training can add")
    training_half_life: float = num(365.0, "days", 1, 1e5, "A", "S12", "half-life of what was trained")
    felt: float = num(1500.0, "yuan/order", 1, 1e6, "A", "", "weight of the usual pay against what is paid by order and by satisfied buyer")


@dataclass(frozen=True)
class Media:
    """How much of each touchpoint a persona meets against everybody."""

    video: float = num(1.0, "ratio", 0, 100, "A", "", "contacts of the persona with video against everybody's")
    social: float = num(1.0, "ratio", 0, 100, "A", "", "contacts of the persona with social media against everybody's")
    search: float = num(1.0, "ratio", 0, 100, "A", "", "contacts of the persona with search ads against everybody's")
    vertical: float = num(1.0, "ratio", 0, 100, "A", "", "contacts of the persona with car portals against everybody's")
    content: float = num(1.0, "ratio", 0, 100, "A", "", "contacts of the persona with content against everybody's")
    store: float = num(1.0, "ratio", 0, 100, "A", "", "contacts of the persona with stores against everybody's")
    event: float = num(1.0, "ratio", 0, 100, "A", "", "contacts of the persona with events against everybody's")


@dataclass(frozen=True)
class TasteShift:
    """What a persona wants more of than everybody."""

    technology: float = num(0.0, "SD of fit per SD", -2, 2, "A", "", "weight of technology above everybody's")
    comfort: float = num(0.0, "SD of fit per SD", -2, 2, "A", "", "weight of comfort above everybody's")
    value: float = num(0.0, "SD of fit per SD", -2, 2, "A", "", "weight of value above everybody's")
    sustainability: float = num(0.0, "SD of fit per SD", -2, 2, "A", "", "weight of sustainability above everybody's")


@dataclass(frozen=True)
class Persona:
    """One kind of people. By default all kinds are alike."""

    size: float = num(1.0, "relative size", 0, 100, "A", "", "size of the persona against the other personas")
    price: float = num(1.0, "ratio", 0, 10, "A", "", "price sensitivity against everybody's")
    autonomy: float = num(0.0, "0-1", -1, 1, "A", "", "autonomy above everybody's; the sum is cut to 0-1")
    media: Media = group(Media)
    taste: TasteShift = group(TasteShift)


@dataclass(frozen=True)
class Personas:
    """The kinds of people, and what a message made for one kind gains."""

    message_gain: float = num(0.5, "ratio", 0, 10, "A", "", "gain of attention and lift of a message that suits the persona fully")
    tech_lover: Persona = group(Persona)
    family: Persona = group(Persona)
    thrifty: Persona = group(Persona)
    status: Persona = group(Persona)
    green: Persona = group(Persona)


@dataclass(frozen=True)
class Handover:
    """Where the funnel leaks from touchpoint to touchpoint, if nothing told to one is known at the next."""

    lead: float = num(0.3, "probability", 0, 1, "A", "", "lead to meeting: the outlet knows nothing of the lead, at no integration")
    store: float = num(0.5, "probability", 0, 1, "A", "", "online to store: a meeting is spent on telling all again, at no integration")
    turned_away: float = num(0.3, "probability", 0, 1, "A", "", "who has to begin again as a lead gives up; others come another day")


@dataclass(frozen=True)
class Delivery:
    """How a car reaches its buyer (ODD 5.9)."""

    built_days: int = num(28, "days", 0, 1000, "A", "F24", "delivery of a car built to order")
    stock_days: int = num(5, "days", 0, 1000, "A", "F24", "delivery of a matching car from stock")
    swap_days: int = num(21, "days", 0, 1000, "A", "F24", "delivery where no car in stock matches")
    match: float = num(0.75, "probability", 0, 1, "A", "prototype", "some car in stock is the variant wanted")
    refill_days: int = num(21, "days", 1, 90, "A", "", "lead time from maker to dealer")
    pipeline_days: float = num(20.0, "days", 0, 365, "A", "C19", "stock in transit of cars built to order")
    logistics: float = num(3000.0, "yuan/car", 0, 1e6, "A", "", "transport and handover of a car")


# what owners say: ties, referral programme, community


@dataclass(frozen=True)
class Ties:
    """Strong and weak ties of the network of friends (ODD 5.3); with all ties strong, all are alike."""

    strong: float = num(1.0, "share of ties", 0, 1, "D", "", "share of the ties that are strong; 1 makes all alike")
    weak_talk: float = num(0.25, "rate ratio", 0, 1, "A", "D14, D15", "how often a weak tie is talked to against a strong one")
    weak_weight: float = num(0.5, "probability", 0, 1, "A", "", "what is said over a weak tie is heeded")


@dataclass(frozen=True)
class Referral:
    """How a referral reward makes owners talk (ODD 5.3)."""

    boost: float = num(1.0, "rate ratio", 0, 100, "A", "", "the most that a reward adds to owners' talk")
    half: float = num(2000.0, "yuan", 1, 1e6, "A", "", "reward that brings half of that")


@dataclass(frozen=True)
class Community:
    """Who joins a brand's community and how members talk (ODD 5.3)."""

    share: float = num(0.5, "share of people", 0, 1, "A", "", "share of people who would ever join a brand's community")
    fans: float = num(0.2, "hazard ratio", 0, 100, "A", "", "joining of fans, who shop or are interested, against owners")
    talk: float = num(1.0, "rate ratio", 0, 100, "A", "", "messages of an owner to fellow members against those to friends")


@dataclass(frozen=True)
class Asking:
    """How often shoppers ask owners (ODD 5.3)."""

    friends: float = num(
        0.0, "1/day", 0, 10, "A", "", "questions a day of a shopper to friends who own; the talk of owners counts them already"
    )
    members: float = num(
        0.04, "1/day", 0, 10, "A", "", "questions a day of a member who shops to members who own (as often as people search)"
    )


@dataclass(frozen=True)
class Houses:
    """Who visits an experience house and what a visit does (ODD 5.1)."""

    visits: float = num(0.001, "1/day", 0, 10, "A", "", "visits of a person next door who needs no car")
    in_need: float = num(5.0, "hazard ratio", 0, 1000, "A", "", "visits while the need is open")
    distance: float = num(10.0, "km", 0.1, 10000, "A", "prototype", "distance at which visits have fallen to 37 %")
    attention: float = num(0.6, "probability", 0, 1, "A", "", "a visit makes an unaware person aware (as an event does)")
    lift: float = num(0.15, "0-1", 0, 1, "A", "", "share of the way to full goodwill that a visit goes (as an event does)")
    slow_share: float = num(0.5, "ratio", 0, 1, "A", "", "slow lift against fast lift")
    fit: float = num(0.1, "SD", 0, 5, "A", "", "fit gained by a first visit")


@dataclass(frozen=True)
class Feedback:
    """What owners' reports can mend (ODD 5.10)."""

    flaws: float = num(0.03, "0-1", 0, 1, "A", "", "satisfaction that product and service lack and that could be mended")
    needed: float = num(3000.0, "complaints", 1, 1e9, "A", "", "complaints, all true, that mend 63 % of it")
    noise: float = num(0.08, "0-1", 0, 1, "A", "", "error of a report, standard deviation")
    lag: int = num(3, "months", 0, 24, "A", "", "months from a report to its correction")
    hidden: float = num(0.5, "probability", 0, 1, "A", "", "a complaint is kept from a maker who sees no customers' data")


@dataclass(frozen=True)
class Recommendation:
    """How well a recommender foresees interest, and what being shown a recommendation does (ODD 5.4)."""

    every: int = num(7, "days", 1, 365, "A", "", "days from one ranking of the people to the next")
    need: float = num(2.0, "score", 0, 20, "A", "", "what an open need adds to a person's true interest")
    step: float = num(0.5, "score per stage", 0, 20, "A", "", "what each stage from UNAWARE on adds to a person's true interest")
    fit: float = num(0.3, "score per SD", 0, 20, "A", "", "what fit adds to a person's true interest")
    spread: float = num(1.0, "score", 0, 20, "A", "", "spread of a prediction that knows nothing")
    needed: float = num(300_000.0, "journeys", 1, 1e12, "A", "", "journeys seen in the whole market that bring half of the best accuracy")
    best: float = num(0.9, "correlation", 0, 1, "A", "", "accuracy of the prediction that journeys without end would bring")
    popularity: float = num(0.1, "score", 0, 20, "A", "", "what ln(1 + times shown) adds to a person's rank")
    clicks: float = num(0.05, "probability", 0, 1, "A", "", "a right pick, of somebody in need, is clicked")
    wrong: float = num(0.1, "ratio", 0, 1, "A", "", "clicks on wrong picks against right ones")
    attention: float = num(0.6, "probability", 0, 1, "A", "", "a click makes an unaware person aware (as a good word does)")
    lift: float = num(0.08, "0-1", 0, 1, "A", "", "share of the way to full goodwill that a click goes (as a search does)")
    slow_share: float = num(0.25, "ratio", 0, 1, "A", "prototype", "slow lift against fast lift")
    lead: float = num(0.065, "probability", 0, 1, "A", "", "a click makes somebody aware or interested leave a lead (as a search ad does)")
    window: int = num(7, "days", 0, 365, "A", "", "an order is attributed to a recommendation clicked at most so many days before")


@dataclass(frozen=True)
class DatedEvent:
    """Something that happens to the market on a date: a driver is multiplied for some days (ODD 5.18)."""

    driver: str = word(
        None, "what changes: rivals' pressure, street price, needs, the odds of good messages about a brand, or goodwill for it",
        "rival_pressure", "reference_price", "needs", "good_messages", "goodwill",
    )  # fmt: skip
    start: int = num(None, "day", 1, 100_000, "D", "", "the first day, of the days that count")
    factor: float = num(
        None, "ratio", 0.01, 100, "D", "", "what the driver is multiplied by in full; of goodwill, what is left of the way to -1"
    )
    length: int | None = num(None, "days", 1, 100_000, "D", "", "days from the first to the last; null = for good")
    ramp: int = num(0, "days", 0, 10_000, "D", "", "days in which it grows to its full size, and shrinks again before its end")
    brand: int = num(0, "brand", 0, 254, "D", "", "whose goodwill or good messages, by its place in the market: 0 is the first")


@dataclass(frozen=True)
class Drift:
    """How what people want turns with the years (ODD 5.5)."""

    away: str = word("comfort", "the attribute that people come to want less", *ATTRIBUTES)
    toward: str = word("technology", "the attribute that they come to want instead; the same as the old one turns nothing", *ATTRIBUTES)
    pace: float = num(0.0, "degrees/year", 0, 360, "D", "", "how fast tastes turn; 0 = what people want stands")
    most: float = num(45.0, "degrees", 0, 180, "A", "", "where the turn ends; at 45 the average person wants nothing of the old attribute")
    start: int = num(0, "days", 0, 100_000, "D", "", "days after which tastes begin to turn")


@dataclass(frozen=True)
class Measurement:
    """What a brand knows of its own figures: late, noisy, incomplete (ODD 5.15)."""

    lag: int = num(2, "months", 0, 24, "A", "", "months from a month's end until its figures can be read, without data analysis")
    noise: float = num(0.2, "SD of ln", 0, 3, "A", "", "error of a figure, without data analysis")
    unseen: float = num(0.0, "share of journeys", 0, 1, "D", "", "journeys that are lost on top of those that the retail format hides")
    found: float = num(0.5, "share of unseen", 0, 1, "A", "", "part of the unseen journeys that full data analysis finds")
    reports: float = num(
        2000.0, "reports/month", 1, 1e9, "A", "", "reports of owners that halve the squared error of what demand is said to want"
    )


@dataclass(frozen=True)
class Replies:
    """What replies to people who write to the brand do (ODD 5.13)."""

    keeps: float = num(
        0.15, "share of lift", 0, 1, "A", "", "part of the fast lift online that stays as slow goodwill too, if all who write get a reply"
    )
    writes: float = num(
        0.002, "share of contacts", 0, 1, "A", "", "contacts with social media, car portals and content in which people write"
    )
    asks: float = num(0.1, "share of searches", 0, 1, "A", "", "searches by oneself in which people ask the brand")


@dataclass(frozen=True)
class Rivals:
    """How brands that live in the same market as rivals stand in it (ODD 5.17); without rivals it changes nothing."""

    start: str = word("established", "how active rivals begin: as the first brand does, or unknown to all on day 0",
                      "established", "launch")  # fmt: skip
    passive: float = num(1.0, "hazard ratio", 0, 1, "A", "", "passive rival pressure that is left beside active rivals")


@dataclass(frozen=True)
class Market:
    """The world that no firm chooses: uncertainties."""

    households: int | None = num(3_000_000, "households", 1, 10**10, "A", "prototype", "size of the market: households that buy new cars")
    consumers: int = num(30_000, "consumers", 1, 10**8, "D", "", "simulated households: resolution only")
    weight: float | None = num(None, "households", 1e-6, 1e9, "D", "", "households per consumer; null = households / consumers")
    days: int = num(730, "days", 1, 20_000, "D", "", "days that count")
    neutral: str = word("neutral", "strategy of the uncounted days, and of what formats share when compared like for like")
    start: str = word("established", "how the world begins: after uncounted days, unknown to all, or as `initial` says",
                      "established", "launch", "given")  # fmt: skip
    start_days: int = num(180, "days", 0, 10_000, "D", "prototype", "uncounted days under the neutral strategy")
    reference_price: float = num(250_000.0, "yuan", 1, 1e9, "A", "C20", "street price of comparable cars")
    rival_pressure: float = num(1.0, "hazard ratio", 0, 100, "A", "", "how hard passive rivals sell")
    region: float = num(500.0, "km", 1, 10_000, "A", "prototype", "side of the square in which the cities lie")
    review_days: int = num(7, "days", 1, 30, "A", "", "who needs no car and hears nothing new weighs a brand anew after so many days")
    season: float = num(0.1, "share", 0, 0.99, "A", "", "swing of needs over the year around its mean")
    season_peak: int = num(345, "day of year", 0, 365, "A", "", "day on which most needs open")
    frailty: float = num(0.8, "SD of ln hazard", 0, 5, "A", "F22", "how much people differ in pace (F22 shortened: stages in series)")
    frailty_person: float = num(0.5, "share of variance", 0, 1, "A", "", "part of the pace that stays with the person")
    capital_rate: float = num(0.06, "1/year", 0, 1, "A", "C18", "cost of capital on stock")
    tiers: MarketTiers = group(MarketTiers)
    need: Need = group(Need)
    initial: Initial = group(Initial)
    waits: Waits = group(Waits)
    drivers: Drivers = group(Drivers)
    goodwill: Goodwill = group(Goodwill)
    search: Search = group(Search)
    word_of_mouth: WordOfMouth = group(WordOfMouth)
    leads: Leads = group(Leads)
    meeting: Meeting = group(Meeting)
    bargain: Bargain = group(Bargain)
    satisfaction: Satisfaction = group(Satisfaction)
    ownership: Ownership = group(Ownership)
    workforce: Workforce = group(Workforce)
    delivery: Delivery = group(Delivery)
    events: tuple[DatedEvent, ...] = several(DatedEvent, "what happens to the market, and when; empty = nothing")
    ties: Ties = group(Ties)
    referral: Referral = group(Referral)
    community: Community = group(Community)
    asking: Asking = group(Asking)
    houses: Houses = group(Houses)
    feedback: Feedback = group(Feedback)
    handover: Handover = group(Handover)
    recommendation: Recommendation = group(Recommendation)
    personas: Personas = group(Personas)
    drift: Drift = group(Drift)
    measurement: Measurement = group(Measurement)
    replies: Replies = group(Replies)
    rivals: Rivals = group(Rivals)


# ---- the strategy: what a firm chooses ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Terms:
    """Who sets, owns, pays and sees what: all that makes a retail format. null = as the format says (FORMATS)."""

    one_price: bool | None = num(None, "", 0, 1, "D", "P07", "the maker sets one price for all; else the outlet haggles")
    list_markup: float | None = num(None, "ratio", 0.5, 2, "A", "P05", "list price over the reference price, where list_price is null")
    seller: str | None = word(None, "who sells the car to the customer", "maker", "retailer")
    pays_outlet: str | None = word(None, "who pays rent, staff and training of an outlet", "maker", "retailer")
    owns_stock: str | None = word(None, "who owns stock and pays its capital", "maker", "retailer")
    owns_service: str | None = word(None, "who earns after-sales service", "maker", "retailer")
    commission: float | None = num(None, "share of price", 0, 1, "I", "C05, C06", "paid by the maker to the retailer for each car")
    margin: float | None = num(None, "share of list", 0, 1, "R", "C08", "off the list price when the retailer buys a car")
    rebate: float | None = num(None, "share of list", 0, 1, "A", "C08", "paid by the maker to the retailer afterwards")
    stock_months: float | None = num(None, "months of sales", 0, 12, "I", "C16", "stock an outlet orders up to; 0 = built to order")
    push: float | None = num(None, "months of sales", 0, 12, "A", "C16", "stock the maker pushes on top")
    online: float | None = num(None, "hazard ratio", 0, 100, "A", "", "online ordering: 0 none, 1 the normal clock")
    pressure: float | None = num(None, "0-1", 0, 1, "A", "prototype", "how much staff live on commission: closes more, satisfies less")
    data_share: float | None = num(None, "0-1", 0, 1, "A", "", "share of customer data that the brand sees: sharpens its targeting")


FORMATS = {
    "direct": Terms(True, 1.0, "maker", "maker", "maker", "maker", 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.2, 1.0),
    "agency": Terms(True, 1.0, "maker", "retailer", "maker", "retailer", 0.06, 0.0, 0.0, 0.0, 0.0, 1.0, 0.5, 0.7),
    "dealer_4s": Terms(False, 1.05, "retailer", "retailer", "retailer", "retailer", 0.0, 0.13, 0.02, 1.4, 0.0, 0.0, 1.0, 0.2),
}
# which format an outlet of each tier has; hybrid: own stores where rents pay, agents elsewhere (C06, C22)
TIER_FORMATS = {name: (name,) * 3 for name in FORMATS} | {"hybrid": ("direct", "agency", "agency")}


@dataclass(frozen=True)
class OutletCounts:
    """Number of outlets by tier."""

    tier1: int = num(9, "outlets", 0, 100_000, "A", "C24-C27", "outlets in tier 1")
    tier2: int = num(10, "outlets", 0, 100_000, "A", "C24-C27", "outlets in tier 2")
    tier3: int = num(6, "outlets", 0, 100_000, "A", "C24-C27", "outlets in tier 3")


@dataclass(frozen=True)
class Rollout:
    """How outlets of the plan come to stand: all at once, or one after the other as capital allows."""

    rule: str = word("at_once", "all stand on the first day and no investment is booked, or as capital allows", "at_once", "capital")
    capital: float | None = num(None, "yuan/year", 0, 1e12, "D", "", "what the maker can invest in outlets a year; null = no limit")
    retail_capital: float | None = num(None, "yuan/year", 0, 1e12, "D", "", "what retailers together can invest a year; null = no limit")
    tier1: float = num(12e6, "yuan", 0, 1e10, "A", "", "investment in an outlet in tier 1: fitting out, equipment, opening")
    tier2: float = num(8e6, "yuan", 0, 1e10, "A", "", "investment in an outlet in tier 2")
    tier3: float = num(5e6, "yuan", 0, 1e10, "A", "", "investment in an outlet in tier 3")
    order: str = word("tier1_first", "which tier opens first", "tier1_first", "tier3_first")
    standing: float = num(
        0.0, "share of outlets", 0, 1, "D", "", "share of the plan's outlets, first in order, that stand on the first day"
    )
    years: float = num(5.0, "years", 0.1, 100, "A", "", "years over which an investment is written off")


@dataclass(frozen=True)
class OutletPlan:
    """What every outlet is given."""

    staff: int = num(9, "people", 0, 10_000, "A", "C31", "salespeople on the floor")
    support: int = num(8, "people", 0, 10_000, "A", "C31, C32", "other people")
    meetings: float = num(4.0, "meetings/day", 0, 1000, "A", "prototype", "meetings that one salesperson can hold a day")
    demo_cars: int = num(2, "cars", 0, 1000, "A", "C34", "demo cars")
    wage: float = num(160_000.0, "yuan/year", 0, 1e8, "A", "prototype", "pay of one person, all in")
    rent: float = num(2_750_000.0, "yuan/year", 0, 1e10, "A", "prototype", "rent of one outlet")
    operations: float = num(2_250_000.0, "yuan/year", 0, 1e10, "A", "prototype", "other fixed cost of one outlet")
    planned_sales: float = num(
        55.0, "cars/month", 0, 10_000, "A", "C24-C27", "sales that the plan expects of one outlet (for stock capital)"
    )
    footfall: float = num(0.6, "ratio", 0, 10, "A", "prototype", "passers-by against a shopping mall in the centre")


@dataclass(frozen=True)
class Touchpoint:
    """One way to reach people."""

    budget: float = num(0.0, "yuan/year", 0, 1e12, "A", "", "spent a year in the whole market")
    intensity: float | None = num(
        None, "contacts/day", 0, 1000, "D", "", "contacts a day of a person of affinity 1; null = from the budget"
    )
    cost: float = num(1.0, "yuan/contact", 1e-6, 1e6, "A", "", "cost per contact")
    on_target: float = num(1.0, "share of contacts", 0, 1, "A", "", "share of paid contacts that meet people of this market")
    targeting: float = num(1.0, "rate ratio", 0, 1000, "A", "", "contacts of a person in need against one who is not, all data seen")
    attention: float = num(0.15, "probability", 0, 1, "A", "prototype", "a contact makes an unaware person aware")
    lift: float = num(0.05, "0-1", 0, 1, "A", "prototype", "share of the way to full goodwill that a contact goes")
    slow_share: float = num(0.25, "ratio", 0, 1, "A", "prototype", "slow lift against fast lift")
    lead: float = num(0.0, "probability", 0, 1, "A", "", "a contact makes somebody aware or interested leave a lead")


@dataclass(frozen=True)
class Touchpoints:
    """The touchpoints that a firm pays for or owns; others (self-search, word of mouth, walk-in) are people's own."""

    video: Touchpoint = group(Touchpoint, budget=24e6, cost=0.05, on_target=0.3, attention=0.004, lift=0.010)
    social: Touchpoint = group(Touchpoint, budget=12e6, cost=0.05, on_target=0.3, attention=0.004, lift=0.010, lead=0.0005)
    search: Touchpoint = group(Touchpoint, budget=12e6, cost=16.0, targeting=40.0, lead=0.065)
    vertical: Touchpoint = group(Touchpoint, budget=12e6, cost=16.0, targeting=20.0, lead=0.065)
    content: Touchpoint = group(Touchpoint, cost=1.0, targeting=5.0)
    store: Touchpoint = group(Touchpoint, intensity=0.01, lead=0.03)
    event: Touchpoint = group(Touchpoint, cost=100.0, attention=0.6, lift=0.15, lead=0.1)


@dataclass(frozen=True)
class Skill:
    """Mean skill of the salespeople, one per human task in the funnel (standard scores)."""

    discovery: float = num(0.0, "SD", -3, 3, "D", "", "finding needs: moves INTEREST")
    presentation: float = num(0.0, "SD", -3, 3, "D", "", "information, demonstration, test drive: moves CONSIDERATION")
    closing: float = num(0.0, "SD", -3, 3, "D", "", "offer and negotiation: moves INTENT")
    care: float = num(0.0, "SD", -3, 3, "D", "", "after-sales: keeps OWNER")
    spread: float = num(0.62, "SD", 0, 5, "A", "S10, S11", "spread of each skill between outlets")


@dataclass(frozen=True)
class Training:
    """Training of the salespeople."""

    hours: float = num(0.0, "hours/year", 0, 2000, "D", "", "hours per salesperson and year")
    cost: float = num(300.0, "yuan/hour", 0, 1e5, "A", "", "cost of an hour: trainer, place and lost time")
    length: int | None = num(None, "days", 0, 100_000, "D", "", "days of the strategy in which there is training; null = always")


@dataclass(frozen=True)
class Incentive:
    """What salespeople are paid on top of the wage; it makes the pay pressure together with the format's."""

    order: float = num(0.0, "yuan/order", 0, 1e6, "D", "", "commission of the salesperson for an order signed in a meeting")
    satisfied: float = num(0.0, "yuan/car", 0, 1e6, "D", "", "bonus for a delivered car whose buyer is satisfied enough to promote")


@dataclass(frozen=True)
class Hiring:
    """Who takes an empty seat, and when seats are opened and closed."""

    rule: str = word("fixed", "seats stay, or follow each outlet's utilisation once a month", "fixed", "utilisation")
    high: float = num(0.85, "share of capacity", 0, 10, "A", "", "utilisation above which an outlet opens a seat")
    low: float = num(0.5, "share of capacity", 0, 10, "A", "", "utilisation below which an outlet closes a seat")
    least: int = num(2, "people", 0, 200, "A", "", "seats that an outlet keeps")
    most: int = num(16, "people", 0, 200, "A", "", "seats that an outlet has room for")
    cost: float = num(0.0, "yuan/person", 0, 1e6, "D", "", "cost of a hire: search, selection, induction")
    vacant_days: int = num(0, "days", 0, 1000, "D", "", "days that a seat stays empty after somebody has left; 0 = filled at once")


@dataclass(frozen=True)
class Selling:
    """How leads are answered."""

    answered_fast: float = num(0.50, "share of leads", 0, 1, "A", "L06", "leads answered within minutes")
    never_answered: float = num(0.13, "share of leads", 0, 1, "A", "L05", "leads that nobody answers")
    follow_ups: int = num(3, "attempts", 1, 50, "A", "F03, L09", "contact attempts before the seller gives up")


@dataclass(frozen=True)
class Attributes:
    """The product against the average product, standard scores."""

    technology: float = num(0.0, "SD", -5, 5, "D", "", "technology")
    comfort: float = num(0.0, "SD", -5, 5, "D", "", "comfort")
    value: float = num(0.0, "SD", -5, 5, "D", "", "value")
    sustainability: float = num(0.0, "SD", -5, 5, "D", "", "sustainability")


@dataclass(frozen=True)
class ReferralPlan:
    """A referral programme: owners are paid for orders of people they have told."""

    reward: float = num(0.0, "yuan/order", 0, 1e6, "D", "", "paid to owners for an order whose buyer heard an owner; 0 is no programme")


@dataclass(frozen=True)
class CommunityPlan:
    """A community of owners and fans that the brand keeps."""

    joins: float = num(0.0, "1/day", 0, 10, "D", "", "hazard of an owner joining who would ever; 0 is no community")
    cost: float = num(0.0, "yuan/year", 0, 1e12, "D", "", "what the brand spends on its community")


@dataclass(frozen=True)
class HousePlan:
    """Experience houses of the brand: places to spend time in, where nothing is sold."""

    tier1: int = num(0, "houses", 0, 100_000, "D", "", "experience houses in tier 1")
    tier2: int = num(0, "houses", 0, 100_000, "D", "", "experience houses in tier 2")
    tier3: int = num(0, "houses", 0, 100_000, "D", "", "experience houses in tier 3")
    cost: float = num(8e6, "yuan/year", 0, 1e10, "A", "C28", "cost of one house: rent, staff, events (C28 is for flagships and far above)")


@dataclass(frozen=True)
class FeedbackPlan:
    """How owners' reports are collected, by care contacts, surveys and the community."""

    reports: float = num(0.0, "1/year", 0, 500, "D", "", "reports that the brand collects of an owner; 0 is no feedback")
    cost: float = num(50.0, "yuan/report", 0, 1e5, "A", "", "cost of a report: the contact and its reading")
    community: float = num(0.0, "share of complaints", 0, 1, "D", "", "complaints among members that the brand reads and takes for reports")


@dataclass(frozen=True)
class Partnership:
    """A partner from another industry: the form, how well the partners suit, what stands in their way, what it changes."""

    form: str = word(
        "none", "what the partners do together", "none", "joint_technology", "management_exchange", "joint_marketing", "crossover_product"
    )
    fit: float = num(0.5, "-1 to 1", -1, 1, "A", "", "how well the partners suit; below 0 the partnership does harm")
    mindset: float = num(0.2, "0-1", 0, 1, "A", "", "friction of mindset between the partners")
    integration: float = num(0.2, "0-1", 0, 1, "A", "", "friction of integrating two firms")
    talent: float = num(0.2, "0-1", 0, 1, "A", "", "friction of talent that both understand")
    policy: float = num(0.2, "0-1", 0, 1, "A", "", "friction of policies that give no support")
    slowing: float = num(2.0, "ratio", 0, 100, "A", "", "how much longer the ramp takes at full friction")
    eaten: float = num(0.6, "share of effect", 0, 1, "A", "", "part of a gain that full friction eats")
    ramp_days: float = num(120.0, "days", 0.1, 10_000, "A", "", "days to 63 % of the effect without friction")
    start_day: int = num(0, "days", 0, 10_000, "A", "", "days of the strategy after which the partnership begins")
    cost: float = num(20e6, "yuan/year", 0, 1e12, "A", "", "paid to the partner a year in the whole market")
    attribute: str = word("technology", "the attribute that joint technology changes", *ATTRIBUTES)
    gain: float = num(1.0, "SD", 0, 5, "A", "", "joint technology: gain of the attribute at full effect")
    skill: float = num(0.3, "SD", 0, 3, "A", "", "management exchange: gain of every skill at full effect")
    audience: float = num(0.2, "share of people", 0, 1, "A", "", "joint marketing, crossover product: the partner's customers")
    overlap: float = num(0.5, "share of audience", 0, 1, "A", "", "part of the partner's customers who know the brand already")
    contacts: float = num(24.0, "contacts/year", 0, 1000, "A", "", "joint marketing: contacts of a customer of the partner")
    attention: float = num(0.15, "probability", 0, 1, "A", "prototype", "joint marketing: a contact makes an unaware person aware")
    lift: float = num(0.05, "0-1", 0, 1, "A", "prototype", "joint marketing: share of the way to full goodwill that a contact goes")
    slow_share: float = num(0.5, "ratio", 0, 1, "A", "prototype", "joint marketing: slow lift against fast lift")
    appeal: float = num(0.5, "SD", 0, 5, "A", "", "crossover product: gain of fit among the partner's customers at full effect")


@dataclass(frozen=True)
class Omnichannel:
    """How far what a consumer told one touchpoint is known at the next."""

    integration: float = num(1.0, "0-1", 0, 1, "D", "", "part of what was told that the next touchpoint knows; 1 = no leak")
    cost: float = num(0.0, "yuan/year", 0, 1e12, "A", "", "cost a year of full integration in the whole market; half costs half")


@dataclass(frozen=True)
class Personalisation:
    """Messages made for a persona, as far as the brand knows whom it talks to."""

    level: float = num(0.0, "0-1", 0, 1, "D", "", "part of the messages made for a persona; bounded by the data that the brand sees")
    known: int = num(5, "personas", 0, 5, "A", "", "personas for which messages are made: the first so many")
    cost: float = num(1e6, "yuan/year", 0, 1e12, "A", "", "cost a year of messages for one persona at level 1, in the whole market")


@dataclass(frozen=True)
class RecommendationPlan:
    """A recommender that shows the brand to the people whom it predicts to be interested."""

    budget: float = num(0.0, "yuan/year", 0, 1e12, "D", "", "spent on picks a year in the whole market; 0 is no recommender")
    cost: float = num(0.05, "yuan/pick", 1e-6, 1e6, "A", "", "cost of showing the brand to one person once (as a social contact)")


@dataclass(frozen=True)
class Interaction:
    """Replies to people who write to the brand online."""

    level: float = num(0.0, "0-1", 0, 1, "D", "", "part of those who write online that get a reply")
    cost: float = num(8.0, "yuan/reply", 0, 1e4, "A", "", "wages of a reply (20,000 replies a year of one person)")


@dataclass(frozen=True)
class Analysis:
    """Data analysis: the brand's figures come sooner, err less and miss less."""

    level: float = num(0.0, "0-1", 0, 1, "D", "", "how far figures are collected, cleaned and analysed; 1 = no lag, no noise")
    cost: float = num(10e6, "yuan/year", 0, 1e12, "A", "", "cost a year of full data analysis in the whole market; half costs half")


@dataclass(frozen=True)
class Policy:
    """What the brand decides anew each month by its own figures (ODD 5.15)."""

    kind: str = word("fixed", "what the brand decides by its figures", "fixed", "reallocate", "train", "adapt")
    recent: int = num(3, "months", 1, 12, "A", "", "months of figures that stand for now")
    memory: int = num(12, "months", 1, 24, "A", "", "months of figures that stand for the past")
    step: float = num(0.05, "share of media", 0, 1, "A", "", "reallocate: part of the paid media that may move in a month")
    floor: float = num(0.25, "share of its plan", 0, 1, "A", "", "reallocate: part of its planned budget that every touchpoint keeps")
    margin: float = num(
        0.1, "share of conversion", 0, 1, "A", "", "train: fall of a task's conversion, against its past, that is acted upon"
    )
    sure: float = num(1.64, "standard errors", 0, 10, "A", "", "train: and fall beyond what so few tries do by chance")
    hours: float = num(40.0, "hours", 0, 700, "A", "S07", "train: hours a salesperson is taught in a month in which conversion is low")
    pace: float = num(2.0, "SD/year", 0, 100, "A", "", "adapt: how fast the product can move")
    lead: int = num(6, "months", 0, 24, "A", "", "adapt: months from a decision to the product")
    reach: float = num(1.0, "SD", 0, 5, "A", "", "adapt: how pronounced a profile the product may have, if its own is less so")
    worth: float = num(0.1, "SD of fit", 0, 5, "A", "", "adapt: measured gain of fit below which the product is left as it is")
    cost: float = num(50e6, "yuan/SD", 0, 1e10, "A", "", "adapt: development cost of moving the product by a standard deviation")


@dataclass(frozen=True)
class Strategy:
    """What a firm chooses: levers."""

    label: str = word("", "name for people")
    label_zh: str = word("", "Chinese name for people")
    retail_format: str = word("agency", "who owns price, stock, staff and data", *TIER_FORMATS)
    list_price: float | None = num(None, "yuan", 1, 1e9, "D", "", "list price; null = reference price times the format's list_markup")
    unit_cost: float = num(
        187_500.0, "yuan", 0, 1e9, "A", "prototype", "production cost of a car (gross margin 25 % at the reference price)"
    )
    pull: float = num(-1.4, "ln hazard ratio", -5, 5, "A", "prototype", "strength of the brand on curiosity and comparing")
    content_quality: float = num(1.0, "ratio", 0, 10, "A", "", "what people gain who search by themselves")
    content_cost: float = num(10e6, "yuan/year", 0, 1e12, "A", "", "cost a year of content twice as good as usual, in the whole market")
    exposure: float = num(1.0, "ratio", 0, 1000, "D", "", "multiplies budgets or intensities of all but earned touchpoints")
    participation: str = word(
        "top_up", "what a tier of losing retailers brings about: the maker pays the loss, or outlets close", "top_up", "close"
    )
    service_price: float = num(1.0, "ratio", 0, 10, "D", "", "price of service against the market's")
    head_office: float = num(
        122e6, "yuan/year", 0, 1e12, "A", "C20, C21", "the maker's fixed cost: head office, brand, delivery, retail management"
    )
    outlets: OutletCounts = group(OutletCounts)
    outlet: OutletPlan = group(OutletPlan)
    rollout: Rollout = group(Rollout)
    touchpoints: Touchpoints = group(Touchpoints)
    skill: Skill = group(Skill)
    training: Training = group(Training)
    incentive: Incentive = group(Incentive)
    hiring: Hiring = group(Hiring)
    selling: Selling = group(Selling)
    attributes: Attributes = group(Attributes)
    terms: Terms = group(Terms)
    referral: ReferralPlan = group(ReferralPlan)
    community: CommunityPlan = group(CommunityPlan)
    houses: HousePlan = group(HousePlan)
    feedback: FeedbackPlan = group(FeedbackPlan)
    partnership: Partnership = group(Partnership)
    omnichannel: Omnichannel = group(Omnichannel)
    personalisation: Personalisation = group(Personalisation)
    recommendation: RecommendationPlan = group(RecommendationPlan)
    interaction: Interaction = group(Interaction)
    analysis: Analysis = group(Analysis)
    policy: Policy = group(Policy)


# ---- together --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scenario:
    """One simulated world: a market, the strategy that is tried, and the neutral strategy of the uncounted days."""

    market: Market
    strategy: Strategy
    neutral: Strategy
    name: str = ""
    ties: np.ndarray | None = field(default=None, compare=False, repr=False)  # (k, 2) ids of who knows whom, for network "list"
    rivals: tuple[Strategy, ...] = ()  # brands 1, 2 ... in the same market

    @property
    def strategies(self) -> tuple[Strategy, ...]:
        """The strategy of every brand, the tried one first."""
        return (self.strategy, *self.rivals)

    @property
    def weight(self) -> float:
        """Households that one simulated consumer stands for."""
        market = self.market
        return market.weight if market.weight is not None else market.households / market.consumers

    def with_strategy(self, strategy: Strategy, name: str) -> "Scenario":
        """The same market under another strategy."""
        return replace(self, strategy=strategy, name=name)


def tier_terms(strategy: Strategy) -> tuple[Terms, ...]:
    """The terms of an outlet in each tier: the format's, and the strategy's own where it says so."""
    return terms_of(strategy.retail_format, strategy.terms)


@lru_cache(maxsize=64)
def terms_of(retail_format: str, terms: Terms) -> tuple[Terms, ...]:
    """The same of a format and what a strategy says itself; asked several times whenever a network opens."""
    own = {key: value for key, value in plain(terms).items() if value is not None}
    return tuple(replace(FORMATS[name], **own) for name in TIER_FORMATS[retail_format])


def scenario_from(market: dict, strategy: dict, neutral: dict, name: str = "") -> Scenario:
    """A checked Scenario from nested mappings of differences from the defaults.

    Raises ConfigError with every error at once.
    """
    errors: list[str] = []
    scenario = Scenario(
        build(Market, merged(plain(Market()), market), "market.", errors),
        build(Strategy, merged(plain(Strategy()), strategy), "strategy.", errors),
        build(Strategy, merged(plain(Strategy()), neutral), "neutral.", errors),
        name,
    )
    errors += [] if errors else contradictions(scenario)
    if errors:
        raise ConfigError(errors)
    return replace(scenario, market=sized(scenario.market))


def sized(market: Market) -> Market:
    """The market with as many households as a weight that is given makes; a size that this changes is said."""
    if market.weight is None:
        return market
    made = round(market.weight * market.consumers)
    if market.households is not None and market.households != made:
        warnings.warn(
            f"market.weight {market.weight:g} x market.consumers {market.consumers} makes the market {made} households instead of "
            f"{market.households}; outlets and budgets were not rescaled",
            stacklevel=3,
        )
    return replace(market, households=made)


def contradictions(scenario: Scenario) -> list[str]:
    """What no single bound can see, one sentence each."""
    m, s, errors = scenario.market, scenario.strategy, []
    shares = [getattr(m.tiers, tier).share for tier in TIERS]
    if abs(sum(shares) - 1) > 1e-6:
        errors.append(f"market.tiers: the shares {shares} add up to {sum(shares):g}; they must add up to 1")
    first = m.initial
    if (total := first.aware + first.interest + first.consideration + first.intent + first.owner + first.lost) > 1 + 1e-9:
        errors.append(f"market.initial: the shares of the stages add up to {total:g}; they may not exceed 1")
    if m.households is None and m.weight is None:
        errors.append("market.households and market.weight are both null; give one of them")
    for k, event in enumerate(m.events):
        if event.driver == "goodwill" and (event.length is None or event.factor > 1):
            errors.append(f"market.events[{k}]: bad press has a length and a factor of at most 1, not {event.length} and {event.factor:g}")
    if (m.word_of_mouth.network == "list") != bool(m.word_of_mouth.ties):
        errors.append("market.word_of_mouth: network 'list' and the file `ties` go together; give both or neither")
    for tier, terms in zip(TIERS, tier_terms(s), strict=True):
        if terms.margin + terms.rebate > 1:
            errors.append(f"strategy.terms: margin + rebate is {terms.margin + terms.rebate:g} in {tier}; they may not exceed the price")
    if s.selling.answered_fast + s.selling.never_answered > 1:
        errors.append("strategy.selling: answered_fast + never_answered is above 1; they are shares of the same leads")
    return errors
