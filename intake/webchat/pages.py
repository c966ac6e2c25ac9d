"""All pages but the chat: the way in, the form, coming back with a code, privacy, help, and leaving."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response

from intake.dialogue.understanding import code_in
from intake.webchat.parts import SiteParts, forget, form_facts, page, token_of
from intake.webchat.sending import Draft, problems_of, send
from intake.webchat.talking import Files, Long, Short
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

    if not text.strip() and not problems_of(site, draft):  # files alone say too little for a form
        return show({"problems": {"text": "Write what happened"}, **form_facts(site, token)}, 422)
    return send(request, site, draft, show)


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
    return send(request, site, Draft(token=token, work=work, text=typed), show)


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
def end(site: SiteParts, request: Request) -> Response:
    """End the chat in this browser. What was sent stays sent."""
    token = token_of(request)
    found = site.find(token)
    if found is not None:
        with site.store.write() as tx:
            newest = tx.transcripts.newest(found)
            tx.transcripts.fetched(found, up_to=newest, secrets=True, now=site.clock())
    response = RedirectResponse("/ended", status_code=303)
    forget(site, response)
    return response


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
