from hypothesis import given
from hypothesis import strategies as st

from core.ids import ALPHABET, new_code, read_code, spaced

codes = st.text(ALPHABET, min_size=11, max_size=11)


def test_a_new_code_reads_back_however_it_is_typed():
    code = new_code()
    assert len(code) == 12
    assert read_code(f" {spaced(code).lower()} ") == code


@given(st.integers(0, 11), st.sampled_from(ALPHABET))
def test_any_single_slip_is_found(place, letter):
    code = new_code()
    slipped = code[:place] + letter + code[place + 1 :]
    assert (read_code(slipped) == slipped) == (slipped == code)


def test_what_cannot_be_a_code_is_none():
    assert [read_code(text) for text in ("", "A", "가나다라", "OOOO-IIII")] == [None] * 4
