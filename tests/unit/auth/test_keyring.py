"""Signing keys; the tags were made with `openssl dgst -sha256 -hmac KEY` over "link", a zero byte and "hello"."""

from datetime import timedelta

import pytest

from lazo.auth.keyring import KeyRing, keyring_from_secret
from tests.builders import START
from tests.product import Product

CURRENT_TAG = bytes.fromhex("5ca6592ce826ce388f2c281e404607ddc40441fd5639c554486ebacd24f30590")
PREVIOUS_TAG = bytes.fromhex("59a13ac7237b19183d7e494726a4acf0f1b35119d042e54f2c5be86427764de2")


class Secret:
    """A secret whose two versions can be changed, on a clock that can be moved."""

    def __init__(self) -> None:
        self.versions: dict[str, bytes | None] = {
            "AWSCURRENT": b"current-key",
            "AWSPREVIOUS": b"previous-key",
        }
        self.now = START
        self.reads = 0
        self.failures: list[Exception] = []

    def fetch(self, stage: str) -> bytes | None:
        self.reads += 1
        return self.versions.get(stage)

    def fetch_or_fail(self, stage: str) -> bytes | None:
        if stage == "AWSPREVIOUS":
            raise ConnectionError
        return self.fetch(stage)

    def rotate(self, key: bytes) -> None:
        self.versions = {"AWSCURRENT": key, "AWSPREVIOUS": self.versions["AWSCURRENT"]}

    def ring(self) -> KeyRing:
        return KeyRing(self.fetch, lambda: self.now, self.failures.append)


def test_the_current_key_signs() -> None:
    ring = Secret().ring()
    assert ring.sign("link", b"hello", 32) == CURRENT_TAG
    assert ring.sign("link", b"hello", 10) == CURRENT_TAG[:10]


def test_both_keys_verify() -> None:
    ring = Secret().ring()
    assert ring.verify("link", b"hello", CURRENT_TAG)
    assert ring.verify("link", b"hello", PREVIOUS_TAG[:10])


@pytest.mark.parametrize(
    ("purpose", "message", "tag"),
    [
        ("form", b"hello", CURRENT_TAG),
        ("link", b"hellp", CURRENT_TAG),
        ("link", b"hello", CURRENT_TAG[:9] + b"\x00"),
        ("link", b"hello", b""),
        ("link", b"hello", CURRENT_TAG[:9]),  # right as far as it goes, but below 80 bits
        ("link", b"hello", CURRENT_TAG + b"\x00"),
        ("lin", b"k\x00hello", CURRENT_TAG),
    ],
)
def test_a_changed_purpose_message_or_tag_does_not_verify(purpose: str, message: bytes, tag: bytes) -> None:
    assert not Secret().ring().verify(purpose, message, tag)


def test_keys_are_kept_for_five_minutes() -> None:
    secret = Secret()
    ring = secret.ring()
    ring.sign("link", b"a", 10)
    secret.now += timedelta(minutes=5) - timedelta(microseconds=1)
    ring.sign("link", b"b", 10)
    assert secret.reads == 1
    secret.rotate(b"new-key")
    secret.now += timedelta(microseconds=1)
    assert ring.sign("link", b"hello", 32) != CURRENT_TAG
    assert secret.reads == 2


def test_the_previous_key_is_read_when_it_is_needed() -> None:
    secret = Secret()
    ring = secret.ring()
    assert ring.verify("link", b"hello", CURRENT_TAG)
    assert secret.reads == 1
    assert ring.verify("link", b"hello", PREVIOUS_TAG)
    assert secret.reads == 2
    assert ring.verify("link", b"hello", PREVIOUS_TAG)
    assert secret.reads == 2


def test_the_key_before_the_current_one_verifies_right_after_a_rotation() -> None:
    secret = Secret()
    ring = secret.ring()
    ring.sign("link", b"hello", 32)
    secret.now += timedelta(minutes=4, seconds=59)
    assert ring.verify("link", b"hello", PREVIOUS_TAG)
    secret.rotate(b"new-key")
    secret.now += timedelta(seconds=1)
    assert ring.verify("link", b"hello", CURRENT_TAG), "the previous key, read a second ago, is one too old"


def test_a_previous_key_that_could_never_be_read_is_no_wrong_signature() -> None:
    secret = Secret()
    ring = KeyRing(secret.fetch_or_fail, lambda: secret.now, secret.failures.append)
    assert ring.verify("link", b"hello", CURRENT_TAG)
    with pytest.raises(ConnectionError):
        ring.verify("link", b"hello", PREVIOUS_TAG)


def test_a_tag_survives_one_rotation_but_not_two() -> None:
    secret = Secret()
    tag = secret.ring().sign("link", b"hello", 10)
    secret.rotate(b"second")
    assert secret.ring().verify("link", b"hello", tag)
    secret.rotate(b"third")
    assert not secret.ring().verify("link", b"hello", tag)


def test_a_newer_key_is_read_after_a_minute() -> None:
    secret = Secret()
    ring = secret.ring()
    ring.sign("link", b"a", 10)
    secret.rotate(b"new-key")
    foreign = secret.ring().sign("link", b"hello", 10)
    secret.now += timedelta(seconds=59)
    assert not ring.verify("link", b"hello", foreign), "it looks at most once a minute"
    secret.now += timedelta(seconds=1)
    assert ring.verify("link", b"hello", foreign)


def test_wrong_tags_read_the_secret_once_a_minute_at_most() -> None:
    secret = Secret()
    ring = secret.ring()
    for _ in range(1000):
        ring.verify("link", b"hello", bytes(10))
        secret.now += timedelta(milliseconds=100)
    assert secret.reads == 2 * 2  # two versions, at 0 s and at 60 s


def test_a_clock_that_runs_backwards_reads_the_secret_again() -> None:
    secret = Secret()
    ring = secret.ring()
    ring.sign("link", b"a", 10)
    secret.now -= timedelta(hours=1)
    ring.sign("link", b"a", 10)
    assert secret.reads == 2


def test_without_a_current_key_nothing_is_signed() -> None:
    secret = Secret()
    secret.versions = {"AWSPREVIOUS": b"previous-key"}
    with pytest.raises(RuntimeError, match="no current version"):
        secret.ring().sign("link", b"hello", 10)


def test_versions_of_secrets_manager(product: Product) -> None:
    client = product.cloud.client("secretsmanager")
    secret = product.cloud.physical_id("LinkKey")
    tag = keyring_from_secret(client, secret, product.now, lambda _error: None).sign("link", b"hello", 10)
    for expected in (True, False):
        client.put_secret_value(SecretId=secret, SecretString=f"rotated, {expected}")
        assert (
            keyring_from_secret(client, secret, product.now, lambda _error: None).verify(
                "link", b"hello", tag
            )
            is expected
        )


def test_a_missing_secret(product: Product) -> None:
    ring = keyring_from_secret(
        product.cloud.client("secretsmanager"), "nothing", product.now, lambda _error: None
    )
    with pytest.raises(RuntimeError, match="no current version"):
        ring.verify("link", b"hello", bytes(10))


def test_cached_keys_are_used_while_the_secret_cannot_be_read() -> None:
    secret = Secret()
    ring = secret.ring()
    tag = ring.sign("link", b"hello", 32)
    secret.versions = {}
    secret.now += timedelta(minutes=5)
    assert ring.sign("link", b"hello", 32) == tag
    assert len(secret.failures) == 1
    secret.now += timedelta(minutes=1) - timedelta(microseconds=1)
    assert ring.sign("link", b"hello", 32) == tag
    assert len(secret.failures) == 1
    secret.versions = {"AWSCURRENT": b"new-key"}
    secret.now += timedelta(microseconds=1)
    assert ring.sign("link", b"hello", 32) != tag
