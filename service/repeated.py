"""Secrets that are answered once, and again where an answer was lost: with an Idempotency-Key they
follow from it, so that nothing but their own row has to be stored."""

import hmac
import secrets

# an Idempotency-Key from which a secret follows is as long as one that cannot be guessed
SHORTEST = 22


def secret_bytes(size: int, owner: str, purpose: str, idempotency_key: str | None) -> bytes:
    """``size`` bytes, 32 at most: random; or those that follow from an owner's Idempotency-Key for
    this purpose."""
    if idempotency_key is None:
        return secrets.token_bytes(size)
    return hmac.digest(idempotency_key.encode(), f"{purpose} {owner}".encode(), "sha256")[:size]
