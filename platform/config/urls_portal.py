"""Addresses of the operators' portal: the directory of malls and the console."""

from django.urls import include, path

from tenants.people import views as people

handler500 = "config.outage.server_error"
urlpatterns = [
    path("invitation/<str:token>/", people.invitation, name="invitation"),
    path("second-factor/", include("tenants.people.urls")),
    path("", include("tenants.console.urls")),
    path("", include("ui.urls")),
]
