"""`funnel compact RESULTS`: merges the many parts of a results folder into few; the rows stay."""

from collections.abc import Sequence

from experiments.language import say
from experiments.results_folder import opened
from experiments.settings import Status


def compact(words: Sequence[str]) -> int:
    """Merges the parts of a folder and says how many there were and are."""
    store, asked = opened(Status, words, "compact")
    before, after = store.compact()
    print(say("batch", "compacted", asked.lang, before=before, after=after))
    return 0
