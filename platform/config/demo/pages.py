"""What the storefront and the displays say."""

from datetime import date

from config.demo.content import Town


def write(town: Town, *, today: date) -> None:
    """Settings, stories, notices, exhibitions, playlist."""
    del town, today
