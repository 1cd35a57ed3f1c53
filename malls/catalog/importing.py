"""An office's list from file to merchants and products: read, show what would happen, write the valid rows."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from core.actor import Actor
from malls.catalog.actions import take_in_products
from malls.catalog.models import Product
from malls.catalog.rules import product_fields
from malls.merchants.actions import Tally, take_in_merchants
from malls.merchants.errors import ImportDone, ListForgotten
from malls.merchants.models import ListImport, Merchant
from malls.merchants.onboarding.lists import KINDS, OfficeList, read_list
from malls.merchants.onboarding.places import Home
from malls.merchants.onboarding.problems import REFUSED
from malls.merchants.onboarding.rows import Row
from malls.merchants.onboarding.rules import Known, refused_keys
from malls.merchants.rules import Change, changes_of, merchant_fields
from tenants.municipalities.registry import local_governments

NEW, CHANGED, SAME, LEFT = "new", "changed", "same", "left"

KEPT = timedelta(days=30)
"""How long an office's file rests (encrypted), so that its remarks can be taken away again."""


@dataclass(frozen=True, slots=True)
class Taker:
    """How an upper app takes rows of its kind: writing them, and what is there now with the fields a row would set."""

    take: Callable[[list[Row], Actor, datetime], Tally]
    compare: Callable[[Row], tuple[object | None, dict[str, object]]]


TAKERS: dict[str, Taker] = {}
"""By kind of row (`voucher`). Upper apps fill it in AppConfig.ready()."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What a row would do: create, change some fields, nothing, or be left out."""

    row: Row
    verb: str
    changes: tuple[Change, ...] = ()


@transaction.atomic
def import_list(data: bytes, file_name: str, *, by: Actor, at: datetime) -> ListImport:
    """Read a list and write its valid rows in one transaction. The same list again changes nothing."""
    office = read_office_list(data, file_name)
    return _write(_record(office, data, file_name, by=by, at=at), office, by=by, at=at)


def forget_lists(*, at: datetime) -> int:
    """Drop the content of lists that are older than `KEPT`; what came of them stays. How many were dropped."""
    return ListImport.objects.filter(at__lt=at - KEPT).exclude(content="").update(content="")


@transaction.atomic
def write_office_list(
    office: OfficeList, data: bytes, file_name: str, *, by: Actor, at: datetime
) -> dict[str, dict[str, object]]:
    """Write the valid rows of a list that was just read; the counts."""
    return summary(_write(_record(office, data, file_name, by=by, at=at), office, by=by, at=at))


def keep_list(data: bytes, file_name: str, *, by: Actor, at: datetime) -> ListImport:
    """Read a list and keep it for a person to confirm. Nothing of it is written yet."""
    record = _record(read_office_list(data, file_name), data, file_name, by=by, at=at)
    record.content = base64.b64encode(data).decode()
    record.save(update_fields=["content"])
    return record


@transaction.atomic
def commit_list(record_id: int, *, by: Actor, at: datetime) -> ListImport:
    """Write the valid rows of a kept list. A second call is refused and changes nothing."""
    record = ListImport.objects.select_for_update().get(pk=record_id)
    if record.is_committed:
        raise ImportDone
    return _write(record, open_list(record), by=by, at=at)


def _record(office: OfficeList, data: bytes, file_name: str, *, by: Actor, at: datetime) -> ListImport:
    return ListImport.objects.create(
        file_name=re.sub(r"[\x00-\x1f/\\]", "", file_name)[-200:],
        file_hash=hashlib.sha256(data).hexdigest(),
        by_name=by.name[:150],
        at=at,
        counts={"read": office.totals()},
    )


def _one_at_a_time() -> None:
    """Two lists of one municipality never write at the same moment: they may name the same merchant."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema() || %s))", [" imports a list"])


def _write(record: ListImport, office: OfficeList, *, by: Actor, at: datetime) -> ListImport:
    _one_at_a_time()
    written = {
        "merchant": take_in_merchants((dict(row.values) for row in _valid(office, "merchant")), by=by),
        "product": take_in_products(dict(row.values) for row in _valid(office, "product")),
    }
    for kind, taker in TAKERS.items():
        if rows := _valid(office, kind):
            written[kind] = taker.take(rows, by, at)
    totals = office.totals()
    record.counts = {
        "read": totals,
        "written": {kind: asdict(tally) for kind, tally in written.items() if kind in totals},
    }
    record.committed_at, record.refused = at, refusals_of(office)
    record.save(update_fields=["counts", "committed_at", "refused"])
    return record


def _valid(office: OfficeList, kind: str) -> list[Row]:
    return [row for row in office.of(kind) if row.importable]


def open_list(record: ListImport) -> OfficeList:
    """Read a kept list again, against what is known now."""
    if not record.content:
        raise ListForgotten
    return read_office_list(base64.b64decode(record.content), record.file_name)


def read_office_list(data: bytes, file_name: str) -> OfficeList:
    """Read a list as this municipality's."""
    return read_list(data, file_name, home=home(), known=known())


def home() -> Home | None:
    """Where we are: the name and province of the present municipality."""
    tenant = connection.tenant  # type: ignore[attr-defined]
    name, code = getattr(tenant, "name", ""), getattr(tenant, "code", "")
    governments = local_governments()
    province = governments.get(governments[code].parent_code) if code in governments else None
    return Home(name, province.name_ko if province else "") if name else None


def known() -> Known:
    """Shop names by business number, and the merchants that earlier lists refused."""
    names = dict(Merchant.objects.values_list("business_no", "name"))
    refused: set[str] = set()
    for keys in ListImport.objects.values_list("refused", flat=True)[:50]:
        refused |= {key for one in keys for key in one["keys"]}
    return Known(names, frozenset(refused - names.keys()))


def refusals_of(office: OfficeList) -> list[dict[str, object]]:
    """Refused merchants, by the words under which products name them."""
    accepted = {row.text("business_no") for row in _valid(office, "merchant")}
    return [
        {"row": f"{row.sheet} {row.number}".strip(), "keys": sorted(keys)}
        for row in office.of("merchant")
        if row.status == REFUSED and row.text("business_no") not in accepted and (keys := refused_keys(row))
    ]


def fates(office: OfficeList) -> list[Fate]:
    """What each row would do, compared with what is stored. Two queries for merchants and products, however many."""
    merchants = {merchant.business_no: merchant for merchant in Merchant.objects.all()}
    products = {
        (product.merchant.business_no, product.name, product.spec): product
        for product in Product.objects.select_related("merchant")
    }
    return [_fate(row, merchants, products) for row in office.rows]


def _fate(row: Row, merchants: dict[str, Merchant], products: dict[tuple[str, str, str], Product]) -> Fate:
    if not row.importable:
        return Fate(row, LEFT)
    there: object | None
    if row.kind == "merchant":
        there, fields = merchants.get(row.text("business_no")), merchant_fields(row.values)
    elif row.kind == "product":
        fields = product_fields(row.values)
        there = products.get((row.text("merchant_business_no"), str(fields["name"]), str(fields["spec"])))
    elif row.kind in TAKERS:
        there, fields = TAKERS[row.kind].compare(row)
    else:
        return Fate(row, LEFT)
    if there is None:
        return Fate(row, NEW)
    changes = changes_of(there, fields)
    return Fate(row, CHANGED if changes else SAME, tuple(changes))


def would_write(office: OfficeList) -> dict[str, dict[str, object]]:
    """What writing a list would come to, without writing."""
    words = {NEW: "created", CHANGED: "updated", SAME: "unchanged"}
    said = Counter((fate.row.kind, words[fate.verb]) for fate in fates(office) if fate.verb in words)
    return {
        kind: _flat(totals, {word: said[kind, word] for word in words.values()})
        for kind, totals in office.totals().items()
    }


def summary(record: ListImport) -> dict[str, dict[str, object]]:
    """What came of an import, flat: per kind rows by status, what was written, problems by code."""
    read, written = record.counts.get("read", {}), record.counts.get("written", {})
    return {kind: _flat(read[kind], written.get(kind, {})) for kind in KINDS if kind in read}


def _flat(totals: dict[str, Any], written: dict[str, int]) -> dict[str, object]:
    kept = ("data_rows", "ok", "repaired", "warning", "skipped", "refused", "importable")
    return {**{name: totals[name] for name in kept}, **written, "problems": totals["problem_counts"]}
