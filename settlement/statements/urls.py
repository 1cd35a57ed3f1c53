"""Public addresses of settlement: the check page that the QR code of a statement opens."""

from django.urls import path

from settlement.statements import views

urlpatterns = [path("check/<str:number>/", views.check, name="statement-check"),
               path("check/<str:number>", views.check)]  # fmt: skip
