"""Municipalities, their people, the operators' console. Law: nothing of one municipality is readable from another."""
