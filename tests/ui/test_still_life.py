import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ui.cards import BundleCard, Picture, percent_off
from ui.goods import COMPANIONS, FAMILIES, WORDS, still_life
from ui.still_life import GROUNDS, MOST, art, drawings

CONTENT = Path(__file__).parents[2] / "platform/config/demo/data/content"
TOWNS = ("sunchang", "boseong", "yeongdeok", "jeongseon", "tongyeong", "jeju")


def test_art_is_the_same_for_the_same_goods():
    assert art(["onggi", "garlic"], "jang", 3) == art(["onggi", "garlic"], "jang", 3)


@pytest.mark.parametrize("family", GROUNDS)
def test_art_is_wellformed_and_without_clashing_ids(family):
    root = ET.fromstring(art(["garlic", "garlic", "onggi", "gochu", "crab"], family, 7))  # noqa: S314  our own drawing
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))


def test_unknown_objects_are_left_out():
    assert art(["no-such-thing", "garlic"], "veg") == art(["garlic"], "veg")


def test_every_object_of_the_word_lists_exists():
    named = {icon for _words, _family, icons in (*WORDS, *FAMILIES) for icon in icons.split()}
    named |= {icon for icons in COMPANIONS.values() for icon in icons.split()}
    assert named - set(drawings()) == set()


@pytest.mark.parametrize("town", TOWNS)
def test_every_bundle_of_the_demo_has_a_still_life_of_three_to_six(town):
    content = json.loads((CONTENT / f"{town}.json").read_text())
    for bundle in content["bundles"]:
        picture = still_life(
            bundle["name"], category=bundle["category"], contents=[c["product_name"] for c in bundle["components"]]
        )
        assert 3 <= len(picture.icons) <= MOST, bundle["name"]
        assert picture.family in GROUNDS
        assert set(picture.icons) <= set(drawings())


def test_goods_speak_before_their_category():
    assert still_life("찹쌀고추장", category="farm").icons[0] == "crock-red"


def test_objects_chosen_by_hand_stand_as_chosen():
    assert still_life("아무 이름", category="jang", contents=["onggi", "garlic", "beans"]).icons == (
        "onggi",
        "garlic",
        "beans",
    )


def test_a_name_without_any_known_word_gets_its_category():
    assert still_life("무명", category="sea").family == "sea"


def test_percent_off_is_rounded_down():
    card = BundleCard("/", "상자", "", 43_900, Picture("/x.svg"), list_price=50_000)
    assert card.percent_off == 12


@pytest.mark.parametrize(("price", "list_price"), [(100, 100), (120, 100), (100, 0)])
def test_there_is_no_cut_without_a_higher_list_price(price, list_price):
    assert percent_off(price, list_price) == 0
