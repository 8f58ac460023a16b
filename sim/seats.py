"""A salesperson's seat: who sits there, who comes into it, and who meets for a colleague who is not there (ODD 5.12)."""

from sim.chance import Decision, normal, patience
from sim.compiled import njit

NOBODY = 2**30  # the day on which somebody begins in a seat that is closed


@njit
def born_skill(seat_id, hire, task, outlet_skill, workforce, luck):
    """A new salesperson's skill in one task: the outlet's mean and one's own talent, standard score."""
    return outlet_skill + workforce.spread * normal(luck, Decision.STAFF_SKILL, seat_id, hire, 0, task)


@njit
def take_seat(member, outlet, begins, luck, workforce):
    """A novice of new talent takes a seat; the count of a hire keys the newcomer.

    begins  the day after which the newcomer works
    """
    member.hires += 1
    member.leave_wait = patience(luck, Decision.TURNOVER, member.id, member.hires)
    member.experience = 0.0
    member.trained = 0.0
    member.hired = begins
    for task in range(4):
        member.skill[task] = born_skill(member.id, member.hires, task, outlet.skill[task], workforce, luck)


@njit
def who_meets(lead_seat, outlet, staff, day):
    """The seat of who meets a shopper: the salesperson of the lead, or the next colleague who is there."""
    for k in range(outlet.seats):
        seat = lead_seat + k if lead_seat + k < outlet.seats else (lead_seat + k) % outlet.seats
        if staff[outlet.first_seat + seat].hired < day:
            return outlet.first_seat + seat
    return outlet.first_seat + lead_seat
