"""Who may do what, who is told, and which benchmarks there are, by the client."""

from collections.abc import Iterator, Mapping
from typing import Any

from .problems import Json
from .transport import Transport, repeat_headers


class AdministrationCalls(Transport):
    """Keys and benchmarks are for admins; a webhook is its owner's."""

    def register_benchmark(self, protocol: Mapping[str, Any]) -> Json:
        """Declare a benchmark.  The same one may be said twice; a change is a new version."""
        return self._json("POST", "/v1/benchmarks", json=dict(protocol))

    def make_key(self, body: Mapping[str, Any]) -> Json:
        """Its text is in the answer, and nowhere else."""
        return self._json("POST", "/v1/keys", json=dict(body), headers=repeat_headers())

    def keys(self) -> list[Json]:
        return list(self._pages("/v1/keys"))

    def revoke_key(self, key_id: str) -> Json:
        return self._json("POST", f"/v1/keys/{key_id}/revoke")

    def add_webhook(self, url: str) -> Json:
        """With the secret that its messages are signed with, told this once."""
        return self._json("POST", "/v1/webhooks", json={"url": url}, headers=repeat_headers())

    def webhooks(self) -> list[Json]:
        return list(self._pages("/v1/webhooks"))

    def deliveries(self, webhook: str) -> Iterator[Json]:
        """The messages of a webhook, the newest first, and how their tries ended."""
        return self._pages(f"/v1/webhooks/{webhook}/deliveries")

    def remove_webhook(self, webhook: str) -> None:
        self._answer("DELETE", f"/v1/webhooks/{webhook}")
