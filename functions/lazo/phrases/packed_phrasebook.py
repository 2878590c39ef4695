"""A phrasebook as texts. JSON reads them in a quarter of the time that it takes for lists of numbers, and of thousands
of phrases a comment needs some hundred: each is unpacked when it is needed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import accumulate, chain, groupby, pairwise, repeat
from typing import Any

Entry = tuple[str, str, Sequence[tuple[int, int]]]
"""Kind, subject, and of each slot the number of what it accepts and its gap."""
Accepted = tuple[Collection[str], Sequence[str], bool]
"""Words, stems, and whether any number is accepted."""
WORTH_SHARING = 8
"""Words of a list that is named by its number where it stands in a longer one."""


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


def pack_accepted(accepted: Sequence[Accepted]) -> list[str]:
    """Return words, stems, whether any number is accepted, and the numbers of others that hold the rest: a word list
    that many slots name stands once. Raises ValueError for what is no single word."""
    parts = [{*words, *(f"{stem}*" for stem in stems)} for words, stems, _ in accepted]
    shared = sorted(
        (n for n, each in enumerate(parts) if len(each) >= WORTH_SHARING), key=lambda n: -len(parts[n])
    )
    ranks: dict[str, list[int]] = {}
    for rank, n in enumerate(shared):
        ranks.setdefault(min(parts[n]), []).append(rank)
    return [_packed_accepted(n, each[2], parts, shared, ranks) for n, each in enumerate(accepted)]


def _packed_accepted(
    number: int,
    any_number: bool,
    parts: Sequence[set[str]],
    shared: Sequence[int],
    ranks: Mapping[str, Sequence[int]],
) -> str:
    """`ranks`: where in `shared`, the longest first, the lists stand whose first word is this one: only those can stand
    in a list that has the word."""
    rest, others = set(parts[number]), []
    held = chain.from_iterable(ranks.get(word, ()) for word in rest) if len(rest) > WORTH_SHARING else ()
    for other in map(shared.__getitem__, sorted(held)):
        if len(parts[other]) < len(parts[number]) and parts[other] <= rest:
            rest -= parts[other]
            others.append(str(other))
    if any(each.split() != [each] for each in rest):
        raise ValueError(f"not words: {rest}")
    words = sorted(each for each in rest if each[-1] != "*")
    stems = sorted(each[:-1] for each in rest if each[-1] == "*")
    return "\t".join((" ".join(words), " ".join(stems), "#" if any_number else "", " ".join(others)))


class UnpackedAccepted(Sequence[Accepted]):
    """What `pack_accepted` got, each read when it is asked for."""

    def __init__(self, packed: Sequence[str]) -> None:
        self._packed = packed

    def __getitem__(self, number: Any) -> Any:
        packed_words, packed_stems, any_number, others = self._packed[number].split("\t")
        words, stems = packed_words.split(), packed_stems.split()
        for other in others.split():
            more = self[int(other)]
            words += more[0]
            stems += more[1]
        return sorted(words), sorted(stems), bool(any_number)

    def __len__(self) -> int:
        return len(self._packed)


def pack_index(index: Mapping[str, Sequence[int]]) -> dict[str, str]:
    """Return rising numbers by word, each as the difference from the one before."""
    return {
        word: " ".join(str(after - before) for before, after in pairwise((0, *numbers)))
        for word, numbers in index.items()
    }
