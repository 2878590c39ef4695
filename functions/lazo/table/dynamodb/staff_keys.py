"""Keys of what is kept for a user as a reader of our messages: what is bundled for them, their latest messages, and
which e-mails they want."""

from typing import Final

from lazo.table.dynamodb.writes import Key

BUNDLE_PREFIX: Final = "BUNDLE#"
COLLECTING_PREFIX: Final = "COLLECTING#"
MAIL_PREFIX: Final = "MAIL#"


def collecting_bundle(user_id: str, channel: str) -> Key:
    """What waits to be told to a user by the next bundle on this channel."""
    return Key(f"STAFF#{user_id}", f"{COLLECTING_PREFIX}{channel}")


def bundle(user_id: str, channel: str, closed_at: str) -> Key:
    """One message to a user that stands for several deliveries; closed at this instant."""
    return Key(f"STAFF#{user_id}", f"{BUNDLE_PREFIX}{channel}#{closed_at}")


def bundle_id(key: Key) -> str:
    """Return the id in events of what `collecting_bundle` or `bundle` leads to."""
    return f"{key.pk.partition('#')[2]}#{key.sk}"


def bundle_key(bundle_id: str) -> Key:
    """Return the key of a `bundle_id`."""
    user_id, _, sk = bundle_id.partition("#")
    return Key(f"STAFF#{user_id}", sk)


def recent_messages(user_id: str, channel: str, *, unsigned: bool = False) -> Key:
    """When a user was sent their latest messages alone on a channel; those of `unsigned` answers apart."""
    return Key(f"STAFF#{user_id}", f"RECENT#{channel}" + ("#unsigned" if unsigned else ""))


def bundled(delivery: Key) -> str:
    """Return how a bundle names a delivery."""
    return f"{delivery.pk.partition('#')[2]}#{delivery.sk}"


def bundled_delivery(name: str) -> Key:
    """Return the key of the delivery that a bundle names."""
    followup_id, _, sk = name.partition("#")
    return Key(f"FU#{followup_id}", sk)


def mail(user_id: str, kind: str, ref: str) -> Key:
    """An e-mail to a user that is about no single case; `ref` tells it from others of its kind."""
    return Key(f"STAFF#{user_id}", f"{MAIL_PREFIX}{kind}#{ref}")


def mail_id(key: Key) -> str:
    """Return the id in events of what `mail` leads to."""
    return f"{key.pk.partition('#')[2]}#{key.sk}"


def mail_key(mail_id: str) -> Key:
    """Return the key of a `mail_id`."""
    user_id, _, sk = mail_id.partition("#")
    return Key(f"STAFF#{user_id}", sk)


def wishes(user_id: str) -> Key:
    """Which e-mails a user wants."""
    return Key(f"STAFF#{user_id}", "WISHES")
