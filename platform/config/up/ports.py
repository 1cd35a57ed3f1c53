"""Ports of the loopback."""

import socket

from config.errors import CannotStart


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def demand_free(port: int, host: str = "127.0.0.1") -> None:
    """Refuse a port that is taken or not ours to take."""
    if not is_free(port, host):
        raise CannotStart(f"Port {port} is in use by another program; stop it or choose another port, e.g. {port + 1}.")


def free_port(wanted: int = 0) -> int:
    """`wanted` when it is free, else any free port."""
    if wanted and is_free(wanted):
        return wanted
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
