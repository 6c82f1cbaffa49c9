"""The numbers that boards and statistics agree on.  Plain: what shows a board reads them too."""

# common seeds that a rank wants, and seeds that a setting has to have in order to be chosen
LEAST_SEEDS = 5
# below: ranks are provisional, and resampling knows too little of the tails
FIRM_SEEDS = 10
# of a bootstrap; one less than a multiple of 40: ends of a 95% interval are order statistics
RESAMPLES = 9_999
# to settle a pair; more than that is not a plan
MOST_SEEDS = 10_000
