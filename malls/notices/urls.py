"""Addresses of what a resident was told."""

from django.urls import path

from malls.notices import views

urlpatterns = [
    path("notices/", views.index, name="my-notices"),
    path("notices/way/", views.way, name="my-notice-way"),
    path("notices/<int:pk>/", views.letter, name="my-notice"),
]
