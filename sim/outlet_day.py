"""What happens at the outlets in one day, each part of the schedule one compiled piece: who comes, who is met, which cars move."""

from sim.compiled import njit
from sim.rules import answering, incentive, needs, ownership, queueing, retail, selling


@njit
def receive(
    leads, returns, active, people, minds, brands, outlets, opened, day, weight, luck, market, tally,
    agenda, arrived, come, counts, diary, cursor,
):  # fmt: skip
    """Leads are opened, answered and followed to the outlet's door; how many of the unsimulated come is settled.

    leads, returns   (k,) flat rows of minds that call today; active (k,) those with an open lead
    agenda, arrived  room for rows of open leads and for IN_LINE of whoever arrives; come (outlets,) is written
    counts           (3,) becomes how many leads stay open, how many arrive, and how many of the unsimulated
    """
    queueing.forget_oldest(outlets, brands, day)
    answering.receive_leads(leads, people, minds, brands, outlets, opened, day, luck, market, tally, diary, cursor)
    answering.return_visits(returns, people, minds, day, luck, market)
    for k in range(active.size):
        agenda[k] = active[k]
    for k in range(leads.size):
        agenda[active.size + k] = leads[k]
    rows, length = agenda[: active.size + leads.size], counts[1:2]
    length[0] = 0
    counts[0] = answering.work_agenda(rows, people, minds, brands, outlets, day, luck, market, tally, arrived, length, diary, cursor)
    counts[2] = queueing.await_background(outlets, brands, day, weight, luck, tally, come)


@njit
def attend(
    online, line, arrived, come, people, minds, brands, outlets, staff, day, luck, market, flow, tally,
    queue, draws, keys, room, ahead, drives, orders, counts, diary, cursor,
):  # fmt: skip
    """Online orders are signed, the line forms, desks serve it, and whoever was not met waits on or abandons: outlet by outlet.

    online               (k,) flat rows of minds that order online today
    line, arrived, come  who waits since yesterday, who arrives, and how many of the unsimulated (outlets,)
    queue, draws, keys, room, ahead, drives  room for the line, its luck, and the day of each outlet
    orders               (k,) ORDER with room
    counts               (2,) becomes how many orders were signed, and how many wait at the front of the queue
    """
    queueing.open_hours(outlets, room, drives, market[0].meeting.drives_per_car)
    queueing.go_ahead(line, arrived, come, outlets, room, ahead)
    standing = queueing.line_up(line, arrived, come, outlets, day, luck, draws, keys, queue)
    taken, last, kept = counts[:1], 0, 0
    taken[0] = 0
    selling.put_in_sequence(online, people, minds)
    selling.sign_online(online, people, minds, brands, outlets, day, luck, market, flow, tally, orders, taken, diary, cursor)
    if brands.size > 1:
        queueing.wait_elsewhere(queue[:standing], people, minds, luck)
    for o in range(outlets.size):
        first = last
        while last < standing and queue[last].outlet == o:
            last += 1
        if first < last:
            first, kept = selling.serve(
                queue, first, last, kept, o, room[o], people, minds, brands, outlets, staff, drives, day, luck, market, flow, tally,
                orders, taken, draws, keys, diary, cursor,
            )  # fmt: skip
        if first < last:
            kept = queueing.lose_patience(
                queue, first, last, kept, o, people, minds, outlets, day, luck, market, flow, tally, draws, keys, diary, cursor
            )  # fmt: skip
        if ahead[o] > 0:
            selling.serve_at_once(ahead[o], outlets[o], brands, staff, day, luck, tally, draws)
    counts[1] = kept


@njit
def move_cars(
    cancelled, orders, called, people, minds, brands, outlets, day, weight, luck, table, market, ledger, carried, tally, diary, cursor,
):  # fmt: skip
    """Cancelled cars go back, ordered ones are promised, those whose day has come are handed over; outlets refill and pay for stock.

    cancelled, called  (k,) flat rows of minds; orders (k,) today's ORDER records
    """
    retail.take_back(cancelled, people, outlets, tally)
    retail.promise_delivery(orders, people, brands, outlets, day, luck, market)
    hand_over(called, people, minds, brands, outlets, day, luck, table, market, ledger, tally, diary, cursor)
    retail.refill(outlets, brands, day, market[0].delivery.refill_days, tally)
    retail.hold_stock(ledger, carried, outlets, brands, market[0].capital_rate, weight)


@njit
def hand_over(called, people, minds, brands, outlets, day, luck, table, market_, ledger, tally, diary, cursor):
    """Cars whose day has come are delivered and booked; those ordered before day 1 only delivered."""
    n = people.size
    for k in range(called.size):
        b, i = called[k] // n, called[k] % n
        who, mind, brand = people[i], minds[b, i], brands[b]
        tier = outlets[who.order_outlet].tier if who.order_outlet >= 0 else mind.shop_tier
        counted = who.order_day > 0 or day <= 0
        if counted:
            retail.sell_car(ledger, brand, b, tier, who.order_price, market_[0])
        ownership.take_delivery(who, b, mind, brand, tier, counted, day, luck, market_[0], tally[b], diary, cursor)
        if counted:
            incentive.pay_bonus(who, brand, b, tier, market_[0].satisfaction.promoter, ledger)
        needs.await_need(who, day, table, luck)
