"""The programs that are measured, as a table."""
import os
import subprocess
import sys
from dataclasses import dataclass, field

import measure
from measure import Failed

BUILD = sys.argv[1]
HERE = os.path.dirname(os.path.realpath(__file__))
PEERS = f"{BUILD}/bench/peers"
STAMP = f"{BUILD}/loginstamp"


@dataclass
class Row:
    """A program: its share of the records is 1 / slower; absent is the name
    by which test/bench/peers may have left it out; same says how its output
    is compared; tells: the insights on stderr are part of its work."""
    name: str
    argv: list
    version: list = field(default_factory=list)
    slower: int = 1
    absent: str = ""
    same: str = "bytes"
    tells: bool = True


def consumer(module, slower, **more):
    argv = [f"{PEERS}/venv/bin/python", "-E", f"{HERE}/consumer.py", module]
    return Row(f"Python {module}" if module != "duckdb" else "DuckDB", argv,
               argv + ["--version"], slower, absent=module, **more)


def splice(parser):
    argv = [f"{BUILD}/bench/{parser}-splice"]
    return Row(f"{parser} + splice", argv, argv + ["--version"],
               absent=parser)


def jq(name, path, **more):
    return Row(name, [path, "-cn", "-f", f"{HERE}/logins.jq"],
               [path, "--version"], 10, absent=name, **more)


ROWS = [
    splice("simdjson"),
    splice("yyjson"),
    splice("yajl"),
    Row("loginstamp", [STAMP]),
    Row("loginstamp -c device_type", [STAMP, "-c", "device_type"]),
    Row("loginstamp -q", [STAMP, "-q"], tells=False),
    Row("cat", ["cat"], ["cat", "--version"], same="input", tells=False),
    consumer("duckdb", 1, same="members"),
    consumer("orjson", 4, same="members"),
    consumer("json", 4),
    jq("gojq", f"{PEERS}/bin/gojq", same="members"),
    jq("jaq", f"{PEERS}/bin/jaq", same="members"),
    jq("jq", "jq", same="members"),
    Row("Miller", ["mlr", "--ijsonl", "--ojsonl", "put", "-f",
                   f"{HERE}/logins.mlr"],
        ["mlr", "--version"], 10, same="members"),
]
FIRST = ROWS[0].name


def version_of(row):
    """Its version; Failed says why it is not there."""
    if row.argv[0] == STAMP:
        if "-c" in row.argv and "--count" not in subprocess.run(
                [STAMP, "--help"], stdout=subprocess.PIPE, text=True,
                check=True).stdout:
            raise Failed("it has no -c yet")
        return measure.said_by([STAMP, "--version"])
    try:
        return measure.said_by(row.version)
    except Failed:
        reason = f"{PEERS}/{row.absent}.absent"
        if row.absent and os.path.exists(reason):
            with open(reason, encoding="utf-8") as text:
                raise Failed(text.read().strip()) from None
        raise
