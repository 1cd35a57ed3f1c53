"""What `goeul up` says once everything runs."""

from collections.abc import Mapping

import psycopg

from config.up.machine import Machine

PASSWORD = "goeul-demo"  # noqa: S105  printed for everyone to see; refused outside the demo


def welcome(machine: Machine, values: Mapping[str, str], port: int) -> str:
    """Addresses, and log-ins where the demo was loaded."""
    suffix = "" if port == 80 else f":{port}"  # noqa: PLR2004  http's own port
    lines = ["", f"  고을 · http://localhost{suffix}/    operators: http://localhost{suffix}/console/"]
    malls = _malls(values["GOEUL_DATABASE_URL"])
    lines += [
        f"  {name} · http://{slug}.localhost{suffix}/    staff: http://{slug}.localhost{suffix}/cms/"
        for slug, name in malls
    ]
    if malls and (machine.folder / "demo-loaded").exists():
        slug = malls[0][0]
        lines += [
            "",
            f"  Log-ins, password {PASSWORD}: operator@goeul.example on the portal; on each mall, with its own name,",
            f"  manager@{slug}.example, finance@, approver@, payer@, merchant1@, partner1@, resident1@ …",
            *[f"  city-hall display: {one.read_text()}" for one in sorted((machine.folder / "demo").glob("*"))],
        ]
    return "\n".join([*lines, "", f"  Data: {machine.folder}    Stop: Ctrl-C", ""])


def _malls(address: str) -> list[tuple[str, str]]:
    query = (
        "SELECT replace(schema_name, '_', '-'), name FROM municipalities_municipality WHERE code <> '00000' ORDER BY 1"
    )
    try:
        with psycopg.connect(address) as connection:
            return [(str(slug), str(name)) for slug, name in connection.execute(query)]
    except psycopg.Error:
        return []
