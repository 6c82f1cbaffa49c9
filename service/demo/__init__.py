"""``gradarena demo``: the whole service on a real benchmark, in two minutes on two cores."""
