"""What a customer is worth to the channel over the ownerships to come (ODD 7)."""

import math


def lifetime_value(margin: float, service: float, years: float, loyalty: float, rate: float) -> float:
    """Present value of a buyer on the day of delivery, yuan: one ownership, and as many more as loyalty brings.

    value = (margin + service x (1 - d) / ln(1 + rate)) / (1 - loyalty x d), d = (1 + rate)^-years: the retention model of
    Berger & Nasr 1998 and Gupta & Lehmann 2003 (doi:10.1002/dir.10045) with an ownership for a period and service paid all along it.

    margin   price of a car less what another car costs, yuan; service margin of service, yuan a year
    years    from one car to the next; loyalty chance that the next is ours; rate cost of capital, 1/year
    """
    if loyalty >= 1.0 and rate == 0.0:
        return math.inf
    kept = (1.0 + rate) ** -years
    annuity = (1.0 - kept) / math.log1p(rate) if rate > 0.0 else years
    return (margin + service * annuity) / (1.0 - loyalty * kept)
