"""A resident's cards, under /my/."""

from django.urls import path

from malls.payments import views

urlpatterns = [
    path("payment-methods/", views.methods, name="my-payment-methods"),
    path("payment-methods/add/", views.add, name="my-payment-method-add"),
    path("payment-methods/back/<str:token>/", views.back, name="my-payment-method-back"),
    path("payment-methods/<int:pk>/replace/", views.replace, name="my-payment-method-replace"),
    path("payment-methods/<int:pk>/remove/", views.remove, name="my-payment-method-remove"),
]
