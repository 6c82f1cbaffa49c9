"""Who may do what."""

from dataclasses import dataclass
from enum import StrEnum

LOCAL = "local"


class Scope(StrEnum):
    """What a key may do; each includes those before it."""

    READ = "read"
    # submit, and cancel and retry what is its owner's
    SUBMIT = "submit"
    # a priority above the default's
    PRIORITY = "priority"
    # keys, benchmarks, and what is anybody's
    ADMIN = "admin"


@dataclass(frozen=True)
class Identity:
    """Who asks, and what they may do."""

    owner: str
    scope: Scope

    def may(self, scope: Scope) -> bool:
        ranks = list(Scope)
        return ranks.index(self.scope) >= ranks.index(scope)

    def may_change(self, owner: str) -> bool:
        """What is this owner's."""
        return self.owner == owner or self.may(Scope.ADMIN)


# who asks where no keys are asked for
ANYBODY = Identity(LOCAL, Scope.ADMIN)
