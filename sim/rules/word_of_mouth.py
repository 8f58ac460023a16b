"""Who talks to whom, and what a message does (ODD 5.3)."""

import math

import numpy as np

from sim.chance import Decision, log_odds, logistic, patience, two_uniforms, uniform
from sim.compiled import inlined, njit
from sim.goodwill import chill, warm
from sim.owners import eagerness
from sim.prefetch import AHEAD, fetch, fetch_ahead
from sim.records import T
from sim.scenario import TOUCHPOINTS
from sim.stages import Event, Stage, note

OWNERS, EVERYBODY_AWARE = 0, 1
COMPLETE = 3  # network
TRIES = 32  # friends thought of before even a weak tie is told
WORD_OF_MOUTH = TOUCHPOINTS.index("word_of_mouth")
T_GOOD, T_BAD, T_BAD_POSTS = T["good_messages"], T["bad_messages"], T["bad_posts"]


@inlined
def speaks(who, b, mind, market):
    """Messages a day of this person about this brand."""
    talk = market.word_of_mouth
    if talk.speakers == EVERYBODY_AWARE:
        return talk.talk if mind.stage != Stage.UNAWARE else 0.0
    if who.car != b:
        return 0.0
    return talk.talk * (talk.advocate if mind.stage == Stage.ADVOCATE else 1.0)


@njit
def good_chance(satisfaction, tone, market):
    """Probability that what an owner says is good: a logit of satisfaction around its mean.

    tone  that probability at the mean satisfaction, today and for this brand
    """
    return logistic(log_odds(tone) + market.word_of_mouth.valence * (satisfaction - market.satisfaction.usual))


@njit
def listener(who, i, mind, b, people, starts, friends, luck, kind, ties):
    """The row of who hears this message: a friend, a weak tie less often, or anybody else where all mix; -1 where nobody is."""
    if kind == COMPLETE:
        u = uniform(luck, Decision.LISTENER, who.id, mind.talks, b)
        if people.size < 2:
            return -1
        other = int(u * (people.size - 1))
        return other + 1 if other >= i else other
    known = starts[i + 1] - starts[i]
    if known == 0:
        return -1
    friend = -1
    for attempt in range(TRIES):
        u, v = two_uniforms(luck, Decision.LISTENER, who.id, mind.talks, b, 0, attempt)
        friend = friends[starts[i] + int(u * known)]
        if v < ties.weak_talk or is_strong(who.id, people[friend].id, ties, luck):
            break
    return friend


@njit
def is_strong(one, other, ties, luck):
    """Whether the tie of two people is strong: drawn by their ids, the same from both sides."""
    return ties.strong >= 1.0 or uniform(luck, Decision.TIE, min(one, other), max(one, other)) < ties.strong


@njit
def heeds(who, b, mind, other, kind, ties, luck):
    """Whether what is said is heeded: over a strong tie always, over a weak one with `weak_weight`."""
    if kind == COMPLETE or is_strong(who.id, other.id, ties, luck):
        return True
    return uniform(luck, Decision.HEEDED, who.id, mind.talks, b) < ties.weak_weight


@njit
def choose_listeners(speakers, people, minds, starts, friends, tone, day, luck, market_, listeners, good, diary, cursor):
    """Everybody whose clock rang speaks: to whom, and whether what is said is good. Nobody hears it yet, so that parts may go side by side.

    speakers         (k,) flat rows of minds, brand * n + person; tone (brand,) share of good messages at the mean satisfaction
    listeners, good  (k,) are written: rows of people, -1 where nobody heeds, and whether the message is good
    """
    market, n = market_[0], people.size
    network = market.word_of_mouth.network
    think_of_friends(speakers, people, minds, starts, friends, luck, network, listeners)
    for k in range(speakers.size):
        if k + AHEAD < speakers.size:
            fetch(people, listeners[k + AHEAD])
        b, i = speakers[k] // n, speakers[k] % n
        who, mind = people[i], minds[b, i]
        note(who, b, mind, Event.TALKS, day, diary, cursor)
        j = listener(who, i, mind, b, people, starts, friends, luck, network, market.ties)
        if j >= 0 and not heeds(who, b, mind, people[j], network, market.ties, luck):
            j = -1
        listeners[k], good[k] = j, 1
        if j >= 0 and market.word_of_mouth.speakers == OWNERS:
            fetch(minds[b], j)
            says_good = good_chance(np.float64(who.satisfaction), tone[b], market)
            good[k] = uniform(luck, Decision.VALENCE, who.id, mind.talks, b) < says_good


@njit
def think_of_friends(speakers, people, minds, starts, friends, luck, network, first):
    """The friend whom each speaker thinks of first (k,), so that memory can fetch them; row 0 where there are no friends."""
    n, nobody = people.size, friends.size
    for k in range(speakers.size):
        fetch_ahead(speakers, k, people, minds)
        if k + AHEAD < speakers.size:
            fetch(starts, speakers[k + AHEAD] % n)
        b, i = speakers[k] // n, speakers[k] % n
        first[k] = nobody
        if network != COMPLETE and starts[i + 1] > starts[i]:
            u, _ = two_uniforms(luck, Decision.LISTENER, people[i].id, minds[b, i].talks, b)
            first[k] = starts[i] + int(u * (starts[i + 1] - starts[i]))
            fetch(friends, first[k])
    for k in range(speakers.size):
        first[k] = friends[first[k]] if first[k] < nobody else 0


@njit
def spread_word(speakers, listeners, good, wakes, people, minds, day, market_, tally):
    """What was said today is heard; it counts tomorrow.

    speakers, listeners, good  (k,) flat rows of minds, rows of people or -1, whether the message is good
    """
    n, owners = people.size, market_[0].word_of_mouth.speakers == OWNERS
    for k in range(speakers.size):
        if k + AHEAD < speakers.size and listeners[k + AHEAD] >= 0:
            fetch(people, listeners[k + AHEAD])
            fetch(minds[speakers[k + AHEAD] // n], listeners[k + AHEAD])
            fetch(wakes, listeners[k + AHEAD])
        b, i, j = speakers[k] // n, speakers[k] % n, listeners[k]
        if j >= 0:
            wakes[j] = day + 1
            tell(people[i], b, people[j], minds[b, j], good[k] != 0, owners, day, tally)


@njit
def tell(who, b, other, heard, good, from_owner, day, tally):
    """A message reaches its listener: it counts tomorrow, and of an owner it is remembered."""
    if good:
        heard.heard_good += 1
        tally[b, T_GOOD] += 1
    else:
        heard.heard_bad += 1
        tally[b, T_BAD] += 1
    if from_owner:
        heard.heard_day = day
        if other.car == b and who.car_price < other.heard_price:
            other.heard_price = who.car_price


@njit
def spread_posts(speakers, readers, b, wakes, people, minds, tone, day, luck, market_, tally, diary, cursor):
    """Owners tell fellow members of the community of a brand; the messages count tomorrow.

    speakers, readers  (k,) rows of people
    """
    market = market_[0]
    for k in range(speakers.size):
        i, j = speakers[k], readers[k]
        who, mind = people[i], minds[b, i]
        good = uniform(luck, Decision.POST_VALENCE, who.id, mind.posts, b) < good_chance(np.float64(who.satisfaction), tone[b], market)
        note(who, b, mind, Event.TALKS, day, diary, cursor)
        wakes[j] = day + 1
        tell(who, b, people[j], minds[b, j], good, True, day, tally)
        tally[b, T_BAD_POSTS] += 0 if good else 1


@njit
def spread_answers(askers, answering, b, wakes, people, minds, tone, day, luck, market_, tally, diary, cursor):
    """Owners answer shoppers who have asked; the answers count tomorrow.

    askers, answering  (k,) rows of people
    """
    market = market_[0]
    for k in range(askers.size):
        i, j = askers[k], answering[k]
        who, mind, owner = people[i], minds[b, i], people[j]
        good = uniform(luck, Decision.ANSWER_VALENCE, who.id, mind.asks, b) < good_chance(np.float64(owner.satisfaction), tone[b], market)
        note(owner, b, minds[b, j], Event.TALKS, day, diary, cursor)
        wakes[i] = day + 1
        tell(owner, b, who, mind, good, True, day, tally)


@njit
def hear(who, b, mind, day, luck, fade, market, diary, cursor):
    """Yesterday's messages move goodwill; whether one of them makes an unaware person aware."""
    talk = market.word_of_mouth
    noticed = False
    for k in range(int(mind.heard_good) + int(mind.heard_bad)):
        good = k < mind.heard_good
        if good:
            warm(mind, day, fade, talk.lift, talk.lift * talk.slow_share)
        else:
            chill(mind, day, fade, talk.lift * talk.negative, talk.lift * talk.negative * talk.slow_share)
        note(who, b, mind, Event.HEARS_GOOD if good else Event.HEARS_BAD, day, diary, cursor, WORD_OF_MOUTH)
        if mind.stage == Stage.UNAWARE and uniform(luck, Decision.ATTENTION, who.id, mind.messages, b, WORD_OF_MOUTH) < talk.attention:
            noticed = True
        mind.messages += 1
    mind.heard_good = 0
    mind.heard_bad = 0
    mind.last_touch = WORD_OF_MOUTH
    if mind.first_touch < 0:
        mind.first_touch = WORD_OF_MOUTH
    return noticed


@inlined
def talk_rate(who, b, mind, reward, market):
    """Messages a day of this person about this brand; owners are the more eager the higher the reward of a referral, yuan."""
    rate = speaks(who, b, mind, market)
    return rate * eagerness(reward, market.referral) if who.car == b else rate


@inlined
def talk_rings(who, b, mind, reward, market, luck):
    """Whether this person tells somebody about the brand today; reward of the referral programme, yuan."""
    rate = talk_rate(who, b, mind, reward, market)
    if rate <= 0.0:
        return False
    mind.talk -= rate
    if mind.talk > 0.0:
        return False
    mind.talks += 1
    mind.talk = np.float64(mind.talk) + patience(luck, Decision.TALKS, who.id, mind.talks, b)
    return True


@inlined
def envy(who, market):
    """An owner who has heard of a friend who paid less is less satisfied, once for each cheaper price."""
    if who.heard_price < who.felt_price:
        loss = market.satisfaction.envy * math.log(np.float64(who.felt_price) / np.float64(who.heard_price))
        who.satisfaction = max(0.0, np.float64(who.satisfaction) - loss)
        who.felt_price = who.heard_price
