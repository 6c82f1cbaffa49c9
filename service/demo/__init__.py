"""``gradarena demo``: the whole service on a real benchmark: two to four minutes on two cores."""
