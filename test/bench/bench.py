#!/usr/bin/env python3
"""Measure loginstamp beside what it is compared with, in one run.

usage: bench.py BUILD [RECORDS [ROUNDS]]

The programs take turns, round by round, on the same sample of logins, from a
file to /dev/null; medians of user + system seconds and of wall seconds are
printed as a markdown table, with the ratio to the first row.  Each output is
compared with Python's json.loads, add the member, json.dumps.
"""
import datetime
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time


def timed(argv, source):
    """Run argv; return user + system seconds and wall seconds."""
    with open(source, "rb") as stdin, open(os.devnull, "wb") as null:
        begin = time.monotonic()
        child = subprocess.Popen(argv, stdin=stdin, stdout=null, stderr=null)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - begin
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"bench: {argv[0]} ended with {status}")
    return used.ru_utime + used.ru_stime, wall


def expected(source):
    """The digest of what the consumer that this replaces writes."""
    digest = hashlib.sha256()
    with open(source, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            when = datetime.datetime.fromtimestamp(
                int(record["timestamp"]), datetime.timezone.utc)
            record["datetime"] = when.strftime("%Y-%m-%d %H:%M:%S")
            digest.update((json.dumps(record) + "\n").encode())
    return digest.hexdigest()


def digest_of(argv, source):
    """The digest of what argv writes, which is not held: a child's peak memory
    counts from what its parent had."""
    digest = hashlib.sha256()
    with open(source, "rb") as stdin:
        child = subprocess.Popen(argv, stdin=stdin, stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL)
        while block := child.stdout.read(1 << 16):
            digest.update(block)
    if child.wait() != 0:
        sys.exit(f"bench: {argv[0]} ended with {child.returncode}")
    return digest.hexdigest()


def peak_of(build, argv, stdin):
    """The peak memory of argv in MiB."""
    stdin.seek(0)
    said = subprocess.run([f"{build}/tools/peak", *argv], stdin=stdin,
                          stdout=subprocess.PIPE, check=True).stdout
    return int(said) / 1024


def main():
    build = sys.argv[1]
    records = int(sys.argv[2]) if len(sys.argv) > 2 else 1000000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    rows = {
        "yajl + splice": [f"{build}/bench/yajl-splice"],
        "loginstamp": [f"{build}/loginstamp"],
        "loginstamp -q": [f"{build}/loginstamp", "-q"],
        "cat": ["cat"],
    }
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "logins")
        with open(source, "wb") as out:
            subprocess.run(["scripts/sample", f"--count={records}",
                            "--seed=1"], stdout=out, check=True)
        want = expected(source)
        for name, argv in rows.items():
            if name != "cat" and digest_of(argv, source) != want:
                sys.exit(f"bench: {name} writes something else than Python")
        seen = {name: [] for name in rows}
        for _ in range(rounds):
            for name, argv in rows.items():
                seen[name].append(timed(argv, source))
        with open(source, "rb") as stdin:
            peaks = {name: peak_of(build, argv, stdin)
                     for name, argv in rows.items()}
        size = os.path.getsize(source) / 1e6
    print(f"{records} records, {size:.0f} MB, medians of {rounds} rounds\n")
    print("| program | user + system s | wall s | ratio | peak MiB |")
    print("| --- | --- | --- | --- | --- |")
    first = statistics.median(r[0] for r in next(iter(seen.values())))
    for name, runs in seen.items():
        cpu, wall = (statistics.median(r[i] for r in runs) for i in range(2))
        print(f"| {name} | {cpu:.2f} | {wall:.2f} | {cpu / first:.2f} "
              f"| {peaks[name]:.1f} |")


if __name__ == "__main__":
    main()
