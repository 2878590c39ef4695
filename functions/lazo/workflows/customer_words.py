"""Record what a customer wrote: on their open case, or as a new one; once for each message."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from lazo.case.customer_words import CustomerWords, is_recorded, note_change, open_case
from lazo.case.model import Case
from lazo.errors import Problem
from lazo.survey.answer import Answer
from lazo.table import cases
from lazo.table import customer_words as table_words
from lazo.table.dynamodb.table import Table
from lazo.workflows.case_commit import CaseCommitter
from lazo.workflows.contacts import ReadStore
from lazo.workflows.events import Topic, followup_event

Outcome = Literal["noted", "opened", "unknown_customer", "only_courtesy", "rejected"]


@dataclass(frozen=True, slots=True)
class WordsRecord:
    """What became of a customer's words: the case that they are on now, and why they were not recorded."""

    outcome: Outcome
    case: Case | None = None
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class WordsRecorder:
    """Records customers' words."""

    table: Table
    topic: Topic
    committer: CaseCommitter
    read_store: ReadStore

    def record(
        self, words: CustomerWords, customer_keys: Sequence[str], answer: Answer | None = None
    ) -> WordsRecord:
        """Record the words of whoever has proven that the phone or e-mail of these keys is theirs. `answer`: one of
        theirs, which a new case is about unless there is a newer one under the keys.

        Courtesy alone opens no case, and neither does somebody who is no customer. Raises errors of AWS.
        """
        known = table_words.find_records(self.table, customer_keys)
        newest = known.open_followup or next(iter(known.followups), None)
        case = cases.load_case(self.table, newest.followup_id) if newest else None
        # The same message again, or one to a case that the index, which is behind by moments, still calls open.
        if case and (is_recorded(case, words) or not case.followup.ended):
            return self.note(case, words, known.answers[0] if known.answers else answer)
        if words.only_courtesy:
            return WordsRecord("only_courtesy", case)
        return self._open(words, next(iter(known.answers), answer), known)

    def note(self, case: Case, words: CustomerWords, answer: Answer | None) -> WordsRecord:
        """Add the words to a case as a note, once. `answer` tells in which language they are."""
        store = self.read_store(case.followup.store_id)
        if store is None:
            return WordsRecord("unknown_customer", case)
        language = answer.language if answer else store.language
        build = partial(note_change, store=store, words=words, language=language)
        result = self.committer.commit(case, store, build)
        return WordsRecord("rejected" if result.problems else "noted", result.case, result.problems)

    def _open(
        self, words: CustomerWords, answer: Answer | None, known: table_words.CustomerRecords
    ) -> WordsRecord:
        store = self.read_store(answer.store_id) if answer else None
        if answer is None or store is None:
            return WordsRecord("unknown_customer")
        change = open_case(answer, store, words, known.followups)
        opened = change.after
        new = table_words.write_new_case(self.table, change, answer, store)
        case = cases.load_case(self.table, opened.followup_id)
        if case is None:
            return WordsRecord("unknown_customer")
        if not new and not is_recorded(case, words):
            return self.note(case, words, answer)
        self.topic.publish(followup_event("followup.opened", case.followup, words.at))
        return WordsRecord("opened", case)
