"""What may be shown of a person in a list. Pure."""


def masked_name(name: str) -> str:
    """김하늘 → 김*늘, 김솔 → 김*."""
    if len(name) < 3:  # noqa: PLR2004  two letters keep only the first
        return name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def masked_email(email: str) -> str:
    """haneul@example.kr → ha****@example.kr."""
    local, at, domain = email.partition("@")
    return local[:2] + "*" * max(len(local) - 2, 1) + at + domain


def masked_phone(digits: str) -> str:
    """01012345678 → 010-****-5678."""
    return f"{digits[:3]}-****-{digits[-4:]}" if len(digits) > 8 else "*" * len(digits)  # noqa: PLR2004
