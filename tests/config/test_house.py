"""How a signal stops what is being started."""

import os
import signal

import pytest

from config.up.house import Asked, Signals


@pytest.fixture
def signals():
    with Signals() as noted:
        yield noted


@pytest.mark.parametrize("sign", Signals.SIGNS)
def test_a_signal_is_noted_wherever_it_comes_and_heeded_between_steps(signals, sign):
    class Closing:
        def __del__(self):  # an exception raised in here would be swallowed
            os.kill(os.getpid(), sign)

    signals.heed()
    Closing()
    with pytest.raises(Asked):
        signals.heed()


def test_a_signal_that_came_earlier_is_passed_on_to_who_listens_later(signals):
    heard = []
    signals.pass_on()
    os.kill(os.getpid(), signal.SIGINT)
    before = signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    try:
        signals.pass_on()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard == [signal.SIGTERM]
