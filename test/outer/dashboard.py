"""Read a dashboard by Grafana's own types, and tell what they do not know.

usage: dashboard.py FILE

What is lost on the way through them, or comes out otherwise, is no member of
a dashboard, or has another type.  Exit status: 0 nothing, 1 something.
"""
import json
import sys

from grafana_foundation_sdk.cog import plugins
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

# Prometheus' own, which is no member of every data source's annotations.
KNOWN = ["/annotations/list/0/titleFormat"]


def differences(given, made, place=""):
    """Where what was given is not in what was made of it."""
    if isinstance(given, dict) and isinstance(made, dict):
        for name, value in given.items():
            where = f"{place}/{name}"
            if name in made:
                yield from differences(value, made[name], where)
            elif where not in KNOWN:
                yield f"{where}: unknown"
    elif isinstance(given, list) and isinstance(made, list):
        if len(given) != len(made):
            yield f"{place}: {len(given)} and {len(made)}"
        for number, pair in enumerate(zip(given, made)):
            yield from differences(*pair, f"{place}/{number}")
    elif given != made:
        yield f"{place}: {given!r} becomes {made!r}"


def main():
    plugins.register_default_plugins()
    with open(sys.argv[1], encoding="utf-8") as file:
        given = json.load(file)
    made = json.loads(JSONEncoder().encode(Dashboard.from_json(given)))
    found = list(differences(given, made))
    for line in found:
        print(line)
    return 1 if found else 0


sys.exit(main())
