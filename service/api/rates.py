"""How many requests one may make, and the headers that say so
(draft-ietf-httpapi-ratelimit-headers).

Each process of the API counts by itself.
"""

import math
from time import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from service import errors

# of an address
WRONG_KEYS = "20/minute"


class Rates:
    """Counts by key or address.  ``rate`` is empty, or for instance 1200/minute."""

    def __init__(self, rate: str) -> None:
        """Raises ValueError where a rate cannot be read."""
        self.limit = parse(rate) if rate else None
        self.wrong = parse(WRONG_KEYS)
        self.counter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def count(self, who: str) -> dict[str, str]:
        """Counts a request; the headers of its answer.  Raises TooMany."""
        if self.limit is None:
            return {}
        if not self.counter.hit(self.limit, who):
            raise self._too_many(self.limit, who, "requests")
        return self._headers(self.limit, who)

    def count_wrong_key(self, address: str) -> None:
        """Raises TooMany where an address has tried too many."""
        if not self.counter.hit(self.wrong, address, "wrong"):
            raise self._too_many(self.wrong, address, "wrong keys", "wrong")

    def _too_many(self, limit: RateLimitItem, who: str, what: str, *about: str) -> errors.TooMany:
        headers = self._headers(limit, who, *about)
        wait = max(1, math.ceil(self.counter.get_window_stats(limit, who, *about)[0] - time()))
        detail = f"{limit.amount} {what} in {limit.get_expiry()} s at most; again in {wait} s."
        return errors.TooMany(detail, headers=headers | {"Retry-After": str(wait)})

    def _headers(self, limit: RateLimitItem, *who: str) -> dict[str, str]:
        reset, remaining = self.counter.get_window_stats(limit, *who)
        return {
            "RateLimit-Policy": f'"default";q={limit.amount};w={limit.get_expiry()}',
            "RateLimit": f'"default";r={remaining};t={max(0, math.ceil(reset - time()))}',
        }
