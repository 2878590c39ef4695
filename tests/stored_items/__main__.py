"""Write the sample of stored items anew: `PYTHONPATH=functions:. python -m tests.stored_items`.

What stands in an installation's table does not change with it: do this when the scenario grew by a kind of item, or
when an attribute was added, and read the diff of the file line by line. A line that goes or changes is an item that
installations hold and that still has to be read. Let a new step of the scenario come last, so that the ids of what is
before it stay.

With `--events` the published events too. They are older than the code, on purpose: an event may be on its way while
a new version comes in. Add a new type by hand rather than write all of them anew.
"""

import sys

from tests.stored_items import sample

written, published = sample.write_anew()
sample.write(written)
print(f"{sample.ITEMS}: {len(written.items)} items")  # noqa: T201
if "--events" in sys.argv[1:]:
    sample.write_events(published)
    print(f"{sample.EVENTS}: {len(sample.events())} events")  # noqa: T201
