"""All pages but the chat: the way in, the form, coming back with a code, privacy, help, and leaving."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response

from intake.dialogue.understanding import code_in, names_a_report
from intake.webchat.parts import Site, SiteParts, forget, form_facts, page, token_of
from intake.webchat.sending import Draft, problems_of, send
from intake.webchat.talking import Files, Long, Short
from models.ticket import TicketState
from storage.store import StoreError

router = APIRouter()
ASIDE = (("provider", "Where it happened"), ("specialty", "Specialty or department"), ("when", "When it happened"))
"""Fields of the form that become lines below the text, and what stands before them there."""
CHOICES = {"risk": ("yes", "no", "unsure"), "identity": ("named", "confidential", "anonymous")}
Field = Annotated[str, Form(max_length=2_000)]


@router.get("/")
def show_start(request: Request, site: SiteParts) -> Response:
    """The way in."""
    return page(request, "start.html", {"going_on": bool(token_of(request)), "team": site.voice.settings["team"]})


@router.get("/form")
def show_form(request: Request, site: SiteParts) -> Response:
    """The form on one page."""
    return page(request, "form.html", {"going_on": bool(token_of(request)), "given": {}, **form_facts(site)})


@router.post("/form")
def send_form(
    request: Request,
    site: SiteParts,
    *,
    token: Short = "",
    work: Short = "",
    text: Long = "",
    provider: Field = "",
    specialty: Field = "",
    when: Field = "",
    risk: Short = "",
    identity: Short = "",
    name: Field = "",
    contact: Field = "",
    files: Files = None,
) -> Response:
    """Everything at once: a report of its own, and what is still open is asked in the chat."""
    given = {"provider": provider, "specialty": specialty, "when": when, "risk": risk, "identity": identity}
    given |= {"name": name, "contact": contact}
    draft = Draft(
        token=token,
        work=work,
        text=whole_text(text, given) if text.strip() else "",
        told=told_of(given),
        files=tuple(files or ()),
        anew=True,
    )

    def show(facts: dict[str, Any], status: int) -> Response:
        return page(request, "form.html", {"text": text, "given": given, **facts}, status=status)

    problems = form_problems(site, draft, given)
    if problems:
        return show({"problems": problems, **form_facts(site, token)}, 422)
    return send(request, site, draft, show)


def form_problems(site: Site, draft: Draft, given: dict[str, str]) -> dict[str, str]:
    """What has to be put right in the form first: field -> sentence."""
    problems = problems_of(site, draft)
    if not draft.text and not problems:  # files alone say too little for a form
        problems = {"text": "Write what happened"}
    if given["identity"] in ("named", "confidential") and not (given["name"].strip() or given["contact"].strip()):
        problems |= {"name": "Give a name or a way to reach you, or choose Anonymous"}
    return problems


def whole_text(text: str, given: dict[str, str]) -> str:
    """What happened, with the short answers below it."""
    lines = [f"{words}: {given[name].strip()}" for name, words in ASIDE if given[name].strip()]
    return "\n\n".join(part for part in (text.strip(), "\n".join(lines)) if part)


def told_of(given: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """The answers that fill slots of the dialogue. Somebody who stays anonymous gives no name."""
    told = {name: answer for name, answer in given.items() if name != "when" and answer.strip()}
    for name, choices in CHOICES.items():
        if told.get(name) not in choices:
            told.pop(name, None)
    if told.get("identity", "anonymous") == "anonymous":
        told.pop("name", None)
        told.pop("contact", None)
    # Its empty fields are answers, too: the place and the specialty are not asked for again.
    return tuple({"provider": "", **told}.items())


@router.get("/return")
def show_return(request: Request, site: SiteParts) -> Response:
    """Reference and code."""
    return page(request, "return.html", form_facts(site))


@router.post("/return")
def come_back(
    request: Request, site: SiteParts, *, token: Short = "", work: Short = "", reference: Short = "", code: Short = ""
) -> Response:
    """Try a reference with a code, as the chat would. Only their form is looked at here, so that nothing is told."""

    def show(facts: dict[str, Any], status: int) -> Response:
        return page(request, "return.html", {"reference": reference, "code": code, **facts}, status=status)

    typed = f"{reference.strip()} {code.strip()}"
    if code_in(typed) is None:
        problems = {
            "reference": "Type the reference as it was shown, such as QM-7K3F-2R",
            "code": "Type all 25 digits of the code",
        }
        return show({"problems": problems, **form_facts(site, token)}, 422)
    asked = names_a_report(typed)

    def landed(conversation_id: int) -> Response | None:
        why = _not_opened(site, conversation_id, asked)
        return show({"problems": {"reference": why}, **form_facts(site)}, 422) if why else None

    return send(request, site, Draft(token=token, work=work, text=typed), show, landed)


def _not_opened(site: Site, conversation_id: int, reference: str) -> str:
    """What we answered to a reference with a code that did not open its report; empty when it did, or may yet."""
    with site.store.read() as tx:
        if tx.transcripts.is_waited_for(conversation_id):
            return ""
        opened = {one.reference for one in tx.conversations.tickets(conversation_id)}
        replies = tx.transcripts.replies(conversation_id, limit=1)
    return "" if reference in opened or not replies else replies[-1].reply.text


@router.get("/privacy")
def show_privacy(request: Request, site: SiteParts) -> Response:
    """The privacy notice in short, and what this page keeps."""
    return page(request, "privacy.html", {"notice": site.says("PRIV.short")})


@router.get("/help")
def show_help(request: Request, site: SiteParts) -> Response:
    """Where somebody can turn now."""
    return page(request, "help.html", {"people": site.says("HUMAN"), "support": site.says("SUPPORT")})


@router.get("/have-it")
def show_have_it(request: Request) -> Response:
    """The same message came before."""
    return page(request, "have_it.html")


@router.get("/leave")
def leave(site: SiteParts) -> Response:
    """Away from here at once, and nothing of us stays in the browser."""
    response = RedirectResponse(site.settings.leave_to, status_code=303)
    forget(site, response)
    return response


@router.post("/end")
def end(site: SiteParts, request: Request, anyway: Short = "") -> Response:
    """End the chat in this browser. What was sent stays sent; who could not come back to it is asked first."""
    token = token_of(request)
    found = site.find(token)
    if found is None:
        response: Response = RedirectResponse("/ended", status_code=303)
        forget(site, response)
        return response
    reports = reports_of(site, found)
    if not anyway and any(one.open and not one.code for one in reports):
        return page(request, "no_code.html", form_facts(site))
    with site.store.write() as tx:
        newest = tx.transcripts.newest(found)
        tx.transcripts.fetched(found, up_to=newest, secrets=True, now=site.clock())
    # Shown at once and not at an address of its own: no reference may stay in the list of pages visited.
    response = page(request, "ended.html", {"reports": reports})
    forget(site, response)
    return response


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """A report of a chat that ends: whether it is still open, and whether a code leads back to it."""

    reference: str
    open: bool
    code: bool


def reports_of(site: Site, conversation_id: int) -> tuple[Ending, ...]:
    """The reports that a conversation is about; one whose link is cut is not among them."""
    with site.store.read() as tx:
        return tuple(
            Ending(
                reference=one.reference,
                open=one.state != TicketState.CLOSED,
                code=tx.codes.hash_of(one.reference) is not None,
            )
            for one in tx.conversations.tickets(conversation_id)
        )


@router.get("/end")
def end_again() -> Response:
    """Somebody loads the page again after they ended the chat, or before they chose."""
    return RedirectResponse("/chat", status_code=303)


@router.get("/ended")
def show_ended(request: Request) -> Response:
    """The chat has ended here."""
    return page(request, "ended.html")


@router.get("/healthz")
def health(site: SiteParts) -> Response:
    """Whether messages can be taken in."""
    try:
        site.store.is_current()
    except StoreError:
        return PlainTextResponse("not ready", status_code=503)
    return PlainTextResponse("ready")
