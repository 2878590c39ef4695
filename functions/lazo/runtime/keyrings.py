"""The key rings of a function: the secrets that its settings name."""

from typing import Any

from aws_lambda_powertools import Logger

from lazo import clock
from lazo.auth.keyring import KeyRing, keyring_from_secret
from lazo.runtime import settings
from lazo.runtime.error_logging import stale_key_logger


def keyring(setting: str, logger: Logger, secrets: Any = None) -> KeyRing:
    """Return the key ring of the secret that a setting names. Its keys are fetched on first use. `secrets`: the client
    of Secrets Manager, boto3's if none is given."""
    secrets = secrets or settings.client("secretsmanager")
    return keyring_from_secret(secrets, settings.required(setting), clock.now, stale_key_logger(logger))
