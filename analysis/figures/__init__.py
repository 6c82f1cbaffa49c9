"""Pictures of boards.  Needs matplotlib (the extra ``embedded``), which is imported here and
nowhere else.

Functions take a board and series as plain data and give a matplotlib Figure; ``style.svg`` and
``style.png`` write it.  Colours are Okabe and Ito's; markers and dashes differ too, so that a grey
print can be read.
"""
