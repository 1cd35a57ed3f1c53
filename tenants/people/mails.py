"""The mail that carries an invitation."""

import smtplib

from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages

from tenants.people.models import User
from ui.shell import shell_of


def send_invitation(request: HttpRequest, user: User, token: str) -> None:
    """Send the single-use link to its owner and nobody else; tell who asked whether the mail server took it."""
    known = {
        "name": str(user),
        "email": user.email,
        "mall": shell_of(request).name,
        "link": request.build_absolute_uri(reverse("invitation", args=[token])),
        "by": str(request.user),
    }
    text = render_to_string("people/invitation_mail.txt", known)
    try:
        send_mail(_("[%(mall)s] Invitation to work with us") % known, text, None, [user.email])
    except (OSError, smtplib.SMTPException):
        messages.error(request, _("The mail could not be sent. Send the invitation again in a few minutes."))
    else:
        messages.success(request, _("The invitation went to %(email)s. It is valid for 7 days.") % known)
