"""The verbs of gates: pairing, taking scans, deciding cases."""

from bundles.gates.actions.deciding import close_scan, drop_proposal, propose_payer, settle_conflict
from bundles.gates.actions.pairing import make_code, pair_gate, pair_with_code, revoke_gate
from bundles.gates.actions.syncing import take_scans

__all__ = [
    "close_scan", "drop_proposal", "make_code", "pair_gate", "pair_with_code", "propose_payer", "revoke_gate",
    "settle_conflict", "take_scans",
]  # fmt: skip
