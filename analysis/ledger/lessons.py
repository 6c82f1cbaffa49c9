"""What shipped results say of published orders: which hold at this size, which do not.

A published order names two estimators, the better first, as a paper reports it at equal steps.  A
board answers by its own claims: it holds where the first is called better, it is reversed where the
second is, and open where the seeds do not tell them apart.  Settings are each estimator's defaults,
which need not be the paper's.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from statistics import median
from typing import NamedTuple

from analysis.ledger.rows import confirmation, ledger_label
from analysis.ledger.shapes import ClaimBoard, ClaimPair, Ledger


class PublishedOrder(NamedTuple):
    better: str
    worse: str
    paper: str


ORDERS = (
    PublishedOrder("muprop", "nvil", "Gu et al., ICLR 2016"),
    PublishedOrder("muprop", "straight_through", "Gu et al., ICLR 2016"),
    PublishedOrder("gumbel_softmax", "nvil", "Jang et al., ICLR 2017"),
    PublishedOrder("gumbel_softmax", "muprop", "Jang et al., ICLR 2017"),
    PublishedOrder("rebar", "nvil", "Tucker et al., NeurIPS 2017"),
    PublishedOrder("rebar", "muprop", "Tucker et al., NeurIPS 2017"),
    PublishedOrder("relax", "rebar", "Grathwohl et al., ICLR 2018"),
    PublishedOrder("arm", "reinforce", "Yin and Zhou, ICLR 2019"),
    PublishedOrder("vargrad", "reinforce", "Richter et al., NeurIPS 2020"),
    PublishedOrder("disarm", "arm", "Dong et al., NeurIPS 2020"),
    PublishedOrder("gumbel_rao", "st_gumbel_softmax", "Paulus et al., ICLR 2021"),
    PublishedOrder("arms", "disarm", "Dimitriev and Zhou, ICML 2021"),
    PublishedOrder("double_cv", "disarm", "Titsias and Shi, AISTATS 2022"),
    PublishedOrder("rodeo", "double_cv", "Shi et al., NeurIPS 2022"),
    PublishedOrder("reinmax", "straight_through", "Liu et al., NeurIPS 2023"),
)


class Answer(StrEnum):
    """What a board says of an order."""

    # the first is called better
    HOLDS = "holds"
    # the second is
    REVERSED = "reversed"
    # the seeds do not tell them apart
    OPEN = "open"
    # one of them is not ranked, or does not serve
    ABSENT = "absent"


class OrderAnswer(NamedTuple):
    """With the seeds on which the first is lower, and those on which the second is."""

    answer: Answer
    wins: int = 0
    losses: int = 0


def order_answer(board: ClaimBoard, order: PublishedOrder) -> OrderAnswer:
    """Of the board's rows at default settings, which their labels name by nothing but the name."""
    entries = {row.label: row.entry_id for row in board.rows}
    first, second = entries.get(order.better), entries.get(order.worse)
    pair = next((one for one in board.pairs if {one.first, one.second} == {first, second}), None)
    if pair is None or first is None:
        return OrderAnswer(Answer.ABSENT)
    return _pair_answer(pair, first)


def _pair_answer(pair: ClaimPair, first: str) -> OrderAnswer:
    wins, losses = (pair.wins, pair.losses) if pair.first == first else (pair.losses, pair.wins)
    if pair.better is None:
        return OrderAnswer(Answer.OPEN, wins, losses)
    answer = Answer.HOLDS if pair.better == first else Answer.REVERSED
    return OrderAnswer(answer, wins, losses)


def answer_counts(boards: Sequence[ClaimBoard]) -> dict[Answer, int]:
    """Over all orders and boards."""
    answers = [order_answer(board, order).answer for board in boards for order in ORDERS]
    return {answer: answers.count(answer) for answer in Answer}


def gradient_medians(ledger: Ledger, name: str) -> dict[str, float]:
    """Of the confirmation runs of ranked entries, by label: what was last measured of the
    gradient."""
    return dict(_gradient_medians(ledger, name))


def _gradient_medians(ledger: Ledger, name: str) -> Iterator[tuple[str, float]]:
    for entry in ledger.entries:
        values = [run.gradient[name] for run in confirmation(entry) if name in run.gradient]
        if values and entry.state == "ranked":
            yield ledger_label(entry), median(values)
