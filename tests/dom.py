"""A page as a tree, for tests that ask what it says and what it offers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    """One element; its text is that of all within it, runs of space made one."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    within: list["Element | str"] = field(default_factory=list)

    @property
    def raw(self) -> str:
        """The text as it stands."""
        return "".join(each if isinstance(each, str) else each.raw for each in self.within)

    @property
    def text(self) -> str:
        return " ".join(self.raw.split())

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")

    def all(self, tag: str | None = None, **attributes: str) -> "Iterator[Element]":
        """The elements within, in order; attributes are compared whole, `class_` by one class."""
        for each in self.within:
            if isinstance(each, str):
                continue
            if (tag is None or each.tag == tag) and all(_has(each, *pair) for pair in attributes.items()):
                yield each
            yield from each.all(tag, **attributes)

    def one(self, tag: str | None = None, **attributes: str) -> "Element":
        """The only such element."""
        found = list(self.all(tag, **attributes))
        assert len(found) == 1, f"{len(found)} of {tag} {attributes}"
        return found[0]

    def above(self, tag: str) -> "Element | None":
        """The nearest element around this one with the tag."""
        at = self.parent
        while at is not None and at.tag != tag:
            at = at.parent
        return at


def _has(element: Element, name: str, value: str) -> bool:
    return value in element.classes if name == "class_" else element.attributes.get(name) == value


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self._at = Element("", {})

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attributes}, self._at)
        self._at.within.append(element)
        if tag not in _VOID:
            self._at = element

    def handle_endtag(self, tag: str) -> None:
        assert self._at.tag == tag, f"</{tag}> closes <{self._at.tag}>"
        assert self._at.parent is not None
        self._at = self._at.parent

    def handle_data(self, data: str) -> None:
        self._at.within.append(data)


@lru_cache(16)
def parse(html: str) -> Element:
    """The page, only to be read: who asks again gets the same. AssertionError where an element is not closed in its
    place."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.root is builder._at, "something is not closed"
    return builder.root
