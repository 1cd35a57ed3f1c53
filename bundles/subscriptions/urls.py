"""Addresses of my subscriptions."""

from django.urls import path

from bundles.subscriptions import views
from bundles.subscriptions.questions import QUESTIONS

NAMES = {
    "skip": "skip-box",
    "unskip": "unskip-box",
    "address": "subscription-address",
    "card": "subscription-card",
    "take-back": "take-back-cancellation",
}
"""Names of addresses that are not simply what is done with the subscription."""

urlpatterns = [
    path("subscriptions/", views.index, name="my-subscriptions"),
    path("subscriptions/<int:pk>/", views.detail, name="my-subscription"),
    path("subscriptions/<int:pk>/history/", views.history, name="subscription-history"),
    path("subscriptions/<int:pk>/cancel/", views.cancel, name="cancel-subscription"),
    path("subscriptions/<int:pk>/price/", views.price, name="agree-to-price"),
    *(
        path(
            f"subscriptions/<int:pk>/{'boxes/<int:cycle>/' if question.of_box else ''}{name.removeprefix('box-')}/",
            views.change,
            {"name": name},
            name=NAMES.get(name, name if question.of_box else f"{name}-subscription"),
        )
        for name, question in QUESTIONS.items()
        if name != "cancel"
    ),
]
