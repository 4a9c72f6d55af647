"""Measure the scripts beside what they are compared with, on one real Kafka.

usage: kafka.py BUILD [RECORDS [ROUNDS [SECONDS [ROWS]]]]

Bulk: RECORDS (1000000) sample logins in 3 partitions are copied or stamped
into another topic.  The first row warms the broker; then the rows take turns,
ROUNDS (5) times, and each output is read back and compared.  Told are medians
of wall seconds, from the start of the command to its end, and of the user and
system seconds of all its processes.  Memory is the peak of their sum.

Latency: SECONDS (10) of 1,000 records a second, from their producer to a
reader of what is committed.  Prints markdown tables.  ROWS (all) is a regular
expression that the names of the rows match.
"""
import contextlib
import datetime
import hashlib
import json
import multiprocessing
import os
import re
import shlex
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient

KCAT = "kcat -q -b {brokers}"
FULL = "-X enable.idempotence=true -X linger.ms=20"
QUEUE = ("-X queued.min.messages=1000000 -X queued.max.messages.kbytes=262144"
         " -X fetch.wait.max.ms=10")
LARGE = ("-X queued.min.messages=10000000"
         " -X queued.max.messages.kbytes=2000000 -X fetch.wait.max.ms=10")
STREAMS = ("java -cp {build}/bench/streams:{build}/bench/streams/lib/* Stamp"
           " {brokers} {source} {target} THREADS {records} {work}/{target}")

# name: command, what the output is, and what must be there to run it.
BULK = {
    "kcat -C \\| cat \\| kcat -P": (
        f"{KCAT} -C -e -t {{source}} | cat | {KCAT} -P -t {{target}}", "same"),
    "the same, tuned": (
        f"stdbuf -o64K {KCAT} -C -e -t {{source}} {QUEUE} | cat |"
        f" stdbuf -i64K {KCAT} -P -t {{target}} {FULL}", "same"),
    "the same, with 2 GB to queue": (
        f"stdbuf -o64K {KCAT} -C -e -t {{source}} {LARGE} | cat |"
        f" stdbuf -i64K {KCAT} -P -t {{target}} {FULL}", "same"),
    "scripts/stream -e": (
        "scripts/stream -e -b {brokers} -t {source} -o {target} -- -q",
        "stamped"),
    "scripts/pipeline -e": (
        "scripts/pipeline -e -b {brokers} -t {source} -o {target} -- -q",
        "stamped"),
    "Kafka Streams, 1 thread": (STREAMS.replace("THREADS", "1"), "compact"),
    "Kafka Streams, 3 threads": (STREAMS.replace("THREADS", "3"), "compact"),
}
LATENCY = {
    "kcat -C \\| cat \\| kcat -P": (
        f"{KCAT} -C -o end -t {{source}} | cat | {KCAT} -P -t {{target}}"),
    "the same, tuned and padded": (
        f"stdbuf -oL {KCAT} -C -o end -t {{source}} {QUEUE} |"
        f" {{build}}/bench/padcat | stdbuf -i64K {KCAT} -P -t {{target}}"
        " -X enable.idempotence=true -X linger.ms=0"),
    "scripts/stream": (
        "scripts/stream --offset=end -b {brokers} -t {source} -o {target}"
        " -- -q"),
    "scripts/pipeline": (
        "scripts/pipeline -b {brokers} -t {source} -o {target} -- -q"),
    "Kafka Streams, 1 thread": STREAMS.replace("THREADS", "1"),
    "Kafka Streams, 3 threads": STREAMS.replace("THREADS", "3"),
}
PARTITIONS = 3
RATE = 1000


def missing(command):
    """The script that a command needs and that is not there, or None."""
    first = command.split()[0]
    if first.startswith("scripts/") and not os.path.exists(first):
        return first
    return None


def fingerprint(lines):
    """The count and an order-free digest of lines."""
    count = total = 0
    for line in lines:
        digest = hashlib.blake2b(line, digest_size=16).digest()
        total = (total + int.from_bytes(digest, "big")) % (1 << 128)
        count += 1
    return count, total


def compact(line):
    """What Jackson writes of a stamped record."""
    return json.dumps(json.loads(line), separators=(",", ":")).encode() + b"\n"


def stamped(line):
    """What Python's json writes with the new member."""
    record = json.loads(line)
    when = datetime.datetime.fromtimestamp(int(record["timestamp"]),
                                           datetime.timezone.utc)
    record["datetime"] = when.strftime("%Y-%m-%d %H:%M:%S")
    return json.dumps(record).encode() + b"\n"


def expectations(path):
    """The fingerprints of the input, and of it stamped."""
    wanted = {"same": lambda line: line, "stamped": stamped,
              "compact": lambda line: compact(stamped(line))}
    found = {}
    for name, change in wanted.items():
        with open(path, "rb") as lines:
            found[name] = fingerprint(map(change, lines))
    return found


class Memory(threading.Thread):
    """The peak of the resident memory of a process and its descendants."""

    def __init__(self, root):
        super().__init__(daemon=True)
        self.root = root
        self.peak = 0
        self.ended = threading.Event()
        self.start()

    def run(self):
        while not self.ended.wait(0.1):
            self.peak = max(self.peak, self.now())

    def now(self):
        """The sum in bytes."""
        parents, pages = {}, {}
        for name in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError), \
                    open(f"/proc/{name}/stat", encoding="utf-8") as stat:
                fields = stat.read().rpartition(")")[2].split()
                parents[int(name)] = int(fields[1])
                pages[int(name)] = int(fields[21])
        ours, more = {self.root}, True
        while more:
            more = {p for p, up in parents.items() if up in ours} - ours
            ours |= more
        return sum(pages.get(p, 0) for p in ours) * os.sysconf("SC_PAGE_SIZE")


class Bench:
    """One Kafka, and what is run on it."""

    def __init__(self, build, records, work):
        self.names = {"build": build, "records": records, "work": work}
        self.environment = {**os.environ, "LOGINSTAMP_BROKER_DIR":
                            os.path.join(work, "broker")}
        self.environment.pop("KCAT_CONFIG", None)
        said = subprocess.run(
            ["scripts/broker", "start", "--kafka", f"--owner={os.getpid()}"],
            stdout=subprocess.PIPE, check=True, text=True,
            env=self.environment).stdout
        self.names["brokers"] = said.strip().partition("=")[2]
        self.admin = AdminClient({"bootstrap.servers": self.names["brokers"],
                                  "log_level": 2})
        self.said = os.path.join(work, "stderr")

    def stop(self):
        """End the Kafka."""
        subprocess.run(["scripts/broker", "stop"], check=False,
                       env=self.environment)

    def create(self, *topics):
        """Make topics, and their dead letters."""
        subprocess.run(
            ["scripts/topics", "create", "-b", self.names["brokers"],
             f"--partitions={PARTITIONS}", *(f"-t{t}" for t in topics)],
            check=True, stdout=subprocess.DEVNULL)

    def remove(self, *topics):
        """Take topics away."""
        for done in self.admin.delete_topics(list(topics)).values():
            done.result()

    def begin(self, command, **more):
        """Start a command, a pipe of the shell, in a session of its own."""
        text = command.format_map(
            {n: shlex.quote(str(v)) for n, v in (self.names | more).items()})
        # Java's own wildcard must not be the shell's.
        with open(self.said, "wb") as stderr:
            return subprocess.Popen(
                ["bash", "-f", "-c", f"set -o pipefail; {text}"],
                stdin=subprocess.DEVNULL, env=self.environment, stderr=stderr,
                stdout=subprocess.DEVNULL, start_new_session=True)

    def fail(self, name, what):
        """End, with what the last command said."""
        with open(self.said, encoding="utf-8") as said:
            sys.exit(f"{said.read()}bench: {name}: {what}")

    def read(self, topic):
        """The lines of a topic, by a reader of what is committed."""
        command = KCAT.format_map(self.names)
        return subprocess.Popen(
            f"{command} -C -e -o beginning {QUEUE} -t {topic}".split(),
            stdout=subprocess.PIPE, env=self.environment)


def warm(bench, rows, times=3):
    """Run the first row, uncounted: Java is slow until it has compiled."""
    command, _ = next(iter(rows.values()))
    for turn in range(times):
        bench.create(f"warm-{turn}")
        bench.begin(command, source="source", target=f"warm-{turn}").wait()
        bench.remove(f"warm-{turn}")


def bulk(bench, rounds, wanted):
    """All rows in turns: their wall and CPU seconds, and peaks of memory."""
    rows = {n: r for n, r in BULK.items() if not missing(r[0])}
    seconds, peaks = {n: [] for n in rows}, dict.fromkeys(rows, 0)
    warm(bench, rows)
    for turn in range(rounds):
        for number, (name, (command, kind)) in enumerate(rows.items()):
            target = f"bulk-{turn}-{number}"
            bench.create(target)
            begin = time.monotonic()
            child = bench.begin(command, source="source", target=target)
            memory = Memory(child.pid)
            _, status, used = os.wait4(child.pid, 0)
            seconds[name].append((time.monotonic() - begin,
                                  used.ru_utime + used.ru_stime))
            memory.ended.set()
            peaks[name] = max(peaks[name], memory.peak)
            if status != 0:
                bench.fail(name, f"status {status}")
            with bench.read(target) as reader:
                if fingerprint(reader.stdout) != wanted[kind]:
                    bench.fail(name, "its output is not that of its input")
            bench.remove(target)
    return seconds, peaks


def print_bulk(records, seconds, peaks):
    """The table of bulk."""
    rounds = len(next(iter(seconds.values())))
    print(f"{records} records in {PARTITIONS} partitions, medians of {rounds}"
          " rounds\n")
    print("| command | wall s (from, to) | records/s | user + system s |"
          " peak MiB |")
    print("| --- | --- | --- | --- | --- |")
    for name, (command, _) in BULK.items():
        if name not in seconds:
            print(f"| {name} | no {missing(command)} here | | | |")
            continue
        wall, cpu = zip(*seconds[name])
        middle = statistics.median(wall)
        print(f"| {name} | {middle:.2f} ({min(wall):.2f}, {max(wall):.2f}) |"
              f" {records / middle:,.0f} | {statistics.median(cpu):.2f} |"
              f" {peaks[name] / 2**20:.0f} |")


def produce(brokers, topic, seconds):
    """RATE records a second, each with the time when it was due and sent."""
    producer = Producer({"bootstrap.servers": brokers, "linger.ms": 0,
                         "log_level": 2})
    due = time.monotonic_ns()
    for number in range(RATE * seconds):
        due += 10**9 // RATE
        while (left := due - time.monotonic_ns()) > 0:
            time.sleep(left / 1e9)
        producer.produce(topic, json.dumps(
            {"user_id": f"{number:036d}", "device_type": "android",
             "ip": "199.172.111.135", "locale": "RU", "app_version": "2.3.0",
             "sent": time.monotonic_ns(), "timestamp": "1694479551"}),
             partition=number % PARTITIONS)
        producer.poll(0)
    producer.flush(10)


def receive(consumer, numbers, seconds):
    """The delays of the records with these numbers, in milliseconds."""
    delays = {}
    limit = time.monotonic() + seconds
    while len(delays) < len(numbers) and time.monotonic() < limit:
        message = consumer.poll(1)
        if message is not None and not message.error():
            now = time.monotonic_ns()
            record = json.loads(message.value())
            if int(record["user_id"]) in numbers:
                delays[int(record["user_id"])] = (now - record["sent"]) / 1e6
    return list(delays.values())


def end(child):
    """End a command: all of its session, then by force."""
    for how in signal.SIGTERM, signal.SIGKILL:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, how)
        try:
            child.wait(15)
            return
        except subprocess.TimeoutExpired:
            pass


def latency_of(bench, command, source, target, seconds):
    """The delays of a row."""
    brokers = bench.names["brokers"]
    bench.create(source, target)
    child = bench.begin(command, source=source, target=target, records=0)
    consumer = Consumer({
        "bootstrap.servers": brokers, "group.id": f"reader-of-{target}",
        "auto.offset.reset": "earliest", "isolation.level": "read_committed",
        "fetch.wait.max.ms": 100, "enable.auto.commit": False})
    consumer.subscribe([target])
    # Until it lets records through: then it and the reader are warm.
    for _ in range(60):
        produce(brokers, source, 1)
        if receive(consumer, range(1), 1):
            break
    while receive(consumer, range(RATE), 3):
        pass
    # What comes first is not counted, and what comes last pushes.
    counted = range(RATE, RATE * (seconds + 1))
    producer = multiprocessing.Process(
        target=produce, args=(brokers, source, seconds + 3))
    producer.start()
    delays = receive(consumer, counted, seconds + 30)
    producer.join()
    end(child)
    consumer.close()
    if len(delays) != len(counted):
        bench.fail(target, f"{len(delays)} records came through of"
                   f" {len(counted)}")
    bench.remove(source, target)
    return delays


def latency(bench, rounds, seconds):
    """All rows in turns; the medians of their p50 and p99."""
    found = {}
    for turn in range(rounds):
        for number, (name, command) in enumerate(LATENCY.items()):
            if missing(command):
                continue
            delays = latency_of(bench, command, f"from-{turn}-{number}",
                                f"to-{turn}-{number}", seconds)
            parts = statistics.quantiles(delays, n=100)
            found.setdefault(name, []).append((parts[49], parts[98]))
    print(f"\n{RATE} records/s for {seconds} s, to a reader of what is"
          f" committed, medians of {rounds} rounds\n")
    print("| command | p50 ms | p99 ms |")
    print("| --- | --- | --- |")
    for name, command in LATENCY.items():
        if name in found:
            half, most = (statistics.median(f[i] for f in found[name])
                          for i in range(2))
            print(f"| {name} | {half:.2f} | {most:.2f} |")
        else:
            print(f"| {name} | no {missing(command)} here | |")


def main():
    given = dict(enumerate(sys.argv))
    build, records, rounds, seconds = given[1], *(
        int(given.get(i, usual))
        for i, usual in enumerate((1000000, 5, 10), 2))
    for rows in BULK, LATENCY:
        for name in [n for n in rows if not re.search(given.get(5, ""), n)]:
            del rows[name]
    with tempfile.TemporaryDirectory() as work:
        bench = Bench(os.path.abspath(build), records, work)
        try:
            bench.create("source")
            path = os.path.join(work, "logins")
            with open(path, "wb") as out:
                subprocess.run(["scripts/sample", f"--count={records}"],
                               stdout=out, check=True)
            with open(path, "rb") as logins:
                subprocess.run(KCAT.format_map(bench.names).split()
                               + ["-P", "-t", "source"], stdin=logins,
                               check=True, env=bench.environment)
            if BULK:
                print_bulk(records, *bulk(bench, rounds, expectations(path)))
            if LATENCY:
                latency(bench, rounds, seconds)
        finally:
            bench.stop()


if __name__ == "__main__":
    main()
