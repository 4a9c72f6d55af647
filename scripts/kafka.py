"""What kcat cannot do: topics and groups, by librdkafka's Python binding.

usage: kafka.py PROGRAM COMMAND [-F FILE] [-b BROKERS] [-X NAME=VALUE]... ...

For scripts/topics and scripts/lag, which check the options and hand kcat's on:
a configuration for kcat is one for this.  PROGRAM is the name in messages.

Exit status: 0 done, 1 behind (lag), 2 it could not.
"""
import argparse
import contextlib
import os
import re
import signal
import sys
import tempfile
import threading
import time
import traceback

from confluent_kafka import OFFSET_INVALID, TIMESTAMP_NOT_AVAILABLE, \
    Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic

TIMEOUT = 10
FIRST_ANSWER = 5  # as kcat has it
SHOWN = ["retention.ms", "cleanup.policy", "min.insync.replicas",
         "max.message.bytes"]
PLAIN = re.compile(
    r"org\.apache\.kafka\.common\.security\.plain\.PlainLoginModule required"
    ' username="([^"]+)" password="([^"]+)"')


class Failure(Exception):
    """What ends the program, said to the user."""


def read_file(path):
    """The properties of a configuration file of kcat's, as kcat reads it."""
    found = []
    with open(path, "rb") as lines:
        for number, line in enumerate(lines, 1):
            line = line.strip()
            if not line or line.startswith(b"#"):
                continue
            # Not shown: it may be a password.
            if b"=" not in line:
                raise Failure(f"{path}:{number}: not PROPERTY=VALUE")
            try:
                name, _, value = line.decode().partition("=")
            except UnicodeDecodeError:
                raise Failure(f"{path}:{number}: not UTF-8") from None
            value = value.strip().replace(r"\=", "=").replace(r"\:", ":")
            # As kcat 1.7 does with what is for Java.
            if name == "ssl.endpoint.identification.algorithm":
                continue
            if name == "sasl.jaas.config" and (plain := PLAIN.match(value)):
                found += [("sasl.username", plain[1]), ("sasl.password", plain[2])]
            else:
                found.append((name, value))
    return found


class Cluster:
    """What speaks to Kafka, and what it said about its troubles."""

    def __init__(self, args):
        path = args.config
        usual = os.path.expanduser("~/.config/kcat.conf")
        if not path and os.path.isfile(usual):
            path = usual
        given = read_file(path) if path else []
        given += [tuple(p.split("=", 1)) for p in args.property]
        if args.brokers:
            given.append(("bootstrap.servers", args.brokers))
        self.trouble = []
        # log_level: errors come to error_cb, and it would warn of a writer's
        # property.  fetch.wait.max.ms: as long the end of a partition takes.
        self.properties = {"log_level": 2, "fetch.wait.max.ms": 10}
        self.properties.update((n.removeprefix("topic."), v) for n, v in given)
        self.properties["error_cb"] = self.trouble.append
        # What is not committed is not done.
        self.properties["isolation.level"] = "read_committed"

    def admin(self):
        """A client for topics, once a broker has answered."""
        return self.answering(AdminClient(self.without("fetch.wait.max.ms")))

    def without(self, name):
        """The properties but this one."""
        return {n: v for n, v in self.properties.items() if n != name}

    def consumer(self, group):
        """A client that reads, from where it is told, and commits nothing."""
        return self.answering(Consumer({
            **self.properties, "group.id": group, "enable.auto.commit": False,
            "enable.partition.eof": True}))

    def answering(self, client):
        """The client, or the reason why no broker answers it."""
        try:
            self.topics = client.list_topics(timeout=FIRST_ANSWER).topics
        except KafkaException as error:
            client.poll(0)
            # The last words are often that all brokers are down.
            said = [e.str() for e in self.trouble
                    if e.code() != KafkaError._ALL_BROKERS_DOWN
                    and ": Disconnected" not in e.str()]
            raise Failure(said[-1] if said else error.args[0].str()) from error
        return client

    def partitions(self, topic):
        """How many partitions a topic has that must be there."""
        if topic not in self.topics or self.topics[topic].error:
            raise Failure(f"{topic}: no such topic, or no right to it")
        return len(self.topics[topic].partitions)


def settings(admin, topic):
    """All settings of a topic, by name."""
    resource = ConfigResource("topic", topic)
    try:
        answer = admin.describe_configs([resource], request_timeout=TIMEOUT)
        return {n: e.value for n, e in answer[resource].result().items()}
    except KafkaException as error:
        raise Failure(f"{topic}: settings: {error.args[0].str()}") from error


def shape(cluster, topic):
    """The number of partitions and of replicas of a topic."""
    partitions = cluster.topics[topic].partitions
    return len(partitions), min(len(p.replicas) for p in partitions.values())


def differences(cluster, admin, topic, args, wanted):
    """What an existing topic has otherwise than asked."""
    partitions, replication = shape(cluster, topic)
    has = {"partitions": partitions, "replication": replication}
    asked = {"partitions": args.partitions, "replication": args.replication}
    if wanted:
        has.update(settings(admin, topic))
        asked.update(wanted)
    return [f"{n}={has.get(n)}, not {v}" for n, v in asked.items()
            if v is not None and not equal(str(has.get(n)), str(v))]


def equal(one, other):
    """The broker writes numbers in its own way."""
    try:
        return one == other or int(one) == int(other)
    except ValueError:
        return False


def appear(cluster, admin, topics):
    """Wait a little for topics that exist and are not seen, as they are new."""
    until = time.monotonic() + FIRST_ANSWER / 2
    while time.monotonic() < until and not all(
            t in cluster.topics and cluster.topics[t].partitions
            for t in topics):
        time.sleep(0.1)
        cluster.answering(admin)


def create(cluster, args):
    """Create what is not there, and compare what is."""
    admin = cluster.admin()
    wanted = dict(s.split("=", 1) for s in args.setting)
    like = cluster.topics.get(args.like)
    partitions = args.partitions or like and len(like.partitions) or -1
    new = [NewTopic(t, num_partitions=partitions,
                    replication_factor=args.replication or -1, config=wanted)
           for t in args.topic if t not in cluster.topics]
    futures = admin.create_topics(new, operation_timeout=TIMEOUT,
                                  request_timeout=TIMEOUT) if new else {}
    errors = {t: error.args[0] for t, f in futures.items()
              if (error := f.exception())}
    # Somebody else makes it just now, or may see it alone.
    exist = [t for t, error in errors.items()
             if error.code() == KafkaError.TOPIC_ALREADY_EXISTS]
    appear(cluster, admin, exist)
    status = 0
    for topic in args.topic:
        well, wrong = "exists", None
        if topic in futures and topic not in errors:
            well = "created"
        elif topic in errors and topic not in exist:
            wrong = errors[topic].str()
        elif topic not in cluster.topics:
            wrong = "exists, but there is no right to it"
        elif other := differences(cluster, admin, topic, args, wanted):
            wrong = "exists with " + "; ".join(other)
        if wrong:
            complain(args, f"{topic}: {wrong}")
            status = 2
        else:
            print(f"{topic}: {well}")
    return status


def show(cluster, args):
    """A line a topic."""
    admin = cluster.admin()
    failed = False
    for topic in args.topic:
        if topic == args.optional and topic not in cluster.topics:
            continue
        try:
            cluster.partitions(topic)
            partitions, replication = shape(cluster, topic)
            has = settings(admin, topic)
        except Failure as failure:
            failed = True
            complain(args, failure)
            continue
        print(f"{topic} partitions={partitions} replication={replication}",
              *(f"{n}={has[n]}" for n in SHOWN))
    return 2 if failed else 0


def read(consumer, topic, partition, start, end):
    """The committed records of a partition from start to before end."""
    consumer.assign([TopicPartition(topic, partition, start)])
    while True:
        message = consumer.poll(TIMEOUT)
        where = f"{topic} [{partition}]"
        if message is None:
            raise Failure(f"{where}: no answer within {TIMEOUT} s")
        error = message.error()
        if error and error.code() == KafkaError._PARTITION_EOF:
            return
        if error and message.topic() is None:
            continue
        if error:
            raise Failure(f"{where}: {error.str()}")
        if message.offset() >= end:
            return
        yield message


def done_by_header(consumer, topic, partition, header):
    """What the last committed record with this header says, or None.

    Looks back further each time: what was aborted hides what is nearer."""
    low, end = consumer.get_watermark_offsets(
        TopicPartition(topic, partition), timeout=TIMEOUT)
    back = 5
    while True:
        start = max(low, end - back)
        found = None
        for message in read(consumer, topic, partition, start, end):
            for name, value in message.headers() or ():
                if name == header:
                    found = value
        if found is not None:
            if not found.isdigit():
                raise Failure(f"{topic} [{partition}]: {header} is no offset")
            return int(found)
        if start == low:
            break
        back *= 10
    if low > 0:
        raise Failure(f"{topic} [{partition}]: retention has taken the records"
                      " that said what is done")
    return None


def committed_offset(consumer, where):
    """The answer of the group's coordinator, or why there is none."""
    for left in range(TIMEOUT, 0, -1):
        try:
            return consumer.committed([where], timeout=1)[0]
        except KafkaException as error:
            if error.args[0].code() != KafkaError._TIMED_OUT or left == 1:
                raise
        said = consumer.poll(0)
        if said is not None and said.error():
            raise Failure(said.error().str())


def done_by_group(consumer, topic, partition):
    """The offset that the group has committed, or None."""
    committed = committed_offset(consumer, TopicPartition(topic, partition))
    if committed.error:
        raise Failure(f"{topic} [{partition}]: {committed.error.str()}")
    return None if committed.offset == OFFSET_INVALID else committed.offset


def lag_of(consumer, partition, args):
    """The end of an input partition, what is done, and the lag."""
    topic = args.topic[0]
    where = f"{topic} [{partition}]"
    # Asked for before the end, which goes on meanwhile.
    if args.group:
        done = done_by_group(consumer, topic, partition)
    else:
        done = done_by_header(consumer, args.to, partition, args.header)
    low, end = consumer.get_watermark_offsets(
        TopicPartition(topic, partition), timeout=TIMEOUT)
    done = low if done is None else done
    if done > end:
        raise Failure(f"{where}: done is {done}, but it ends at {end}: "
                      "it is not the topic that was read")
    if done < low:
        complain(args, f"{where}: {done} to {low - 1} were deleted before they"
                 " were done")
    first = max(done, low)
    # Gaps (compaction, the marks of transactions) are no lag.
    waiting = first < end and next(
        read(consumer, topic, partition, first, end), None)
    if not waiting:
        return end, done, 0, 0
    return end, done, end - first, age_of(waiting)


def age_of(message):
    """How long ago it was produced, in seconds, by its own timestamp."""
    kind, milliseconds = message.timestamp()
    if kind == TIMESTAMP_NOT_AVAILABLE:
        return 0
    return round(max(0, time.time() - milliseconds / 1000), 3)


def look(cluster, consumer, args):
    """A line a partition, and the metrics; is something left?"""
    topic = args.topic[0]
    count = cluster.partitions(topic)
    if not args.group and cluster.partitions(args.to) < count:
        raise Failure(f"{args.to}: has fewer partitions than {topic}")
    rows = [(p, *lag_of(consumer, p, args)) for p in range(count)]
    for partition, end, done, behind, _ in rows:
        print(f"{topic} [{partition}] end={end} done={done} lag={behind}")
    sys.stdout.flush()
    if args.metrics:
        write_metrics(args, rows)
    return 1 if any(row[3] for row in rows) else 0


def lag(cluster, args):
    """Look once, or again and again."""
    consumer = cluster.consumer(args.group or "loginstamp-lag")
    status = look(cluster, consumer, args)
    if args.every:
        look_again(cluster, consumer, args)
    consumer.close()
    return status


def look_again(cluster, consumer, args):
    """Every so many seconds; what goes wrong is said once."""
    troubled = False
    while True:
        time.sleep(args.every)
        try:
            cluster.trouble.clear()
            look(cluster, cluster.answering(consumer), args)
        except (Failure, KafkaException) as error:
            if not troubled:
                complain(args, f"{reason(error)}; trying again")
            troubled = True
        else:
            if troubled:
                complain(args, "goes on")
            troubled = False


def until_signal(work):
    """Work in another thread until a signal asks for the end, which comes at
    once, whatever librdkafka waits for, and also where the pid is 1."""
    asked = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, asked)
    threading.Thread(target=lambda: os._exit(work()), daemon=True).start()
    signal.sigwait(asked)
    os._exit(0)


def write_metrics(args, rows):
    """The same as a Prometheus text file, by rename."""
    names = [("end_offset", "Where the partition ends."),
             ("done_offset", "Up to where it is done."),
             ("records", "How much is left."),
             ("oldest_seconds", "Age of the oldest record that is left.")]
    text = []
    by = f'topic="{args.topic[0]}",'
    by += f'group="{args.group}"' if args.group else f'to="{args.to}"'
    for column, (name, says) in enumerate(names, 1):
        text += [f"# HELP loginstamp_lag_{name} {says}",
                 f"# TYPE loginstamp_lag_{name} gauge"]
        text += [f'loginstamp_lag_{name}{{{by},partition="{row[0]}"}}'
                 f' {row[column]}' for row in rows]
    name = "loginstamp_lag_last_write_timestamp_seconds"
    text += [f"# HELP {name} When this was written.", f"# TYPE {name} gauge",
             f"{name}{{{by}}} {time.time():.3f}", ""]
    folder, base = os.path.split(os.path.abspath(args.metrics))
    temporary = None
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{base}.",
                                                 dir=folder)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write("\n".join(text))
            os.fchmod(descriptor, 0o644)
        os.rename(temporary, args.metrics)
    except OSError as error:
        if temporary:
            os.unlink(temporary)
        raise Failure(f"{args.metrics}: {error.strerror}") from error


def reason(error):
    """What a Failure or librdkafka's own exception says."""
    if isinstance(error, KafkaException):
        return error.args[0].str()
    return str(error)


def complain(args, what):
    """Say it on stderr, in the form that all scripts have; it may be full."""
    with contextlib.suppress(OSError):
        print(f"{args.program}: {what}", file=sys.stderr, flush=True)


def arguments():
    """What the script handed over: it has checked it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("command", choices=["create", "show", "lag"])
    parser.add_argument("-F", dest="config")
    parser.add_argument("-b", dest="brokers")
    parser.add_argument("-X", dest="property", action="append", default=[])
    parser.add_argument("--topic", action="append")
    parser.add_argument("--partitions", type=int)
    parser.add_argument("--replication", type=int)
    parser.add_argument("--setting", action="append", default=[])
    for name in "to", "group", "header", "metrics", "like", "optional":
        parser.add_argument(f"--{name}")
    parser.add_argument("--every", type=int)
    args = parser.parse_args()
    args.topic = list(dict.fromkeys(args.topic))
    return args


def run(args):
    """The command; its status."""
    commands = {"create": create, "show": show, "lag": lag}
    try:
        status = commands[args.command](Cluster(args), args)
        sys.stdout.flush()
        return status
    except (Failure, KafkaException) as error:
        complain(args, reason(error))
    except OSError as error:
        complain(args, f"stdout: {error.strerror}")
    except Exception:
        complain(args, traceback.format_exc())
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    return 2


def main():
    args = arguments()
    # They end it as they end others; Python would tell where it was.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if args.every:
        until_signal(lambda: run(args))
    status = run(args)
    # What is left to be written cannot be.
    os._exit(status)


if __name__ == "__main__":
    main()
