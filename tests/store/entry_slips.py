"""Slips that somebody could make in entries of registered benchmarks."""

from tests.store.slips import Slip

MACHINE = "tests/store/test_entry_machine.py"
ENTRIES, TRIALS, LEDGERS = "../entries", "../entry_trials", "../ledgers"


def entry_slip(what: str, file: str, old: str, new: str) -> Slip:
    """The machine of entries ought to see it."""
    return Slip(what, file, old, new, MACHINE)


ENTRY_SLIPS = [
    entry_slip("moves while a candidate trains", "entries", "~alive, ~tried,", "~alive,"),
    entry_slip("moves while its first job trains", "entries", "~alive, ~tried,", "~tried,"),
    entry_slip(
        "superseded ones are current",
        "entries",
        "return ~exists().where(later.supersedes == Entry.id)",
        "return Entry.id == Entry.id",
    ),
    entry_slip(
        "what was chosen is not said",
        "entries",
        "entry.estimator, entry.setting, entry.confirmation_job_id = estimator, setting, job_id",
        "entry.setting, entry.confirmation_job_id = setting, job_id",
    ),
    entry_slip(
        "a lost run of a later candidate is passed over",
        ENTRIES,
        "_lost([end for some in ends for end in some])",
        "_lost(ends[0])",
    ),
    entry_slip(
        "lost confirmation runs rank",
        ENTRIES,
        "_lost(store.run_ends(session, entry.confirmation_job_id))",
        "_lost([])",
    ),
    entry_slip(
        "a diverged run counts by its last bound",
        ENTRIES,
        "return None if end.reason == Reason.DIVERGED else end.validation",
        "return end.validation",
    ),
    entry_slip("the first candidate is confirmed", ENTRIES, "tried[choice.candidate]", "tried[0]"),
    entry_slip("candidates are one", ENTRIES, "_validation(end), number)", "_validation(end), 0)"),
    entry_slip(
        "the first rate is confirmed",
        ENTRIES,
        'choice.setting["learning_rate"]',
        "protocol.tuning.learning_rates[0]",
    ),
    entry_slip(
        "candidates of a withdrawn entry train on",
        ENTRIES,
        "(*entry.tuning_job_ids, entry.confirmation_job_id)",
        "(entry.tuning_job_id, entry.confirmation_job_id)",
    ),
    entry_slip(
        "the confirmation of a withdrawn entry trains on",
        ENTRIES,
        "(*entry.tuning_job_ids, entry.confirmation_job_id)",
        "entry.tuning_job_ids",
    ),
    entry_slip(
        "an earlier try goes on",
        ENTRIES,
        "if before and find_entry(session, before.id, lock=True).state in OPEN:",
        "if before and not before.id:",
    ),
    entry_slip(
        "an earlier try that has ended is withdrawn",
        ENTRIES,
        "if before and find_entry(session, before.id, lock=True).state in OPEN:",
        "if before:",
    ),
    entry_slip(
        "withdrawn ones take room",
        TRIALS,
        "for one in there if one.state != EntryState.WITHDRAWN}",
        "for one in there}",
    ),
    entry_slip("the earlier try takes room", TRIALS, "WITHDRAWN} - {cell_id}", "WITHDRAWN}"),
    entry_slip("there is always room", TRIALS, "len(taken) >= protocol.entries", "len(taken) > 99"),
    entry_slip(
        "a second reason replaces the first",
        ENTRIES,
        "    if entry.state != EntryState.WITHDRAWN:\n        withdraw_entry(",
        "    if entry:\n        withdraw_entry(",
    ),
    entry_slip(
        "anybody withdraws", ENTRIES, "if not asking.may_change(entry.owner):", "if not asking:"
    ),
    entry_slip(
        "a key makes a second entry",
        ENTRIES,
        "if earlier := store.entry_of_job(session, first):",
        "if not first and (earlier := store.entry_of_job(session, first)):",
    ),
    entry_slip(
        "the ledger forgets earlier tries",
        LEDGERS,
        "rows = store.all_entries(session, protocol.id)",
        "rows = store.current_entries(session, protocol.id)",
    ),
    entry_slip(
        "the ledger forgets candidates",
        LEDGERS,
        "enumerate(entry.tuning_job_ids)",
        "enumerate([entry.tuning_job_id])",
    ),
]
