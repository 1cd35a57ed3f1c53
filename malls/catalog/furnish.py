"""The shelves of a new mall. Staff may rename and add; running again only adds what is missing."""

from malls.catalog.models import Category, Family

SHELVES = (
    ("jang", "장류·발효", Family.JANG, "고추장, 된장, 간장과 식초"),
    ("tea", "차·음료", Family.TEA, "잎차와 티백, 즙과 음료"),
    ("sea", "수산물", Family.SEA, "바다에서 온 신선식품과 건어물"),
    ("fruit", "과일", Family.FRUIT, "제철 과일과 말린 과일"),
    ("grain", "쌀·잡곡", Family.GRAIN, "쌀과 잡곡, 국수"),
    ("veg", "채소·버섯", Family.VEG, "나물과 버섯, 뿌리채소"),
    ("meat", "축산물", Family.GRAIN, "고기와 달걀, 유제품"),
    ("side", "반찬·밀키트", Family.JANG, "반찬과 젓갈, 간편식"),
    ("snack", "간식·선물", Family.FRUIT, "빵과 과자, 잼과 한과"),
    ("etc", "그 밖의 상품", Family.GRAIN, "고을의 다른 상품"),
)


def furnish() -> None:
    """Put up the shelves. Safe to run again."""
    for position, (slug, name, family, description) in enumerate(SHELVES, 1):
        Category.objects.get_or_create(
            slug=slug, defaults={"name": name, "family": family, "description": description, "position": position * 10}
        )
