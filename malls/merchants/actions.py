"""What staff do with merchants: take them in, review, approve, suspend; bank accounts need two people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from core.actor import Actor
from core.generation import raise_generation
from core.state import move_many
from malls.merchants.errors import BankCheckedByItself, NoBankAccount, NotApprovable
from malls.merchants.models import Merchant, MerchantState
from malls.merchants.payees import tell_settlement
from malls.merchants.rules import Change, changes_of, merchant_fields

BANK = frozenset({"bank_code", "account_no", "account_holder"})


@dataclass(slots=True)
class Tally:
    """What became of the rows that were written."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Approval:
    """Who was approved, and who waits with what is missing."""

    approved: list[Merchant] = field(default_factory=list)
    waiting: list[tuple[Merchant, list[str]]] = field(default_factory=list)


@transaction.atomic
def take_in_merchants(rows: Iterable[dict[str, object]], *, by: Actor) -> Tally:
    """Create or update merchants from clean values, known by business number. Writing the same twice changes nothing.

    Empty values never wipe what is there; a closed merchant stays as it is; a new account is unverified again.
    """
    wanted = {str(row["business_no"]): merchant_fields(row) for row in rows}
    there = {
        merchant.business_no: merchant
        for merchant in Merchant.objects.select_for_update().filter(business_no__in=wanted).order_by("pk")
    }
    new = [_new(fields, by) for number, fields in wanted.items() if number not in there]
    Merchant.objects.bulk_create(new)
    touched = _touch([(there[number], fields) for number, fields in wanted.items() if number in there], by)
    return Tally(len(new), len(touched), len(wanted) - len(new) - len(touched))


def _new(fields: dict[str, object], by: Actor) -> Merchant:
    return Merchant(**fields, bank_changed_by=by.user_id)


def _touch(pairs: Sequence[tuple[Merchant, dict[str, object]]], by: Actor) -> list[Merchant]:
    touched: list[Merchant] = []
    names: set[str] = set()
    for merchant, fields in pairs:
        changes = changes_of(merchant, fields)
        if not changes or merchant.state == MerchantState.CLOSED:
            continue
        _apply(merchant, changes, by)
        touched.append(merchant)
        names |= {change.field for change in changes} | {"bank_verified_at", "bank_changed_by"}
    if touched:
        Merchant.objects.bulk_update(touched, sorted(names), batch_size=500)
        tell_settlement([merchant for merchant in touched if merchant.approved_at], by=by)
    return touched


def _apply(merchant: Merchant, changes: Sequence[Change], by: Actor) -> None:
    for change in changes:
        setattr(merchant, change.field, change.new)
    if BANK & {change.field for change in changes}:
        merchant.bank_verified_at = None
        merchant.bank_changed_by = by.user_id


@transaction.atomic
def approve_merchants(merchants: Iterable[Merchant], *, by: Actor, at: datetime) -> Approval:
    """Approve everyone whose papers are complete; say what the others lack. Already approved ones are left alone."""
    approval = Approval()
    ready: list[Merchant] = []
    for merchant in merchants:
        if merchant.state not in {MerchantState.SUBMITTED, MerchantState.IN_REVIEW}:
            continue
        if merchant.missing:
            approval.waiting.append((merchant, merchant.missing))
        else:
            ready.append(merchant)
    move_many(Merchant, ready, MerchantState.IN_REVIEW, by=by, at=at)
    approval.approved.extend(move_many(Merchant, ready, MerchantState.APPROVED, by=by, at=at, approved_at=at))
    tell_settlement(approval.approved, by=by)
    return approval


@transaction.atomic
def approve_merchant(merchant: Merchant, *, by: Actor, at: datetime) -> Merchant:
    """Approve one; refuses with what is missing."""
    if merchant.missing:
        raise NotApprovable(merchant=merchant.name, missing=", ".join(merchant.missing))
    if merchant.state == MerchantState.SUBMITTED:
        merchant.move(MerchantState.IN_REVIEW, by=by, at=at)
    raise_generation()
    approved = merchant.move(MerchantState.APPROVED, by=by, at=at, approved_at=merchant.approved_at or at)
    tell_settlement([approved], by=by)
    return approved


@transaction.atomic
def submit_merchant(merchant: Merchant, *, by: Actor, at: datetime) -> Merchant:
    """Hand in, for the first time or again."""
    return merchant.move(MerchantState.SUBMITTED, by=by, at=at)


@transaction.atomic
def return_merchant(merchant: Merchant, *, why: str, by: Actor, at: datetime) -> Merchant:
    """Send back with the reason."""
    if merchant.state == MerchantState.SUBMITTED:
        merchant.move(MerchantState.IN_REVIEW, by=by, at=at)
    return merchant.move(MerchantState.RETURNED, by=by, at=at, why=why)


@transaction.atomic
def suspend_merchant(merchant: Merchant, *, why: str, by: Actor, at: datetime) -> Merchant:
    """Stop selling for a while."""
    raise_generation()
    return merchant.move(MerchantState.SUSPENDED, by=by, at=at, why=why)


@transaction.atomic
def close_merchant(merchant: Merchant, *, why: str, by: Actor, at: datetime) -> Merchant:
    """Leave for good. What is owed is still paid."""
    raise_generation()
    return merchant.move(MerchantState.CLOSED, by=by, at=at, why=why)


@transaction.atomic
def change_bank_account(
    merchant_id: int, bank_code: str, account_no: str, account_holder: str, *, by: Actor
) -> Merchant:
    """Set the account; payouts wait until a second person has verified it."""
    merchant = Merchant.objects.select_for_update().get(pk=merchant_id)
    said = {"bank_code": bank_code, "account_no": account_no, "account_holder": account_holder}
    if all(getattr(merchant, name) == value for name, value in said.items()):
        return merchant
    for name, value in said.items():
        setattr(merchant, name, value)
    merchant.bank_verified_at = None
    merchant.bank_changed_by = by.user_id
    merchant.save(update_fields=[*said, "bank_verified_at", "bank_changed_by"])
    _follow(merchant, by)
    return merchant


@transaction.atomic
def verify_bank_account(merchant_id: int, *, by: Actor, at: datetime) -> Merchant:
    """Confirm the account, by someone other than who entered it."""
    merchant = Merchant.objects.select_for_update().get(pk=merchant_id)
    if not merchant.account_no:
        raise NoBankAccount(merchant=merchant.name)
    if merchant.bank_changed_by and merchant.bank_changed_by == by.user_id:
        raise BankCheckedByItself
    if merchant.bank_verified_at is None:
        merchant.bank_verified_at = at
        merchant.save(update_fields=["bank_verified_at"])
        _follow(merchant, by)
    return merchant


def _follow(merchant: Merchant, by: Actor) -> None:
    """Settlement learns of an account once it knows the merchant."""
    if merchant.approved_at:
        tell_settlement([merchant], by=by)
