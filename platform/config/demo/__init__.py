"""Invented towns that show what the house does: merchants, goods, bundles, people and three months of life.

Everything is marked 데모 and refused outside demo and test machines.
"""
