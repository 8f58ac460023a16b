"""Results change only on purpose: then `make baseline` writes the new ones, and the changelog says what changed."""

import pytest
import yaml

from tests.figures import record_figure
from tests.make_baseline import BASELINE, STRATEGIES, figures, made_on

# another kind of CPU may round an exponential another way, which can shift a life or two of 3000
ANOTHER_CPU = 0.02
KEPT = yaml.safe_load(BASELINE.read_text("utf8"))


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_small_run_gives_what_the_baseline_says(name):
    lived = figures(name)
    assert lived["outcomes"] == pytest.approx(KEPT[name]["outcomes"], rel=ANOTHER_CPU, nan_ok=True)
    if KEPT["made on"] == made_on():
        assert lived["moves"] == KEPT[name]["moves"]
        record_figure("golden counts equal", len(lived["moves"]))
    else:
        record_figure("golden counts are those of", KEPT["made on"])
