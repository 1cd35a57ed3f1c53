"""Merchants, goods, orders and money of one mall.

Law: an order's lines, discounts and shipping add up to its charge less its refunds.
"""
