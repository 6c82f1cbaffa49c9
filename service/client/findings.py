"""What runs say beside a board, by the client: pairs, frontiers, arrivals, rates, history.

``options`` are a board's: metric, axis, budget, target, spend, threshold, margin.
"""

from typing import Any

from .problems import Json
from .transport import Transport, without_nones


class FindingCalls(Transport):
    """Of exploratory boards, by ``benchmark_id``, and of registered benchmarks, by name."""

    def compare(self, benchmark: str, a: str, b: str, **options: Any) -> Json:
        """Two cells seed by seed: ``analysis.comparisons.compare.Comparison``."""
        return self._asked(f"/v1/leaderboards/{benchmark}/compare", options | {"a": a, "b": b})

    def history(self, benchmark: str, **options: Any) -> Json:
        """Results by version of the code: ``analysis.comparisons.history.History``."""
        return self._asked(f"/v1/leaderboards/{benchmark}/history", options)

    def pareto(self, benchmark: str, cost: str = "evals", **options: Any) -> Json:
        """Bounds against what they cost: ``analysis.comparisons.pareto.Pareto``."""
        return self._asked(f"/v1/leaderboards/{benchmark}/pareto", options | {"cost": cost})

    def profiles(self, *benchmarks: str, spend: str = "steps") -> Json:
        """Over exploratory boards: ``analysis.comparisons.profiles.Profiles``."""
        asked = {"benchmarks": ",".join(benchmarks), "spend": spend}
        return self._asked("/v1/profiles", asked)

    def compare_entries(self, name: str, a: str, b: str, **options: Any) -> Json:
        """Two entries on the confirmation seeds: ``analysis.ledger.versus.ClaimComparison``."""
        return self._asked(f"/v1/benchmarks/{name}/compare", options | {"a": a, "b": b})

    def entry_pareto(self, name: str, cost: str = "evals", **stratum: str) -> Json:
        """Ranked entries, as ``pareto``.  ``stratum``: the code and the device that trained them,
        where not those of most entries; device any: all kinds."""
        return self._asked(f"/v1/benchmarks/{name}/pareto", {"cost": cost, **stratum})

    def entry_profiles(self, name: str, spend: str = "steps", **stratum: str) -> Json:
        """Which targets each entry met: ``analysis.ledger.profiles.ClaimProfiles``."""
        return self._asked(f"/v1/benchmarks/{name}/profiles", {"spend": spend, **stratum})

    def sensitivity(self, name: str, **stratum: str) -> Json:
        """Tuning runs against their rates: ``analysis.ledger.sensitivity.Sensitivity``."""
        return self._asked(f"/v1/benchmarks/{name}/sensitivity", dict(stratum))

    def standings(self) -> Json:
        """Over all benchmarks: ``analysis.ledger.standings.Standings``."""
        return self._asked("/v1/standings", {})

    def standing_profiles(self, spend: str = "steps") -> Json:
        """Over all registered benchmarks, as ``profiles``."""
        return self._asked("/v1/standings/profiles", {"spend": spend})

    def board_file(self, benchmark: str, form: str, **options: Any) -> bytes:
        """A board as csv, md or svg."""
        asked = without_nones(options) | {"format": form}
        return self._answer("GET", f"/v1/leaderboards/{benchmark}", params=asked).content

    def claims_file(self, name: str, form: str, **options: Any) -> bytes:
        """The board of a registered benchmark as csv, md or svg."""
        asked = without_nones(options) | {"format": form}
        return self._answer("GET", f"/v1/benchmarks/{name}/board", params=asked).content

    def download(self, path: str, media: str, **options: Any) -> bytes:
        """What a path of the API has in another form than JSON: ``image/svg+xml``, ``text/csv``,
        ``text/markdown``."""
        asked, headers = without_nones(options), {"Accept": media}
        return self._answer("GET", path, params=asked, headers=headers).content

    def _asked(self, path: str, options: Json) -> Json:
        return self._json("GET", path, params=without_nones(options))
