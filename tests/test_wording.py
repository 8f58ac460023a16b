"""The wording follows the interval, in both languages: what it claims is wrong no more often than the intervals may be."""

import re
import string
from collections.abc import Iterator

import numpy as np
import pytest

from experiments.answer import headline, question
from experiments.dictionary import dictionary
from experiments.intervals import ALPHA, Interval, looks, mean_interval
from experiments.language import LANGUAGES, catalogue, say
from experiments.measures import MEASURES, REACHED
from experiments.money import millions
from experiments.report.assumptions import words
from experiments.table import table, wide
from experiments.wording import claims, finding, verdict, with_interval

TRIES = 4000
SUBJECTS = ("answer", "measures", "parameters", "report", "stages")
CLAIM = {"en": ("more", "fewer", "no clear difference"), "zh": ("多", "少", "无明显差异")}


def too_many(found: int, tries: int, rate: float) -> bool:
    """Whether something happened more often than a rate allows: more than 4 standard errors above it."""
    return found / tries > rate + 4 * np.sqrt(rate * (1 - rate) / tries)


def differences(true: float, n: int, seed: int) -> Iterator[np.ndarray]:
    """Simulated experiments: paired differences of n replications around a known true difference, standard deviation 1."""
    rng = np.random.default_rng(seed)
    yield from rng.normal(true, 1.0, (TRIES, n))


def said_of(one: Interval, language: str) -> str:
    """Which of the three things the sentence says."""
    phrase = catalogue("answer")["phrase_orders"][language]
    sentence = finding("A", "B", phrase, one, "95 %", language)
    more, fewer, unclear = CLAIM[language]
    (word,) = [
        word
        for word in (unclear, more, fewer)
        if re.search(rf"{word} (\d|cars)|\d {word}|{unclear}" if word != unclear else unclear, sentence)
    ][:1]
    return {more: "more", fewer: "fewer", unclear: "unclear"}[word]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("n", [5, 10, 20])
def test_where_nothing_differs_the_wording_claims_a_difference_at_most_as_often_as_promised(language: str, n: int) -> None:
    claimed = sum(said_of(mean_interval(one), language) != "unclear" for one in differences(0.0, n, 10 + n))
    assert claimed > 0 and not too_many(claimed, TRIES, ALPHA)


@pytest.mark.parametrize("true", [0.1, 0.5, -0.5])
def test_the_wrong_direction_is_claimed_at_most_half_as_often_as_promised(true: float) -> None:
    wrong = "fewer" if true > 0 else "more"
    claimed = [said_of(mean_interval(one), "en") for one in differences(true, 10, 3)]
    assert not too_many(claimed.count(wrong), TRIES, ALPHA / 2)
    assert claimed.count("more" if true > 0 else "fewer") > claimed.count(wrong)


def test_a_large_difference_is_claimed() -> None:
    assert all(said_of(mean_interval(one), "zh") == "more" for one in differences(5.0, 10, 4))


def test_stopping_at_a_look_does_not_flatter_the_wording() -> None:
    planned = looks(10, 40)
    alpha, claimed = ALPHA / len(planned), 0
    for one in differences(0.0, 40, 5):
        at_look = (mean_interval(one[:n], alpha) for n in planned)
        claimed += any(interval.sign for interval in at_look)  # the worst rule: stop as soon as there is something to say
    assert not too_many(claimed, TRIES, ALPHA)


@pytest.mark.parametrize("strategies", [2, 3, 5])
def test_among_several_equal_strategies_a_difference_is_rarely_claimed(strategies: int) -> None:
    rng, claimed, alone = np.random.default_rng(6), 0, 0
    for _ in range(1000):
        luck = rng.normal(size=10)
        values = {f"s{k}": luck + rng.normal(size=10) for k in range(strategies)}
        claimed += any(claims(values, ALPHA).values())
        alone += any(mean_interval(values[name] - values["s0"]).sign for name in list(values)[1:])
    assert not too_many(claimed, 1000, ALPHA)
    assert strategies < 5 or too_many(alone, 1000, ALPHA)  # without the correction it would have been claimed too often


def test_a_difference_that_only_stands_alone_is_not_claimed() -> None:
    phrase = catalogue("answer")["phrase_orders"]["en"]
    told = finding("A", "B", phrase, Interval(5, 1, 9, 10), "95 %", claimed=False)
    assert told.startswith("no clear difference in cars ordered a year between A and B once all pairs are judged together")
    assert told.endswith("(95 % interval, taken alone, 1.0 to 9.0)")


def test_the_words_are_the_same_three_in_both_languages() -> None:
    for sign, word in ((1, "better"), (-1, "worse"), (0, "unclear")):
        one = Interval(sign, sign - 0.5, sign + 0.5, 10)
        for language in LANGUAGES:
            told = verdict(one, say("answer", "better", language), say("answer", "worse", language), language)
            assert told == say("answer", word, language)


def test_a_finding_in_chinese() -> None:
    phrase = catalogue("answer")["phrase_profit_channel"]["zh"]
    told = finding("4S 经销", "直营", phrase, Interval(-120.4, -181, -60, 10), "95%", "zh")
    assert told == "与直营相比，4S 经销的全渠道年利润少 120 百万元（95% 区间 60 至 181）"


def test_the_headline_names_a_leader_only_where_there_is_one() -> None:
    rng = np.random.default_rng(7)
    luck = rng.normal(100, 5, 10)
    clear = {
        name: {key: luck + gap + rng.normal(0, 0.1, 10) for key in ("orders", "profit_channel")} for name, gap in (("a", 0), ("b", 20))
    }
    equal = {name: {key: luck + rng.normal(0, 5, 10) for key in ("orders", "profit_channel")} for name in "ab"}
    labels = {"a": "Alpha", "b": "Beta"}
    told = headline(clear, labels, ALPHA)
    assert told.startswith("Most cars are ordered under beta, 20.0") and "the whole channel earns most under beta, 20.0" in told
    assert headline(equal, labels, ALPHA).startswith("No strategy clearly sells most")
    assert question(labels) == "Which sells more cars and earns more, alpha or beta?"


def test_money_is_never_finer_than_its_interval() -> None:
    assert millions(Interval(1234.56, 1200, 1269.12, 10)) == "1,235 [1,200, 1,269]"
    assert millions(Interval(0.001, 0.0, 0.002, 10)) == "0"
    assert with_interval(Interval(5, 5, 5, 10)) == "5"


def test_columns_of_a_table_line_up_under_chinese_heads() -> None:
    lines = table(["", "直营", "x"], [["订单量", "12", "辆"], ["ab", "3,456", "元"]]).splitlines()
    assert len({wide(line) for line in lines}) == 1


# ---- two languages -----------------------------------------------------------------------------------------------------


def places(text: str) -> set[str]:
    """The places for values in a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_entry_is_in_both_languages_with_the_same_places(subject: str) -> None:
    for key, entry in catalogue(subject).items():
        assert set(entry) == set(LANGUAGES), key
        assert all(isinstance(entry[language], str) for language in LANGUAGES), key
        if subject in ("answer", "report", "measures"):
            assert places(entry["en"]) == places(entry["zh"]) or key.startswith("phrase_"), key


@pytest.mark.parametrize("subject", ["answer", "measures", "parameters", "report"])
def test_chinese_is_chinese(subject: str) -> None:
    for key, entry in catalogue(subject).items():
        says_something = re.search("[A-Za-z]{3}", re.sub(r"\{[^}]*\}", "", entry["en"]))
        assert not says_something or re.search("[\u4e00-\u9fff]", entry["zh"]), key
        assert not re.search("[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]", entry["zh"]), f"{key}: half-width punctuation"


def test_every_outcome_and_every_number_has_words() -> None:
    assert all(one.name(language) and one.in_unit(language) for one in (*MEASURES, *REACHED) for language in LANGUAGES)
    known = catalogue("parameters")
    for path, one in dictionary().items():
        parts = path.split(".")
        key = path if path in known else ".".join([*parts[:2], "*", *parts[3:]])
        assert known[key]["en"] == one.meaning, f"{path}: the meaning changed; change words/parameters.yaml too"
        assert not one.unit or words(f"unit {one.unit}", "zh", "") != "", one.unit
