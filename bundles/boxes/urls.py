"""Addresses of my boxes."""

from django.urls import path

from bundles.boxes import views

urlpatterns = [
    path("boxes/", views.index, name="my-boxes"),
    path("boxes/<int:pk>/", views.detail, name="my-box"),
    path("boxes/<int:pk>/swap/<int:component>/", views.swap, name="swap-component"),
    path("boxes/<int:pk>/swap/<int:component>/undo/", views.undo, name="undo-swap"),
    path("boxes/<int:pk>/add/<int:add_on>/", views.add, name="add-to-box"),
    path("boxes/<int:pk>/add/<int:add_on>/take-out/", views.take_out, name="take-out-of-box"),
    path("boxes/<int:pk>/question/<int:share>/", views.question, name="box-question"),
    path("subscriptions/<int:pk>/when-out-of-stock/", views.policy, name="stock-policy"),
]
