"""A municipality's own words, and its account for phone messages. Every wording stays as a row: who, when, what."""

from datetime import datetime

from django.db import transaction

from core.actor import Actor
from malls.notices.kinds import Kind
from malls.notices.models import MessageAccount, Wording
from malls.notices.queries import Words, mall_address, words_of
from malls.notices.rules import check_wording

ONLY = 1


@transaction.atomic
def save_wording(kind: Kind, title: str, text: str, *, template_code: str = "", by: Actor, at: datetime) -> Wording:
    """Word a kind anew from now on; refused with the variable that is wrong. The same words again are no new row."""
    title, text = title.strip(), text.replace("\r\n", "\n").strip()
    check_wording(kind, title, text, mall_address())
    now = words_of([kind])[kind.name]
    newest = Wording.objects.filter(kind=kind.name).first()
    if newest and (now.title, now.text, now.template_code) == (title, text, template_code):
        return newest
    if (title, text) == (str(kind.title), str(kind.text)):
        title = text = ""
    return _keep(kind, Words(title, text, template_code), by, at)


def reset_wording(kind: Kind, *, by: Actor, at: datetime) -> Wording | None:
    """Go back to the house's words. Those already: nothing happens."""
    newest = Wording.objects.filter(kind=kind.name).first()
    if newest is None or not (newest.text or newest.template_code):
        return newest
    return _keep(kind, Words("", ""), by, at)


def save_account(api_key: str, sender: str, profile: str) -> MessageAccount:
    """Send phone messages with this account from now on."""
    account, _made = MessageAccount.objects.update_or_create(
        pk=ONLY, defaults={"api_key": api_key, "sender": sender, "profile": profile}
    )
    return account


def _keep(kind: Kind, words: Words, by: Actor, at: datetime) -> Wording:
    return Wording.objects.create(
        kind=kind.name, title=words.title, text=words.text, template_code=words.template_code, at=at,
        by_name=by.name, by_user_id=by.user_id,
    )  # fmt: skip
