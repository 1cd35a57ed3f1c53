"""`goeul vouchers …`: the same actions as the gate."""

import click

from config.commands import JSON, MUNICIPALITY, Goeul, emit, example, in_municipality


@click.group()
def vouchers() -> None:
    """Redeem vouchers."""


@vouchers.command(cls=Goeul, epilog=example("goeul vouchers redeem ABCD-2345-EFGH --partner 3 --municipality sunchang"))
@click.argument("code")
@click.option("--partner", type=int, required=True, help="The partner's number.")
@click.option("--amount", type=int, help="Won, for an amount voucher.")
@MUNICIPALITY
@JSON
def redeem(code: str, partner: int, amount: int | None, municipality: str, as_json: bool) -> None:
    """Use one voucher at a partner. Refused with the reason when it cannot be used."""
    import secrets

    from bundles.vouchers.actions import redeem_voucher
    from core.actor import SYSTEM
    from core.clock import now
    from core.ids import spaced

    with in_municipality(municipality):
        done = redeem_voucher(code, partner, by=SYSTEM, at=now(), nonce=secrets.token_urlsafe(24), amount=amount)
    said = {"code": spaced(done.code), "name": done.name, "at": done.at.isoformat(), "redemption": done.redemption_id}
    emit({**said, "rest": done.rest}, as_json=as_json)


@vouchers.command("rotate-key", cls=Goeul, epilog=example("goeul vouchers rotate-key --municipality sunchang"))
@click.option("--why", default="", help="Why, for the record.")
@MUNICIPALITY
@JSON
def rotate(why: str, municipality: str, as_json: bool) -> None:
    """Sign new voucher tokens with a new key. Tokens printed before go on being accepted."""
    from bundles.vouchers.actions import rotate_key
    from core.actor import SYSTEM
    from core.clock import now

    with in_municipality(municipality):
        key = rotate_key(by=SYSTEM, at=now(), why=why)
    emit({"key": key.pk, "made_at": key.made_at.isoformat()}, as_json=as_json)
