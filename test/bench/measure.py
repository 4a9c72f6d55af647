"""How a program is measured: times, memory, and what it writes."""
import hashlib
import json
import os
import statistics
import subprocess
import tempfile
import time


class Failed(Exception):
    """It cannot be measured."""


class Wrong(Failed):
    """What it does is not the work."""


def timed(argv, source, env=None):
    """Run argv from a file to /dev/null; user + system and wall seconds."""
    with open(source, "rb") as stdin, open(os.devnull, "wb") as null:
        begin = time.monotonic()
        child = subprocess.Popen(argv, stdin=stdin, stdout=null, stderr=null,
                                 env=env)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, wall


def by_turns(runs, rounds):
    """Each of runs, name to a function, once a round; the medians of each."""
    seen = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            seen[name].append(run())
    return {name: tuple(map(statistics.median, zip(*results)))
            for name, results in seen.items()}


INSIGHT = b"Insight: Login from "


def lines_of(argv, source, env=None, insights=None):
    """The lines that argv writes, which are not held.  So many insights must
    it tell on stderr, if that is given."""
    with open(source, "rb") as stdin, tempfile.TemporaryFile() as stderr:
        child = subprocess.Popen(argv, stdin=stdin, stdout=subprocess.PIPE,
                                 stderr=stderr, env=env)
        yield from child.stdout
        # 1: loginstamp refused some.
        if child.wait() not in (0, 1):
            raise Wrong(f"it ended with {child.returncode}")
        stderr.seek(0)
        told = stderr.read().count(INSIGHT)
    if insights is not None and told != insights:
        raise Wrong(f"it tells {told} insights, and {insights} there are")


def digest(lines):
    whole = hashlib.sha256()
    for line in lines:
        whole.update(line)
    return whole.hexdigest()


def members(lines):
    """The same for all orders of members and all white space."""
    for line in lines:
        yield json.dumps(json.loads(line), sort_keys=True).encode()


def python_lines(source, dumps=json.dumps):
    """What the consumer that this replaces writes: the yardstick.  Bad records
    are left out."""
    with open(source, "rb") as lines:
        for line in lines:
            try:
                record = json.loads(line.decode())
                when = time.gmtime(int(record["timestamp"]))
                if when.tm_year > 9999:
                    continue
            except (ValueError, TypeError, OverflowError):
                continue
            record["datetime"] = time.strftime("%Y-%m-%d %H:%M:%S", when)
            yield (dumps(record) + "\n").encode()


def peak(build, argv, source):
    """The peak memory of argv in MiB.  (A child's peak counts from what its
    parent had: it is run by a small program.)"""
    with open(source, "rb") as stdin:
        said = subprocess.run([f"{build}/tools/peak", *argv], stdin=stdin,
                              stdout=subprocess.PIPE, check=True).stdout
    return int(said) / 1024


def said_by(argv):
    """The first line that argv prints, such as a version."""
    try:
        said = subprocess.run(argv, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failed(str(error)) from error
    return said.decode().partition("\n")[0]


def table(*rows):
    """Rows of cells as a markdown table, the first being the heads."""
    for i, row in enumerate(rows):
        print("|", " | ".join(row), "|")
        if i == 0:
            print("|", " | ".join(["---"] * len(row)), "|")
    print(flush=True)
