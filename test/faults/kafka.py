"""An Apache Kafka (KRaft) on 127.0.0.1 that can be frozen, killed and started again with what it has kept."""
import os
import signal
import socket
import subprocess
import time

VERSION = "3.9.1"
SETTINGS = """process.roles=broker,controller
node.id=1
controller.listener.names=CONTROLLER
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
log.retention.check.interval.ms=500
log.initial.task.delay.ms=500
log.segment.delete.delay.ms=100
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Kafka:
    def __init__(self, directory, partitions):
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        self.jars = f"{cache}/loginstamp/kafka-{VERSION}/lib/*"
        self.directory = directory
        port, controller = free_port(), free_port()
        self.servers = f"127.0.0.1:{port}"
        self.process = None
        os.makedirs(directory)
        with open(f"{directory}/server.properties", "w") as f:
            f.write(SETTINGS + f"log.dirs={directory}/log\nnum.partitions={partitions}\n"
                    f"listeners=PLAINTEXT://{self.servers},CONTROLLER://127.0.0.1:{controller}\n"
                    f"controller.quorum.voters=1@127.0.0.1:{controller}\n")
        with open(f"{directory}/log4j.properties", "w") as f:
            f.write("log4j.rootLogger=WARN,out\nlog4j.appender.out=org.apache.log4j.ConsoleAppender\n"
                    "log4j.appender.out.layout=org.apache.log4j.PatternLayout\n"
                    "log4j.appender.out.layout.ConversionPattern=%d %p %c{1}: %m%n\n")
        self.java("kafka.tools.StorageTool", "format", "-t", "AAAAAAAAAAAAAAAAAAAAAA",
                  "-c", f"{directory}/server.properties").wait()

    def java(self, *arguments):
        with open(f"{self.directory}/out", "ab") as out:
            return subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "java", "-Xmx512m",
                 f"-Dlog4j.configuration=file:{self.directory}/log4j.properties", "-cp", self.jars, *arguments],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def start(self):
        self.process = self.java("kafka.Kafka", f"{self.directory}/server.properties")
        for _ in range(300):
            if self.answers():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise SystemExit(f"Kafka did not start: see {self.directory}/out")

    def answers(self):
        return subprocess.run(["kcat", "-q", "-L", "-m", "2", "-b", self.servers], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0

    def kill(self):
        self.process.kill()
        self.process.wait()

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def configure(self, topic, settings):
        """Set a topic's settings, as "name=value,..."; a list stands in brackets."""
        command = self.java("kafka.admin.ConfigCommand", "--bootstrap-server", self.servers, "--alter",
                            "--entity-type", "topics", "--entity-name", topic, "--add-config", settings)
        if command.wait() != 0:
            raise SystemExit(f"{topic}: {settings}: not set: see {self.directory}/out")
