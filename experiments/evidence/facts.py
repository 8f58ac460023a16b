"""The facts, one row each: what is stated, the scenarios that show it, how it is measured, and the band that the sources allow.

A fact that does not come out keeps its row, with a diagnosis: the mechanism that is missing. Nothing is tuned until it fits.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from math import inf, log

from experiments.evidence import measures as m
from experiments.evidence.diagnoses import DIAGNOSES
from experiments.evidence.fact import Arm, Fact
from sim.stages import Stage

FORMS = ("joint_technology", "management_exchange", "joint_marketing", "crossover_product")
FITS = ("-1", "0.5", "1")  # of fit 0 no form changes anything
SELLING_SKILLS = ("discovery", "presentation", "closing")
SHARE = 0.1  # of the shipped market: weight 1 in 300,000 households
DESKS = ("strategy.outlet.meetings=100", "strategy.outlet.demo_cars=100")  # more than are ever needed
DEALERS, DIRECT = Arm("dealer_4s"), Arm("direct")


def priced(name: str, list_price: float) -> dict[str, Arm]:
    """A strategy 5 % dearer and 5 % cheaper."""
    return {word: Arm(name, (f"strategy.list_price={list_price * factor:.0f}",)) for word, factor in (("dear", 1.05), ("cheap", 0.95))}


def exposed(*beside: str, **factors: float) -> dict[str, Arm]:
    """The direct strategy with so much of its media, and other overrides beside."""
    return {word: Arm("direct", (f"strategy.exposure={factor}", *beside)) for word, factor in factors.items()}


def partnered(form: str) -> dict[str, Arm]:
    """A direct brand alone, and with a partner of each fit, all frictions as by default."""
    arms = {f"fit {fit}": Arm("direct", (f"strategy.partnership.form={form}", f"strategy.partnership.fit={fit}")) for fit in FITS}
    return {"alone": DIRECT} | arms


def never_full(arms: Mapping[str, Arm]) -> dict[str, Arm]:
    """The same strategies with more staff and demo cars than are ever needed."""
    return {word: replace(arm, overrides=(*arm.overrides, *DESKS)) for word, arm in arms.items()}


def rate(years: float) -> float:
    """The logistic rate a day that grows from a tenth to nine tenths in so many years."""
    return log(81) / 365 / years


VOLUMES = {
    "few": Arm("direct", ("strategy.pull=-2.2",)), "usual": DIRECT,
    "many": Arm("direct", ("strategy.pull=-0.6",)), "most": Arm("direct", ("strategy.pull=0",)),
}  # fmt: skip
ANSWERS = {
    "best": Arm("dealer_4s", ("strategy.selling.answered_fast=0.60", "strategy.selling.never_answered=0.08")),  # ends of L05, L06
    "worst": Arm("dealer_4s", ("strategy.selling.answered_fast=0.25", "strategy.selling.never_answered=0.23")),
}
AT_WEIGHT_1 = (
    "market.households=null", "market.weight=1", f"strategy.exposure={SHARE}",
    "strategy.outlets.tier1=1", "strategy.outlets.tier2=1", "strategy.outlets.tier3=1",
)  # fmt: skip
NOBODY = tuple(f"market.initial.{stage}=0" for stage in ("interest", "consideration", "owner", "lost"))
NO_BRAND = ("strategy.exposure=0", "market.days=7665", "market.start=given", "market.initial.aware=0", *NOBODY)
LOGISTIC = ("market.start=given", "market.initial.aware=0.02", *NOBODY, "strategy.touchpoints.video.intensity=0")

MAILING = Arm("dealer_4s", tuple(f"strategy.touchpoints.content.{word}" for word in (
    "budget=12e6", "cost=0.05", "on_target=0.3", "targeting=1", "attention=0.004", "lift=0.010", "lead=0.0005")))  # fmt: skip
NO_PICKS = Arm("amazon_like", ("strategy.recommendation.budget=0",))

ROWS = (
    # ---- owners' word and the loop
    Fact(
        "referral_nio", "A NIO-like brand: share of orders whose buyer heard an owner within the need, before the lead", (0.40, 0.60),
        "share", {"it": Arm("nio_like")}, m.outcome("referral_share"), "D25",
    ),
    Fact("referral_mainstream", "Dealers: the same share", (0.05, 0.25), "share", {"it": DEALERS}, m.outcome("referral_share"), "D26"),
    Fact("good_to_bad", "Good messages of owners for each bad one", (2, 4), "ratio", {"it": DEALERS}, m.outcome("good_to_bad"), "D17"),
    Fact("loyalty", "Owners who replace their car and stay, China-like", (0.30, 0.50), "share", {"it": DEALERS}, m.outcome("loyalty"),
         "Y03"),
    Fact(
        "loyalty_us", "The same, US-like: of a US market the sources give that cars are kept 12 years (Y04)", (0.50, 0.55), "share",
        {"it": Arm("dealer_4s", ("market.need.mean=12",))}, m.outcome("loyalty"), "Y04",
    ),
    Fact(
        "replacement", "Mode of the time from one car to the next", (65, 80), "months", {"it": Arm("direct", NO_BRAND)},
        m.mode_of_ownership, "Y04", consumers=8000, track="all",
    ),
    Fact(
        "satisfaction", "Buyers of direct stores more satisfied than dealers' (index 0-1 of experience against expectation)", (0.01, 0.04),
        "share more", {"more": DIRECT, "base": DEALERS}, m.gain("satisfaction"), "C40, C41",
    ),
    # ---- partners
    *(
        Fact(
            f"partner_rise_{form}", f"Lift of orders at fit 1 less lift at fit -1: {form.replace('_', ' ')}", (1e-9, inf),
            "share of orders", partnered(form), m.rise_with_fit, "stylised fact", consumers=30_000,
        )
        for form in FORMS
    ),
    *(
        Fact(
            f"partner_{'poor' if fit == '-1' else 'good' if fit == '1' else 'half'}_{form}",
            f"Lift of orders at fit {fit}: {form.replace('_', ' ')}", (-inf, 0.0) if fit == "-1" else (0.0, inf), "share of orders",
            partnered(form), m.lift_of_partner(f"fit {fit}"), "stylised fact", consumers=30_000,
        )
        for form, fit in product(FORMS, FITS)
    ),
    # ---- recommendation and heavy buyers
    Fact(
        "recommendation", "Orders attributed to recommendation for each that it causes", (3, inf), "ratio",
        {"with": Arm("amazon_like"), "without": NO_PICKS}, m.claimed_for_each_caused, "X01, X02", consumers=10_000,
    ),
    Fact("heavy_buyers", "Share of the orders that the top fifth of buyers give, market of short cycles, two years", (0.50, 0.65), "share",
         {"it": NO_PICKS}, m.outcome("top20_share"), "N02", consumers=10_000),
    # ---- price
    Fact("informed", "Informed buyers' price at dealers against the others'", (-0.03, -0.01), "share", {"it": DEALERS},
         m.outcome("price_informed_gap"), "P03"),
    Fact("price_direct", "Elasticity of direct orders to the list price, +-5 %", (-5, -2), "elasticity", priced("direct", 250_000),
         m.price_response, "P01, P02"),
    Fact("price_dealers", "Elasticity of dealers' orders to the list price, +-5 %", (-5, -2), "elasticity", priced("dealer_4s", 262_500),
         m.price_response, "P01, P02"),
    Fact("price_sd_direct", "SD of price of the same car, direct", (0, 0), "of mean", {"it": DIRECT}, m.outcome("price_sd"), "P07"),
    Fact("price_sd_agency", "SD of price of the same car, agency", (0, 0.005), "of mean", {"it": Arm("agency")}, m.outcome("price_sd"),
         "P07"),
    Fact("price_sd_dealers", "SD of price of the same car, dealers", (0.02, 0.06), "of mean", {"it": DEALERS}, m.outcome("price_sd"),
         "P06"),
    # ---- outlets and dealers
    Fact("stock", "Dealers' stock", (1.1, 1.8), "months of sales", {"it": DEALERS}, m.outcome("stock_months"), "C16"),
    Fact("stock_pushed", "Dealers' stock when the maker pushes half a month more", (1.5, inf), "months of sales",
         {"it": Arm("dealer_4s", ("strategy.terms.push=0.5",))}, m.outcome("stock_months"), "C16"),
    Fact(
        "aftersales", "After-sales share of dealers' gross profit, owners as many as the brand's sales keep up", (0.45, 0.60), "share",
        {"it": Arm("dealer_4s", ("market.initial.owner=0.045",))}, m.outcome("aftersales_share"), "C13",
    ),
    Fact("aftersales_combustion", "The same with the service visits of combustion cars (C15 in full)", (0.45, 0.60), "share",
         {"it": Arm("dealer_4s", ("market.initial.owner=0.045", "market.ownership.visits=1.92"))}, m.outcome("aftersales_share"),
         "C13, C15", consumers=30_000),
    Fact("aftersales_war", "After-sales share of dealers' gross profit in a price war", (1.0, inf), "share",
         {"it": Arm("dealer_price_war")}, m.outcome("aftersales_share"), "C13"),
    Fact("reach", "People within 20 km of an outlet, dealers against direct", (1.0, inf), "ratio", {"dealers": DEALERS, "direct": DIRECT},
         m.times("reach_share", "dealers", "direct"), "stylised fact"),
    Fact(
        "conversion_spread", "Variance among outlets of ln (orders per visit), dealers against direct: SD 2 to 4 times", (4, 16), "ratio",
        {"dealers": DEALERS, "direct": DIRECT}, m.conversion_spread("dealers", "direct"), "S10, S11", consumers=150_000,
    ),
    Fact("volume_line", "SG&A per car over volumes of a direct brand is F/Q + v: R squared", (0.95, inf), "share", VOLUMES,
         m.fixed_over_volume(tuple(VOLUMES)), "C20-C23"),
    Fact("volume_gap", "Volume that brings SG&A per car down to a third", (2, 3), "times", VOLUMES,
         m.volume_for_a_third(tuple(VOLUMES), "few"), "C20, C21, C24, C25"),
    # ---- touchpoints
    Fact(
        "ads_quarter", "Elasticity of orders to media, first quarter, +-10 %", (0.05, 0.22), "elasticity",
        exposed(f"market.days={m.QUARTER}", more=1.1, less=0.9), m.elasticity(m.QUARTER), "A01-A03", consumers=150_000, replications=200,
    ),
    Fact(
        "ads_two_years", "Elasticity over two years against the first quarter's", (1.5, 3.0), "ratio", exposed(more=1.1, less=0.9),
        m.long_against_short, "A01-A03", consumers=150_000, replications=24,
    ),
    Fact("awareness_2_weeks", "Awareness two weeks after all media stop, against the day they stop", (0.95, 1.0), "share", exposed(it=0),
         m.aware_against(14, 0), "A09"),
    Fact("awareness_6_weeks", "Awareness after six weeks against two", (0.0, 0.9999), "share", exposed(it=0),
         m.aware_against(42, 14), "A09"),
    Fact(
        "diminishing", "Orders of one more contact, media 4 to 8 times against 1 to 2 times the plan", (-inf, 0.9999), "ratio",
        exposed(low=1, lower=2, high=4, higher=8), m.marginal_return, "stylised fact", consumers=30_000,
    ),
    Fact(
        "diminishing_desks", "The same where no desk is ever full", (-inf, 0.9999), "ratio",
        never_full(exposed(low=1, lower=2, high=4, higher=8)), m.marginal_return, "stylised fact", consumers=30_000,
    ),
    # ---- leads and salespeople
    Fact("lead_to_sale", "Dealers' leads that end in a sale", (0.04, 0.08), "share", {"it": DEALERS}, m.outcome("lead_to_sale"), "F01"),
    Fact("search_social", "Lead to sale of search leads against social leads", (2.0, inf), "ratio", {"it": DEALERS},
         m.origins("search", "social"), "stylised fact", consumers=150_000, replications=24),
    Fact(
        "search_email", "Lead to sale of search leads against those of a mailing: the content touchpoint, sent to anybody whether in need "
        "or not, with the budget, attention, lift and leads of social media", (2.0, inf), "ratio", {"it": MAILING},
        m.origins("search", "content"), "stylised fact", consumers=150_000, replications=24,
    ),
    Fact("answering", "Sales of leads, best against worst answering network", (1.3, 1.6), "ratio", ANSWERS, m.sold_against("best", "worst"),
         "L07"),
    Fact("answering_desks", "The same where no desk is ever full", (1.3, 1.6), "ratio", never_full(ANSWERS),
         m.sold_against("best", "worst"), "L07"),
    *(
        Fact(f"skill_{task}", f"Sales added by one standard deviation of {task}", (0.08, 0.25), "share",
             {"base": DEALERS, "more": Arm("dealer_4s", (f"strategy.skill.{task}=1",))}, m.gain("orders"), "S06")
        for task in SELLING_SKILLS
    ),
    Fact("skill_discovery_desks", "Sales added by discovery where no desk is ever full", (0.08, 0.25), "share",
         never_full({"base": DEALERS, "more": Arm("dealer_4s", ("strategy.skill.discovery=1",))}), m.gain("orders"), "S06"),
    Fact(
        "salespeople", "CV of a year's sales among salespeople, every household simulated", (0.35, 0.9), "CV",
        {"it": Arm("dealer_4s", AT_WEIGHT_1, SHARE)}, m.spread_of_salespeople, "S06", consumers=300_000, replications=12,
    ),
    *(
        Fact(f"skew_{stage.name.lower()}", f"Days in {stage.name}: mean over median", (1.5, 3.5), "ratio", {"it": DEALERS}, m.skew(stage),
             "F22", consumers=20_000, track="all")
        for stage in (Stage.CONSIDERATION, Stage.INTENT)
    ),
    *(
        Fact(f"shape_{stage.name.lower()}", f"Days in {stage.name}: Weibull shape", (0.0, 0.9999), "-", {"it": DEALERS},
             m.weibull_shape(stage), "F22", consumers=20_000, track="all")
        for stage in (Stage.CONSIDERATION, Stage.INTENT)
    ),
    # ---- growth
    Fact("peak", "Day of most adoptions against Bass's ln(q/p)/(p+q)", (0.95, 1.05), "ratio", {"it": Arm("bass")}, m.peak_against_theory,
         "Bass 1969", consumers=100_000),
    *(
        Fact(f"take_off_{land}", f"Years from 10 to 90 % of a market that grows at the logistic rate of {land.capitalize()}",
             (0.98 * years, 1.02 * years), "years",
             {"it": Arm("bass", (*LOGISTIC, f"market.days={round(365 * 1.9 * years)}", f"market.word_of_mouth.talk={rate(years):.8f}"))},
             m.years_from_10_to_90, "EV shares", consumers=20_000, replications=8)
        for land, years in (("china", 7.1), ("norway", 8.9))
    ),
)  # fmt: skip

FACTS = tuple(replace(fact, diagnosis=DIAGNOSES.get(fact.key, "")) for fact in ROWS)
BY_KEY = {fact.key: fact for fact in FACTS}
