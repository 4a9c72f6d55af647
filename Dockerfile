# The image: loginstamp with its scripts, and what they need of Debian's packages. docs/stack.md says how to use it.
#
#   docker build -t loginstamp .
#   docker run --rm -i loginstamp loginstamp <logins.jsonl
#   docker run -e BOOTSTRAP_SERVERS=kafka:9092 loginstamp     # pipeline, as a member of the group "loginstamp"

ARG DEBIAN=debian:12-slim
# Of the stage "producer" alone: an image that is to take the place of our sample producer.
ARG PRODUCER_IMAGE=sample

FROM ${DEBIAN} AS build
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
    gcc libc6-dev libyajl-dev make pkg-config
WORKDIR /loginstamp
COPY Makefile README.md DESIGN.md CHANGELOG.md LICENSE ./
COPY src src
RUN make -s -j2
COPY broker broker
COPY docs docs
COPY man man
COPY scripts scripts
COPY deploy/healthy deploy/produce deploy/
# A broker of one's own is for a checkout: it wants Java and Maven.
RUN make -s install PREFIX=/usr DESTDIR=/out \
 && strip /out/usr/bin/loginstamp /out/usr/bin/loginwatch \
 && rm -r /out/usr/bin/loginstamp-broker /out/usr/share/loginstamp/pom.xml /out/usr/share/man /out/usr/share/doc \
 && install -m 755 deploy/healthy /out/usr/bin/loginstamp-healthy \
 && install -m 755 deploy/produce /out/usr/bin/loginstamp-produce

FROM ${DEBIAN} AS loginstamp
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
    ca-certificates kcat libyajl2 python3-confluent-kafka tini tzdata \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log \
 && useradd --system --uid 10001 --user-group --home-dir /var/lib/loginstamp --shell /usr/sbin/nologin loginstamp \
 && install -d -o loginstamp -g loginstamp /var/lib/loginstamp /var/lib/loginstamp/metrics /var/lib/loginstamp/state
COPY --from=build /out/usr /usr
USER 10001:10001
WORKDIR /var/lib/loginstamp
# Signals come to tini, which hands them on: pipeline ends within 5 seconds of a SIGTERM, with nothing half done.
ENTRYPOINT ["tini", "--"]
CMD ["loginstamp-pipeline", "--group=loginstamp"]
HEALTHCHECK --interval=10s --timeout=10s --start-period=30s --retries=3 CMD ["loginstamp-healthy"]
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="loginstamp" \
      org.opencontainers.image.description="Stamps login events on Kafka with a readable time, each exactly once" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

# What the original's service my-python-producer does, by our own means.
FROM loginstamp AS sample
CMD ["loginstamp-produce"]
HEALTHCHECK NONE

FROM ${PRODUCER_IMAGE} AS producer

FROM loginstamp
