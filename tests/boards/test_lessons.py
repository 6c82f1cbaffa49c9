"""What shipped results say of published orders follows from their boards."""

from analysis.ledger.board import ledger_board
from analysis.ledger.lessons import Answer, PublishedOrder, answer_counts, order_answer
from analysis.tables.lessons_markdown import Shipped, lessons_markdown
from tests.boards.test_ledger import entry, ledger, noise


def test_an_order_holds_is_reversed_open_or_absent():
    whole = ledger(entry("muprop", noise(0)), entry("nvil", noise(1, 1.0)), entry("half", noise(2)))
    board = ledger_board(whole)
    asked = {("muprop", "nvil"): Answer.HOLDS, ("nvil", "half"): Answer.REVERSED}
    asked |= {("muprop", "half"): Answer.OPEN, ("arm", "half"): Answer.ABSENT}
    for (better, worse), answer in asked.items():
        assert order_answer(board, PublishedOrder(better, worse, "")).answer == answer
    reversed_ = order_answer(board, PublishedOrder("nvil", "half", ""))
    assert (reversed_.wins, reversed_.losses) == (0, 20)
    assert answer_counts([board])[Answer.HOLDS] == 1
    page = lessons_markdown([Shipped(board, whole)])
    assert "| muprop | nvil | Gu et al., ICLR 2016 | holds (20:0) |" in page
