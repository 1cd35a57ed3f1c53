"""The providers' doors, under /webhooks/."""

from django.urls import path

from malls.payments import views

urlpatterns = [
    path("stripe/", views.stripe_webhook, name="stripe-webhook"),
    path("korean/", views.korean_webhook, name="korean-webhook"),
]
