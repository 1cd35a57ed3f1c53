"""Promotions and the shares of those who fund them."""
