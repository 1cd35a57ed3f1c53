"""Several workers send at once: each fact is one worker's."""

import threading

from django.db import connection

from malls.notices.actions import send_notices
from malls.notices.channels import Delivered, Parcel
from malls.notices.channels.post import Post
from malls.notices.models import Letter, Notice
from malls.payments.gateways.memory import MemoryGateway
from tenants.municipalities.door import inside
from tests.bundles.world import NOON, offer, subscribed


def test_four_workers_tell_each_fact_once(scratch):
    sold = offer()
    for _number in range(12):
        subscribed(sold, MemoryGateway())
    Notice.objects.exclude(kind="charged").delete()
    sent: list[str] = []
    start = threading.Barrier(4)

    class Carrier:
        def send(self, parcel: Parcel) -> Delivered:
            sent.append(parcel.key)
            return Delivered("email")

        def close(self) -> None:
            """Nothing to hang up."""

    def work() -> None:
        with inside(scratch):
            start.wait()
            send_notices(at=NOON, post=Post(Carrier()))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(sent), len(set(sent)), Letter.objects.count()) == (12, 12, 12)
    assert set(Notice.objects.values_list("outcome", flat=True)) == {"sent"}
