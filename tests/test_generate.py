"""What is derived is that of this tree; ``make generate`` writes it anew."""

import pytest

from .generate import COMMAND, PAGES, ROOT, TABLE, file_line, is_fresh


@pytest.mark.parametrize("name", PAGES)
def test_what_is_derived_is_fresh(name):
    assert is_fresh(ROOT / name, PAGES[name]()), f"Stale: run {COMMAND}"


@pytest.mark.parametrize(
    "text, fresh",
    [('{"a": [0.30000000000000004]}', True), ('{"a": [0.300001]}', False), ('{"a": []}', False)],
)
def test_a_document_is_stale_where_more_than_the_order_of_a_sum_differs(tmp_path, text, fresh):
    path = tmp_path / "board.json"
    assert not is_fresh(path, text)
    path.write_text('{"a": [0.3]}')
    assert is_fresh(path, text) == fresh


def test_a_page_is_stale_by_a_letter(tmp_path):
    path = tmp_path / "page.md"
    path.write_text("0.3\n")
    assert is_fresh(path, "0.3\n") and not is_fresh(path, "0.30\n")


def test_the_table_is_written_where_the_old_one_was():
    page = "Before.\n\n| estimator | paper |\n| --- | --- |\n| `old` | |\n\nAfter | all.\n"
    assert TABLE.sub(lambda _: "new\n", page) == "Before.\n\nnew\n\nAfter | all.\n"


def test_a_file_is_told_by_its_first_sentence(tmp_path):
    path = tmp_path / "walk.py"
    path.write_text('"""What a walk\nis.\n\nMore of it."""\n')
    assert file_line(path) == "- `walk`: What a walk is."
