"""Which mechanism is missing, or what the band rests on, where a fact does not come out: by its key, shown where it is outside its band."""

DIAGNOSES = {
    "referral_nio": (
        "owners tell friends at random, few of whom need a car just then, and of the shoppers few are members of the community, where "
        "they could ask owners. Friends are no more alike than strangers: owners of one brand know each other's kind, which a network "
        "without likeness leaves out. The source also counts orders by referral code, which buyers use after they have decided: a "
        "headline by selection that the model's count does not hold."
    ),
    "loyalty_us": (
        "of a US market the sources give the longer life of a car alone, and that moves nobody to stay. What would is not known in "
        "numbers: how satisfied owners are, how many brands they look at, how hard rivals press at the end of a lease."
    ),
    "conversion_spread": (
        "put in is a spread of skill 2.5 times as large at dealers (S10, S11), which is 6 times the variance. What is measured rests on "
        "some thirty outlets a brand, whose orders swing by chance about as much as they differ."
    ),
    "aftersales": (
        "the band is of combustion cars; C15's service visits are halved here for electric ones, which is an assumption. Row "
        "aftersales_combustion has them in full."
    ),
    "aftersales_combustion": (
        "the band is of dealers in the United States (NADA); of China the same source says above 1 in 2024, when new cars lost money. "
        "Here cars earn dealers less than there and more than that."
    ),
    "aftersales_war": (
        "dealers here make no offer below what a car costs them, so their margin on cars cannot turn negative. Missing: cars pushed "
        "on dealers are sunk and cost capital every day, and a rebate is paid on a volume target, so that the next car may be sold at "
        "a loss."
    ),
    "volume_gap": (
        "fixed cost over volume alone cannot give more than volume itself: three times the volume for a third, a little more with any "
        "v. The firms compared (C20, C21) also differ in fixed cost per store and head office, not in volume alone."
    ),
    "ads_quarter": (
        "media make people aware and curious, which is weeks and months from an order; of those who need a car now they reach only "
        "the leads. Missing: an ad that moves somebody who already compares (price or offer advertising)."
    ),
    "ads_two_years": (
        "follows from ads_quarter: nearly all of the effect comes through awareness and slow goodwill, so that little of it is there "
        "in the first quarter. The ratio divides by next to nothing, which no number of replications mends."
    ),
    "answering": (
        "a lead that nobody answers is not lost to the brand: its shopper stops waiting, stays at his stage, and walks in by the clock "
        "`seeks`. Full desks are not it (row answering_desks). Missing: somebody not answered turns to another brand, which passive "
        "rivals cannot show."
    ),
    "answering_desks": ("see answering."),
    "skill_discovery": (
        "half of those who buy meet a salesperson first when they already consider or have decided, where discovery has no task (266 of "
        "537 buyers in two lives met one by INTEREST, or earlier). Full desks are not it (row skill_discovery_desks). Missing: a "
        "discovery that shortens or repairs later tasks beyond the fit it adds."
    ),
    "skill_discovery_desks": ("see skill_discovery."),
    "replacement": (
        "the need opens with the mode of Y04 at month 73; the months in the market, and needs that are put off, come on top. The mode "
        "of a few thousand cars is itself uncertain by months."
    ),
}
