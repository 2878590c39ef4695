"""Signing keys from Secrets Manager: sign with the current one, verify with the current and the previous one."""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

CACHE_FOR = timedelta(minutes=5)
MIN_REFRESH_INTERVAL = timedelta(minutes=1)
MIN_TAG_BYTES = 10
CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"


class KeyRing:
    """The two newest versions of one secret (labels AWSCURRENT and AWSPREVIOUS), cached for five minutes.

    The previous one is read when a signature is not the current one's, so that a cold start reads one version. After a
    rotation another copy of a function may already sign with a key that this one has not read yet, so a signature that
    does not verify reloads the keys, at most once a minute. If reloading fails, the cached keys stay in use and
    `failed` is called with the error; a key that was never read raises it.
    """

    def __init__(
        self,
        fetch: Callable[[str], bytes | None],
        clock: Callable[[], datetime],
        failed: Callable[[Exception], None],
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._failed = failed
        self._keys: dict[str, bytes | None] = {}
        self._read_at: dict[str, datetime] = {}
        self._failed_at: dict[str, datetime] = {}

    def sign(self, purpose: str, message: bytes, size: int) -> bytes:
        """Return the first `size` bytes of HMAC-SHA-256 with the current key. A signature for one `purpose` is not
        valid for another."""
        key = self._key(CURRENT, CACHE_FOR)
        assert key is not None  # `_read` raises
        return _mac(key, purpose, message)[:size]

    def verify(self, purpose: str, message: bytes, signature: bytes) -> bool:
        """Return whether `sign` made `signature` with the current or the previous key.

        Always False below 10 bytes: NIST SP 800-107 r1 (5.3.4) accepts 80 bits for a tag that is guessed online."""
        return len(signature) >= MIN_TAG_BYTES and any(
            hmac.compare_digest(_mac(key, purpose, message)[: len(signature)], signature)
            for key in self._candidates()
        )

    def _candidates(self) -> Iterator[bytes]:
        seen: set[bytes] = set()
        for fresh_for in (CACHE_FOR, MIN_REFRESH_INTERVAL):
            for label in (CURRENT, PREVIOUS):
                key = self._key(label, fresh_for)
                if key and key not in seen:
                    seen.add(key)
                    yield key

    def _key(self, label: str, fresh_for: timedelta) -> bytes | None:
        now = self._clock()
        if not _within(self._read_at.get(label), now, fresh_for) and not _within(
            self._failed_at.get(label), now, MIN_REFRESH_INTERVAL
        ):
            try:
                self._keys[label] = self._read(label)
            except Exception as error:
                if label not in self._keys:
                    raise
                self._failed(error)
                self._failed_at[label] = now
            else:
                self._read_at[label] = now
                if label == CURRENT:
                    # It may have been rotated, and what was current then is the previous one now.
                    self._read_at.pop(PREVIOUS, None)
        return self._keys[label]

    def _read(self, label: str) -> bytes | None:
        key = self._fetch(label)
        if not key and label == CURRENT:
            raise RuntimeError("the signing key has no current version")
        return key


def keyring_from_secret(
    client: Any, secret_id: str, clock: Callable[[], datetime], failed: Callable[[Exception], None]
) -> KeyRing:
    """Return the key ring of one secret (`client`: boto3's `secretsmanager`)."""

    def fetch(stage: str) -> bytes | None:
        try:
            value: str = client.get_secret_value(SecretId=secret_id, VersionStage=stage)["SecretString"]
        except client.exceptions.ResourceNotFoundException:  # no previous version before the first rotation
            return None
        return value.encode()

    return KeyRing(fetch, clock, failed)


def _within(then: datetime | None, now: datetime, span: timedelta) -> bool:
    # A time in the future means that the clock was set back: do not rely on it.
    return then is not None and timedelta(0) <= now - then < span


def _mac(key: bytes, purpose: str, message: bytes) -> bytes:
    # The zero byte separates the two: "ab" + "c" is not "a" + "bc".
    return hmac.new(key, purpose.encode() + b"\x00" + message, hashlib.sha256).digest()
