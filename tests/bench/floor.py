"""The reference page: the smallest honest listing in bare Django. Six ORM statements, thirty cards, no tenant, no session.

Run as `granian tests.bench.floor:application` with FLOOR_DATABASE (libpq words) and FLOOR_SCHEMA.
"""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from psycopg.conninfo import conninfo_to_dict

_words = conninfo_to_dict(os.environ["FLOOR_DATABASE"])
settings.configure(
    SECRET_KEY="floor",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": False}],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql", "NAME": _words["dbname"], "HOST": _words["host"],
            "PORT": _words.get("port", ""), "USER": _words.get("user", ""),
            "OPTIONS": {"options": f"-c search_path={os.environ['FLOOR_SCHEMA']}", "pool": {"min_size": 1, "max_size": 4}},
        }
    },
)  # fmt: skip
django.setup()


class Merchant(models.Model):
    name = models.CharField(max_length=100)

    class Meta:
        app_label, managed, db_table = "floor", False, "merchants_merchant"


class Product(models.Model):
    merchant = models.ForeignKey(Merchant, models.CASCADE)
    name = models.CharField(max_length=120)
    slug = models.CharField(max_length=120)
    price = models.BigIntegerField()

    class Meta:
        app_label, managed, db_table = "floor", False, "catalog_product"


class Stock(models.Model):
    product = models.OneToOneField(Product, models.CASCADE, primary_key=True)
    received = models.IntegerField()

    class Meta:
        app_label, managed, db_table = "floor", False, "catalog_stock"


class Category(models.Model):
    name = models.CharField(max_length=60)

    class Meta:
        app_label, managed, db_table = "floor", False, "catalog_category"


class Site(models.Model):
    hostname = models.CharField(max_length=255)

    class Meta:
        app_label, managed, db_table = "floor", False, "wagtailcore_site"


PAGE = """<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>{{ site.hostname }}</title></head><body>
<nav>{% for category in categories %}<a href="/c/{{ category.pk }}/">{{ category.name }}</a>{% endfor %}</nav><p>{{ count }}</p><ul>
{% for product in products %}<li class="card"><a href="/products/{{ product.slug }}/"><picture><source srcset="/art/{{ product.pk }}-320.svg 1x, /art/{{ product.pk }}-640.svg 2x">
<img src="/art/{{ product.pk }}.svg" alt="{{ product.name }}" width="320" height="240" loading="lazy"></picture><h2>{{ product.name }}</h2></a>
<p>{{ merchants|default:"" }}{{ product.merchant_name }}</p><p><b>{{ product.price }}</b> · {{ product.left }}</p>
<form method="post" action="/cart/"><input type="hidden" name="product" value="{{ product.pk }}"><label>수량 <input name="quantity" value="1"></label><button>담기</button></form></li>
{% endfor %}</ul></body></html>"""


def listing(request: HttpRequest) -> HttpResponse:
    site = Site.objects.first()
    categories = list(Category.objects.all())
    count = Product.objects.count()
    products = list(Product.objects.order_by("name")[:30])
    merchants = {one.pk: one for one in Merchant.objects.filter(pk__in={product.merchant_id for product in products})}
    stock = {one.pk: one for one in Stock.objects.filter(pk__in=[product.pk for product in products])}
    for product in products:
        product.merchant_name = merchants[product.merchant_id].name
        product.left = stock[product.pk].received
    context = {"site": site, "categories": categories, "count": count, "products": products}
    return HttpResponse(_template.render(context, request))


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


_template = engines["django"].from_string(PAGE)
urlpatterns = [path("", listing), path("healthz", healthz)]
application = get_wsgi_application()
