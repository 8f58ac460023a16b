"""The funnel pair: of 1,000 people how many ever reached each stage within the horizon, under the first and the last strategy."""

import numpy as np
from matplotlib.axes import Axes

from experiments.measures import REACHED
from experiments.report.results import Results
from experiments.report.style import INK, LARGE, SMALL, Drawing, canvas, ink_of, on
from experiments.wording import plus_minus


def draw(results: Results) -> Drawing | None:
    """The funnels side by side."""
    pair = [name for name in results.pair if all(one.key in results.outcomes[results.basis][name] for one in REACHED)]
    if not pair:
        return None
    figure, axes = canvas(3.75, (1.15, 0.1, 0.35, 0.05), 1, len(pair), (0.2, 0))
    said = []
    for one, name in zip(axes, pair, strict=True):
        shares = [results.outcomes[results.basis][name][stage.key] for stage in REACHED]
        said.append(draw_one(one, results, shares, results.colours[name]))
        one.set_title(results.labels[name], color=ink_of(results.colours[name]), fontweight="bold", fontsize=LARGE)
    words = [stage.name(results.language) for stage in REACHED]
    for k, word in enumerate(words):
        axes[0].text(-0.57, k, word[:1].upper() + word[1:], ha="right", va="center", fontsize=9.5)
    told = [
        f"{results.labels[name]}: " + ", ".join(map(" ".join, zip(words, numbers, strict=True)))
        for name, numbers in zip(pair, said, strict=True)
    ]
    subtitle = results.say("funnel_subtitle", days=results.days, footing=results.footing(), resting=results.resting)
    return Drawing("funnel", title(results), subtitle, results.say("funnel_alt", rows="; ".join(told)), figure)


def title(results: Results) -> str:
    """The finding: whether the last strategy turns more people into buyers than the first."""
    first, last = results.names[0], results.names[-1]
    labels = {"who": results.labels[last], "whom": results.labels[first]}
    if first == last:
        return results.say("funnel_title_one", who=results.labels[first])
    return results.say(f"funnel_title_{results.difference(results.basis, last, 'reached_order').sign}", **labels)


def draw_one(axes: Axes, results: Results, shares: list[np.ndarray], colour: str) -> list[str]:
    """Bars of one funnel, each as wide as the share who reached it, and between them who went on; returns the numbers."""
    axes.axis("off")
    axes.set_xlim(-0.53, 0.53)
    axes.set_ylim(len(shares) - 0.6, -0.4)
    means = [float(np.nanmean(share)) for share in shares]
    widths = [mean / max(means[0], 1e-12) for mean in means]
    numbers = [plus_minus(results.interval(1000 * share), 0.01) for share in shares]
    for k, (text, width) in enumerate(zip(numbers, widths, strict=True)):
        axes.barh(k, width, height=0.56, left=-width / 2, color=colour)
        inside = width > 0.36
        axes.text(0 if inside else width / 2 + 0.03, k, text, va="center", fontweight="bold",
                  ha="center" if inside else "left", color=on(colour) if inside else INK)  # fmt: skip
        if k + 1 < len(shares):
            after = widths[k + 1]
            axes.fill(
                [-width / 2, width / 2, after / 2, -after / 2], [k + 0.28, k + 0.28, k + 0.72, k + 0.72], color=colour, alpha=0.15, lw=0
            )
            with np.errstate(invalid="ignore", divide="ignore"):
                went_on = results.interval(100 * shares[k + 1] / shares[k])
            axes.text(0, k + 0.5, plus_minus(went_on, 0.1, results.say("percent")), ha="center", va="center", fontsize=SMALL)
    return numbers
