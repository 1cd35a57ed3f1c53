"""The access log."""

from datetime import datetime

from tenants.people.models import AccessRecord, User


def record_access(
    user: User | None, task: str, subject: str, *, at: datetime, address: str | None = None, reason: str = ""
) -> None:
    """Keep that someone saw or took personal data. `subject` names whose."""
    AccessRecord.objects.create(
        at=at,
        user_id=user.pk if user else None,
        user_name=str(user) if user else "system",
        address=address,
        task=task,
        subject=subject,
        reason=reason,
    )
