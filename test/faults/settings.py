#!/usr/bin/env python3
"""Usage: settings.py
What topics' settings do to scripts/pipeline, on a real Apache Kafka. Retention empties the output, and then the input: each
time it must stop and name --start, and go on as that says. An output that takes no record without a key, as compacted
ones do, or only smaller records than it was told, is an error.

Exit status: 0 as it must be, 1 not."""
import os
import shutil
import subprocess
import sys
import tempfile
import time

from kafka import Kafka

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))


def offset(kafka, topic, which):
    answer = subprocess.run(["kcat", "-q", "-Q", "-b", kafka.servers, "-t", f"{topic}:0:{which}"], capture_output=True, text=True)
    return int(answer.stdout.split()[-1])


def produce(kafka, count):
    lines = "".join('{"timestamp":%d}\n' % i for i in range(count))
    subprocess.run(["kcat", "-q", "-P", "-b", kafka.servers, "-t", "in", "-p", "0"], input=lines, text=True, check=True)


def empty(kafka, topic):
    """Let retention remove all there is, and then nothing more."""
    kafka.configure(topic, "retention.ms=1")
    end = time.time() + 120
    while offset(kafka, topic, -2) < offset(kafka, topic, -1):
        if time.time() > end:
            raise SystemExit(f"{topic}: retention did nothing")
        time.sleep(0.2)
    kafka.configure(topic, "retention.ms=86400000")


def pipeline(kafka, *arguments):
    run = subprocess.run([f"{ROOT}/scripts/pipeline", "-b", kafka.servers, "-t", "in", "-o", "out", "-e", *arguments],
                         capture_output=True, text=True)
    return run.returncode, run.stderr.strip()


def expect(what, got, status, says):
    """What failed says so, and what is well says this and nothing else."""
    if got[0] != status or says not in got[1] or status == 0 and says != got[1]:
        raise SystemExit(f"{what}: status {got[0]}: {got[1]}")


def count(kafka):
    out = subprocess.run(["kcat", "-q", "-C", "-e", "-b", kafka.servers, "-t", "out", "-p", "0", "-f", "x"], capture_output=True)
    return len(out.stdout)


def main():
    work = tempfile.mkdtemp(prefix="loginstamp-settings.")
    kafka = Kafka(f"{work}/kafka", 1)
    try:
        kafka.start()
        for topic in ("in", "out"):
            subprocess.run(["kcat", "-q", "-L", "-b", kafka.servers, "-t", topic], stdout=subprocess.DEVNULL, check=True)
        time.sleep(1)
        produce(kafka, 100)
        expect("the first run", pipeline(kafka), 0, "")
        empty(kafka, "out")
        produce(kafka, 10)
        says = "out [0] is empty, but was not always: where to go on is lost; say where by --start=0:OFFSET"
        expect("an emptied output", pipeline(kafka), 2, says)
        expect("an emptied output, with --start", pipeline(kafka, "--start=0:100"), 0, "")
        if count(kafka) != 10:
            raise SystemExit(f"{count(kafka)} records where 10 should be")
        produce(kafka, 5)
        empty(kafka, "in")
        produce(kafka, 3)
        says = "in [0]: offset 110 comes next, but there are only those from 115 to 118; say where to go on by --start=0:OFFSET"
        expect("an emptied input", pipeline(kafka), 2, says)
        says = "pipeline: in [0]: offset 110 comes next, but there are only those from 115 to 118: going on as --start says"
        expect("an emptied input, with --start", pipeline(kafka, "--start=beginning"), 0, says)
        if count(kafka) != 13:
            raise SystemExit(f"{count(kafka)} records where 13 should be")
        produce(kafka, 1)
        kafka.configure("out", "cleanup.policy=compact")
        says = "out: takes no records without a key: a compacted topic cannot be the output"
        expect("a compacted output", pipeline(kafka), 2, says)
        kafka.configure("out", "cleanup.policy=delete,max.message.bytes=100")
        says = "out: takes smaller records only: say its max.message.bytes by --max-message"
        expect("an output for small records", pipeline(kafka), 2, says)
        kafka.configure("out", "max.message.bytes=1048588")
        expect("the last run", pipeline(kafka), 0, "")
    finally:
        if kafka.process is not None:
            kafka.kill()
        shutil.rmtree(work)


if __name__ == "__main__":
    sys.exit(main())
