"""Banks: codes of the interbank network, the words offices write, and usual account lengths (unconfirmed; edit here)."""
# ruff: noqa: E501  Hangul counts double

import re

STANDARD: dict[str, str] = {
    "한국은행": "001", "산업은행": "002", "기업은행": "003", "국민은행": "004", "수협은행": "007", "수출입은행": "008",
    "농협은행": "011", "지역농축협": "012", "우리은행": "020", "SC제일은행": "023", "한국씨티은행": "027", "iM뱅크": "031",
    "부산은행": "032", "광주은행": "034", "제주은행": "035", "전북은행": "037", "경남은행": "039", "새마을금고": "045",
    "신협": "048", "저축은행": "050", "산림조합": "064", "우체국": "071", "하나은행": "081", "신한은행": "088",
    "케이뱅크": "089", "카카오뱅크": "090", "토스뱅크": "092",
}  # fmt: skip
NAMES: dict[str, str] = {code: name for name, code in STANDARD.items()}

ALIASES: dict[str, str] = {
    "한은": "001", "산업": "002", "kdb": "002", "kdb산업": "002", "kdb산업은행": "002", "한국산업은행": "002",
    "기업": "003", "ibk": "003", "ibk기업": "003", "ibk기업은행": "003", "중소기업은행": "003",
    "국민": "004", "kb": "004", "kb국민": "004", "kb국민은행": "004", "주택은행": "004",
    "수협": "007", "sh수협": "007", "sh수협은행": "007", "수협중앙회": "007", "sh": "007",
    "농협": "011", "nh": "011", "nh농협": "011", "nh농협은행": "011", "농협중앙회": "011", "nh은행": "011",
    "단위농협": "012", "지역농협": "012", "지역축협": "012", "축협": "012", "농축협": "012", "농·축협": "012",
    "회원농협": "012", "지역농·축협": "012", "상호금융": "012", "지역농협축협": "012", "농협상호금융": "012",
    "우리": "020", "sc": "023", "sc제일": "023", "제일은행": "023", "sc은행": "023", "제일": "023",
    "스탠다드차타드": "023", "스탠다드차타드은행": "023",
    "씨티": "027", "씨티은행": "027", "시티은행": "027", "citi": "027",
    "im": "031", "아이엠뱅크": "031", "im은행": "031", "대구": "031", "대구은행": "031", "dgb": "031", "dgb대구은행": "031",
    "부산": "032", "bnk부산은행": "032", "bnk부산": "032", "광주": "034", "제주": "035", "전북": "037", "jb전북은행": "037",
    "경남": "039", "bnk경남은행": "039", "bnk경남": "039",
    "새마을": "045", "mg": "045", "mg새마을": "045", "mg새마을금고": "045", "마을금고": "045", "새마을금고중앙회": "045",
    "신협중앙회": "048", "신용협동조합": "048", "cu": "048", "상호저축은행": "050",
    "산림": "064", "산림조합중앙회": "064", "sj산림조합": "064",
    "우체국은행": "071", "우체국예금": "071", "우정사업본부": "071", "우체국금융": "071",
    "하나": "081", "keb하나": "081", "keb하나은행": "081", "keb": "081",
    "신한": "088", "shinhan": "088", "케이": "089", "k뱅크": "089", "케이은행": "089", "kbank": "089",
    "카카오": "090", "카뱅": "090", "카카오은행": "090", "kakao": "090", "토스": "092", "toss": "092",
}  # fmt: skip
_LOCAL = (("농협", "012"), ("축협", "012"), ("신협", "048"), ("새마을금고", "045"), ("수협", "007"), ("저축은행", "050"),
          ("산림조합", "064"))  # fmt: skip

USUAL_LENGTH: dict[str, int] = {
    "003": 14, "004": 14, "007": 12, "011": 13, "012": 13, "020": 13, "031": 12, "045": 13, "048": 13,
    "071": 14, "088": 12, "090": 13,
}  # fmt: skip
SHORTEST = 11


def bank_of(text: str) -> tuple[str | None, bool]:
    """The code of a written bank and whether it was the standard name. (None, False) when it is unknown."""
    name = re.sub(r"\s+|\(주\)|㈜|주식회사", "", text)
    if name in STANDARD:
        return STANDARD[name], name == text
    if re.fullmatch(r"\d{1,3}", name) and name.zfill(3) in NAMES:
        return name.zfill(3), name == name.zfill(3)
    bare = re.sub(r"[(\[].*?[)\]]", "", name).lower()
    code = ALIASES.get(bare) or {key.lower(): value for key, value in STANDARD.items()}.get(bare)
    if code:
        return code, False
    for ending, local in _LOCAL:
        if bare.endswith(ending):
            return local, False
    return None, False


def looks_cut(code: str | None, digits: str) -> bool:
    """Whether a number cell is shorter than the bank's usual account, or so long that Excel has rounded it."""
    excel_keeps = 15
    return len(digits) < USUAL_LENGTH.get(code or "", SHORTEST) or len(digits) > excel_keeps
