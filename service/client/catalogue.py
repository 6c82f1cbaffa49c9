"""What can be asked for, by the client: estimators, models, datasets, papers, who trains."""

from typing import Any

from .problems import Json
from .transport import Transport, without_nones


class CatalogueCalls(Transport):
    """Lists are whole, by name."""

    def estimators(self) -> list[Json]:
        """Those of plug-ins too."""
        return list(self._pages("/v1/estimators"))

    def estimator(self, name: str) -> Json:
        """Its settings as a JSON Schema, what it declares, and its certificate."""
        return self._json("GET", f"/v1/estimators/{name}")

    def models(self) -> list[Json]:
        return list(self._pages("/v1/models"))

    def model(self, name: str) -> Json:
        return self._json("GET", f"/v1/models/{name}")

    def datasets(self) -> list[Json]:
        return list(self._pages("/v1/datasets"))

    def dataset(self, name: str) -> Json:
        return self._json("GET", f"/v1/datasets/{name}")

    def suites(self) -> list[Json]:
        return list(self._pages("/v1/suites"))

    def suite(self, name: str) -> Json:
        return self._json("GET", f"/v1/suites/{name}")

    def suite_report(self, name: str, **options: Any) -> Json:
        """A paper's numbers, and ours beside them."""
        asked = {"format": "json"} | without_nones(options)
        return self._json("GET", f"/v1/suites/{name}/report", params=asked)

    def workers(self) -> list[Json]:
        return list(self._pages("/v1/workers"))
