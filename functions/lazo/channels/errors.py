"""Errors of an attempt to send, by what to do next. `code` is the provider's."""

from datetime import datetime


class SendError(Exception):
    """The message is not known to be sent."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PermanentFailure(SendError):
    """The channel does not reach this recipient; a retry does not help."""


class TransientFailure(SendError):
    """The message was not sent; a retry may help."""


class ChannelPaused(SendError):
    """Nothing was sent: the channel is paused `until` then. Another channel may reach the recipient at once."""

    def __init__(self, code: str, until: datetime) -> None:
        super().__init__(code)
        self.until = until


class UnknownOutcome(SendError):
    """The message may have been sent: the provider's answer was lost."""
