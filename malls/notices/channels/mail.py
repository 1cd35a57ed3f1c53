"""E-mail, over Django's backend."""

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected

from django.core.mail import EmailMessage, get_connection

from malls.notices.channels import Answer, Delivered, Doubtful, NotDelivered, Parcel
from malls.notices.models import Channel

FINAL = 500
"""From this answer on a mail server says no for good (RFC 5321 §4.2.1)."""


class Mail:
    """One connection for many letters."""

    def __init__(self) -> None:
        self._connection = get_connection()

    def send(self, parcel: Parcel) -> Answer:
        """A line that breaks after the letter was begun leaves doubt; what the server says does not."""
        try:
            self._connection.open()
        except (SMTPException, OSError) as error:
            return NotDelivered(_said(error), is_final=False)
        mail = EmailMessage(parcel.title, parcel.text, to=[parcel.to], headers={"Message-ID": f"<{parcel.key}>"})
        try:
            self._connection.send_messages([mail])
        except (SMTPServerDisconnected, TimeoutError) as error:
            self.close()
            return Doubtful(_said(error))
        except (SMTPException, OSError) as error:
            self.close()
            return NotDelivered(_said(error), is_final=_is_final(error))
        return Delivered(Channel.EMAIL)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def _is_final(error: Exception) -> bool:
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= FINAL for code, _said in error.recipients.values())
    return isinstance(error, SMTPResponseException) and error.smtp_code >= FINAL


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
