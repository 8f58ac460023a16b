"""The scenarios that the page offers: pairs of strategies first, then every case with its baseline and its question."""

from experiments.cases import words_of
from experiments.files import SHIPPED, shelf
from experiments.lab.asked import Sizes
from experiments.language import catalogue
from experiments.scenarios import asks

PAIRS = (
    ("direct", "dealer_4s", "format"), ("direct", "dealer_4s", "as_found"), ("direct", "agency", "format"),
    ("agency", "dealer_4s", "format"), ("direct", "hybrid", "as_found"), ("direct", "direct", "as_found"),
)  # fmt: skip
# what a case is about, for its picture and its place; whatever is not named here stands at the end
THEMES = {
    "people": (
        "training_programme", "unskilled_staff", "training_for_unskilled", "training_when_needed", "skill_fades", "incentive_pay",
        "incentive_satisfaction", "hiring_by_utilisation", "vacant_seats",
    ),
    "reach": (
        "leads_hard_to_find", "more_touchpoints", "still_more_touchpoints", "content", "intelligent_targeting", "personas",
        "personalisation", "recommendation", "recommendation_dealer", "interaction", "reallocating", "reallocating_blind",
    ),
    "loop": ("nio_like", "social", "experience", "fast_after_sales", "service_as_profit", "bad_press"),
    "format": (
        "tesla_like", "amazon_like", "agency_transition", "direct_going_hybrid", "dealer_price_war", "launch_direct",
        "rollout_direct", "rollout_agency", "rollout_dealer", "omnichannel", "omnichannel_apart",
    ),
}  # fmt: skip
OTHER = "market"
SLOW = (
    "adapting",
    "adapting_late",
    "bad_data",
    "data_analysis",
    "data_cleaning",
    "fast_changing_demand",
)  # what they change shows in the second year


def gallery(folders: tuple[str, ...] = ()) -> list[dict[str, object]]:
    """Every scenario: its two sides, its footing, its theme, its question in both languages, and how many days it takes to show."""
    files, words = shelf(folders), catalogue("lab")
    out = [
        {"id": f"{a}-{b}-{basis}", "a": a, "b": b, "basis": basis, "theme": "format", "question": words[f"pair_{a}_{b}_{basis}"]}
        for a, b, basis in PAIRS
    ]
    for name, path in files["case"].items():
        said = words_of(path)
        if "baseline" not in said:
            continue
        question = {"en": said.get("question", asks(name, files, "en")), "zh": said.get("question_zh", asks(name, files, "zh"))}
        theme = theme_of(name) if path.is_relative_to(SHIPPED) else "own"
        out.append({"id": name, "a": said["baseline"], "b": name, "basis": "as_found", "theme": theme, "question": question})
    return [one | {"days": 730 if one["id"] in SLOW else Sizes.days} for one in out]


def theme_of(case: str) -> str:
    """What a shipped case is about."""
    return next((theme for theme, cases in THEMES.items() if case in cases), OTHER)
