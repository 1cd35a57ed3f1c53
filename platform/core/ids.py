"""Codes that people read aloud and type: no look-alike letters, one check character."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"


def check_character(body: str) -> str:
    """The check character of a code's body: weighted sum over the alphabet, finds any single slip and most swaps."""
    total = sum((position + 2) * ALPHABET.index(letter) for position, letter in enumerate(body))
    return ALPHABET[total % 29]


def new_code(length: int = 12) -> str:
    """A random code of `length` characters, the last being the check character."""
    number = secrets.randbelow(len(ALPHABET) ** (length - 1))
    body = ""
    for _ in range(length - 1):
        number, letter = divmod(number, len(ALPHABET))
        body += ALPHABET[letter]
    return body + check_character(body)


def read_code(text: str) -> str | None:
    """A typed code in its stored form, or None when it cannot be one. Spaces, hyphens and case do not matter."""
    code = "".join(text.upper().split()).replace("-", "")
    if len(code) <= 1 or any(letter not in ALPHABET for letter in code):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def spaced(code: str) -> str:
    """A code in groups of four, as printed."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))
