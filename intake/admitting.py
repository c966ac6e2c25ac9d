"""Which officer it is that a provider has let in, and whether the desk lets them in, too. Denied unless it is said."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from intake.settings.providers import ProviderConfig
from models.audit import Act, Action
from models.officer import Officer
from models.rights import Role
from storage.store import Store, StoreError, Transaction

LONGEST_NAME = 200


class NotAdmitted(Exception):
    """The desk does not let this person in. The text is a word for the audit chain, not for the person."""


def admit(store: Store, clock: Callable[[], datetime], provider: ProviderConfig, claims: Mapping[str, Any]) -> Officer:
    """The officer whose account this is, with the roles that the provider gives if it gives any.

    An account belongs to an officer by issuer and subject. The first time it finds its officer by a checked e-mail
    address, or makes one where the settings say so. Raises NotAdmitted.
    """
    roles = _roles(provider, claims)
    if roles is not None and not roles:
        raise NotAdmitted("no role")
    try:
        with store.write() as tx:
            officer = tx.sign_ins.of_outside(provider.issuer, claims["sub"])
            if officer is None:
                officer = _first_time(tx, clock, provider, claims, roles)
            if not officer.active:
                raise NotAdmitted("locked")
            if roles is not None and roles != officer.roles:
                _change_roles(tx, clock, provider, officer, roles)
            found = tx.officers.by_email(officer.email)
    except StoreError as fault:
        if fault.retry:
            raise
        raise NotAdmitted("last administrator") from None
    assert found is not None
    return found


def _roles(provider: ProviderConfig, claims: Mapping[str, Any]) -> frozenset[Role] | None:
    """The roles that the claim gives; None when the settings leave them to the desk."""
    if not provider.roles:
        return None
    said = claims.get(provider.roles_claim, ())
    values = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    return frozenset(role for value in values if isinstance(value, str) for role in provider.roles.get(value, ()))


def _first_time(
    tx: Transaction,
    clock: Callable[[], datetime],
    provider: ProviderConfig,
    claims: Mapping[str, Any],
    roles: frozenset[Role] | None,
) -> Officer:
    email = claims.get(provider.email_claim)
    if not isinstance(email, str) or email.count("@") != 1 or len(email) > LONGEST_NAME or not email.isprintable():
        raise NotAdmitted("no address")
    if claims.get("email_verified") is not True and not provider.trust_email:
        raise NotAdmitted("address not checked")
    officer = tx.officers.by_email(email)
    if officer is None:
        if not provider.create_accounts or not roles:
            raise NotAdmitted("no account")
        name = claims.get("name")
        name = name[:LONGEST_NAME] if isinstance(name, str) and name.strip() else email.partition("@")[0]
        officer = tx.officers.add(email=email, name=name, roles=roles, at=clock())
        tx.audit.append(_act(clock, provider, Action.OFFICER_ADDED, officer.email, roles=sorted(roles)))
    if not tx.sign_ins.link_outside(officer.id, provider.issuer, claims["sub"], clock()):
        raise NotAdmitted("taken")
    tx.audit.append(_act(clock, provider, Action.OUTSIDE_ACCOUNT_LINKED, officer.email))
    return officer


def _change_roles(
    tx: Transaction, clock: Callable[[], datetime], provider: ProviderConfig, officer: Officer, roles: frozenset[Role]
) -> None:
    tx.officers.set_roles(officer.id, roles)
    tx.officers.end_sessions(officer.id)
    detail = {"before": sorted(officer.roles), "after": sorted(roles)}
    tx.audit.append(_act(clock, provider, Action.OFFICER_ROLES_CHANGED, officer.email, **detail))


def _act(clock: Callable[[], datetime], provider: ProviderConfig, action: Action, subject: str, **detail: Any) -> Act:
    return Act(at=clock(), actor=f"sign-in by {provider.name}", action=action, subject=subject, detail=detail)
