"""A plain Mesa object model of the full default rules: one agent per consumer, outlet and salesperson, every chance drawn every day.

It lives what the engine lives by default, from the same first day: media plan, touchpoints, needs, goodwill, consideration, self-search,
word of mouth, leads, queues with the unsimulated, meetings, test drives, orders, delivery, cancelling, ownership, service, advocacy,
learning and leaving of salespeople, books. Left out is what is at rest by the default numbers (`at_rest` sees to it):

- haggling, what was paid last month, envy and fairness: an agency has one price, and all cars have cost it
- dealers' stock, refilling, margins and rebates: an agency builds to order
- training, hiring by utilisation, seats that stand empty, the cost of a hire, incentives and the reward of a referral: none by default
- leaks at handovers (integration is 1), weak ties (all are strong), replies, personalised messages (the level is 0)
- policies, figures for them, partnership, recommendation, community, asking, experience houses, feedback, events, drift, other brands
- outlets that wait for capital, and outlets that close: all stand on the first day, and the maker makes up for losses
"""

from collections import Counter, deque
from math import exp, log

import mesa
import numpy as np

from bench.mesa_consumers import FullConsumer
from bench.mesa_objects import AWARE, INTENT, rows
from bench.mesa_outlets import Outlet, Salesperson
from bench.mesa_shoppers import OF_MIND, OF_PERSON
from sim.chance import Decision, fill_normal
from sim.people import season
from sim.records import HALF_YEAR, LEAD_NONE
from sim.records import MONTH as MEMORY
from sim.rules.answering import OWNER_ORIGIN, WALK_IN
from sim.rules.consideration import SELF_SEARCH
from sim.rules.word_of_mouth import WORD_OF_MOUTH
from sim.scenario import CLOCKED, TIERS, TOUCHPOINTS, Scenario, tier_terms
from sim.world import World

MONTH, YEAR, NATION = 30, 365, 3
RUNNING = ("rent", "operations", "wages")
Line = tuple[int, int, str, str, str, float]  # of the books: day, tier or nation, purpose, payer, payee, yuan


class FullModel(mesa.Model):
    """The people, outlets and salespeople of a world on its first day, as objects."""

    consumer = FullConsumer

    def __init__(self, world: World, seed: int = 1):
        super().__init__(seed=seed)
        at_rest(world)
        self.draw = self.random.random
        self.day, self.first_day, self.weight = world.day, world.day, world.weight
        self.read_scenario(world.scenario)
        self.hazard, self.fast_left, self.slow_left = world.hazard, *world.fade.tolist()
        self.start_counting(world)
        self.shops = [Outlet(self, row) for row in world.outlets]
        for row in world.staff:
            outlet = self.shops[row["outlet"]]
            outlet.staff.append(Salesperson(self, outlet, row))
        self.draw_people(world)
        self.everybody = [sum(one.affinity[t] for one in self.people) for t in range(len(self.used))]

    def read_scenario(self, scenario: Scenario) -> None:
        """The numbers of the rules, and what follows from them for everybody."""
        market, strategy = scenario.market, scenario.strategy
        self.market, self.strategy, self.terms = market, strategy, tier_terms(strategy)
        self.waits, self.drivers, self.word_of_mouth, self.meeting = market.waits, market.drivers, market.word_of_mouth, market.meeting
        self.satisfaction, self.selling, self.care, self.pull = market.satisfaction, strategy.selling, strategy.skill.care, strategy.pull
        self.rival, self.put_off = market.rival_pressure / market.need.rival_days, 1.0 / market.need.put_off_days
        self.price = strategy.list_price or market.reference_price * self.terms[0].list_markup
        self.dear, self.markup = log(self.price / market.reference_price), self.price / market.reference_price - 1.0
        self.online = self.terms[0].online
        self.search_lift = 1.0 - (1.0 - market.search.lift) ** strategy.content_quality
        self.walk_in, self.adviser, self.searches, self.heard = WALK_IN, OWNER_ORIGIN, SELF_SEARCH, WORD_OF_MOUTH
        every = [getattr(strategy.touchpoints, name) for name in TOUCHPOINTS[:CLOCKED]]
        self.used = [t for t, touch in enumerate(every) if (touch.budget if touch.intensity is None else touch.intensity) > 0.0]
        self.touchpoints = [every[t] for t in self.used]
        self.read_chances(scenario)

    def read_chances(self, scenario: Scenario) -> None:
        """Chances and log-odds that are the same for everybody every day."""
        market, leads = scenario.market, scenario.market.leads
        self.base_odds = [log(p / (1.0 - p)) for p in (self.meeting.discovery, self.meeting.presentation, self.meeting.closing)]
        tries = 1.0 - (1.0 - leads.attempt_reaches) ** self.selling.follow_ups
        kept = {
            hours: leads.floor + (1.0 - leads.floor) * 0.5 ** (hours / leads.half_life) for hours in (leads.fast_hours, leads.slow_hours)
        }
        self.reached = {hours: tries * left for hours, left in kept.items()}
        odds = leads.appointment / (1.0 - leads.appointment)
        self.appointment = [share * odds / (1.0 + share * odds) for share in (1.0, leads.low_intent)]  # of a lead in need, of a low one
        talk = market.word_of_mouth
        self.good_odds = log(talk.good_at_mean / (1.0 - talk.good_at_mean))
        self.silent_owner, self.silent_advocate = exp(-talk.talk), exp(-talk.talk * talk.advocate)
        self.comes_to_service = 1.0 - exp(-market.ownership.visits / YEAR)
        self.cancels = 1.0 - exp(-market.waits.cancels)

    def start_counting(self, world: World) -> None:
        """What is counted and remembered from day to day."""
        brand = world.brands[0]
        lived = range(self.day - HALF_YEAR + 1, self.day + 1)
        self.visits = [deque([int(brand["visits"][tier, day % HALF_YEAR]) for day in lived], HALF_YEAR) for tier in range(len(TIERS))]
        self.since, self.met, self.bought = int(brand["since"]), int(brand["met"]), int(brand["bought"])
        self.asking: list[FullConsumer] = []
        self.online_orders: list[FullConsumer] = []
        self.speakers: list[FullConsumer] = []
        self.deliveries: list[FullConsumer] = []
        self.leads: list[FullConsumer] = []
        self.tally: Counter[str] = Counter()
        self.flow: Counter[tuple[int, int]] = Counter()
        self.contacts, self.opened = [0] * len(self.used), [0] * len(TOUCHPOINTS)
        self.ledger: dict[tuple[int, str, str, str], float] = {}
        self.books: list[Line] = []
        self.orders: list[dict] = []
        self.history: list[tuple[Counter, Counter, list[int], list[int]]] = []
        self.earned = [0.0] * len(TIERS)
        self.running_costs = self.costs_a_day(world)

    def draw_people(self, world: World) -> None:
        """A consumer for each person, with the friends and the open leads of the first day."""
        shared, own = self.market.frailty_person**0.5, (1.0 - self.market.frailty_person) ** 0.5
        ids, pace = world.people["id"].astype(np.int64), world.people["pace"].astype(float)
        luck = [fill_normal(world.luck, Decision.STAGE_PACE, ids, stage) for stage in range(AWARE, INTENT + 1)]
        paces = np.exp(self.market.frailty * (shared * pace + own * np.array(luck)))
        paces = zip(*np.vstack([np.zeros((1, pace.size)), paces]).tolist(), strict=True)  # by stage; nobody leaves UNAWARE by a pace
        both = zip(rows(world.people, OF_PERSON), rows(world.minds[0], OF_MIND), paces, strict=True)
        self.people = [self.consumer(self, *one) for one in both]
        starts, friends = world.starts.tolist(), world.friends.tolist()
        for who, low, high in zip(self.people, starts, starts[1:], strict=False):
            who.friends = [self.people[row] for row in friends[low:high]]
        self.leads += [who for who in self.people if who.lead != LEAD_NONE]

    # ---- the day -----------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One day. The order of these lines is the schedule."""
        self.day += 1
        self.begin_day()
        self.new_plan = self.day % MONTH == 1 or self.day == self.first_day + 1
        if self.new_plan:
            self.plan_media()
        self.agents_by_type[self.consumer].do("step")
        self.spread_word()
        self.answer_leads()
        self.open_doors()
        self.agents_by_type[Outlet].do("step")
        self.deliver()
        self.agents_by_type[Salesperson].do("step")
        self.pay()
        self.write_down()

    def begin_day(self) -> None:
        """The season's needs by age of the car, and nothing counted yet."""
        self.tally, self.flow, self.ledger = Counter(), Counter(), {}
        self.contacts, self.opened = [0] * len(self.used), [0] * len(TOUCHPOINTS)
        *self.need_by_age, self.first_need = (-np.expm1(-self.hazard * season(self.market, self.day))).tolist()
        for visits in self.visits:
            visits.append(0)
        for outlet in self.shops:
            outlet.begin_day()

    def plan_media(self) -> None:
        """Once a month budgets become contacts a day of a person of affinity 1, out of need and in need."""
        strategy, seen = self.strategy, sum(terms.data_share for terms in self.terms) / len(TIERS)
        self.rates: list[list[float]] = [[], []]
        shopping = [one.affinity for one in self.people if one.in_need]
        for t, touch in enumerate(self.touchpoints):
            sharp = 1.0 + (touch.targeting - 1.0) * (0.5 + 0.5 * seen)
            rate = touch.intensity
            if rate is None:
                in_need = sum(affinity[t] for affinity in shopping)
                contacts = touch.budget / YEAR / touch.cost * touch.on_target / self.weight
                rate = contacts / (self.everybody[t] - in_need + sharp * in_need)
            self.rates[0].append(rate * strategy.exposure)
            self.rates[1].append(rate * strategy.exposure * sharp)

    def spread_word(self) -> None:
        """Who has something to tell tells it; it is heard tomorrow."""
        for speaker in self.speakers:
            speaker.tell_friend()
        self.speakers = []

    def answer_leads(self) -> None:
        """New leads begin, and every open lead takes its next step if its day has come."""
        self.leads = [shopper for shopper in self.leads if shopper.lead]
        for shopper in self.asking:
            if shopper.outlet:
                shopper.open_lead()
        self.asking = []
        for shopper in self.leads:
            shopper.follow_lead()

    def open_doors(self) -> None:
        """The unsimulated who come today are drawn, and what was ordered online is signed."""
        self.forecast()
        for outlet in self.shops:
            outlet.await_unsimulated()
        for shopper in self.online_orders:
            if shopper.in_need:
                shopper.sign(shopper.outlet, None, 0)
        self.online_orders = []

    def forecast(self) -> None:
        """The unsimulated who are expected in each tier today: by the simulated visits of four weeks and the rhythm of the week."""
        visits = sum(sum(each) for each in self.visits)
        like_today = sum(sum(list(each)[::-7]) for each in self.visits)
        lived = min(self.day - self.since, HALF_YEAR)
        rhythm = like_today * lived / ((lived + 6) // 7 * visits) if visits else 1.0
        lately = [sum(list(each)[-MEMORY - 1 : -1]) for each in self.visits]
        self.unsimulated = [each / MEMORY * rhythm * max(0.0, self.weight - 1.0) for each in lately]
        self.visits_by_tier = [sum(outlet.recent for outlet in self.shops if outlet.tier == tier) for tier in range(len(TIERS))]

    # ---- orders and money --------------------------------------------------------------------------------------------

    def take_order(self, buyer: FullConsumer, outlet: Outlet, salesperson: Salesperson | None, waited: int, referred: bool) -> None:
        """Notes an order."""
        led, online, repeat = bool(buyer.lead), salesperson is None, buyer.drives_ours
        self.tally["orders"] += 1
        self.tally["online_orders"] += online
        self.tally["repeat_orders"] += repeat
        self.tally["referred_orders"] += referred
        self.orders.append({
            "consumer": buyer.id, "day": self.day, "tier": outlet.tier, "outlet": outlet.unique_id, "price": self.price,
            "salesperson": salesperson.unique_id if salesperson else -1, "need_day": buyer.need_day, "intent_day": buyer.since,
            "lead_day": buyer.lead_day if led else -1, "lead_touch": buyer.lead_touch if led else -1,
            "first_touch": buyer.first_touch, "last_touch": buyer.last_touch, "repeat": repeat, "online": online, "referred": referred,
            "informed": buyer.searched >= self.market.search.informed_after, "fit": buyer.fit, "waited": waited,
            "lead_visits": buyer.visits_made,
        })  # fmt: skip

    def deliver(self) -> None:
        """Cars whose day has come are handed over and booked; those ordered before the first day only handed over."""
        for buyer in self.deliveries:
            buyer.take_delivery()
            if buyer.order_day > 0:
                self.sell_car(buyer.order_outlet.tier)
                self.tally["deliveries"] += 1
                self.tally["delivery_days"] += self.day - buyer.order_day
                self.tally["satisfaction_millionths"] += int(buyer.satisfaction * 1e6)
        self.deliveries = []

    def sell_car(self, tier: int) -> None:
        """Books a delivered car."""
        terms, unit = self.terms[tier], self.strategy.unit_cost
        bound = unit * self.market.capital_rate * self.market.delivery.pipeline_days / YEAR
        self.post(tier, "vehicle_revenue", "customer", terms.seller, self.price)
        self.post(tier, "commission", "maker", "retailer", self.price * terms.commission)
        self.post(tier, "production", "maker", "world", unit)
        self.post(tier, "logistics", "maker", "world", self.market.delivery.logistics)
        self.post(tier, "capital", terms.owns_stock, "world", bound)

    def serve_car(self, tier: int) -> None:
        """Books a visit to the workshop."""
        p, owner = self.market.ownership, self.terms[tier].owns_service
        self.tally["services"] += 1
        self.post(tier, "service_revenue", "customer", owner, p.revenue * self.strategy.service_price)
        self.post(tier, "service_cost", owner, "world", p.revenue * (1.0 - p.margin))

    def post(self, tier: int, purpose: str, payer: str, payee: str, yuan: float) -> None:
        """Books a payment."""
        key = tier, purpose, payer, payee
        self.ledger[key] = self.ledger.get(key, 0.0) + yuan

    def costs_a_day(self, world: World) -> list[tuple[int, str, str, float]]:
        """What a day costs whatever happens, at the simulated scale: tier or nation, purpose, payer, yuan."""
        plan, strategy, a_day = self.strategy.outlet, self.strategy, 1.0 / YEAR / self.weight
        costs = []
        for tier, count in enumerate(np.bincount(world.outlets["tier"], minlength=len(TIERS)).tolist()):
            each = (plan.rent, plan.operations, (plan.staff + plan.support) * plan.wage)
            costs += [(tier, name, self.terms[tier].pays_outlet, count * one * a_day) for name, one in zip(RUNNING, each, strict=True)]
        media = strategy.exposure * sum(touch.budget for touch in self.touchpoints if touch.intensity is None)
        return [*costs, (NATION, "media", "maker", media * a_day), (NATION, "head_office", "maker", strategy.head_office * a_day)]

    def pay(self) -> None:
        """Running costs are booked; once a year the maker makes up for what a tier's retailers have lost."""
        for tier, purpose, payer, yuan in self.running_costs:
            self.post(tier, purpose, payer, "world", yuan)
        for (tier, _, payer, payee), yuan in self.ledger.items():
            if tier != NATION:
                self.earned[tier] += yuan * ((payee == "retailer") - (payer == "retailer"))
        if self.day % YEAR == 0:
            for tier, earned in enumerate(self.earned):
                if earned < 0.0:
                    self.post(tier, "support", "maker", "retailer", -earned)
            self.earned = [0.0] * len(TIERS)

    def write_down(self) -> None:
        """Keeps the day's counts and books."""
        self.history.append((self.tally, self.flow, self.contacts, self.opened))
        self.books += [(self.day, *key, yuan) for key, yuan in self.ledger.items()]

    def turnover(self, tier: int) -> float:
        """Hazard of a salesperson leaving, 1/day."""
        workforce = self.market.workforce
        return workforce.turnover / YEAR * exp(workforce.turnover_pressure * self.terms[tier].pressure)


def at_rest(world: World) -> None:
    """Raises ValueError where a rule that this model leaves out is at work."""
    market, ours, tiers = world.scenario.market, world.scenario.strategy, tier_terms(world.scenario.strategy)
    paid = world.people["car_price"][world.people["car"] == 0]
    at_work = {
        "haggling": any(not terms.one_price for terms in tiers),
        "dealers' stock": any(terms.stock_months for terms in tiers),
        "prices that differ": np.ptp(np.concatenate([paid, world.brands["list_price"].ravel()])) > 0.0,
        "home delivery where no outlet is": not world.outlets.size,
        "other brands": bool(world.scenario.rivals),
        "events, drift": bool(market.events) or market.drift.pace > 0.0,
        "needs that people have more or less often": market.need.spread > 0.0,
        "talk of others than owners": market.word_of_mouth.speakers != "owners" or market.word_of_mouth.network == "complete",
        "weak ties": market.ties.strong < 1.0,
        "asking": market.asking.friends > 0.0,
        "training": ours.training.hours > 0.0,
        "hiring": ours.hiring.rule != "fixed" or ours.hiring.vacant_days > 0 or ours.hiring.cost > 0.0,
        "incentives, rewards": max(ours.incentive.order, ours.incentive.satisfied, ours.referral.reward) > 0.0,
        "leaks at handovers": ours.omnichannel.integration < 1.0,
        "costs of what is off by default": ours.omnichannel.cost > 0.0 or ours.analysis.level > 0.0 or ours.content_quality > 1.0,
        "personalisation": ours.personalisation.level > 0.0,
        "policy, partnership, recommendation, community, feedback, replies": any(world.in_use[:6]) or ours.community.cost > 0.0,
        "houses": any(rows.size for rows, _ in world.near),
        "outlets that open or close": ours.rollout.rule != "at_once" or ours.participation != "top_up",
    }
    if any(at_work.values()):
        found = ", ".join(name for name, works in at_work.items() if works)
        raise ValueError(f"the plain Mesa model leaves out what is at rest by default, and here is at work: {found}")
