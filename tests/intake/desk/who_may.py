"""Who may come to what, said once more and apart from the product: its own tables of rights are what is tested.

Each page and form of the desk has a row, each call of the interface too. What has none may not be there.
"""

from typing import Any

OFFICER, LEAD, CUSTODIAN, ADMINISTRATOR = "officer", "lead", "custodian", "administrator"
AUDITOR, READ_ONLY, NAMED, CHOSEN, NOBODY = "auditor", "read_only", "named", "chosen", "nobody"
"""The readers: one with each role; an officer whom a ticket names, one for whom a ticket was restricted; a stranger."""
EVERYBODY = {OFFICER, LEAD, CUSTODIAN, ADMINISTRATOR, AUDITOR, READ_ONLY, NAMED, CHOSEN, NOBODY}
SIGNED_IN = EVERYBODY - {NOBODY}
WORKS = {OFFICER, NAMED, CHOSEN, LEAD}
READS = {*WORKS, CUSTODIAN, READ_ONLY}
GUARDS = {LEAD, CUSTODIAN}

OPEN, RESTRICTED, CONFLICTED, HELD, WHO = "markopen", "markrestricted", "markconflicted", "markheld", "markwho"
FRAME = "markframe"
"""Words that stand in one place each, and so tell whose words an answer shows."""
READ_BY: dict[str, set[str]] = {
    OPEN: READS,
    FRAME: READS,
    RESTRICTED: {*GUARDS, CHOSEN},
    CONFLICTED: READS - {NAMED},
    HELD: WORKS,
    WHO: set(),
}
"""Words -> who comes to read them. Nobody ever reads who wrote; that takes an act of its own."""

Row = tuple[set[str], dict[str, Any]]
_TICKET: dict[str, Row] = {
    "GET /tickets/{reference}": (READS, {}),
    "GET /tickets/{reference}/here": (READS, {}),
    "GET /tickets/{reference}/messages/{number}": (READS, {}),
    "GET /tickets/{reference}/messages/{number}/html": (READS, {}),
    "GET /tickets/{reference}/messages/{number}/files/{place}": (READS, {}),
    "GET /tickets/{reference}/close": (WORKS, {}),
    "GET /tickets/{reference}/unseal": (GUARDS, {}),
    "GET /tickets/{reference}/case.pdf": (GUARDS, {}),
    "POST /tickets/{reference}/accept": (WORKS, {"version": 1}),
    "POST /tickets/{reference}/decide": (WORKS, {"version": 1}),
    "POST /tickets/{reference}/state": (WORKS, {"version": 1, "state": "being_read"}),
    "POST /tickets/{reference}/write": (WORKS, {"version": 1, "text": "x"}),
    "POST /tickets/{reference}/close": (WORKS, {"version": 1}),
    "POST /tickets/{reference}/acknowledge": (WORKS, {"version": 1}),
    "POST /tickets/{reference}/note": (WORKS, {"note": "x"}),
    "POST /tickets/{reference}/tags": (WORKS, {"tag": "x"}),
    "POST /tickets/{reference}/restrict": (GUARDS, {}),
    "POST /tickets/{reference}/open-up": (GUARDS, {}),
    "POST /tickets/{reference}/lift": ({LEAD}, {"officer": "named@nhs.test"}),
    "POST /tickets/{reference}/unseal": (GUARDS, {"step": "approve"}),
    "POST /tickets/{reference}/hold": (GUARDS, {"reason": "x"}),
    "POST /tickets/{reference}/link": (WORKS, {"other": "QM-0000-XX"}),
    "POST /tickets/{reference}/unlink": (WORKS, {"other": "{open}"}),
    "POST /tickets/{reference}/merge": (WORKS, {"other": "QM-0000-XX"}),
    "POST /tickets/{reference}/unmerge": (WORKS, {}),
    "POST /tickets/{reference}/split": (WORKS, {}),
    "POST /tickets/{reference}/take-care": (WORKS, {}),
    "POST /tickets/{reference}/pause": (WORKS, {"why": "x"}),
    "POST /tickets/{reference}/resume": (WORKS, {}),
    "POST /tickets/{reference}/assign": (WORKS, {}),
    "POST /tickets/{reference}/task": (WORKS, {"task": "x"}),
    "POST /tickets/{reference}/task/{number}": (WORKS, {}),
}
"""Of a ticket: to whom of those who may see it, and what is sent with a form."""
_OTHERS: dict[str, Row] = {
    "GET /": (READS, {}),
    "GET /queue/news": (READS, {}),
    "GET /search": (READS, {}),
    "GET /dashboard": (READS, {}),
    "GET /dashboard/{name}.csv": (READS, {}),
    "GET /places": (READS, {}),
    "GET /held": (WORKS, {}),
    "GET /held/{number}/raw": (WORKS, {}),
    "POST /held/{number}/again": (WORKS, {}),
    "GET /status": (WORKS, {}),
    "POST /views": (READS, {"name": "x"}),
    "POST /views/{view_id}/remove": (SIGNED_IN, {}),
    "POST /bulk": (WORKS, {"do": "assign", "officer": "me"}),
    "POST /bulk/undo": (WORKS, {"do": "untag", "tag": "x"}),
    "POST /bulk/close": (WORKS, {"step": "close"}),
    "GET /programs": ({ADMINISTRATOR}, {}),
    "POST /programs/tokens": ({ADMINISTRATOR}, {}),
    "POST /programs/tokens/{number}/revoke": ({ADMINISTRATOR}, {}),
    "POST /programs/webhooks": ({ADMINISTRATOR}, {}),
    "POST /programs/webhooks/{number}/{what}": ({ADMINISTRATOR}, {}),
    "GET /officers": ({ADMINISTRATOR}, {}),
    "POST /officers": ({ADMINISTRATOR}, {}),
    "GET /officers/{number}": ({ADMINISTRATOR}, {}),
    "POST /officers/{number}/roles": ({ADMINISTRATOR}, {}),
    "POST /officers/{number}/link": ({ADMINISTRATOR}, {}),
    "POST /officers/{number}/{what}": ({ADMINISTRATOR}, {}),
    "GET /account": (SIGNED_IN, {}),
    "GET /account/choices": (SIGNED_IN, {}),
    "POST /account/choices": (SIGNED_IN, {}),
    "GET /account/password": (SIGNED_IN, {}),
    "POST /account/password": (SIGNED_IN, {}),
    "GET /account/second-factor": (SIGNED_IN, {}),
    "POST /account/second-factor": (SIGNED_IN, {}),
    "POST /account/recovery-codes": (SIGNED_IN, {}),
    "POST /account/sessions/end": (SIGNED_IN, {"handle": "others"}),
    "GET /prove": (SIGNED_IN, {}),
    "POST /prove": (SIGNED_IN, {}),
    "POST /sign-out": (EVERYBODY, {}),
    "GET /sign-in": (EVERYBODY, {}),
    "POST /sign-in": (EVERYBODY, {}),
    "GET /sign-in/one-time": (EVERYBODY, {}),
    "POST /sign-in/one-time": (EVERYBODY, {}),
    "GET /sign-in/code": (EVERYBODY, {}),
    "POST /sign-in/code": (EVERYBODY, {}),
    "GET /sign-in/second-factor": (EVERYBODY, {}),
    "POST /sign-in/second-factor": (EVERYBODY, {}),
    "GET /sign-in/with/{name}": (EVERYBODY, {}),
    "GET /sign-in/from/{name}": (EVERYBODY, {}),
    "GET /signed-out/{name}": (EVERYBODY, {}),
    "GET /healthz": (EVERYBODY, {}),
}
TABLE: dict[str, Row] = {**_TICKET, **_OTHERS}
ANSWERS: dict[str, int] = {
    "GET /tickets/{reference}/messages/{number}/files/{place}": 404,
    "POST /views/{view_id}/remove": 404,
    "POST /programs/tokens/{number}/revoke": 404,
    "POST /programs/webhooks/{number}/{what}": 404,
    "POST /officers/{number}/link": 403,
    "POST /officers/{number}/{what}": 404,
    "GET /sign-in/with/{name}": 404,
    "GET /sign-in/from/{name}": 404,
    "GET /signed-out/{name}": 404,
    "GET /sign-in/code": 303,
    "POST /sign-in/code": 303,
    "GET /sign-in/second-factor": 303,
    "POST /sign-in/second-factor": 303,
    "POST /sign-in": 403,
    "POST /sign-in/one-time": 403,
    "POST /account/recovery-codes": 403,
    "POST /prove": 401,
}
"""What looks like a refusal, and is none: who may ask for what is not there, or sends what is not right, is told so."""
TICKETS = frozenset(_TICKET)

PROVED: dict[str, dict[str, Any]] = {
    "GET /tickets/{reference}/case.pdf": {},
    "GET /tickets/{reference}/unseal": {},
    "POST /tickets/{reference}/unseal": {},
    "POST /tickets/{reference}/lift": {"officer": "kim@nhs.test", "reason": "x"},
    "POST /tickets/{reference}/open-up": {},
    "POST /tickets/{reference}/restrict": {"officers": "kim@nhs.test"},
    "POST /tickets/{reference}/hold": {"lift": "yes"},
    "GET /held/{number}/raw": {},
    "GET /dashboard/{name}.csv": {},
    "GET /programs": {},
    "POST /programs/tokens": {},
    "POST /programs/tokens/{number}/revoke": {},
    "POST /programs/webhooks": {},
    "POST /programs/webhooks/{number}/{what}": {},
    "GET /officers": {},
    "POST /officers": {},
    "GET /officers/{number}": {},
    "POST /officers/{number}/roles": {},
    "POST /officers/{number}/link": {},
    "POST /officers/{number}/{what}": {},
    "GET /account/second-factor": {},
    "POST /account/second-factor": {},
    "POST /account/recovery-codes": {},
    "POST /account/password": {},
}
"""What takes data out, opens who wrote, lifts protection or changes rights: it takes a fresh proof. Nothing else does.

With each form stands what is sent that needs it; the ticket is restricted and on hold.
"""

CALLS: dict[str, tuple[str, set[str]]] = {
    "GET /tickets": ("tickets:read", READS),
    "GET /tickets/{reference}": ("tickets:read", READS),
    "POST /tickets/{reference}/decisions": ("decisions:write", WORKS),
    "GET /search": ("search:read", READS),
    "GET /statistics": ("statistics:read", READS),
    "GET /token": ("", SIGNED_IN),
}
"""Call of the interface -> the scope that it takes, and the officers behind a token for whom it then works."""


def sees(reader: str, ticket: str) -> bool:
    """Whether a ticket, by the word that stands in it, is there for a reader."""
    return reader in READ_BY[ticket]
