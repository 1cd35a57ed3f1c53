"""Addresses of gates (under /redeem/)."""

from django.urls import path

from bundles.gates import partner_views, views
from bundles.vouchers.views import gate

urlpatterns = [
    path("", gate, {"template": "gates/redeem.html"}, name="redeem"),
    path("gate/", views.shell, name="gate"),
    path("gate.webmanifest", views.web_manifest, name="gate-manifest"),
    path("sw.js", views.service_worker, name="gate-service-worker"),
    path("pair/", views.pair, name="gate-pair"),
    path("pair/claim/", views.claim, name="gate-claim"),
    path("list/", views.listing, name="gate-list"),
    path("scans/", views.scans, name="gate-scans"),
    path("gates/", partner_views.gates, name="gates"),
    path("gates/new/", partner_views.new, name="gate-new"),
    path("gates/code/", partner_views.code, name="gate-code"),
    path("gates/<int:pk>/revoke/", partner_views.revoke, name="gate-revoke"),
]
