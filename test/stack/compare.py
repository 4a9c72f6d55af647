#!/usr/bin/env python3
"""Usage: compare.py PARTITIONS

In the working directory, in.P and out.P are what a topic's partition and the
stamped one hold, a record a line, and dead is what was refused, in JSON.  Each
record of in.P must be in out.P, in its order, once, as Python's json writes it
with a datetime more, or be refused; and each one refused must be in dead.

Exit status: 0 so it is, 1 it is not.
"""
import datetime
import json
import sys

EPOCH = datetime.datetime(1970, 1, 1)


def stamped(line):
    """The record with its datetime, or None if it has to be refused."""
    try:
        record = json.loads(line.decode())
        time = EPOCH + datetime.timedelta(seconds=int(record["timestamp"]))
    except (ValueError, TypeError, KeyError, OverflowError):
        return None
    record["datetime"] = time.strftime("%Y-%m-%d %H:%M:%S")
    return json.dumps(record).encode()


def lines(name):
    with open(name, "rb") as file:
        return file.read().splitlines()


def main():
    dead = {(d["partition"], d["offset"]) for d in map(json.loads, lines("dead"))}
    passed = refused = 0
    for p in range(int(sys.argv[1])):
        records = lines(f"in.{p}")
        wanted = [(i, stamped(r)) for i, r in enumerate(records)]
        bad = {(p, i) for i, r in wanted if r is None}
        good = [r for i, r in wanted if r is not None]
        out = lines(f"out.{p}")
        if out != good:
            first = next((i for i, (a, b) in enumerate(zip(good, out)) if a != b), min(len(good), len(out)))
            sys.exit(f"partition {p}: {len(out)} records, wanted {len(good)}; the first that differs is {first}")
        if bad - dead:
            sys.exit(f"partition {p}: {len(bad - dead)} of {len(bad)} refused records are not among the dead letters")
        passed += len(out)
        refused += len(bad)
    print(f"{passed} passed, {refused} refused")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
