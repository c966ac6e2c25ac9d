"""A real name server on this machine that knows a few TXT records, and one that never answers."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


@contextmanager
def name_server(records: Mapping[str, str], *, ttl: int = 60, asked: list[str] | None = None) -> Iterator[int]:
    """Answers for these names until the block ends; gives its port. What it was asked stands in `asked`."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        thread = Thread(target=_answer, args=(sock, records, ttl, [] if asked is None else asked), daemon=True)
        thread.start()
        try:
            yield sock.getsockname()[1]
        finally:
            sock.sendto(b"", sock.getsockname())
            thread.join(timeout=5)


@contextmanager
def silent_server() -> Iterator[int]:
    """Takes every question and answers none; gives its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()[1]


def _answer(sock: socket.socket, records: Mapping[str, str], ttl: int, asked: list[str]) -> None:
    while True:
        data, client = sock.recvfrom(4096)
        if not data:
            return
        question = dns.message.from_wire(data)
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.AA
        name = question.question[0].name
        asked.append(name.to_text(omit_final_dot=True).lower())
        text = records.get(asked[-1])
        if text is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            strings = " ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200))
            answer.answer.append(dns.rrset.from_text(name, ttl, "IN", "TXT", strings))
        sock.sendto(answer.to_wire(), client)
