"""After the sale: delivery, satisfaction, service, and what an owner does at the next need (ODD 5.10, 5.11)."""

import math

import numpy as np

from sim.books import CUSTOMER, SERVICE_COST, SERVICE_REVENUE, WORLD, fen, post
from sim.chance import Decision, normal, patience
from sim.compiled import inlined, njit
from sim.records import T
from sim.stages import Event, Stage, note

T_SERVICES, T_DELIVERIES, T_SATISFACTION = T["services"], T["deliveries"], T["satisfaction_millionths"]
T_DELIVERY_DAYS = T["delivery_days"]


@njit
def experience(luck_of_day, fit, haggled, pressure, delivery_days, waited, overpaid, p):
    """Satisfaction with a delivered car, 0 to 1: what was met against what was expected.

    luck_of_day    standard score; fit standard score
    haggled        whether the price was bargained; pressure 0-1 pay pressure on the staff
    delivery_days  days from order to delivery; waited days in the queue
    overpaid       ln of the price paid over what others pay
    """
    s = p.usual + p.spread * luck_of_day + p.fit * fit
    s -= (p.haggle if haggled else 0.0) + p.pressure * pressure
    s -= p.delivery * max(0.0, delivery_days - p.expected_days) + p.waiting * waited + p.fairness * overpaid
    return min(1.0, max(0.0, s))


@njit
def served(satisfaction, luck_of_day, care, p):
    """Satisfaction after a service visit: smoothed towards the visit's own."""
    visit = min(1.0, max(0.0, p.usual + p.spread * luck_of_day + p.care * care))
    return satisfaction + p.smoothing * (visit - satisfaction)


@inlined
def owner_hazards(who, b, mind, in_need, market):
    """Hazards of the exits of OWNER and ADVOCATE: (advance, leave), 1/day. An order that waits can only be cancelled."""
    waits = market.waits
    if who.order == b:
        return 0.0, waits.cancels
    if who.car != b:
        return 0.0, 0.0
    content = np.float64(who.satisfaction) - market.satisfaction.usual
    again = waits.looks_again * math.exp(market.drivers.satisfaction * content) if in_need else 0.0
    if mind.stage == Stage.ADVOCATE:
        return waits.cools, again
    return waits.recommends * math.exp(waits.recommends_satisfaction * content), again


@inlined
def service_rate(who, b, market):
    """Service visits a day of the car that is driven; none of a rival's."""
    return market.ownership.visits / 365.0 if who.car == b else 0.0


@inlined
def sleep(who, b, mind, days, market):
    """Winds the clocks of OWNER and ADVOCATE through days without a need."""
    advance, leave = owner_hazards(who, b, mind, False, market)
    who.service_wait -= days * service_rate(who, b, market)
    mind.advance -= days * advance
    mind.leave -= days * leave


@inlined
def rest(who, b, mind, day, market):
    """Days until a clock of OWNER or ADVOCATE rings or the car comes, if no need opens and nothing reaches the person before."""
    advance, leave = owner_hazards(who, b, mind, False, market)
    days = min(mind.advance / advance, mind.leave / leave, who.service_wait / service_rate(who, b, market))
    return min(days, np.float64(who.due_day - day)) if who.order == b else days


@inlined
def service_rings(who, luck, market):
    """Whether the car of this owner comes to service today."""
    who.service_wait -= market.ownership.visits / 365.0
    if who.service_wait > 0.0:
        return False
    who.services += 1
    who.service_wait = np.float64(who.service_wait) + patience(luck, Decision.SERVICE, who.id, who.services)
    return True


@njit
def visit_service(who, b, mind, brand, day, luck, market, ledger, tally, diary, cursor):
    """A service visit: revenue to who owns service, care on satisfaction."""
    tier = mind.shop_tier
    terms = brand.terms[tier]
    revenue = market.ownership.revenue * brand.plan.service_price
    post(ledger, b, tier, SERVICE_REVENUE, CUSTOMER, terms.owns_service, fen(revenue))
    post(ledger, b, tier, SERVICE_COST, terms.owns_service, WORLD, fen(market.ownership.revenue * (1.0 - market.ownership.margin)))
    luck_of_day = normal(luck, Decision.SERVICE_EXPERIENCE, who.id, who.services, b)
    better = served(np.float64(who.satisfaction), luck_of_day, brand.plan.skill.care, market.satisfaction)
    who.satisfaction = min(1.0, better + market.satisfaction.smoothing * brand.learnt)
    tally[T_SERVICES] += 1
    note(who, b, mind, Event.SERVICE_VISIT, day, diary, cursor, outlet=who.car_outlet)


@njit
def take_delivery(who, b, mind, brand, tier, counted, day, luck, market, tally, diary, cursor):
    """The ordered car arrives: it becomes the household's car, and its satisfaction is judged."""
    terms = brand.terms[tier]
    overpaid = math.log(who.order_price / brand.mean_paid[tier])
    luck_of_day = normal(luck, Decision.EXPERIENCES, who.id, who.needs, b)
    met = experience(
        luck_of_day, np.float64(mind.fit), not terms.one_price, terms.pressure,
        float(day - who.order_day), np.float64(who.order_waited), overpaid, market.satisfaction,
    )  # fmt: skip
    who.satisfaction = min(1.0, met + brand.learnt)
    if who.car != b:
        mind.fit = np.float64(mind.fit) + market.ownership.familiarity
    who.car, who.car_day, who.car_price, who.car_outlet = b, day, who.order_price, who.order_outlet
    who.heard_price = who.felt_price = who.car_price
    who.order = -1
    who.cars += 1
    who.service_wait = patience(luck, Decision.SERVICE, who.id, who.services)
    mind.leave = patience(luck, Decision.LEAVES, who.id, mind.visits[Stage.OWNER], b, Stage.OWNER)
    tally[T_DELIVERIES] += 1 if counted else 0
    tally[T_DELIVERY_DAYS] += day - who.order_day if counted else 0
    tally[T_SATISFACTION] += int(np.float64(who.satisfaction) * 1e6) if counted else 0
    note(who, b, mind, Event.TAKES_DELIVERY, day, diary, cursor, outlet=who.car_outlet, price=who.car_price)
