"""알림톡, SMS and LMS through a provider's HTTP interface, shaped as Korean message providers shape theirs.

One address takes one message: `POST {base}/v1/messages` with `requestId` (repeating it repeats the answer), receiver,
sender and either a 알림톡 (profile, template code, text) with the SMS or LMS that goes out when the receiver has no
KakaoTalk, or that SMS or LMS alone. `code` "0000" means taken.
"""

import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from malls.notices.channels import Answer, Delivered, NotDelivered, Parcel
from malls.notices.models import Channel, MessageAccount
from malls.notices.rules import LMS_BYTES, cut_to, phone_form

TAKEN = "0000"
TIMEOUT_SECONDS = 10
LATER = (408, 429)
"""Statuses below 500 after which asking again helps."""
TITLE_BYTES = 40


class PhoneMessages:
    """One municipality's account. `requestId` makes handing over again harmless, so nothing is left in doubt."""

    def __init__(self, base: str, account: MessageAccount) -> None:
        self._address = f"{base.rstrip('/')}/v1/messages"
        self._account = account

    def send(self, parcel: Parcel) -> Answer:
        """Ask the provider to take it."""
        body = message_of(parcel, self._account)
        try:
            said = self._post(body)
        except HTTPError as error:
            is_final = error.code < 500 and error.code not in LATER  # noqa: PLR2004  the server's own troubles
            return NotDelivered(f"HTTP {error.code}", is_final=is_final)
        except (OSError, HTTPException, ValueError) as error:
            return NotDelivered(f"{type(error).__name__}: {error}"[:300], is_final=False)
        if said.get("code") != TAKEN:
            return NotDelivered(f"{said.get('code')} {said.get('message', '')}".strip()[:300], is_final=True)
        return Delivered(CHANNELS[body["type"]], str(said.get("messageId", ""))[:100])

    def close(self) -> None:
        """Each letter is a call of its own."""

    def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._account.api_key}", "Content-Type": "application/json"}
        request = Request(self._address, json.dumps(body).encode(), headers, method="POST")  # noqa: S310  the machine's own setting
        with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310  likewise
            said = json.load(answer)
        return said if isinstance(said, dict) else {}


CHANNELS = {"AT": Channel.ALIMTALK.value, "SMS": Channel.SMS.value, "LMS": Channel.LMS.value}


def message_of(parcel: Parcel, account: MessageAccount) -> dict[str, Any]:
    """What is posted: a 알림톡 where a template was approved, with what stands in for it; else that alone."""
    common = {"requestId": parcel.key, "to": parcel.to, "from": account.sender}
    plain = _plain(parcel)
    if not (account.profile and parcel.template_code):
        return {**common, **plain}
    templated = {"type": "AT", "profile": account.profile, "templateCode": parcel.template_code, "text": parcel.text}
    return {**common, **templated, "fallback": plain}


def _plain(parcel: Parcel) -> dict[str, str]:
    form = phone_form(parcel.text)
    text = cut_to(parcel.text, LMS_BYTES)
    return {"type": form, "text": text, **({"title": cut_to(parcel.title, TITLE_BYTES)} if form == "LMS" else {})}
