"""Messages put into a queue without counting those that are in it."""

from collections.abc import Callable
from typing import Any

_sending = "_is_sent_to"


def send(send_message: Callable[..., Any], backend: Any, queue_name: str, *args: Any, **rest: Any) -> Any:
    """Stands in for `SQSBackend.send_message`, which makes all attributes of the queue, three counts of its messages
    among them, to look up one that only a FIFO queue has: here any other queue has none while it takes a message."""
    queue = backend.get_queue(queue_name)
    if queue.fifo_queue:
        return send_message(backend, queue_name, *args, **rest)
    vars(queue)[_sending] = True
    try:
        return send_message(backend, queue_name, *args, **rest)
    finally:
        del vars(queue)[_sending]


def attributes(make: Callable[[Any], dict[str, Any]], queue: Any) -> dict[str, Any]:
    """Stands in for `Queue.attributes`."""
    return {} if _sending in vars(queue) else make(queue)
