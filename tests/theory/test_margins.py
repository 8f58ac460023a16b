"""The margin arithmetic of direct sales, agency and dealers at a given price, from the books to the fen.

At one price P, list price L, production U and logistics T a car brings (Jeuland & Shugan 1983, doi:10.1287/mksc.2.3.239):
    direct  maker P - U - T                      retailer nothing
    agency  maker P (1 - commission) - U - T     retailer P commission
    dealer  maker L (1 - margin - rebate) - U - T  retailer P - L (1 - margin - rebate)
and the channel P - U - T whoever owns what: a format divides the money of a car, it does not make any.
"""

import numpy as np
import pytest

from sim import books
from tests.figures import record_figure
from tests.worlds import lived

LIST, UNIT, MARGIN, REBATE, COMMISSION = 250_000, 187_500, 0.13, 0.02, 0.06
PER_CAR = (
    books.VEHICLE_REVENUE,
    books.DISCOUNT,
    books.STOCK,
    books.MARGIN,
    books.REBATE,
    books.COMMISSION,
    books.PRODUCTION,
    books.LOGISTICS,
)


def earned(retail_format: str, share: float) -> tuple[int, int, int, int]:
    """Cars delivered, what their buyers paid, and what maker and retailers earned by them, fen, at a seller's share of the surplus."""
    result = lived(
        "nash_price", f"strategy.retail_format={retail_format}", f"strategy.list_price={LIST}", f"strategy.unit_cost={UNIT}",
        f"market.bargain.share={share}", "market.bargain.worth=0", "market.delivery.built_days=1", "market.delivery.stock_days=1",
        "market.delivery.swap_days=1", "market.consumers=2000", "market.days=60",
    )  # fmt: skip
    lines, cars = result.books[np.isin(result.books["purpose"], PER_CAR)], int(result.daily["deliveries"].sum())
    record_figure("cars booked to the fen", cars)
    return cars, -books.balance(lines, "customer"), books.balance(lines, "maker"), books.balance(lines, "retailer")


@pytest.mark.parametrize("price", [LIST, 231_250])
def test_a_format_divides_the_money_of_a_car_and_makes_none(price: int) -> None:
    buys_at = LIST * (1 - MARGIN - REBATE)
    share = (price - buys_at) / (LIST - buys_at)  # of the surplus over what the dealer pays
    cars, paid, maker, retailer = earned("dealer_4s", share)
    made = UNIT + 3000  # production and logistics
    assert cars > 1900 and paid == cars * 100 * price
    assert maker == round(cars * 100 * (buys_at - made)) and retailer == round(cars * 100 * (price - buys_at))
    assert maker + retailer == cars * 100 * (price - made)


@pytest.mark.parametrize("retail_format, commission", [("direct", 0.0), ("agency", COMMISSION)])
def test_where_the_maker_sells_it_keeps_all_but_the_commission(retail_format: str, commission: float) -> None:
    cars, paid, maker, retailer = earned(retail_format, 0.5)
    made = UNIT + 3000
    assert cars > 1900 and paid == cars * 100 * LIST
    assert retailer == round(cars * 100 * commission * LIST)
    assert maker == round(cars * 100 * (LIST * (1 - commission) - made))


def test_at_one_price_the_channel_earns_alike_in_every_format() -> None:
    for name in ("direct", "agency", "dealer_4s"):
        cars, paid, maker, retailer = earned(name, 1.0)
        assert (maker + retailer) / cars == paid / cars - 100 * (UNIT + 3000) == 100 * (LIST - UNIT - 3000), name
