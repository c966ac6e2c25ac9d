"""Fetching and sending by Microsoft Graph, over real HTTP, beyond what the contract of all channels says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from channels.base import Refused, Retry, Unavailable
from channels.email.graph import GraphSettings
from channels.email.graph_sender import GraphSender
from channels.email.imap_settings import Taken
from channels.email.mime import read
from channels.email.oauth import MsalTokens, OAuthSettings
from models.message import RawMessage
from tests.authority import CLIENT, SECRET, Authority, authority
from tests.certificates import Certificate, certificate
from tests.channels.graph_tried import TOKEN, FixedToken, graph_mailbox, graph_settings
from tests.channels.posts import mail, never, subjects
from tests.channels.test_submission import outgoing
from tests.graph import BOX, PAGE, Fault, SmallGraph, small_graph

SOON = format_datetime(datetime.now(UTC) + timedelta(minutes=50), usegmt=True)


@pytest.fixture
def graph() -> Iterator[SmallGraph]:
    with small_graph() as found:
        yield found


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Authority, Certificate]]:
    made = certificate(tmp_path_factory.mktemp("authority"), "localhost")
    with authority(made, BOX) as known:
        yield known, made


@pytest.fixture
def sender(graph: SmallGraph) -> Iterator[GraphSender]:
    found = GraphSender(graph_settings(graph))
    yield found
    found.close()


def fetch(server: SmallGraph, kept: list[RawMessage], /, **facts: object) -> Taken:
    with graph_mailbox(server, **facts).open() as box:
        return box.take_in(kept.append, never)


def test_a_mail_is_taken_byte_for_byte_under_its_immutable_id_and_stays_unread(graph: SmallGraph) -> None:
    raw = mail() + b"\x00\xff\r\n.\r\n"
    stored = [graph.arrive(raw), graph.arrive(mail(), is_read=True)]
    kept: list[RawMessage] = []
    assert fetch(graph, kept) == Taken(kept=2)
    assert (kept[0].channel, kept[0].account, kept[0].key, kept[0].raw) == ("graph", "main/INBOX", stored[0].id, raw)
    assert [one.is_read for one in stored] == [False, True]
    assert (graph.contents(), len(graph.contents("Processed"))) == ([], 2)


def test_every_page_is_taken_though_what_is_taken_moves_out(graph: SmallGraph) -> None:
    numbers = [f"{number}" for number in range(2 * PAGE + 1)]
    for number in numbers:
        graph.arrive(mail(number))
    kept: list[RawMessage] = []
    fetch(graph, kept)
    assert subjects(kept) == numbers


def test_no_token_goes_to_a_server_that_a_page_names(graph: SmallGraph) -> None:
    graph.next_page_elsewhere = "https://elsewhere.test"
    for _ in range(PAGE + 1):
        graph.arrive(mail())
    with pytest.raises(Unavailable, match="names another server"):
        fetch(graph, [])


def test_folders_below_folders_are_found_and_made_and_made_again(graph: SmallGraph) -> None:
    graph.folders["shared"] = ("Concerns", "")
    names = {"folder": "Concerns", "processed": "Inbox done/O'Brien's", "held": "Inbox done/Held"}
    kept: list[RawMessage] = []
    box = graph_mailbox(graph, **names)
    with box.open() as folder:
        graph.arrive(mail("first"), folder="shared")
        folder.take_in(kept.append, never)
        for gone in [one for one, (name, _) in graph.folders.items() if name == "O'Brien's"]:
            del graph.folders[gone]
        graph.arrive(mail("second"), folder="shared")
        folder.take_in(kept.append, never)
    assert subjects(kept) == ["first", "second"]
    assert [name for name, above in graph.folders.values() if above] == ["Held", "O'Brien's"]
    assert subjects([kept[1]]) == [read(raw).subject for raw in graph.contents("O'Brien's")]


def test_a_folder_to_fetch_from_that_is_not_there_is_said(graph: SmallGraph) -> None:
    with pytest.raises(Unavailable, match="there is no folder 'Concerns'"):
        fetch(graph, [], folder="Concerns")


def test_what_is_no_mail_and_what_is_too_big_is_held_and_stays_whole(graph: SmallGraph) -> None:
    big = mail("a film", "y" * 70 + "\r\n" + ("x" * 70 + "\r\n") * 60)
    graph.arrive(b"\x01\xfe\xff these bytes are no mail")
    graph.arrive(big)
    kept: list[RawMessage] = []
    assert fetch(graph, kept, max_bytes=3_000) == Taken(kept=2, held=2)
    assert subjects(kept[1:]) == ["a film"]
    assert b"yyy" not in kept[1].raw
    assert "we take 3,000 bytes" in str(kept[1].held)
    assert graph.contents("Held")[1] == big


def test_in_a_read_only_mailbox_nothing_is_moved_or_made_and_nothing_comes_twice(graph: SmallGraph) -> None:
    kept: list[RawMessage] = []

    def known(_channel: str, _account: str, keys: list[str]) -> frozenset[str]:
        return frozenset(keys) & {message.key for message in kept}

    graph.arrive(mail("first"))
    box = graph_mailbox(graph, read_only=True, known=known)
    for _ in range(2):
        with box.open() as folder:
            folder.take_in(kept.append, never)
    graph.arrive(mail("second"))
    fetch(graph, kept, read_only=True, known=known)  # after a restart
    assert subjects(kept) == ["first", "second"]
    assert (len(graph.contents()), list(graph.folders)) == (2, ["in"])
    assert not [call for call in graph.calls if call.startswith("POST")]


@pytest.mark.parametrize(
    ("told", "least", "most"),
    [("17", 17, 17), (SOON, 60, 3_000), ("999999", 3_600, 3_600), ("Fri, 01 Jan 2021 00:00:00 GMT", 0, 0)],
    ids=("seconds", "a moment", "too many seconds", "a moment long ago"),  # the clock in a name parts two workers
)
def test_how_long_graph_asks_us_to_stay_away_is_heeded(
    graph: SmallGraph, sender: GraphSender, told: str, least: int, most: int
) -> None:
    graph.arrive(mail())
    for path in ("messages", "sendMail"):
        graph.faults.append(Fault(on=path, status=429, code="TooManyRequests", headers={"Retry-After": told}))
    with pytest.raises(Unavailable, match=r"answered 429 \(TooManyRequests\)") as away:
        fetch(graph, [])
    with pytest.raises(Retry) as later:
        sender.send(outgoing())
    for after in (away.value.after, later.value.after):
        assert after is not None
        assert least <= after.total_seconds() <= most


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_graph_that_is_away_loses_nothing(graph: SmallGraph, status: int) -> None:
    graph.arrive(mail())
    kept: list[RawMessage] = []
    box = graph_mailbox(graph, patience=2)
    for on in ("inbox/messages", "in/messages", "$value", "move"):
        graph.faults.append(Fault(on=on, status=status, times=2))
    for _ in range(12):
        try:
            with box.open() as folder:
                folder.take_in(kept.append, never)
        except Unavailable:
            continue
    assert {message.key for message in kept} == {graph.mails[0].id}
    assert kept[0].held is None or status == 500
    assert graph.contents() == []


def test_a_mail_that_graph_cannot_give_delays_none_and_in_the_end_a_person_gets_its_header(graph: SmallGraph) -> None:
    broken = graph.arrive(mail("corrupted"))
    graph.arrive(mail("behind it"))
    graph.faults.append(Fault(on=f"{broken.id}/$value", code="ErrorMimeContentConversionFailed", times=0))
    kept: list[RawMessage] = []
    box = graph_mailbox(graph, patience=2)
    for _ in range(2):
        with pytest.raises(Unavailable, match="1 mails could not be fetched"), box.open() as folder:
            folder.take_in(kept.append, never)
    with box.open() as folder:
        assert folder.take_in(kept.append, never) == Taken(kept=1, held=1)
    assert subjects(kept) == ["behind it", "corrupted"]
    assert (len(graph.contents("Processed")), len(graph.contents("Held"))) == (1, 1)


def test_a_line_that_breaks_while_a_mail_is_moved_brings_it_under_its_old_key(graph: SmallGraph) -> None:
    graph.arrive(mail())
    keys: list[str] = []
    for cut in ("before", "after"):
        graph.faults.append(Fault(on="move", cut=cut))
    box = graph_mailbox(graph)
    for _ in range(2):
        with pytest.raises(Unavailable, match="moving failed"), box.open() as folder:
            folder.take_in(lambda message: keys.append(message.key), never)
    with box.open() as folder:
        folder.take_in(lambda message: keys.append(message.key), never)
    assert (len(set(keys)), len(graph.contents("Processed"))) == (1, 1)


def test_a_token_that_is_refused_before_its_time_is_renewed(
    graph: SmallGraph, trusted: tuple[Authority, Certificate], tmp_path: Path
) -> None:
    known, made = trusted
    tokens = MsalTokens(
        OAuthSettings(
            authority=known.url,
            client_id=CLIENT,
            user=BOX,
            scopes=("https://graph.test/.default",),
            secret=SECRET,
            ca_file=made.chain,
        )
    )
    graph.any_token, graph.good = False, known.good
    graph.arrive(mail("before"))
    kept: list[RawMessage] = []
    settings = GraphSettings(user=BOX, tokens=tokens, url=graph.url)
    fetch(graph, kept, graph=settings)
    known.good.clear()  # somebody revokes all that were given
    graph.arrive(mail("after"))
    fetch(graph, kept, graph=settings)
    assert subjects(kept) == ["before", "after"]
    assert len([form for form in known.asked if form.get("grant_type") == "client_credentials"]) == 2


def test_a_token_that_is_refused_again_and_rights_that_are_missing_are_said(
    graph: SmallGraph, sender: GraphSender
) -> None:
    tokens = FixedToken()
    graph.any_token = False
    with pytest.raises(Unavailable, match=r"answered 401 \(InvalidAuthenticationToken\)"):
        fetch(graph, [], graph=graph_settings(graph, tokens=tokens))
    assert (tokens.refused, len(graph.calls)) == (1, 2)
    graph.any_token = True
    graph.faults.append(Fault(on="sendMail", status=403, code="ErrorAccessDenied"))
    with pytest.raises(Retry, match=r"answered 403 \(ErrorAccessDenied\)") as denied:
        sender.send(outgoing())
    assert TOKEN not in str(denied.value)


def test_our_mail_goes_as_the_mime_that_we_composed(graph: SmallGraph, sender: GraphSender) -> None:
    sender.check()
    sender.send(outgoing())
    sent = read(graph.sent[0])
    assert (sent.message_id, sent.subject) == (outgoing().message_id, outgoing().subject)
    assert (sent.text.strip(), b"Auto-Submitted: auto-replied" in graph.sent[0]) == (outgoing().text.strip(), True)


def test_a_mail_that_may_have_gone_goes_again_under_the_same_message_id(graph: SmallGraph, sender: GraphSender) -> None:
    graph.faults += [Fault(on="sendMail", cut="after"), Fault(on="sendMail", status=400, code="ErrorInvalidRequest")]
    with pytest.raises(Retry) as unsure:
        sender.send(outgoing())
    assert unsure.value.maybe_delivered
    with pytest.raises(Refused):
        sender.send(outgoing())
    sender.send(outgoing())
    assert len({read(raw).message_id for raw in graph.sent}) == 1
    assert len(graph.sent) == 2


def test_neither_mail_nor_token_crosses_a_network_without_tls() -> None:
    for url in ("http://graph.test/v1.0", "ftp://127.0.0.1/"):
        with pytest.raises(ValueError, match="needs TLS"):
            GraphSettings(user=BOX, tokens=FixedToken(), url=url.replace("127.0.0.1", "graph.test"))
