"""Addresses of my subscriptions."""

from django.urls import path

from bundles.subscriptions import views

urlpatterns = [
    path("subscriptions/", views.index, name="my-subscriptions"),
    path("subscriptions/<int:pk>/", views.detail, name="my-subscription"),
    path("subscriptions/<int:pk>/boxes/<int:cycle>/skip/", views.skip, name="skip-box"),
    path("subscriptions/<int:pk>/boxes/<int:cycle>/unskip/", views.unskip, name="unskip-box"),
    path("subscriptions/<int:pk>/pause/", views.pause, name="pause-subscription"),
    path("subscriptions/<int:pk>/resume/", views.resume, name="resume-subscription"),
    path("subscriptions/<int:pk>/cancel/", views.cancel, name="cancel-subscription"),
    path("subscriptions/<int:pk>/take-back/", views.take_back, name="take-back-cancellation"),
    path("subscriptions/<int:pk>/address/", views.address, name="subscription-address"),
    path("subscriptions/<int:pk>/card/", views.card, name="subscription-card"),
    path("subscriptions/<int:pk>/price/", views.price, name="agree-to-price"),
]
