"""``gradarena demo``: the whole service on a real benchmark, in two to four minutes on two cores."""
