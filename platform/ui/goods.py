"""Which objects stand for which goods: Korean words in names and categories choose a still life. Pure."""
# ruff: noqa: E501  Hangul counts double

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from ui.still_life import MOST, STATURE, drawings


@dataclass(frozen=True, slots=True)
class StillLife:
    """A still life by its ingredients; `path` is its address under /art/ and names it completely."""

    family: str
    icons: tuple[str, ...]
    seed: int = 0

    @property
    def path(self) -> str:
        """For example `/art/jang/onggi+gochu-7.svg`."""
        return f"/art/{self.family}/{'+'.join(self.icons)}-{self.seed}.svg"


# The first word that occurs in a name decides, so finer words stand before coarser ones: (words, family, objects).
WORDS: tuple[tuple[str, str, str], ...] = (
    ("고추장불고기 앞다리 불고기", "meat", "cut-of-meat crock-red"),
    ("비빔밥", "jang", "bowl-with-spoon crock-red"),
    ("약과 한과 강정 유과", "snack", "cookie moon-cake"),
    ("장아찌", "veg", "jar-pickle"),
    ("고추장 쌈장 초장", "jang", "crock-red gochu"),
    ("된장 청국장 막장", "jang", "crock-brown beans"),
    ("메주", "jang", "meju beans"),
    ("간장게장 게장", "sea", "crab onggi-dark"),
    ("간장 액젓 어간장", "jang", "bottle-soy"),
    ("식초", "jang", "bottle-amber"),
    ("고춧가루 청결고추 풋고추 고추", "jang", "gochu-pair"),
    ("도자기 다관 찻잔", "craft", "celadon-pot celadon-cup"),
    ("옹기 장독 항아리", "craft", "onggi"),
    ("복분자즙 복분자청 포도즙", "fruit", "bottle-berry blueberries"),
    ("복분자 오디 블루베리", "fruit", "blueberries jar-berry"),
    ("매실청 매실액", "fruit", "bottle-green lime"),
    ("매실", "fruit", "lime"),
    ("사과즙", "fruit", "bottle-apple red-apple"),
    ("감귤칩 귤칩", "fruit", "tangerine cookie"),
    ("감귤즙 귤즙 한라봉즙 당근즙", "fruit", "bottle-amber tangerine"),
    ("배즙 도라지", "tea", "bottle-amber pear"),
    ("황기차 옥수수수염차 메밀차 뽕잎차 보리차 둥굴레", "tea", "pouch-herb celadon-cup"),
    ("유자차 유자청 레몬청 귤청", "fruit", "jar-yuja lemon"),
    ("녹차라떼 말차 가루녹차", "tea", "glass-of-milk pouch-tea"),
    ("초콜릿", "snack", "chocolate-bar"),
    ("카스텔라 케이크 빵", "snack", "bread"),
    ("양갱", "snack", "chocolate-bar"),
    ("생면 국수 칼국수 막국수", "grain", "steaming-bowl"),
    ("동백꽃차 꽃차", "tea", "hibiscus celadon-cup"),
    ("녹차 우전 세작 중작 홍차 발효차 티백 찻잎 차밭 찻", "tea", "pouch-tea celadon-cup"),
    ("식혜 수정과 미숫가루", "tea", "bottle-white glass-of-milk"),
    ("막걸리 탁주 전통주 소주 와인", "fruit", "sake bottle-white"),
    ("인절미 찹쌀떡 오메기 송편 떡 부꾸미 전병", "snack", "tteok dango"),
    ("꿀빵 호두과자 만쥬", "snack", "moon-cake custard"),
    ("꿀고구마 고구마", "veg", "roasted-sweet-potato"),
    ("벌꿀 꿀", "snack", "honey-pot honeybee"),
    ("잼 병조림", "fruit", "jar-peach peach"),
    ("황도 복숭아 자두 살구", "fruit", "peach cherries"),
    ("사과", "fruit", "red-apple green-apple"),
    ("단감 곶감 반건시 홍시 대봉", "fruit", "persimmon"),
    ("딸기", "fruit", "strawberry"),
    ("포도 샤인머스캣", "fruit", "grapes"),
    ("참다래 키위", "fruit", "kiwi-fruit"),
    ("유자 레몬", "fruit", "lemon"),
    ("한라봉 천혜향 레드향 카라향 하귤 청귤 감귤 귤", "fruit", "tangerine"),
    ("토마토", "veg", "tomato"),
    ("멜론 참외", "fruit", "melon"),
    ("나주배 햇배", "fruit", "pear"),
    ("햅쌀 올벼쌀 현미 쌀", "grain", "pouch-grain sheaf-of-rice cooked-rice"),
    ("찰옥수수 옥수수 강냉이", "grain", "ear-of-corn"),
    ("서리태 검은콩 메주콩 콩", "grain", "pouch-bean beans"),
    ("메밀 수수 기장 잡곡 보리 들깨 참깨 귀리", "grain", "pouch-grain sheaf-of-rice"),
    ("참기름 들기름", "grain", "bottle-amber"),
    ("알밤 밤", "grain", "chestnut"),
    ("땅콩", "grain", "peanuts"),
    ("호두 잣", "grain", "chestnut"),
    ("동굴", "trip", "national-park admission-tickets"),
    ("대게빵", "snack", "bread crab"),
    ("대게 홍게 꽃게 게살 대게살", "sea", "crab"),
    ("문어 낙지 주꾸미", "sea", "octopus"),
    ("오징어 한치", "sea", "squid"),
    ("생굴 각굴 굴밥 굴젓 굴김치 굴국밥 훈제굴 급랭 굴 굴 ", "sea", "oyster"),
    ("멸치 새우젓", "sea", "anchovy pouch-sea"),
    ("새우", "sea", "shrimp"),
    ("꼬막 바지락 조개 홍합 가리비 모시조개 재첩", "sea", "clam"),
    ("전복", "sea", "abalone"),
    ("소라 보말 고둥 멍게 해삼 성게", "sea", "spiral-shell"),
    ("지주식 조미김 돌김 김밥 곱창김 매생이 미역 다시마 톳 해초 감태 파래 우뭇가사리", "sea", "gim herb"),
    ("어묵", "sea", "shrimp"),
    ("젓갈 식해 젓", "sea", "onggi-dark salt"),
    (
        "고등어 갈치 조기 굴비 가자미 도다리 참돔 자리돔 볼락 장어 옥돔 전어 과메기 명태 황태 생선 물회",
        "sea",
        "mackerel",
    ),
    ("순대", "meat", "sundae"),
    ("삼겹살 오겹살 목살 돔베 흑돼지 녹돈 돼지", "meat", "bacon cut-of-meat"),
    ("한우 불고기 소고기 국거리 사골 곰탕", "meat", "cut-of-meat"),
    ("삼계탕 닭", "meat", "pot-of-food poultry-leg"),
    ("유정란 달걀 계란", "snack", "egg basket"),
    ("치즈 요거트 우유", "snack", "glass-of-milk"),
    ("김치 배추", "veg", "napa crock-red"),
    ("월동무 알타리 동치미 콜라비", "veg", "radish"),
    ("송이버섯 송이", "veg", "matsutake"),
    ("표고 느타리 버섯", "veg", "brown-mushroom matsutake"),
    ("더덕 인삼 황기 오가피 약초", "veg", "ginger-root pouch-herb"),
    ("생강", "veg", "ginger-root"),
    ("마늘", "veg", "garlic"),
    ("양파 쪽파 대파", "veg", "onion"),
    ("햇감자 감자 옹심이", "veg", "potato"),
    ("당근", "veg", "carrot"),
    ("브로콜리", "veg", "broccoli"),
    ("오이", "veg", "cucumber"),
    ("호박", "veg", "bell-pepper"),
    ("시금치 상추 깻잎 쌈채소 쑥갓", "veg", "leafy-green"),
    ("곤드레 산나물 나물 고사리 취나물 명이 어수리 봄동 쑥", "veg", "herb basket"),
    ("비누", "craft", "soap"),
    ("오일 화장품 크림 로션", "craft", "lotion-bottle hibiscus"),
    ("나전 자개 거울", "craft", "mirror"),
    ("누비 파우치 지갑", "craft", "purse thread"),
    ("손수건 찻수건 삼베 스카프 한지", "craft", "scarf thread"),
    ("도마 수저 나무 목공", "craft", "wood spoon"),
    ("입장권 체험권 관람권 이용권 식사권 승차권", "trip", "admission-tickets"),
    ("레일바이크 기차 열차 모노레일", "trip", "railway-car admission-tickets"),
    ("케이블카 스카이워크", "trip", "aerial-tramway"),
    ("요트 유람선", "trip", "sailboat"),
    ("나들이 여행 걷는", "trip", "hiking-boot basket"),
    ("밀키트 전골 찌개 국밥 죽 탕 국 볶음 조림", "meat", "pot-of-food"),
    ("반찬 도시락", "veg", "bento-box"),
    ("쿠키 과자 간식 튀각", "snack", "cookie"),
    ("라떼 커피 음료 즙", "tea", "cup-with-straw"),
    ("선물", "snack", "wrapped-gift"),
)

# What a category stands for when the name says nothing: slug or Korean word → family and companions.
FAMILIES: tuple[tuple[str, str, str], ...] = (
    ("jang 장류 장", "jang", "onggi crock-brown gochu bottle-soy garlic"),
    ("jeol 장아찌 김치", "veg", "jar-pickle napa garlic"),
    ("ferm 식초 발효", "jang", "bottle-amber onggi persimmon"),
    (
        "crab fish sea seaweed oyster dry shell haenyeo 해산물 생선 건어물 멸치 굴 조개 해조 미역 대게 해녀",
        "sea",
        "mackerel clam gim",
    ),
    ("teafood tea drink 차 음료 즙", "tea", "celadon-pot pouch-tea celadon-cup"),
    ("citrus 감귤", "fruit", "tangerine basket bottle-amber"),
    ("fruit 과일 복숭아", "fruit", "peach red-apple basket"),
    ("grain 쌀 잡곡 옥수수 곡식", "grain", "pouch-grain sheaf-of-rice"),
    ("meat 축산 순대 흑돼지 정육", "meat", "cut-of-meat onion"),
    ("meal 밀키트", "meat", "pot-of-food steaming-bowl"),
    ("snack 떡 한과 간식 빵 꿀빵", "snack", "tteok cookie celadon-cup"),
    ("craft life 생활 공예 나전 목공", "craft", "onggi scarf spoon"),
    ("side 반찬 젓갈", "veg", "onggi-dark bento-box garlic"),
    ("herb mount namul 약초 산나물 송이", "veg", "basket herb ginger-root"),
    ("farm veg island 농산물 채소 밭작물", "veg", "napa carrot potato"),
    ("trip 체험 관광 여행", "trip", "admission-tickets hiking-boot national-park"),
)
COMPANIONS = {
    "jang": "onggi garlic gochu crock-cream beans onion onggi-dark", "tea": "celadon-pot celadon-cup leaf-fluttering-in-wind", "sea": "clam salt gim lemon pouch-sea spiral-shell",
    "fruit": "basket blossom leaf-fluttering-in-wind jar-peach", "grain": "cooked-rice sheaf-of-rice pouch-grain basket", "veg": "basket garlic onion herb tomato", "meat": "onion garlic gochu leafy-green",
    "snack": "celadon-cup cookie wrapped-gift blossom", "craft": "thread blossom", "trip": "hiking-boot national-park",
}  # fmt: skip


ENOUGH = 3  # objects make a still life
SMALL = 0.64  # what is smaller comes in twos


def still_life(name: str, *, category: str = "", contents: Iterable[str] = ()) -> StillLife:
    """The still life of a product or bundle: its own word first, then what is inside, then what fits its family."""
    contents = list(contents)
    chosen: list[str] = []
    family = _family(category)
    chosen_by_hand = bool(contents) and all(one in drawings() for one in contents)
    for text in contents if chosen_by_hand else (*contents, name):
        if text == name and len(chosen) >= ENOUGH - 1:
            break  # what is inside says enough
        found = _spoken(text)
        if found is not None:
            family = family or found[0]
            _add(chosen, found[1], limit=1 if contents else 2)
    seed = zlib.crc32(name.encode()) % 100
    if len(chosen) == 1 and STATURE.get(chosen[0], 1) < SMALL:
        chosen *= 2
    family, usual = _usual(family, category)
    for extra in _turned((*usual, *COMPANIONS[family].split()), seed):
        if len(chosen) >= ENOUGH:
            break
        _add(chosen, (extra,), limit=1)
    return StillLife(family, tuple(chosen[:MOST]), seed)


def _spoken(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Family and objects of the first word that a text contains; an object's own name stands for itself."""
    if text in drawings():
        return _family_of(text), (text,)
    for words, family, icons in WORDS:
        if any(word in text for word in words.split()):
            return family, tuple(icons.split())
    return None


def _family(category: str) -> str:
    for words, family, _icons in FAMILIES:
        if category and category in words.split():
            return family
    for words, family, _icons in FAMILIES:
        if category and any(word in category for word in words.split() if not word.isascii()):
            return family
    return ""


def _usual(family: str, category: str) -> tuple[str, tuple[str, ...]]:
    """The family and what usually stands there; a name without any known word gets the category's objects."""
    for words, own, icons in FAMILIES:
        if category and (category in words.split() or any(w in category for w in words.split() if not w.isascii())):
            return family or own, tuple(icons.split())
    return family or "snack", ()


def _family_of(icon: str) -> str:
    """The family in which an object is at home."""
    for _words, family, icons in (*FAMILIES, *WORDS):
        if icon in icons.split():
            return family
    return ""


def _turned(icons: tuple[str, ...], seed: int) -> tuple[str, ...]:
    """The same objects beginning elsewhere, so that like goods do not look alike."""
    at = seed % len(icons)
    return icons[at:] + icons[:at]


def _add(chosen: list[str], icons: Iterable[str], *, limit: int) -> None:
    """Add up to `limit` objects that do not stand there yet."""
    fresh = [icon for icon in icons if icon not in chosen]
    chosen.extend(fresh[:limit])
