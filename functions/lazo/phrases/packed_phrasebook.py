"""A phrasebook as texts. JSON reads them in a quarter of the time that it takes for lists of numbers, and of thousands
of phrases a comment needs some hundred: each is unpacked when it is needed."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import accumulate, chain, groupby, pairwise, repeat
from typing import Any, TypeVar

T = TypeVar("T")
Entry = tuple[str, str, Sequence[tuple[int, int]]]
"""Kind, subject, and of each slot the number of what it accepts and its gap."""


class Unpacked(Sequence[T]):
    """A list whose entries are read from their texts when they are asked for."""

    def __init__(self, packed: Sequence[str], unpack: Callable[[str], T]) -> None:
        self._packed, self._unpack = packed, unpack

    def __getitem__(self, number: Any) -> Any:
        return self._unpack(self._packed[number])

    def __len__(self) -> int:
        return len(self._packed)


class UnpackedIndex(Mapping[str, list[int]]):
    """Rising numbers by word, each list read when it is asked for."""

    def __init__(self, packed: Mapping[str, str]) -> None:
        self._packed = packed

    def __getitem__(self, word: str) -> list[int]:
        return list(accumulate(map(int, self._packed[word].split())))

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


class UnpackedEntries(Sequence[Entry]):
    """What `pack_entries` got: the owners of all entries, and the slots of an entry when they are asked for."""

    def __init__(self, packed: tuple[list[tuple[str, str, int]], Sequence[str]]) -> None:
        runs, self._slots = packed
        self._owners = list(chain.from_iterable(repeat((kind, subject), n) for kind, subject, n in runs))

    def __getitem__(self, number: Any) -> Any:
        return *self._owners[number], unpack_slots(self._slots[number])

    def __len__(self) -> int:
        return len(self._slots)


def pack_entries(entries: Sequence[Entry]) -> tuple[list[tuple[str, str, int]], list[str]]:
    """Return kind and subject once for all entries that follow each other, with their number, and the slots of each."""
    runs = [(*owner, len(list(same))) for owner, same in groupby(entries, key=lambda entry: entry[:2])]
    return runs, [pack_slots(slots) for _, _, slots in entries]


def pack_slots(slots: Sequence[tuple[int, int]]) -> str:
    """Return of each slot the difference of its number from the one before, which is short since slots are numbered as
    they come, and behind a plus sign the gap if it has one."""
    steps = (after - before for before, after in pairwise((0, *(number for number, _ in slots))))
    return " ".join(
        f"{step}+{gap}" if gap else str(step) for step, (_, gap) in zip(steps, slots, strict=True)
    )


def unpack_slots(packed: str) -> list[tuple[int, int]]:
    """Return what `pack_slots` got."""
    slots, number = [], 0
    for each in packed.split():
        step, _, gap = each.partition("+")
        number += int(step)
        slots.append((number, int(gap or 0)))
    return slots


def pack_accepted(accepted: tuple[Collection[str], Sequence[str], bool]) -> str:
    """Return words, stems, and whether any number is accepted. Raises ValueError for what is no single word."""
    words, stems, number = accepted
    if any(each.split() != [each] for each in (*words, *stems)):
        raise ValueError(f"not words: {accepted}")
    return "\t".join((" ".join(sorted(words)), " ".join(stems), "#" if number else ""))


def unpack_accepted(packed: str) -> tuple[list[str], list[str], bool]:
    """Return what `pack_accepted` got."""
    words, stems, number = packed.split("\t")
    return words.split(), stems.split(), bool(number)


def pack_index(index: Mapping[str, Sequence[int]]) -> dict[str, str]:
    """Return rising numbers by word, each as the difference from the one before."""
    return {
        word: " ".join(str(after - before) for before, after in pairwise((0, *numbers)))
        for word, numbers in index.items()
    }
