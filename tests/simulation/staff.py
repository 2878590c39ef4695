"""What contacts do at the desk in the simulated month: their next step on a page, and a rival who acts meanwhile."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.desk import forms
from tests.simulation.month import Month
from tests.simulation.people import Act, Dice
from tests.simulation.stores import Settings

TEXTS = {
    "es": ("Llamé y conversamos", "Esperó demasiado en la caja", "Abrimos otra caja", "Faltaba gente"),
    "en": (
        "We called and talked",
        "Waited too long at the till",
        "We opened another till",
        "We were short of people",
    ),
    "pt": ("Liguei e conversamos", "Esperou demais no caixa", "Abrimos outro caixa", "Faltava gente"),
}


class Staff:
    """`contacts` by phone and by e-mail."""

    def __init__(self, month: Month, dice: Dice) -> None:
        self.contacts = _contacts(month.stores)
        self._month, self._dice = month, dice
        self._concerned = Counter[str]()

    def rival(self, who: str, about: str, step: int, number: int, now: datetime) -> Act | None:
        """Return what another contact of the store does on the same page in the same moment, if any."""
        if self._dice.roll("rival", who, about, step) > 0.12:
            return None
        others = [c["email"] for c in self.contacts[who]["with"] if c["email"] != who]
        if not others:
            return None
        other = others[int(self._dice.roll("which", who, about, step) * len(others))]
        ending, typed = (
            ("/note", {"channel": "phone", "text": self.texts(who)[0]}),
            ("/take-on", {}),
            ("/resolve", self._resolution(who)),
            ("/confirm", {"outcome": "not_yet", "channel": "phone", "text": self.texts(who)[1]}),
            ("/reassign", {"owner": self.contacts[who]["contact_id"], "sure": "on"}),
        )[step % 5]
        return Act(now, number, "desk", other, about, ending, typed)

    def next_step(self, page: str, who: str, about: str, step: int) -> dict[str, Any] | None:
        """Return the next sensible thing that the page offers (`ending`, `typed`, `holds` of an Act), if any."""
        said = self.texts(who)
        offered = [(form.action.rsplit("/", 1)[-1], form.fields) for form in forms(page)]
        endings = {ending for ending, _ in offered}
        chance = self._dice.roll("does", who, about, step)
        if "take-on" in endings:
            return {"ending": "/take-on"}
        if "contacted" in endings:
            reached = "yes" if chance < 0.85 else "no"
            return {
                "ending": "/contacted",
                "typed": {"channel": "phone", "reached": reached, "text": said[0]},
            }
        if chance < 0.08 and "reassign" in endings:
            other = self.contacts[who]["with"][step % len(self.contacts[who]["with"])]
            return {"ending": "/reassign", "typed": {"owner": other["contact_id"], "sure": "on"}}
        if chance > 0.95 and "message" in endings:
            return {"ending": "/message", "typed": {"channel": "sms", "text": said[2], "template": ""}}
        if (kept := self._promise_step(offered, who, about, step)) is not None:
            return kept
        if "concern" in endings and not self._concerned[about]:
            self._concerned[about] += 1
            return {"ending": "/concern", "typed": self._concern(who)}
        if (settling := self._settling(offered, who, about, step)) is not None:
            return settling
        if "resolve" in endings:
            return {"ending": "/resolve", "typed": self._resolution(who)}
        if "confirm" in endings and chance < 0.5:
            outcome = "solved" if chance < 0.3 else "not_yet"
            return {"ending": "/confirm", "typed": {"outcome": outcome, "channel": "phone", "text": said[0]}}
        if "promise" in endings and chance > 0.8:
            return {"ending": "/promise", "typed": self._promise(who, about, step)}
        return None

    def _promise_step(
        self, offered: list[tuple[str, dict[str, list[str]]]], who: str, about: str, step: int
    ) -> dict[str, Any] | None:
        """Return a step of a promise: progress, kept or another date; None to leave it for later."""
        chance = self._dice.roll("promise", who, about, step)
        if not any(ending == "promise-kept" for ending, _ in offered) or chance < 0.5:
            return None
        if chance < 0.6:
            return {"ending": "/promise-progress", "typed": {"text": self.texts(who)[2]}}
        if chance < 0.7:
            moved = {"date": self._day(who, 4), "reason": self.texts(who)[3], "tell": "none", "text": ""}
            return {"ending": "/promise-date", "typed": moved}
        return {"ending": "/promise-kept", "typed": {"text": self.texts(who)[2]}}

    def _settling(
        self, offered: list[tuple[str, dict[str, list[str]]]], who: str, about: str, step: int
    ) -> dict[str, Any] | None:
        ways = [fields["how"][0] for ending, fields in offered if ending == "settle"]
        if not ways:
            return None
        how = "planned" if self._dice.roll("settle", who, about, step) < 0.45 else "solved"
        how = how if how in ways else ways[0]
        typed = {"action": self.texts(who)[2]}
        if how == "planned":
            days = 1 + int(self._dice.roll("days", who, about, step) * 4)
            typed |= {"date": self._day(who, days), "hears_by": "in_person"}
        return {"ending": "/settle", "holds": {"how": how}, "typed": typed}

    def _promise(self, who: str, about: str, step: int) -> dict[str, Any]:
        days = 1 + int(self._dice.roll("days", who, about, step) * 5)
        hears_by = self._dice.pick({"in_person": 2, "phone": 1, "sms": 1}, "hears", who, about, step)
        said = self.texts(who)[2]
        owner = self.contacts[who]["contact_id"]
        checked = [self._day(who, 1)] if step % 2 else [""]
        return {
            "what": said,
            "date": self._day(who, days),
            "owner": owner,
            "hears_by": hears_by,
            "checkpoint": checked,
        }

    def _concern(self, who: str) -> dict[str, str]:
        owner = self.contacts[who]["contact_id"]
        return {
            "text": self.texts(who)[1],
            "priority": "normal",
            "owner": owner,
            "deadline": self._day(who, 5),
        }

    def _resolution(self, who: str) -> dict[str, str]:
        said = self.texts(who)
        return {"root_cause_theme": "waiting_time", "root_cause": said[3], "done": said[2]}

    def texts(self, who: str) -> tuple[str, ...]:
        return TEXTS[self.contacts[who]["language"]]

    def _day(self, who: str, days: int) -> str:
        zone = ZoneInfo(self.contacts[who]["zone"])
        return str((self._month.cloud.now() + timedelta(days=days)).astimezone(zone).date())


def _contacts(stores: dict[str, Settings]) -> dict[str, dict[str, Any]]:
    """Return each contact by phone and by e-mail, with the zone of their store and its other contacts."""
    found: dict[str, dict[str, Any]] = {}
    for store in stores.values():
        for contact in store["contacts"]:
            known = {**contact, "zone": store["timezone"], "with": store["contacts"]}
            found |= {to: known for to in (contact.get("phone"), contact["email"]) if to}
    return found
