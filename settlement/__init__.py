"""Payees, earnings, periods, statements, payouts and won.

Law: what is posted is never changed, and every posting sums to zero.
"""
