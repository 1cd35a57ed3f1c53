import pytest

from tenants.people.duties import Duty
from tests.factories.malls import a_merchant, a_product
from tests.factories.town import staff

RESULTS = "/cms/snippets/choose/catalog/product/results/"


@pytest.mark.parametrize(
    ("words", "found"),
    [("고추장", 1), ("복희 고추장", 1), ("복희", 2), ("영희", 0), ("%", 0), ("", 2)],
)
def test_a_product_is_found_by_its_name_and_its_shop(mall, words, found):
    shop = a_merchant(name="복희네 데모")
    a_product(shop, name="찹쌀고추장")
    a_product(shop, name="된장")
    mall.force_login(staff("editor", "CHOOSE", Duty.BUNDLES))
    page = mall.get(RESULTS, {"q": words}).content.decode()
    assert page.count("data-chooser-modal-choice") == found
