"""What must hold of a month, found out from the outbox, the table and what people noted themselves: by the clock on the
wall and the calendar of `wall_clock`, not by the product's."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.case_recount import counted_cases, recount_cases
from tests.product import DEAD_LETTERS
from tests.recount import counted, recount
from tests.simulation import flood, heard, rolled_months
from tests.simulation.arrivals import Arrival
from tests.simulation.month import SURVEY, Message, Month
from tests.simulation.stores import Settings
from tests.simulation.wall_clock import is_open, is_quiet, open_minutes

Item = dict[str, Any]

CHAIN = {"alert", "escalation", "reminder", "passed_on"}
AT_ONCE = {"alert", "escalation", "passed_on", "danger", "not_solved", "customer_wrote"}
CUSTOMERS_SLEEP = ("21:00", "09:00")
STAFF_SLEEP = ("21:00", "08:00")
A_WEEK_AT_MOST, BOARD_EVERY = 5, 4  # messages, moves of the clock
IN_TIME = timedelta(minutes=2)
"""How late a message may be and still go out as it was planned, when a claim or a sweep was lost."""


class Checks:
    """`look` after each move of the clock, `problems` at the end. `slack`: how long a date may wait for its sweep;
    `lost`: how many messages may have been accepted without anybody having learned of it."""

    def __init__(self, arrivals: Iterable[Arrival], slack: timedelta = timedelta(0)) -> None:
        self._arrivals = list(arrivals)
        self._slack = slack
        self._unhandled: list[str] = []
        self._looks = 0
        self.longest = timedelta(0)
        """The longest that a date had passed before it was acted on."""

    def look(self, month: Month) -> None:
        first = month.cloud._tables.first_in_index("due")
        late = month.cloud.now() - datetime.fromisoformat(first) if first else timedelta(0)
        self.longest = max(self.longest, late)
        if late > self._slack + timedelta(minutes=1):
            self._unhandled.append(f"{first} unhandled at {month.cloud.now()}")
        self._looks += 1
        if self._looks % BOARD_EVERY == 0:
            cases = month.cloud._tables.items("stage")
            self._unhandled += _calm(month, cases, month.cloud.now() - IN_TIME - self._slack)

    def problems(self, month: Month, lost: int = 0) -> list[str]:
        """Every rule that was broken, in words; [] when all held."""
        items = month.cloud.items()
        return [
            *self._unhandled,
            *self._answers(month, items),
            *_letters(month),
            *_dates(items),
            *_chain(month, items),
            *_staff(month, items, lost),
            *self._customers(month, items, lost),
            *_promises(month, items),
            *heard.problems(month, items, self._arrivals, lost),
            *_cases(items),
            *rolled_months.problems(month, items),
            *_counters(month, items),
            *self._erased(month, items),
        ]

    def _answers(self, month: Month, items: list[Item]) -> Iterator[str]:
        """No answer is lost, each is counted once, and each unhappy one has its follow-up."""
        found = {i["ulid"]: i for i in items if i["sk"].startswith("ANSWER#")}
        followed = {i.get("answer_ulid") for i in items if i["sk"] == "FU"}
        for arrival in self._arrivals:
            given = arrival.body["answer_id"]
            if "classified_at" not in found.get(given, {}):
                yield f"answer {given} lost"
            elif arrival.body["score"] <= 6 and given not in followed:
                yield f"no follow-up for {given}"
        for store in month.stores.values():
            own = [i for i in items if i["pk"] == f"STORE#{store['store_id']}"]
            if counted(own) != recount(own, store["timezone"]):
                yield f"counters of {store['store_id']} are not those of its answers"

    def _customers(self, month: Month, items: list[Item], lost: int) -> Iterator[str]:
        """With consent, not after stop, no automatic ones at night, and not too often. A second attempt, made because
        the sender died before it was recorded, has the same text."""
        known = {to: a for a in self._arrivals for to in (a.customer.sms, a.customer.email) if to}
        by_id = {i["provider_id"]: i for i in _kept(month, items) if i["sk"].startswith(heard.KINDS)}
        weeks: Counter[tuple[str, str]] = Counter()
        asked = Counter[str]()
        seen: set[tuple[str, str]] = set()
        for message in month.messages:
            if message.to not in known:
                continue
            again = (message.to, message.text) in seen and lost > 0
            seen.add((message.to, message.text))
            arrival, store = known[message.to], month.stores[known[message.to].code]
            if not arrival.customer.consents:
                yield f"{message.to} never agreed"
            yield from () if heard.acknowledges(message) else self._gone(month, message, arrival)
            item = by_id.get(message.provider_id, {})
            if item.get("automatic") and not _awake(store, CUSTOMERS_SLEEP, message.at):
                yield f"{message.to} was written to at {message.at} by itself"
            if again:
                continue
            local = message.at.astimezone(ZoneInfo(store["timezone"])).isocalendar()
            weeks[message.to, f"{local.year}-{local.week}"] += not heard.is_owed(item)
            asked[message.to] += message.link(SURVEY) is not None
        for (to, week), n in weeks.items():
            policy = month.stores[known[to].code]["policy"]
            if n > policy.get("customer_messages_per_week", A_WEEK_AT_MOST):
                yield f"{to} got {n} messages in {week}"
        yield from (f"{to} was asked {n} times" for to, n in asked.items() if n > 1)

    def _gone(self, month: Month, message: Message, arrival: Arrival) -> Iterator[str]:
        """Messages after an opt-out or an erasure."""
        for to in filter(None, (arrival.customer.sms, arrival.customer.email)):
            stopped, erased = month.stopped.get(to), month.erased.get(to)
            if stopped and message.at > stopped:
                yield f"{message.to} said stop at {stopped} and was written to at {message.at}"
            if erased and message.at > erased and not self._came_back(to, erased):
                yield f"{message.to} was erased at {erased} and was written to at {message.at}"

    def _came_back(self, to: str, erased: datetime) -> bool:
        """Whether the customer answered once more after they were erased."""
        return any(a.at > erased for a in self._arrivals if to in (a.customer.sms, a.customer.email))

    def _erased(self, month: Month, items: list[Item]) -> Iterator[str]:
        """No personal data of an erased customer is left, unless they came back."""
        text = str(items)
        for to, at in month.erased.items():
            for arrival in self._arrivals:
                if to in (arrival.customer.sms, arrival.customer.email) and not self._came_back(to, at):
                    texts = (arrival.body["comment"], arrival.customer.sms, arrival.customer.email)
                    yield from (f"{to} was erased and left {each}" for each in texts if each and each in text)


def _letters(month: Month) -> Iterator[str]:
    """Dead letters may name a sweep that died, but no follow-up or answer that was given up."""
    for name in DEAD_LETTERS:
        for letter in month.cloud.queue_messages(name):
            if "pk" in letter["body"] or name != "SweepDeadLetters":
                yield f"a dead letter in {name}: {letter['body'][:200]}"


def _dates(items: list[Item]) -> Iterator[str]:
    """Open items have a date, ended ones have none, and nothing keeps failing."""
    for item in items:
        if item.get("due_failures"):
            yield f"{item['pk']} {item['sk']} keeps failing"
        if item["sk"] == "FU" and (item["stage"] in ("confirmed", "unconfirmed")) == ("due_at" in item):
            yield f"{item['pk']} is {item['stage']} and due at {item.get('due_at')}"


def _chain(month: Month, items: list[Item]) -> Iterator[str]:
    """Escalation goes one level at a time, and each level has its full time before the next is alerted."""
    cases = {i["pk"]: i for i in items if i["sk"] == "FU"}
    steps: dict[str, dict[tuple[int, int], set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
    for item in items:
        if item["sk"].startswith("DELIVERY#") and item["purpose"] in CHAIN:
            steps[item["pk"]][item["level"], item["round"]].add((item["planned_at"], item["purpose"]))
    for pk, rounds in steps.items():
        store = month.stores[cases[pk]["store_id"]]
        before: datetime | None = None
        for (level, round_), planned in sorted(rounds.items(), key=lambda step: min(step[1])):
            if len(planned) > 1:
                yield f"{pk} was alerted at level {level}, round {round_} more than once: {sorted(planned)}"
            ((text, purpose), *_) = sorted(planned)
            at = datetime.fromisoformat(text)
            least = _least(store["policy"], cases[pk]["priority"])
            if before and purpose == "escalation" and open_minutes(store, before, at, least) < least - 1:
                yield f"{pk} went up to {level} at {at}, too soon after {before}"
            before = at


def _calm(month: Month, items: list[Item], now: datetime) -> Iterator[str]:
    """A case that nobody took on in time stands among those that nobody attends, first on the board."""
    for item in items:
        if item["sk"] == "FU" and item["stage"] == "open" and "restricted_at" not in item:
            store, opened = month.stores[item["store_id"]], datetime.fromisoformat(item["opened_at"])
            least = _least(store["policy"], item["priority"])
            if open_minutes(store, opened, now, least) >= least and not item["list_at"].startswith("0!"):
                yield f"{item['pk']} waits since {opened}, and looks as if somebody attended it"


def _least(policy: dict[str, Any], priority: str) -> int:
    """Minutes that a level has to take a follow-up on."""
    names = {"urgent": ("urgent_take_on_minutes", 5), "light": ("light_take_on_minutes", 240)}
    name, usual = names.get(priority, ("take_on_minutes", 10))
    return int(policy.get(name, usual))


def _staff(month: Month, items: list[Item], lost: int) -> Iterator[str]:
    """In opening hours and not in anybody's quiet hours unless somebody is in danger; once; not after it has ended, and
    no SMS after STOP. Of a bundle this has to hold for one of its deliveries."""
    cases = {i["pk"]: i for i in items if i["sk"] == "FU"}
    sent: dict[str, list[Item]] = defaultdict(list)
    for item in _kept(month, items):
        if item["sk"].startswith("DELIVERY#"):
            sent[item["provider_id"]].append(item)
    contacts = {c["contact_id"]: c for store in month.stores.values() for c in store["contacts"]}
    staff = {to for c in contacts.values() for to in (c.get("phone"), c["email"]) if to}
    unknown = 0
    for message in month.messages:
        if message.to not in staff:
            continue
        told = sent.get(message.provider_id)
        if told is None:
            # Answers to an SMS, and what was accepted by somebody who died.
            unknown += "/f/" in message.text
            continue
        if not any(_may_be_told(item, cases[item["pk"]], month, contacts, message.at) for item in told):
            yield f"{message.to} was alerted at {message.at}, {told[0]['purpose']}"
        for item in told:
            case = cases[item["pk"]]
            over = case.get("confirmed_at") or case.get("unconfirmed_at")
            if over and message.at > datetime.fromisoformat(over) + IN_TIME and item["purpose"] in CHAIN:
                yield f"{item['pk']} had ended when {message.to} was alerted"
        if message.channel == "sms" and message.at > month.stopped.get(message.to, message.at):
            yield f"{message.to} said STOP before {message.at}"
    if unknown > lost + month.replies:
        yield f"{unknown} messages to staff that nobody knows of"
    yield from flood.people_flooded(
        month, {id_: [cases[i["pk"]] for i in told] for id_, told in sent.items()}, lost
    )


def _may_be_told(item: Item, case: Item, month: Month, contacts: dict[str, Item], at: datetime) -> bool:
    store, quiet = month.stores[case["store_id"]], contacts[item["contact_id"]].get("quiet")
    usual = None if item["purpose"] in AT_ONCE else STAFF_SLEEP
    return case["priority"] == "urgent" or _awake(store, quiet or usual, at)


def _kept(month: Month, items: list[Item]) -> Iterator[Item]:
    """What was sent, also where its record was erased since."""
    return (i for i in (*month.removed, *items) if "provider_id" in i)


def _awake(store: Settings, quiet: Any, at: datetime) -> bool:
    return any(
        is_open(store, each) and not is_quiet(quiet, store["timezone"], each) for each in (at, at - IN_TIME)
    )


def _promises(month: Month, items: list[Item]) -> Iterator[str]:
    """Kept, late, broken, withdrawn and open promises are all that were made; each state fits its dates."""
    found = [i for i in items if i["sk"].startswith("PROMISE#")]
    counts: Counter[str] = Counter()
    for item in items:
        if item["sk"].startswith("PROMISES#"):
            for name, n in item.items():
                counts[name.partition("#")[0]] += n if "#" in name else 0
    states = Counter(i["state"] for i in found)
    open_promises = states.pop("open", 0)
    if counts.pop("made", 0) != len(found) or +counts != +states:
        yield f"{len(found)} promises, {open_promises} of them open, are {dict(states)} and counted as {dict(counts)}"
    now = month.cloud.now()
    for item in found:
        due, settled = datetime.fromisoformat(item["due"]), item.get("settled_at")
        in_time = settled is not None and datetime.fromisoformat(settled) < due and not item.get("missed")
        if (item["state"] == "kept") != in_time and item["state"] != "withdrawn":
            yield f"{item['sk']} is {item['state']}, due {due}, settled {settled}"
        grace = month.stores[item["store_id"]]["policy"].get("promise_grace_days", 3)
        if item["state"] == "open" and now > due + timedelta(days=grace, minutes=30):
            yield f"{item['sk']} was due {due}, and nobody has called it broken"


def _cases(items: list[Item]) -> Iterator[str]:
    """What became of each case, and how long its steps took, is in the figures of its months, once."""
    counted_now, again = counted_cases(items), recount_cases(items)
    for pk, sk in sorted({*counted_now, *again}):
        if counted_now.get((pk, sk)) != again.get((pk, sk)):
            yield f"{pk} {sk} says {counted_now.get((pk, sk))}, the cases {again.get((pk, sk))}"


def _counters(month: Month, items: list[Item]) -> Iterator[str]:
    """The daily commitments of owners equal the open promises of that day, without first contacts."""
    open_promises: Counter[tuple[str, str, str]] = Counter()
    for item in items:
        if item["sk"].startswith("PROMISE#") and item["state"] == "open" and "first_contact" not in item:
            zone = ZoneInfo(month.stores[item["store_id"]]["timezone"])
            day = datetime.fromisoformat(item["due"]).astimezone(zone).date()
            open_promises[item["store_id"], item["owner"], str(day)] += 1
    for item in items:
        if item["sk"].startswith("LOAD#"):
            _, owner, day = item["sk"].split("#")
            if item["n"] != open_promises.pop((item["pk"].removeprefix("STORE#"), owner, day), 0):
                yield f"{item['sk']} says {item['n']}"
    yield from (f"no load says {each}" for each in open_promises)
