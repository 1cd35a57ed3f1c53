"""Addresses of the storefront; the home page, stories, notices and legal pages are Wagtail pages."""

from django.urls import include, path

from malls.storefront import my, my_withdrawal, views

urlpatterns = [
    path("theme.css", views.theme, name="theme"),
    path("products/", views.products, name="products"),
    path("products/<str:slug>/", views.product, name="product"),
    path("search/", views.search, name="search"),
    path("my/", my.home, name="my"),
    path("my/orders/", my.orders, name="my-orders"),
    path("my/orders/<str:number>/", my.order, name="my-order"),
    path("my/orders/<str:number>/confirm/", my.confirm, name="my-order-confirm"),
    path("my/orders/<str:number>/give-back/", my_withdrawal.withdraw, name="my-order-withdraw"),
    path("my/orders/<str:number>/give-back/take-back/", my_withdrawal.take_back, name="my-order-withdraw-take-back"),
    path("", include("malls.customers.urls")),
    path("", include("ui.urls")),
]
