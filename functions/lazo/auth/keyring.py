"""Signing keys from Secrets Manager: sign with the current one, verify with the current and the previous one."""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

CACHE_FOR = timedelta(minutes=5)
MIN_REFRESH_INTERVAL = timedelta(minutes=1)
MIN_TAG_BYTES = 10


class KeyRing:
    """The two newest versions of one secret (labels AWSCURRENT and AWSPREVIOUS), cached for five minutes.

    After a rotation another copy of a function may already sign with a key that this one has not read yet, so a
    signature that does not verify reloads the keys, at most once a minute. If reloading fails, the cached keys stay in
    use and `failed` is called with the error; without cached keys the error is raised.
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
        self._keys: tuple[bytes, ...] = ()
        self._read_at: datetime | None = None
        self._failed_at: datetime | None = None

    def sign(self, purpose: str, message: bytes, size: int) -> bytes:
        """Return the first `size` bytes of HMAC-SHA-256 with the current key. A signature for one `purpose` is not
        valid for another."""
        return _mac(self._current(CACHE_FOR)[0], purpose, message)[:size]

    def verify(self, purpose: str, message: bytes, signature: bytes) -> bool:
        """Return whether `sign` made `signature` with the current or the previous key.

        Always False below 10 bytes: NIST SP 800-107 r1 (5.3.4) accepts 80 bits for a tag that is guessed online."""
        return len(signature) >= MIN_TAG_BYTES and any(
            hmac.compare_digest(_mac(key, purpose, message)[: len(signature)], signature)
            for key in self._candidates()
        )

    def _candidates(self) -> Iterator[bytes]:
        seen = self._current(CACHE_FOR)
        yield from seen
        yield from (key for key in self._current(MIN_REFRESH_INTERVAL) if key not in seen)

    def _current(self, fresh_for: timedelta) -> tuple[bytes, ...]:
        now = self._clock()
        if not _within(self._read_at, now, fresh_for) and not _within(
            self._failed_at, now, MIN_REFRESH_INTERVAL
        ):
            try:
                self._keys, self._read_at = self._newest(), now
            except Exception as error:
                if not self._keys:
                    raise
                self._failed(error)
                self._failed_at = now
        return self._keys

    def _newest(self) -> tuple[bytes, ...]:
        current, previous = self._fetch("AWSCURRENT"), self._fetch("AWSPREVIOUS")
        if not current:
            raise RuntimeError("the signing key has no current version")
        return (current, previous) if previous else (current,)


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
