"""The community of a brand: owners and fans join, and owners among them tell fellow members (ODD 5.3)."""

import numpy as np

from sim.chance import Decision, patience, uniform
from sim.compiled import njit
from sim.owners import eagerness
from sim.records import T
from sim.stages import Stage

T_POSTS, T_MEMBERS = T["posts"], T["members"]


@njit
def joining(who, b, mind, invites, p):
    """Hazard of joining, 1/day: of whoever drives ours; less of fans, who are interested or shop; of nobody else.

    invites  hazard of an owner who would ever join
    """
    if who.car == b:
        return invites
    return invites * p.fans if Stage.INTEREST <= mind.stage <= Stage.INTENT else 0.0


@njit
def would_join(who, b, p, luck):
    """Whether this person would ever join the community of this brand."""
    return uniform(luck, Decision.MAY_JOIN, who.id, 0, b) < p.share


@njit
def join_communities(people, minds, brands, days, luck, market_):
    """The clocks of joining go on by `days`; who is neither owner nor fan any more leaves."""
    p = market_[0].community
    for b in range(brands.size):
        invites = brands[b].plan.community.joins
        for i in range(people.size):
            who, mind = people[i], minds[b, i]
            hazard = joining(who, b, mind, invites, p)
            if hazard <= 0.0:
                mind.member = False
            elif not mind.member and would_join(who, b, p, luck):
                if mind.join <= 0.0:
                    mind.join = patience(luck, Decision.JOINS, who.id, mind.joins, b)
                mind.join = np.float64(mind.join) - hazard * days
                if mind.join <= 0.0:
                    mind.member = True
                    mind.joins += 1


@njit
def post(members, b, people, minds, brands, luck, market_, tally, speakers, readers, told):
    """Owners among the members tell fellow members, each a random other: at most one message a day.

    members            (m,) rows of people
    speakers, readers  (m,) room for rows of who speaks and who hears; told (1,) how many
    """
    market = market_[0]
    m = members.size
    tally[b, T_MEMBERS] += m
    eager = eagerness(brands[b].plan.referral.reward, market.referral)
    for k in range(m):
        i = members[k]
        who, mind = people[i], minds[b, i]
        if who.car != b or m < 2:
            continue
        talk = market.word_of_mouth
        mind.post -= market.community.talk * talk.talk * eager * (talk.advocate if mind.stage == Stage.ADVOCATE else 1.0)
        if mind.post > 0.0:
            continue
        if mind.posts > 0:  # the first clock is only drawn
            other = int(uniform(luck, Decision.READER, who.id, mind.posts, b) * (m - 1))
            speakers[told[0]], readers[told[0]] = i, members[other + 1 if other >= k else other]
            told[0] += 1
            tally[b, T_POSTS] += 1
        mind.posts += 1
        mind.post = np.float64(mind.post) + patience(luck, Decision.POSTS, who.id, mind.posts, b)
