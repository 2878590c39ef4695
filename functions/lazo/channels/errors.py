"""How an attempt to send can go wrong, as far as the next step depends on it. `code` is the provider's word."""


class SendError(Exception):
    """Not sent, as far as is known."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PermanentFailure(SendError):
    """This recipient will not get it on this channel, however often it is tried."""


class TransientFailure(SendError):
    """It certainly was not sent; later it may be."""


class UnknownOutcome(SendError):
    """It may have been sent: the answer was lost."""
