#!/usr/bin/env python3
"""Measure loginstamp beside what does the same work, in one run.

usage: bench.py BUILD [PERCENT]

Everything is run in turns, round by round, and medians are printed, as the
README shows them; what a program writes is compared with Python's json first.
PERCENT of the usual records are enough to try it out.
"""
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # nothing but BUILD is written to

import inputs
import measure
from measure import Failed, Wrong, table
from rows import BUILD, FIRST, ROWS, STAMP, version_of

PERCENT = int(sys.argv[2]) if len(sys.argv) > 2 else 100

LOGINS = 1000000 * PERCENT // 100
INPUT_BYTES = 40000000 * PERCENT // 100
ROUNDS = 15
SLOW_ROUNDS = 3
PAIRS = 21
TURNS = "500"
RECORD = '{"device_type": "android", "timestamp": "1694479551"}'

# What of an output is compared: cat has its input's, and some programs write
# without spaces or in another order.
OUTPUTS = {
    "bytes": lambda lines: lines,
    "members": measure.members,
    "input": lambda lines: lines,
}


class Right:
    """What is right for a source, worked out once: how many insights there
    are, and a digest of the output, by how it is to be compared."""

    def __init__(self, source):
        self.source = source
        self.digests = {}
        with open(source, "rb") as lines:
            self.insights = sum(b'"device_type": "login"' in line
                                for line in lines)

    def digest(self, same):
        if same not in self.digests:
            with open(self.source, "rb") as source:
                self.digests[same] = measure.digest(
                    OUTPUTS[same](source if same == "input"
                                  else measure.python_lines(self.source)))
        return self.digests[same]

    def check(self, row):
        insights = self.insights if row.tells else None
        lines = measure.lines_of(row.argv, self.source, insights=insights)
        if measure.digest(OUTPUTS[row.same](lines)) != self.digest(row.same):
            raise Wrong("it writes something else than Python's json")


def sources_of(folder, rows):
    """The logins, cut to the lengths that the rows take."""
    sources = {}
    for slower in sorted({row.slower for row in rows}):
        sources[slower] = f"{folder}/logins-{slower}"
        inputs.make("logins", LOGINS // slower, sources[slower])
    return sources


def programs(folder):
    """Everything beside everything on the logins."""
    there, versions = [], {}
    sources = sources_of(folder, ROWS)
    right = {slower: Right(source) for slower, source in sources.items()}
    for row in ROWS:
        try:
            versions[row.name] = version_of(row)
            right[row.slower].check(row)
            there.append(row)
        except Wrong as error:
            sys.exit(f"bench: {row.name}: {error}")
        except Failed as error:
            print(f"- {row.name} is left out: {error}")
    seen = {}
    for slow, rounds in ((False, ROUNDS), (True, SLOW_ROUNDS)):
        seen |= measure.by_turns({
            row.name: lambda row=row: measure.timed(
                row.argv, sources[row.slower])
            for row in there if (row.slower > 1) == slow}, rounds)
    size = os.path.getsize(sources[1])
    print(f"\n{LOGINS} logins, {size / 1e6:.0f} MB, seconds for all of them; "
          f"medians of {ROUNDS} rounds ({SLOW_ROUNDS} where fewer records "
          "were measured and the seconds scaled), from a file to /dev/null; "
          f"the ratio is to {FIRST}\n")
    seconds = {row.name: [s * row.slower for s in seen[row.name]]
               for row in there}
    first = seconds.get(FIRST, seconds["yajl + splice"])[0]
    table(["program", "version", "records", "user + system s", "wall s",
           "ratio", "peak MiB"], *(
        [row.name, versions[row.name], str(LOGINS // row.slower),
         f"{seconds[row.name][0]:.3g}", f"{seconds[row.name][1]:.3g}",
         f"{seconds[row.name][0] / first:.2f}",
         f"{measure.peak(BUILD, row.argv, sources[row.slower]):.1f}"]
        for row in there))
    return sources[1], {name: both[0] for name, both in seconds.items()}


# The ways of the program's own that must give the same bytes.
SHAPES = ["avx512", "avx2", "sse2", "neon", "plain", "off"]


def shapes(form):
    return dict(os.environ, LOGINSTAMP_SHAPES=form)


def shapes_here():
    """Those of SHAPES that this processor has."""
    return [form for form in SHAPES if subprocess.run(
        [STAMP], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=shapes(form)).returncode == 0]


def recognised(source):
    """The share of records that go the fast way, as the program counts it."""
    with open(source, "rb") as stdin:
        said = subprocess.run([STAMP, "-q"], stdin=stdin, text=True,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE,
                              env=shapes(",count")).stderr
    seen = re.search(r"shapes: .* (\d+) of (\d+) payloads recognised", said)
    return int(seen[1]) / int(seen[2]) if seen else float("nan")


def forms(folder):
    """Inputs of other forms, by the program's way and by others; user + system
    seconds a byte, and the share of the records that went the fast way."""
    ways = {
        "loginstamp -q": ([STAMP, "-q"], None),
        "-q, shapes off": ([STAMP, "-q"], shapes("off")),
        FIRST: (ROWS[0].argv, None),
        "yajl + splice": (ROWS[2].argv, None),
    }
    ways = {name: way for name, way in ways.items()
            if os.path.exists(way[0][0])}
    here = shapes_here()
    checked = ways | {form: ([STAMP, "-q"], shapes(form)) for form in here}
    lines, per_byte, fast, runs = [], {}, {}, {}
    for name, (_, dumps, length) in inputs.INPUTS.items():
        source = f"{folder}/{name}"
        inputs.make(name, INPUT_BYTES // length, source)
        right = measure.digest(measure.python_lines(source, dumps))
        for way, (argv, env) in checked.items():
            if measure.digest(measure.lines_of(argv, source, env)) != right:
                raise Wrong(f"{way} on {name}: it writes something else "
                            "than Python's json")
        fast[name] = recognised(source)
        runs |= {(name, way): lambda argv=argv, source=source, env=env:
                 measure.timed(argv, source, env)
                 for way, (argv, env) in ways.items()}
    # All of them in turns: they are compared with each other.
    seen = measure.by_turns(runs, ROUNDS)
    for name, (_, _, length) in inputs.INPUTS.items():
        size, count = os.path.getsize(f"{folder}/{name}"), INPUT_BYTES // length
        cpus = {way: seen[name, way][0] for way in ways}
        lines.append([name, f"{size / count:.0f}", f"{fast[name]:.2%}"] + [
            f"{size / cpu / 1e6:.0f} MB/s, {cpu / count * 1e9:.0f} ns"
            for cpu in cpus.values()])
        per_byte[name] = {way: cpu / size for way, cpu in cpus.items()}
    print(f"Inputs of other forms, {INPUT_BYTES / 1e6:.0f} MB each: MB for a "
          "second of user + system time, and ns for a record; the same bytes "
          f"by {', '.join(here)}\n")
    table(["input", "bytes a record", "fast way", *ways], *lines)
    return per_byte, fast


def pipes(source):
    """A pipe with the filter in it beside one with cat; wall seconds."""
    def run(middle):
        return lambda: measure.timed(
            ["sh", "-c", f"cat '{source}' | {middle} | cat"], os.devnull)[1]

    stamp, cat = run(f"'{STAMP}' -q"), run("cat")
    pairs = [(cat(), stamp()) for _ in range(PAIRS)]
    ratio = statistics.median(ours / cats for cats, ours in pairs)
    cats, ours = map(statistics.median, zip(*pairs))
    print(f"Through pipes, {LOGINS} logins, median of {PAIRS} pairs\n")
    table(["pipe", "wall s", "ratio"],
          ["`cat F \\| cat \\| cat`", f"{cats:.3f}", "1.00"],
          ["`cat F \\| loginstamp -q \\| cat`", f"{ours:.3f}",
           f"{ratio:.2f}"])
    return ratio


def turns(title, tool, *leading):
    """A C program that times cat and the filter in turns; the ratio."""
    said = subprocess.run([f"{BUILD}/bench/{tool}", TURNS, *leading, "cat",
                           STAMP], stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.DEVNULL,  # summaries
                          check=True).stdout
    rows = [[cell.strip() for cell in line.strip("|\n").split("|")]
            for line in said.splitlines()]
    rows[1][0] = "loginstamp"
    print(f"{title}, median of {TURNS} in turns\n")
    table(["program", "µs", "ratio"], *rows)
    return float(rows[1][2])


def aims(aim_rows):
    """What was aimed at, and whether it was reached."""
    table(["aim", "at most", "is", ""], *(
        [what, f"{most:.2f}", f"{ratio:.2f}",
         "pass" if ratio <= most else "short"]
        for what, most, ratio in aim_rows))


def main():
    print(f"{platform.machine()}, {os.cpu_count()} processors, Linux "
          f"{platform.release()}; loginstamp as make builds it, the opponents "
          "in C and C++ with -O3 -march=native\n")
    with tempfile.TemporaryDirectory() as folder:
        source, seconds = programs(folder)
        form, fast = forms(folder)
        pipe = pipes(source)
    latency = turns("A record through an idle filter", "latency", RECORD)
    start = turns("From start to end on an empty input", "start")
    same_job = seconds.get("loginstamp -c device_type",
                           seconds["loginstamp"])
    first = seconds.get(FIRST, float("nan"))
    ours = {name: ways["loginstamp -q"] for name, ways in form.items()}
    aims([
        ("the same job, to simdjson + splice", .5, same_job / first),
        ("-q, to the same job", .6, seconds["loginstamp -q"] / same_job),
        ("logins not on the fast way", .01, 1 - fast["logins"]),
        ("through pipes, to cat", 1.15, pipe),
        ("UTF-8 names a byte, to the logins", 2,
         ours["UTF-8 names"] / ours["logins"]),
        ("nested a byte, to the logins", 2,
         ours["nested, 2 KB"] / ours["logins"]),
        ("random keys, to the same without shapes", 1.1,
         ours["random keys"] / form["random keys"]["-q, shapes off"]),
        ("1 % bad, to none", 1.2, ours["1 % bad"] / ours["logins"]),
        ("a record through an idle filter, to cat", 1.5, latency),
        ("start to end, to cat", 1.5, start),
    ])


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"bench: {failure}")
