"""The form of an improvement: read and checked, all problems at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final, Literal

from desk.improvements.permissions import ImprovementReader
from desk.web.forms import Fields
from lazo.errors import Problem, Rejected
from lazo.insight.improvements import LONGEST_OWNER, LONGEST_TEXT, MOST_STORES, Improvement, ImprovementText
from lazo.phrases.theme_rules import THEMES
from lazo.store.model import Store
from lazo.table.dynamodb.table import Table
from lazo.translations import LANGUAGES

Step = Literal["save", "publish", "withdraw"]
STEPS: Final[tuple[Step, ...]] = ("save", "publish", "withdraw")
TICKED_AT_MOST: Final = MOST_STORES
"""Up to so many stores are boxes to tick; whoever sees more writes their names."""
THESE_STORES: Final = "stores"


def read_improvement(
    fields: Fields,
    reader: ImprovementReader,
    before: Improvement | None,
    improvement_id: str,
    form_id: str,
    now: datetime,
    table: Table,
) -> Improvement:
    """Return the improvement that a form describes, new or in place of `before`, published or not as it asks. Raises
    Rejected with the problems of all fields."""
    theme = fields.choice("theme", THEMES)
    where = fields.choice("where", [THESE_STORES, *reader.brands]) if reader.is_head else THESE_STORES
    store_ids = _store_ids(fields, reader) if where == THESE_STORES else ()
    stores = (
        reader.load_stores(store_ids, table)
        if where == THESE_STORES
        else [store for store in reader.stores if store.brand == where]
    )
    of_stores = [each for each in dict.fromkeys(store.language for store in stores) if each in LANGUAGES]
    goes_public = fields.sent.get("do") == ["publish"] or (
        before is not None and before.published_at is not None and fields.sent.get("do") != ["withdraw"]
    )
    day = fields.day("in_place_from")
    owner = fields.text("owner", LONGEST_OWNER)
    texts = _texts(fields, of_stores, every=goes_public)
    fields.check()
    step = fields.choice("do", STEPS)
    fields.check()
    published_at = before.published_at if before else None
    if step == "publish":
        published_at = published_at or now
    elif step == "withdraw":
        published_at = None
    written = Improvement(
        improvement_id=improvement_id,
        theme=theme,
        brand=stores[0].brand if stores else where,
        store_ids=store_ids,
        texts=texts,
        owner=owner,
        in_place_from=day,
        created_at=before.created_at if before else now,
        published_at=published_at,
        form_id=form_id,
    )
    return replace(written, version=before.version + 1) if before else written


def check_scope(written: Improvement, before: Improvement | None, reader: ImprovementReader) -> None:
    """Raise Rejected `not_yours` if the reader may not write this, or may not publish or withdraw it."""
    changes_public = written.published_at is not None or (
        before is not None and before.published_at is not None
    )
    if changes_public and not reader.may_publish_for(written.store_ids):
        raise Rejected(Problem("not_yours"))
    if not reader.may_write(written) or (before is not None and not reader.may_write(before)):
        raise Rejected(Problem("not_yours"))


def check_published(written: Improvement, stores: Sequence[Store], today: date) -> None:
    """Raise Rejected if what is published must not be read by customers."""
    if written.published_at is None:
        return
    from lazo.insight.publication import check_publication  # the wording guard, which no page needs

    names = dict.fromkeys(name for store in stores for name in (store.name, store.brand))
    check_publication(written, names, today)


def _store_ids(fields: Fields, reader: ImprovementReader) -> tuple[str, ...]:
    """Return the ids of the stores that were ticked, or written by id or name, one a line. Problems of `store`:
    required, unknown_stores (with `names`), too_many (with `most`)."""
    scope = reader.scope
    by_name = {store.name.casefold(): store.store_id for store in scope.stores}
    given = [line.strip() for value in fields.sent.get("store", ()) for line in value.splitlines()]
    wanted = [each for each in dict.fromkeys(given) if each]
    known = {each: each if scope.store(each) else by_name.get(each.casefold(), "") for each in wanted}
    unknown = [each for each, store_id in known.items() if not store_id]
    found = tuple(dict.fromkeys(filter(None, known.values())))
    if unknown:
        fields.add_problem("unknown_stores", "store", names=", ".join(unknown[:5]))
    elif not found:
        fields.add_problem("required", "store")
    if len(found) > MOST_STORES:
        fields.add_problem("too_many", "store", most=MOST_STORES)
    return found


def _texts(fields: Fields, of_stores: Sequence[str], *, every: bool) -> tuple[ImprovementText, ...]:
    """Return the texts, in the languages of the stores first. Of these the first is required, or `every` one where
    customers may read it; of other languages both texts or none. Without stores any language will do: which one is
    theirs is not known yet."""
    found = []
    languages = list(dict.fromkeys([*of_stores, *LANGUAGES]))
    names = {each: (f"said-{each}", f"done-{each}") for each in languages}
    begun = [each for each in languages if any(map(fields.is_ticked, names[each]))]
    required = (of_stores if every else of_stores[:1]) or begun[:1] or languages[:1]
    for language in languages:
        wanted = language in required or language in begun
        said, done = (fields.text(name, LONGEST_TEXT, required=wanted) for name in names[language])
        if wanted:
            found.append(ImprovementText(language, said, done))
    return tuple(found)
