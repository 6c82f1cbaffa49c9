"""The measure of the house sees what it is made to see."""

from textwrap import dedent

from .house import (
    empty_words,
    function_share,
    name_clashes,
    one_word_functions,
    read_modules,
    untyped_signatures,
)

MODULES = read_modules()
FIRST = """
    def rate(run):
        found = [kept for kept in run]
        return found


    def learning_rate(run: str) -> float:
        return 1.0
"""
SECOND = """
    class Walk:
        def __init__(self, steps: int):
            self.seen: int = steps

        def learning_rate(self, *runs: str) -> float:
            return 1.0


    def learning_rate(*, place: str) -> float:
        return 1.0
"""


def modules_of(folder, **files):
    (folder / "room").mkdir()
    for name, text in files.items():
        (folder / "room" / f"{name}.py").write_text(dedent(text))
    return read_modules(folder, ("room",))


def offence_texts(rule, modules):
    return [str(offence) for offence in rule(modules)]


def test_each_rule_names_what_breaks_it(tmp_path):
    modules = modules_of(tmp_path, first=FIRST, second=SECOND)
    assert offence_texts(one_word_functions, modules) == ["room/first.py:2: one word: rate"]
    assert offence_texts(untyped_signatures, modules) == ["room/first.py:2: untyped: rate"]
    assert offence_texts(empty_words, modules) == [
        "room/first.py:3: empty word: found",
        "room/first.py:3: empty word: kept",
        "room/second.py:4: empty word: seen",
        "room/second.py:10: empty word: place",
    ]
    assert offence_texts(name_clashes, modules) == [
        "room/first.py:7: learning_rate is something else in room/second.py",
        "room/second.py:10: learning_rate is something else in room/first.py",
    ]


def test_functions_are_named_by_more_than_a_word():
    assert function_share(one_word_functions(MODULES), MODULES) <= 0.24


def test_a_functions_name_means_one_thing():
    assert function_share(name_clashes(MODULES), MODULES) <= 0.22


def test_no_name_is_an_empty_word():
    assert offence_texts(empty_words, MODULES) == []


def test_signatures_are_typed():
    assert offence_texts(untyped_signatures, MODULES) == []
