"""What is seen of a chain at work: its processes, and its topics' ends."""
import collections
import contextlib
import os
import threading
import time

from confluent_kafka import Consumer, KafkaError, KafkaException, \
    TopicPartition

LOOK = 0.05  # seconds between two looks


def tree(root, parents):
    """A process and its descendants."""
    ours, more = {root}, True
    while more:
        more = {p for p, up in parents.items() if up in ours} - ours
        ours |= more
    return ours


class Processes:
    """What the groups of processes take, by /proc."""

    def __init__(self):
        self.roots = {}
        self.peaks = collections.Counter()
        self.ended = collections.Counter()
        self.begun, self.begin_time = {}, 0

    def add(self, name, root):
        self.roots.setdefault(name, []).append(root)

    @staticmethod
    def stats():
        """Of each process: its parent, its ticks with those of the children
        that it has waited for, its pages."""
        found = {}
        for name in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError), \
                    open(f"/proc/{name}/stat", encoding="utf-8") as stat:
                words = stat.read().rpartition(")")[2].split()
                found[int(name)] = (int(words[1]),
                                    sum(map(int, words[11:15])),
                                    int(words[21]))
        return found

    def used(self):
        """The seconds of CPU of each group so far; its memory counts too."""
        stats = self.stats()
        parents = {pid: stat[0] for pid, stat in stats.items()}
        seconds = {}
        for name, roots in self.roots.items():
            ours = set().union(*(tree(root, parents) for root in roots))
            seen = [stats[pid] for pid in ours if pid in stats]
            seconds[name] = (sum(s[1] for s in seen)
                             / os.sysconf("SC_CLK_TCK") + self.ended[name])
            memory = sum(s[2] for s in seen) * os.sysconf("SC_PAGE_SIZE")
            self.peaks[name] = max(self.peaks[name], memory)
        return seconds

    def wait(self, name, child):
        """Until this one ends; what it took still counts."""
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.ended[name] += used.ru_utime + used.ru_stime

    def begin(self):
        self.begun, self.begin_time = self.used(), time.monotonic()

    def since(self):
        """What was used since begin, and how long that is."""
        return {name: seconds - self.begun.get(name, 0)
                for name, seconds in self.used().items()}, \
            time.monotonic() - self.begin_time

    def workers(self, root):
        """How many partitions a pipeline works on."""
        count = 0
        for pid, stat in self.stats().items():
            with contextlib.suppress(OSError), \
                    open(f"/proc/{pid}/cmdline", "rb") as words:
                count += stat[0] == root and b"--worker=" in words.read()
        return count


class Looks(threading.Thread):
    """The ends of an input and an output topic, again and again, as a reader
    of committed records sees them: (time, input, output), each a tuple by
    partition."""

    def __init__(self, brokers, topics, partitions, processes):
        super().__init__(daemon=True)
        self.consumer = Consumer({
            "bootstrap.servers": brokers, "group.id": "load", "log_level": 2,
            "isolation.level": "read_committed"})
        self.source, self.target = topics
        self.partitions = range(partitions)
        self.processes = processes
        self.seen = []
        self.failed = None
        self.ended = threading.Event()
        self.start()

    def ends(self, topic):
        """By partition.  -1 in a time's place asks for the end."""
        answers = self.consumer.offsets_for_times(
            [TopicPartition(topic, p, -1) for p in self.partitions], 10)
        for answer in answers:
            if answer.error:
                raise KafkaException(answer.error)
        return tuple(answer.offset for answer in answers)

    def run(self):
        while not self.failed and not self.ended.wait(LOOK):
            try:
                # The output first: what is seen there is in the input.
                target, source = self.ends(self.target), self.ends(self.source)
                self.seen.append((time.time(), source, target))
                if len(self.seen) % 20 == 0:
                    self.processes.used()
            except KafkaException as error:
                # As long as a new topic has no leader yet.
                if error.args[0].code() != KafkaError.NOT_LEADER_FOR_PARTITION:
                    self.failed = error

    def stop(self):
        self.ended.set()
        self.join()
        self.consumer.close()
        self.check()

    def check(self):
        if self.failed:
            raise self.failed
