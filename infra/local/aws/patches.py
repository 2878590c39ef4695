"""Replaces what moto has under a name while a local cloud runs, and puts it back.

It is used by moto_hooks.py (moto's clock and calls are those of the local cloud), moto_corrections.py (where moto does
otherwise than AWS) and moto_speedups/ (the same answers sooner).
"""

from collections.abc import Callable
from typing import Any


class Patches:
    """The replacements in force, the latest last."""

    def __init__(self) -> None:
        self._undo: list[tuple[Any, str, Any]] = []

    def replace(self, owner: Any, name: str, replacement: Any) -> None:
        """Put `replacement` under a name of `owner`, a class or module of moto. Raises KeyError when it has nothing
        of this name."""
        self._undo.append((owner, name, vars(owner)[name]))
        setattr(owner, name, replacement)

    def wrap(self, owner: Any, name: str, wrapper: Callable[..., Any]) -> None:
        """Have `wrapper` called instead, with what stood under the name, then with the arguments of the call."""
        original = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            return wrapper(original, *args, **kwargs)

        self.replace(owner, name, wrapped)

    def revert(self) -> None:
        """Puts everything back."""
        while self._undo:
            owner, name, original = self._undo.pop()
            setattr(owner, name, original)
