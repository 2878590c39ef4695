"""Read one TOML file of phrase rules and collect what is wrong with it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lazo.phrases.syntax import PhraseSyntax
from lazo.translations import read_data


class RuleFile:
    """The content of one file, and `problems`: one sentence for each mistake, with the file's name and the place.

    `content` is None when the file cannot be read. `syntax` reads the phrases in it; `rewrites`, `marks` and
    `thorough` are PhraseSyntax's.
    """

    def __init__(
        self,
        path: Path,
        rewrites: Mapping[str, Sequence[str]],
        marks: Collection[str] = (),
        *,
        thorough: bool = False,
    ) -> None:
        self.problems: list[str] = []
        self._name = path.name
        self.syntax = PhraseSyntax(self.report, rewrites, marks, thorough)
        self.content: dict[str, Any] | None = None
        try:
            self.content = read_data(path)
        except (OSError, ValueError) as error:
            self.report("file", f"cannot be read: {error}")

    def report(self, where: str, what: str) -> None:
        """Add a problem at a place of the file."""
        self.problems.append(f"{self._name}: {where}: {what}")

    def check_names(
        self, where: str, given: Iterable[str], known: Iterable[str], required: Iterable[str] = ()
    ) -> None:
        """Report names that are not known, and required ones that are missing."""
        expected = sorted(known)
        for name in given:
            if name not in expected:
                self.report(where, f'"{name}" is not known; known are: {", ".join(expected)}')
        for name in sorted(set(required) - set(given)):
            self.report(where, f'"{name}" is missing')

    def section(self, content: Mapping[str, Any], name: str, prefix: str = "") -> dict[str, Any]:
        """Return a section of the content; report what is none, and return {}."""
        found = content.get(name, {})
        if isinstance(found, dict):
            return found
        self.report(prefix + name, f"must be a section, [{prefix}{name}]")
        return {}

    def read_word_lists(self, content: Mapping[str, Any]) -> None:
        """Keep the lists of the section `words`, for {name} in the phrases that follow."""
        for name, entries in self.section(content, "words").items():
            self.syntax.add_word_list(name, f"words.{name}", entries)
