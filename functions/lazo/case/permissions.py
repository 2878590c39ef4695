"""Who may do what on a case: the page offers this, and the server accepts nothing else."""

from dataclasses import dataclass

from lazo.case.concerns import Concern
from lazo.case.model import Case, Note
from lazo.promise.model import Promise
from lazo.store.contacts import Contact
from lazo.store.model import Store


@dataclass(frozen=True, slots=True)
class Permissions:
    """What `contact` may do on a case at its present stage. Somebody else's is left to its owner, as long as the store
    has them."""

    case: Case
    store: Store
    contact: Contact

    @property
    def may_act(self) -> bool:
        """Whether every action is theirs: nobody else has the case."""
        return self._other_owner is None

    @property
    def may_hand_over(self) -> bool:
        """Whether they may give the case to another, as a level above its owner's may."""
        other = self._other_owner
        return other is None or self.contact.level > other.level

    def answers_for(self, given: Concern | Promise) -> bool:
        """Return whether a concern or promise is theirs to settle: any of their case, and their own."""
        return self.may_act or given.owner == self.contact.contact_id

    def may_settle(self, concern: Concern) -> bool:
        """Return whether they may solve or plan a concern now."""
        return concern.state != "solved" and not self.case.followup.ended and self.answers_for(concern)

    def may_keep(self, promise: Promise) -> bool:
        """Return whether they may say now how a promise goes."""
        return promise.open and self.answers_for(promise)

    def may_correct(self, note: Note) -> bool:
        """Return whether they may correct a note of the staff: any of their case, and their own."""
        return bool(note.by_name) and (self.may_act or note.by == self.contact.contact_id)

    @property
    def _other_owner(self) -> Contact | None:
        owner = self.case.followup.owner
        return None if owner == self.contact.contact_id else self.store.contact(owner or "")
