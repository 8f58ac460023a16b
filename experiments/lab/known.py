"""What was lived lately: a side that a lever leaves as it was is not lived again, nor what another page has just asked."""

from collections import OrderedDict

Name = tuple[str, str, int, int]  # of an answer: the work, the side by all its numbers, the seed, and what else the work is given
MOST = {"look": 50, "show": 50, "more": 400}  # answers that are remembered; of the longest, 0.1 MB each


class Known:
    """Answers by name; of each work the latest that were asked for."""

    def __init__(self):
        self.by_work: dict[str, OrderedDict[Name, object]] = {work: OrderedDict() for work in MOST}

    def get(self, name: Name) -> object:
        """The answer of a name; None where there is none (any more)."""
        answers = self.by_work[name[0]]
        if name in answers:
            answers.move_to_end(name)
        return answers.get(name)

    def keep(self, name: Name, answer: object) -> None:
        """Keeps an answer and forgets the one that nobody has asked for the longest."""
        answers = self.by_work[name[0]]
        answers[name] = answer
        while len(answers) > MOST[name[0]]:
            answers.popitem(last=False)
