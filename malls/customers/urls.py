"""Addresses of accounts."""

from django.urls import path

from malls.customers import views

urlpatterns = [
    path("login/", views.log_in, name="login"),
    path("logout/", views.log_out, name="logout"),
    path("signup/", views.sign_up, name="signup"),
    path("password/", views.reset, name="password-reset"),
    path("password/<str:uid>/<str:token>/", views.new_password, name="password-new"),
    path("my/addresses/", views.addresses, name="my-addresses"),
    path("my/addresses/new/", views.address, name="my-address-new"),
    path("my/addresses/<int:pk>/", views.address, name="my-address"),
    path("my/addresses/<int:pk>/remove/", views.address_remove, name="my-address-remove"),
    path("my/account/", views.account, name="my-account"),
    path("my/account/news/", views.marketing, name="my-marketing"),
    path("my/account/leave/", views.leave, name="my-leave"),
]
