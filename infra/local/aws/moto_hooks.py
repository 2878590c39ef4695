"""Where moto and the local cloud meet: each call of AWS, each delivery of a topic, and the clock."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import moto.core.utils
import moto.dynamodb.models.table as dynamodb_table
from moto.core.botocore_stubber import BotocoreStubber
from moto.sns.models import Subscription

from infra.local.aws.patches import Patches


def install(
    patches: Patches, now: Callable[[], datetime], handle: Callable[..., Any], deliver: Callable[..., None]
) -> None:
    """`now` gives moto its clock; `handle` takes each call that botocore sends, `deliver` each message that a topic
    hands to a subscription. Both get moto's own function first."""
    patches.wrap(BotocoreStubber, "__call__", handle)
    patches.wrap(Subscription, "publish", deliver)

    def utcnow() -> datetime:
        return now().replace(tzinfo=None)

    # unix_time() and unix_time_millis() look utcnow up in their module, so SQS follows with this one name.
    patches.replace(moto.core.utils, "utcnow", utcnow)
    patches.replace(dynamodb_table, "utcnow", utcnow)
