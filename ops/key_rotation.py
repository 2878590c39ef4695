"""The key that signs links, forms and sessions: a new value, and what that ends."""

import secrets
import string
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lazo.auth.links import CUSTOMER_LINK_VALID_FOR

LENGTH: Final = 64
"""Letters and digits, as the template has them made at first."""
_ALPHABET: Final = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Standing:
    """When the key that signs now was made; and whether there is one before it, which still verifies and would not any
    more after a rotation."""

    since: datetime
    has_previous: bool

    def ends_before(self, now: datetime) -> datetime | None:
        """Rotating now ends the links that were made before this instant and are still good; None when there are
        none."""
        return self.since if self.has_previous and now - self.since < CUSTOMER_LINK_VALID_FOR else None


def standing(client: Any, secret_id: str) -> Standing:
    """How the secret stands. `client`: boto3's `secretsmanager`."""
    versions = client.list_secret_version_ids(SecretId=secret_id)["Versions"]
    by_stage = {stage: version for version in versions for stage in version.get("VersionStages", ())}
    return Standing(by_stage["AWSCURRENT"]["CreatedDate"], "AWSPREVIOUS" in by_stage)


def rotate(client: Any, secret_id: str) -> str:
    """Give the secret a new value, which signs from now on; the one before it still verifies. The version's id."""
    value = "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))
    version: str = client.put_secret_value(SecretId=secret_id, SecretString=value)["VersionId"]
    return version
