"""Composes the house: settings, addresses, background work, the command line. Imported by nothing."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
