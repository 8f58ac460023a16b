"""Profit of the maker and of the retailers under every strategy, basis beside basis."""

from matplotlib.axes import Axes

from experiments.intervals import Interval
from experiments.language import say
from experiments.measures import BY_KEY
from experiments.report.results import Results
from experiments.report.style import INK, MUTED, SMALL, Drawing, canvas, room, ruled, whisker
from experiments.wording import plus_minus

PARTIES = {"profit_maker": "maker", "profit_retailer": "retailer"}


def draw(results: Results) -> Drawing:
    """Bars of both parties, like for like beside as found."""
    bases = list(results.outcomes)
    left = room(list(results.labels.values()))
    figure, axes = canvas(0.75 + 0.62 * len(results.names), (left, 0.15, 0.3, 0.45), 1, len(bases), (0.25, 0))
    ends = [end for one, basis in zip(axes, bases, strict=True) for end in draw_basis(one, results, basis)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    span = (high - low) or 1.0
    for k, (one, basis) in enumerate(zip(axes, bases, strict=True)):
        one.set_xlim(low - 0.04 * span, high + (0.42 + 0.22 * (len(bases) - 1)) * span)
        one.set_yticks(range(len(results.names)), [results.labels[name] for name in results.names] if k == 0 else [])
        footing = results.footing(basis)
        one.set_title(footing[:1].upper() + footing[1:], fontsize=9.5, loc="left", color=MUTED)
        one.set_xlabel(results.say("millions_a_year"))
    told = [
        f"{results.labels[name]}, {results.footing(basis)}: " + ", ".join(words(results, basis, name))
        for basis in bases
        for name in results.names
    ]
    return Drawing("money", title(results), results.say("money_subtitle", resting=results.resting), "; ".join(told), figure)


def draw_basis(axes: Axes, results: Results, basis: str) -> list[float]:
    """Two bars for each strategy, the maker's full and the retailers' light; returns the ends that must fit."""
    ends = []
    axes.set_ylim(len(results.names) - 0.5, -0.5)
    for row, name in enumerate(results.names):
        for k, (key, text) in enumerate(zip(PARTIES, words(results, basis, name), strict=True)):
            one = profit(results, basis, name, key)
            y = row - 0.19 + 0.38 * k
            axes.barh(y, one.mean, height=0.34, color=results.colours[name], alpha=1.0 if k == 0 else 0.4)
            if one.n > 1:
                whisker(axes, one.low, one.high, y, INK, 0.9)
            end = one.high if one.n > 1 else one.mean
            axes.text(max(0.0, end), y, f"\u00a0\u00a0{text}", va="center", fontsize=SMALL)
            ends += [end, one.low if one.n > 1 else one.mean]
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.axvline(0, color=INK, lw=1)
    ruled(axes)
    axes.locator_params(axis="x", nbins=5)
    return ends


def profit(results: Results, basis: str, name: str, key: str) -> Interval:
    """What is left to a party, million yuan a year."""
    return results.interval(results.outcomes[basis][name][key])


def words(results: Results, basis: str, name: str) -> list[str]:
    """Each party with its profit."""
    return [
        f"{say('stages', party, results.language)} {plus_minus(profit(results, basis, name, key), 1.0)}" for key, party in PARTIES.items()
    ]


def title(results: Results) -> str:
    """The finding: who clearly has the highest profit of the channel, basis by basis."""
    if len(results.names) < 2:
        return results.say("money_title_one", who=results.labels[results.names[0]])
    nobody = results.say("nobody")
    said = [
        results.say("won_on", who=results.labels.get(won["profit_channel"], nobody), footing=results.footing(basis))
        for basis, won in results.winners.items()
    ]
    return results.say("money_title", what=BY_KEY["profit_channel"].name(results.language), said=results.say("comma").join(said))
