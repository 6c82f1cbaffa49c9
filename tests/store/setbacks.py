"""What the machine does to workers and checkpoints: crashes, kills, files that are broken."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import update

from service.store import bundles
from service.store.models import Bundle
from service.store.runs import live_runs
from service.store.setbacks import CRASHES, KILLS
from service.store.states import BundleState, Ending
from tests.store.world import flagged_lanes


class Setbacks:
    """Rules for a `World`."""

    @rule()
    def pauses_end(self):
        with self.database.begin() as session:
            session.execute(update(Bundle).values(not_before=None))

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def crashes_in_a_row(self, data):
        """Whoever claims it next crashes too, at the same step: its runs are set aside."""
        hand = self.some_hand(data)
        for number in range(1, CRASHES + 1):
            crash = lambda session: bundles.end_attempt(session, *hand.me, Ending.CRASHED, "", 3)
            held = self.guarded(hand, crash)
            self.pauses_end()
            with self.database.begin() as session:
                bundle = session.get(Bundle, hand.bundle.id)
                assert not held or number < CRASHES or bundle.state == BundleState.CLOSED
            if not held or (hand := self.claim_again(hand)) is None:
                break

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def workers_vanish_in_a_row(self, data):
        """That says nothing of the runs: they go on."""
        hand = self.some_hand(data)
        for _ in range(KILLS + 1):
            with self.database.begin() as session:
                lanes = set(live_runs(session, hand.bundle)) - flagged_lanes(session, hand.bundle)
            vanish = lambda session: bundles.end_attempt(session, *hand.me, Ending.LOST)
            held = self.guarded(hand, vanish)
            with self.database.begin() as session:
                assert not held or set(live_runs(session, hand.bundle)) == lanes
            self.pauses_end()
            if not held or (hand := self.claim_again(hand)) is None:
                break

    def claim_again(self, hand):
        """Whoever claims the bundle of this hand next; None where another is claimed first."""
        before = len(self.hands)
        self.claim()
        new = self.hands[before:]
        return new[0] if new and new[0].bundle.id == hand.bundle.id else None

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def finds_its_checkpoint_broken(self, data):
        """It goes on from the one before, or from zero."""
        hand = self.some_hand(data)
        self.guarded(hand, lambda session: bundles.fall_back(session, *hand.me))
        self.hands = [each for each in self.hands if each.me != hand.me]
        with self.database.begin() as session:
            if self.holds(session, hand):
                self.take_up(session, session.get_one(Bundle, hand.bundle.id))
