"""`python -m malls.payments.simulator --port 8420 --data FILE`."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from malls.payments.simulator.server import Simulator


def main() -> int:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(
        prog="payment simulator", description="Stripe's wire format for the demo and the tests."
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, help="file that outlives restarts; without it nothing is kept")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--public", default="", help="address under which browsers reach the pages; default: the port")
    values = parser.parse_args()
    try:
        simulator = Simulator(values.port, values.data, values.host, values.public)
    except OSError as error:
        sys.stderr.write(f"The payment simulator cannot use port {values.port}: {error.strerror}.\n")
        return 1
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=simulator.shutdown).start())
    sys.stdout.write(f"payment simulator on {simulator.address}\n")
    sys.stdout.flush()
    simulator.serve_forever(poll_interval=0.2)
    simulator.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
