"""The carriers of the municipality that is being served: the resident's wish first, e-mail when that cannot be."""

from dataclasses import dataclass, replace

from django.conf import settings

from malls.customers.models import Resident
from malls.notices.channels import Answer, Carrier, NotDelivered, Parcel
from malls.notices.channels.mail import Mail
from malls.notices.channels.phone import PhoneMessages
from malls.notices.models import MessageAccount, Way
from malls.notices.queries import way_of


@dataclass(frozen=True, slots=True)
class Post:
    """E-mail, and phone messages where the mall has an account."""

    mail: Carrier
    phone: Carrier | None = None

    def deliver(self, parcel: Parcel, resident: Resident) -> tuple[Answer, str]:
        """Hand a letter over; the answer, and where it went."""
        number = resident.user.phone
        if self.phone and number and way_of(resident) == Way.PHONE:
            answer = self.phone.send(replace(parcel, to=number))
            if not (isinstance(answer, NotDelivered) and answer.is_final):
                return answer, number
        return self.mail.send(replace(parcel, to=resident.user.email)), resident.user.email

    def close(self) -> None:
        """Hang up."""
        self.mail.close()
        if self.phone:
            self.phone.close()


def open_post() -> Post:
    """The carriers of this mall."""
    account = MessageAccount.objects.first() if settings.ENV.message_api_base else None
    return Post(Mail(), PhoneMessages(settings.ENV.message_api_base, account) if account else None)
