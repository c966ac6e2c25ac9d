"""Facts about documents: their words come out; what hangs, grows or lies is ended and said to be unreadable."""

import io
import zipfile
import zlib

import docx
import pytest

from channels.extracting import Document, Unreadable, words_of


def pdf(*lines: str) -> bytes:
    """A PDF of one page with these lines."""
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    stream = f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    body = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + (
        b"xref\n0 5\n0000000000 65535 f \n%strailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
        % (table, len(body))
    )


def word(*paragraphs: str, cells: tuple[str, ...] = ()) -> bytes:
    """A Word file with these paragraphs, and a table of one row."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if cells:
        table = document.add_table(rows=1, cols=len(cells))
        for number, cell in enumerate(cells):
            table.cell(0, number).text = cell
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def read(data: bytes, kind: Document, *, seconds: float = 20, megabytes: int = 512) -> str:
    return words_of(data, kind, seconds=seconds, megabytes=megabytes)


def test_the_words_of_a_pdf() -> None:
    assert read(pdf("The on-call phone rang out.", "Nobody came."), "pdf").split("\n") == [
        "The on-call phone rang out.",
        "Nobody came.",
    ]


def test_the_words_of_a_word_file_with_its_tables_in_their_place() -> None:
    words = read(word("Dates – all nights", cells=("3 May", "alone")), "docx")
    assert words == "Dates – all nights\n3 May\talone"


@pytest.mark.parametrize(("data", "words"), [("naïve".encode(), "naïve"), ("naïve".encode("cp1252"), "naïve")])
def test_the_words_of_a_text_file(data: bytes, words: str) -> None:
    assert read(data, "text") == words


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_what_is_no_document_is_unreadable(kind: Document) -> None:
    with pytest.raises(Unreadable):
        read(b"%PDF-1.4 and nothing else", kind)


def test_a_file_that_unpacks_to_gigabytes_is_unreadable() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed, zipfile.ZipFile(io.BytesIO(word("x"))) as whole:
        for name in whole.namelist():
            packed.writestr(name, b" " * 900_000_000 if name == "word/document.xml" else whole.read(name))
    with pytest.raises(Unreadable):
        read(kept.getvalue(), "docx")


def test_a_pdf_that_unpacks_to_gigabytes_is_unreadable() -> None:
    bomb = zlib.compress(zlib.compress(b"(x) Tj " * 40_000_000))
    stream = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (len(bomb), bomb)
    whole = pdf("x")
    begin, end = whole.index(b"4 0 obj\n") + 8, whole.index(b"\nendobj\nxref")
    with pytest.raises(Unreadable):
        read(whole[:begin] + stream + whole[end:], "pdf", seconds=4, megabytes=300)


def test_what_takes_too_long_is_ended() -> None:
    with pytest.raises(Unreadable):
        read(pdf(*("line" for _ in range(200_000))), "pdf", seconds=0.01)
