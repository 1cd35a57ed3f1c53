"""Addresses of the merchant's pages, under /merchant/."""

from django.urls import path

from malls.fulfillment import merchant_views as views

urlpatterns = [
    path("", views.today, name="merchant"),
    path("products/", views.products, name="merchant-products"),
    path("products/<int:pk>/stock/", views.stock, name="merchant-stock"),
    path("statements/", views.statements, name="merchant-statements"),
    path("statements/<str:number>/", views.paper, name="merchant-statement"),
]
