"""What is derived is that of this tree; ``make generate`` writes it anew."""

import pytest

from .generate import COMMAND, PAGES, ROOT, TABLE, file_line


@pytest.mark.parametrize("name", PAGES)
def test_what_is_derived_is_fresh(name):
    assert (ROOT / name).read_text() == PAGES[name](), f"Stale: run {COMMAND}"


def test_the_table_is_written_where_the_old_one_was():
    page = "Before.\n\n| estimator | paper |\n| --- | --- |\n| `old` | |\n\nAfter | all.\n"
    assert TABLE.sub(lambda _: "new\n", page) == "Before.\n\nnew\n\nAfter | all.\n"


def test_a_file_is_told_by_its_first_sentence(tmp_path):
    path = tmp_path / "walk.py"
    path.write_text('"""What a walk\nis.\n\nMore of it."""\n')
    assert file_line(path) == "- `walk`: What a walk is."
