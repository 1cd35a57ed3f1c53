"""Addresses of the portal."""

from django.urls import path

from tenants.console import views

urlpatterns = [
    path("", views.directory, name="directory"),
    path("console/", views.console, name="console"),
    path("console/open/", views.open_mall, name="console-open"),
    path("console/login/", views.ConsoleLogin.as_view(), name="console-login"),
    path("console/logout/", views.ConsoleLogout.as_view(), name="console-logout"),
    path("console/<slug:slug>/<slug:verb>/", views.move, name="console-move"),
]
