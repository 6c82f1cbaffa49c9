"""What the commands of the library say of input that they cannot take: one line, and status 2."""

import pytest

from estimators.__main__ import main


@pytest.mark.parametrize(
    "words, sentence",
    [
        ("toy -p 1", "argument -p: 1 is no number between 0 and 1"),
        ("toy -p much", "argument -p: much is no number between 0 and 1"),
        ("toy -t 2", "argument -t: 2 is no number from 0 to 1"),
        ("toy --estimators [1]", "argument --estimators: Input should be an object"),
        ("check nowhere:Mine", "There is no estimator nowhere:Mine"),
        ("check json:loads", "it is no class of an Estimator"),
        ("certificates nope", "argument NAME: nope is none of reinforce"),
        ("suite run muprop-2016 --cells nope", "No cell of muprop-2016 fits nope."),
        ("suite settle muprop-2016 --cells nope", "No cell of muprop-2016 fits nope."),
        ("suite probe muprop-2016 --rows nope", "No row of muprop-2016 fits nope."),
        ("data fetch nope", "no dataset is called nope"),
    ],
)
def test_it_is_one_line_and_a_status(words, sentence, capsys):
    try:
        status = main(words.split())
    except SystemExit as end:
        status = end.code
    assert status == 2
    assert sentence in capsys.readouterr().err.splitlines()[-1]
