"""Hold the labelled set to its own rules: ids, scores, names, no text twice."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def ids(text: str) -> set[str]:
    return set(text.split())


KEYS = {
    "comments": ids("score trade country text themes danger leaving competitor names language"),
    "dangers": {"text", "danger", "score"},
    "guard": {"text", "bad", "kind"},
    "names": {"text", "names", "contacts"},
}
THEMES = ids(
    "service waiting_time staff_attitude product_quality price cleanliness comfort order_error availability "
    "payment delivery location"
)
DANGERS = ids(
    "injury medicine allergen_harm allergy_no_harm food_poisoning vermin violence weapon threat harassment fire "
    "gas electricity lift trapped missing_child discrimination theft self_harm legal press foreign_object hazard"
)
TRADES = ids(
    "supermarket restaurant cafe pharmacy clothes electronics hotel petrol_station bank_branch clinic telecom "
    "parking"
)
COUNTRIES = {"CL", "MX", "AR", "CO", "PE", "ES", "BR", "PT", "US", "GB"}
GUARD_KINDS = ids(
    "asks_score wished_score edit_review offer empty_promise self_praise points_lost retention written_around"
)


def labelled_lines() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (file and line, subject of the file, line) for every line of the set."""
    for path in sorted(FOLDER.rglob("*.jsonl")):
        subject = path.stem.removesuffix("_unseen").split("_", 1)[1]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield f"{path.relative_to(FOLDER)}:{number}", subject, json.loads(line)


def wrong_values(subject: str, line: dict[str, Any]) -> Iterator[object]:
    """Yield each value of a line that the README does not know."""
    yield from KEYS[subject] ^ line.keys()
    yield from set(line.get("danger", [])) - DANGERS
    yield from (name for name in line.get("names", []) if not re.search(rf"\b{name}\b", line["text"]))
    if "score" in line and line["score"] not in range(11):
        yield line["score"]
    if subject == "comments":
        yield from line["themes"].keys() - THEMES
        yield from set(line["themes"].values()) - {"complaint", "praise", "mention"}
        yield from (
            {line["trade"], line["country"], line["language"]} - TRADES - COUNTRIES - {"es", "en", "pt"}
        )
    if subject == "guard" and (line["kind"] in GUARD_KINDS) is not line["bad"]:
        yield line["kind"]


def test_every_line_keeps_to_the_readme() -> None:
    wrong = {
        where: bad for where, subject, line in labelled_lines() if (bad := [*wrong_values(subject, line)])
    }
    assert not wrong


def test_no_text_stands_twice() -> None:
    texts = Counter(line["text"].casefold().strip(" .!") for _, _, line in labelled_lines())
    assert not [text for text, count in texts.items() if count > 1]


def test_a_third_of_each_file_is_unseen() -> None:
    seen = sorted(path for path in FOLDER.glob("*.jsonl") if not path.stem.endswith("_unseen"))
    assert seen
    for path in seen:
        counts = [len(p.read_text().splitlines()) for p in (path, path.with_stem(path.stem + "_unseen"))]
        assert 0.3 <= counts[1] / sum(counts) <= 0.36, path.name
