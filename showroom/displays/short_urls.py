"""Short addresses that stand on a wall (under /s/)."""

from django.urls import path

from showroom.displays import views

urlpatterns = [path("<str:code>", views.follow, name="showroom-follow"), path("<str:code>/", views.follow)]
