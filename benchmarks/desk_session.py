"""Who looks at a page of the desk in a benchmark."""

import desk.app
from infra.local.cloud import LocalCloud
from lazo.auth.links import Principal
from lazo.auth.sessions import SESSION_ID_BYTES
from lazo.auth.users import user_id_of
from lazo.store.contacts import Contact


def session_headers(cloud: LocalCloud, who: Contact) -> dict[str, str]:
    """Return the headers of a request by a contact who has just signed in. They say that it came by TLS: otherwise the
    desk does not look for the cookie, whose name is that of one for TLS."""
    cloud.functions["Desk"].load()
    sessions, now = desk.app.wire().sessions, cloud.now()
    session = sessions.new_session(Principal(user_id_of(who), 0), now, bytes(SESSION_ID_BYTES), now)
    return {"cookie": sessions.cookie(session).partition(";")[0], "x-forwarded-proto": "https"}
