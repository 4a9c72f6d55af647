"""Hold a rate on the whole chain for a while: what goes in must come out.

usage: load.py RATE SECONDS PARTITIONS COPIES

On one real Kafka on the loopback: scripts/sample at RATE records a second, for
SECONDS, through kcat -P into PARTITIONS partitions; so many COPIES of
scripts/pipeline that share them by a group; scripts/watch over the output.
The ends of both topics are looked at 20 times a second, as a reader of
committed records sees them.  Afterwards it waits until nothing is left, and
compares: what was sent with the input, the input with the output, record by
record and partition by partition, and what watch has counted.

Prints markdown tables.  Times to commit are from kcat -P's timestamp in the
input to the first look that finds the record committed: up to 50 ms too long.

Exit status: 0 all is well; 1 something was lost, twice, changed or out of
order, or the rate was not reached; 2 it could not be tried.
"""
import array
import bisect
import collections
import contextlib
import glob
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

from confluent_kafka import KafkaException

from kafka import fingerprint, stamped
from measure import table
from observe import LOOK, Looks, Processes

SOURCE, TARGET = "user-login", "login_record"
ENOUGH = 0.99  # of the rate counts as the rate
# Seconds that the last records may take besides: to go in, to be seen there.
PAUSE = 1
PATIENCE = 120  # seconds for anything to become so
# Before those of the load, so that the order of times is that of sending.
WARMING_TIME = 1000000000

Record = collections.namedtuple("Record", "offset millis line")


class Lost(Exception):
    """It did not pass: what is wrong, in words."""


class Chain:
    """All that runs, on a broker of its own."""

    def __init__(self, work, partitions, copies):
        self.partitions = partitions
        self.environment = {n: v for n, v in os.environ.items() if n not in (
            "KCAT_CONFIG", "INPUT_TOPIC", "OUTPUT_TOPIC")}
        self.environment["LOGINSTAMP_BROKER_DIR"] = f"{work}/broker"
        self.work = work
        self.processes = Processes()
        self.children = []
        self.begin_broker()
        self.looks = Looks(self.brokers, (SOURCE, TARGET), partitions,
                           self.processes)
        # A topic that is quite new has no leader yet.
        self.until(lambda: "the topics there", lambda: self.looks.seen)
        self.begin("watch", "scripts/watch", f"--state={work}/watch.state",
                   "--offset=beginning", "--", "--insights=json", "--every=1")
        self.pipelines = [
            self.begin("pipeline", "scripts/pipeline", "-g", "load", "--",
                       "-q", "--insight-text=")
            for _ in range(copies)]

    def begin_broker(self):
        said = self.output("scripts/broker", "start", "--kafka", "--topics=x",
                           f"--owner={os.getpid()}")
        self.brokers = said.strip().partition("=")[2]
        self.environment["BOOTSTRAP_SERVERS"] = self.brokers
        self.processes.add("broker", int(self.output(
            "scripts/broker", "status").split()[-1]))
        for topics in (), ("-t", f"{TARGET}.lease"):
            self.output("scripts/topics", "create", *topics,
                        f"--partitions={self.partitions}")

    def output(self, *command):
        return subprocess.run(command, env=self.environment, check=True,
                              stdout=subprocess.PIPE, text=True).stdout

    def begin(self, name, *command):
        """Start one, in a session of its own; what it says is in files."""
        number = len(self.children)
        with open(f"{self.work}/{name}.{number}.out", "wb") as out, \
                open(f"{self.work}/{name}.{number}.err", "wb") as err:
            child = subprocess.Popen(
                command, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=out, stderr=err, start_new_session=True)
        self.processes.add(name, child.pid)
        self.children.append((name, number, child))
        return child

    def said(self, name):
        """What those of this name have said on stderr."""
        text = ""
        for path in sorted(glob.glob(f"{self.work}/{name}.*.err")):
            with open(path, encoding="utf-8", errors="replace") as said:
                text += said.read()
        return text

    def produce(self, partition, *options):
        """Sample records to a partition, or to all if that is -1."""
        words = " ".join(options)
        return self.begin(
            "producer", "bash", "-o", "pipefail", "-c",
            f"scripts/sample {words} | kcat -q -P -t {SOURCE} -p {partition}"
            f" -b {self.brokers} -X enable.idempotence=true")

    def until(self, says, what):
        """Wait until what() is so."""
        end = time.monotonic() + PATIENCE
        while not what():
            self.looks.check()
            for name, _, child in self.children:
                if name != "producer" and child.poll() is not None:
                    raise Lost(f"{name}: status {child.returncode}: "
                               + self.said(name))
            if time.monotonic() > end:
                raise Lost(f"not within {PATIENCE} s: {says()}: "
                           + self.said("pipeline"))
            time.sleep(LOOK)

    def warm(self):
        """Until each copy has its share, and each partition lets a record
        through."""
        share = self.partitions // len(self.pipelines)
        self.until(lambda: "the partitions shared", lambda: all(
            self.processes.workers(p.pid) >= share for p in self.pipelines))
        for partition in range(self.partitions):
            self.finish(self.produce(partition, *warming(partition)))
        self.until(lambda: "a record through each partition",
                   lambda: self.looks.seen and all(self.looks.seen[-1][2]))

    def has_lag(self):
        """Is something left, by what pipeline itself has written?"""
        return subprocess.run(
            ["scripts/lag"], env=self.environment, check=False,
            stdout=subprocess.DEVNULL).returncode != 0

    def finish(self, child):
        self.processes.wait("producer", child)
        if child.returncode != 0:
            raise Lost(f"the producer's status was {child.returncode}: "
                       + self.said("producer"))

    def watched(self):
        """How many records watch has told of."""
        for name, number, _ in self.children:
            if name == "watch":
                path = f"{self.work}/watch.{number}.out"
        last = 0
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                if line.endswith("\n") and '"kind":"summary"' in line:
                    last = json.loads(line)["records"]
        return last

    def end(self, name):
        """Ask them to end; none may say that anything was wrong."""
        ours = [c for n, _, c in self.children if n == name]
        for child in ours:
            child.send_signal(signal.SIGTERM)
        for child in ours:
            if child.wait(PATIENCE) != 0:
                raise Lost(f"{name}: status {child.returncode}: "
                           + self.said(name))

    def stop(self):
        """Whatever still runs, and the broker."""
        for _, _, child in self.children:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        subprocess.run(["scripts/broker", "stop"], check=False,
                       env=self.environment)

    def read(self, topic, partition):
        """The committed records of a partition."""
        reader = subprocess.Popen(
            ["kcat", "-q", "-C", "-e", "-b", self.brokers, "-t", topic, "-p",
             str(partition), "-o", "beginning", "-f", "%o %T %s\n",
             "-X", "fetch.wait.max.ms=10", "-X",
             "queued.max.messages.kbytes=65536"], stdout=subprocess.PIPE)
        for line in reader.stdout:
            offset, millis, line = line.split(b" ", 2)
            yield Record(int(offset), int(millis), line)
        if reader.wait() != 0:
            raise Lost(f"{topic} [{partition}]: kcat -C: {reader.returncode}")

    def kept(self, topic):
        """The bytes of a topic on the disk."""
        files = f"{self.work}/broker/data/log/{topic}-[0-9]*/*.log"
        return sum(map(os.path.getsize, glob.glob(files)))


def warming(partition):
    """The options of sample for the first record of a partition."""
    return "--count=1", f"--seed={partition + 2}", f"--start={WARMING_TIME}"


def main_part(rate, seconds):
    """The options of sample for the load."""
    return f"--count={rate * seconds}", f"--rate={rate}"


def sent(partitions, rate, seconds):
    """All that was sent: sample gives the same again, without waiting."""
    parts = [warming(p) for p in range(partitions)]
    parts.append([o for o in main_part(rate, seconds) if "--rate" not in o])
    for options in parts:
        with subprocess.Popen(["scripts/sample", *options],
                              stdout=subprocess.PIPE) as child:
            yield from child.stdout


def time_in(line):
    return int(json.loads(line)["timestamp"])


def compare(partition, source, target):
    """Records of the input and of the output, one by one: yields pairs."""
    before = 0
    for number, (old, new) in enumerate(itertools.zip_longest(source, target)):
        where = f"{TARGET} [{partition}]: record {number}"
        if new is None:
            raise Lost(f"{where} and what follows is missing")
        if old is None:
            raise Lost(f"{where} is one too many: {new.line!r}")
        if new.line != stamped(old.line):
            raise Lost(f"{where} is {new.line!r}, not {stamped(old.line)!r}")
        if time_in(old.line) <= before:
            raise Lost(f"{SOURCE} [{partition}]: record {number} is not in the"
                       " order of sending")
        before = time_in(old.line)
        yield old, new


class Result:
    """What was compared: places and times, and what follows from them."""

    def __init__(self, chain):
        self.millis, self.offsets, self.count = [], [], 0
        self.chain = chain

    def gather(self, fingerprint_of_sent):
        """Compare all partitions; remember when and where each record was."""
        chain, total = self.chain, [0, 0]
        for p in range(chain.partitions):
            millis, offsets = array.array("q"), array.array("q")
            lines = self.lines(p, millis, offsets)
            count, digest = fingerprint(lines)
            total = [total[0] + count, (total[1] + digest) % (1 << 128)]
            self.millis.append(millis)
            self.offsets.append(offsets)
        self.count = total[0]
        if tuple(total) != fingerprint_of_sent:
            raise Lost(f"{SOURCE}: {total[0]} records, not those"
                       f" {fingerprint_of_sent[0]} that were sent")

    def lines(self, p, millis, offsets):
        """The input's lines of a partition; fills in times and offsets."""
        for old, new in compare(p, self.chain.read(SOURCE, p),
                                self.chain.read(TARGET, p)):
            millis.append(old.millis)
            offsets.append(new.offset)
            yield old.line

    def lags(self, looks):
        """(time, how many records were in but not out) of each look."""
        return [(now, sum(
            end - bisect.bisect_left(offsets, committed)
            for end, committed, offsets in zip(source, target, self.offsets)))
            for now, source, target in looks]

    def delays(self, looks):
        """The milliseconds from each record's sending to its commit."""
        found = array.array("q")
        for p, offsets in enumerate(self.offsets):
            place = 0
            # The first one was sent to warm up.
            for number in range(1, len(offsets)):
                while looks[place][2][p] <= offsets[number]:
                    place += 1
                found.append(int(looks[place][0] * 1000)
                             - self.millis[p][number])
        return sorted(found)

    def transactions(self):
        """Each has one offset for its end."""
        return sum(offsets[-1] + 2 - len(offsets) for offsets in self.offsets)


def slowest(looks, span, otherwise):
    """The fewest records a second that came in any so many seconds, or
    otherwise if it was not so long."""
    rates, first = [], 0
    for now, source, _ in looks:
        while looks[first][0] < now - span:
            first += 1
        if first:
            then, earlier, _ = looks[first - 1]
            rates.append((sum(source) - sum(earlier)) / (now - then))
    return min(rates, default=otherwise)


def report(result, looks, rate, watched, used):
    """The tables; false if the rate was not reached."""
    chain = result.chain
    warm = chain.partitions
    count = result.count - warm
    first = min(m[1] for m in result.millis if len(m) > 1) / 1000
    full = next(now for now, source, _ in looks if sum(source) > count)
    done = next(now for now, lag in reversed(result.lags(looks)) if lag)
    taken = full - first
    reached = count / taken
    busy = [look for look in looks if first <= look[0] <= full]
    delays = result.delays(looks)
    table(("partitions", "copies", "records", "asked for, records/s",
           "reached", "slowest 5 s", "most lag, records",
           "lag zero after, s", "to commit p50 / p99 / most, ms",
           "records a transaction", "watch has all after, s"),
          (str(chain.partitions), str(len(chain.pipelines)), f"{count:,}",
           f"{rate:,}", f"{reached:,.0f}",
           f"{slowest(busy, 5, reached):,.0f}",
           f"{max(lag for _, lag in result.lags(looks)):,}",
           f"{max(0, done - full + LOOK):.2f}",
           " / ".join(f"{delays[int(part * (len(delays) - 1))]:,}"
                      for part in (0.5, 0.99, 1)),
           f"{count / result.transactions():,.0f}", f"{watched - full:.1f}"))
    used, seconds = used
    everything = sum(used.values())
    table(("processes", "user + system s", "cores", "share",
           "s for 1,000,000 records", "peak RSS MiB"),
          *((name, f"{cpu:.1f}", f"{cpu / seconds:.2f}",
             f"{cpu / everything:.0%}", f"{cpu / count * 1e6:.1f}",
             f"{chain.processes.peaks[name] / 2**20:.0f}")
            for name, cpu in used.items()))
    print(", ".join(f"{t}: {chain.kept(t) / 2**20:,.0f} MiB on the disk"
                    for t in (SOURCE, TARGET)))
    return taken <= count / (rate * ENOUGH) + PAUSE


def run(chain, rate, seconds):
    """The load, and what came of it."""
    looks = chain.looks
    chain.warm()
    warm_looks = len(looks.seen)
    chain.processes.begin()
    total = chain.partitions + rate * seconds
    chain.finish(chain.produce(-1, *main_part(rate, seconds)))
    chain.until(lambda: f"{total} records in {SOURCE}",
                lambda: sum(looks.seen[-1][1]) == total)
    chain.until(lambda: "lag zero", lambda: not chain.has_lag())
    chain.until(lambda: f"{total} records told of by watch, but"
                f" {chain.watched()}", lambda: chain.watched() >= total)
    watched = time.time()
    used = chain.processes.since()
    looks.stop()
    chain.end("pipeline")
    chain.end("watch")
    if chain.watched() != total:
        raise Lost(f"watch has {chain.watched()} records of {total}")
    result = Result(chain)
    result.gather(fingerprint(sent(chain.partitions, rate, seconds)))
    well = report(result, looks.seen[warm_looks:], rate, watched, used)
    if not well:
        raise Lost(f"the rate of {rate:,} records/s was not reached")
    print("nothing lost, nothing twice, order kept, every byte as it must be")


def main():
    rate, seconds, partitions, copies = map(int, sys.argv[1:])
    if min(rate, seconds, partitions, copies) < 1 or copies > partitions:
        sys.exit("load: RATE, SECONDS, PARTITIONS and COPIES are at least 1,"
                 " and no more copies than partitions can work")
    with tempfile.TemporaryDirectory() as work:
        chain = None
        try:
            chain = Chain(work, partitions, copies)
            run(chain, rate, seconds)
        except Lost as lost:
            print(f"load: {lost}", file=sys.stderr)
            sys.exit(1)
        except (KafkaException, OSError, subprocess.SubprocessError) as error:
            print(f"load: {error}", file=sys.stderr)
            sys.exit(2)
        finally:
            if chain:
                chain.stop()


if __name__ == "__main__":
    main()
