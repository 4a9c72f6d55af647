# loginstamp: build, test, install.  GNU make.  `make help` lists the targets.

VERSION = 0.1.0

PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
DATADIR = $(PREFIX)/share/loginstamp
LIBEXECDIR = $(PREFIX)/libexec/loginstamp
MANDIR = $(PREFIX)/share/man
DOCDIR = $(PREFIX)/share/doc/loginstamp
ZONEINFO = /usr/share/zoneinfo

PKG_CONFIG = pkg-config
INSTALL = install
BUILD = build

# For users and packagers; what the project itself needs is below.
CFLAGS = -O2 -g
WERROR =
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
    -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual \
    -Wwrite-strings -Wundef -Wvla -Wformat=2 -Wswitch-enum $(WERROR)
HARDENING = -fstack-protector-strong -D_FORTIFY_SOURCE=2

YAJL_CFLAGS := $(shell $(PKG_CONFIG) --cflags yajl 2>/dev/null)
YAJL_LIBS := $(shell $(PKG_CONFIG) --libs yajl 2>/dev/null || echo -lyajl)
RDKAFKA_CFLAGS := $(shell $(PKG_CONFIG) --cflags rdkafka 2>/dev/null)
RDKAFKA_LIBS := $(shell $(PKG_CONFIG) --libs rdkafka 2>/dev/null)

ALL_CPPFLAGS = -D_GNU_SOURCE -DVERSION='"$(VERSION)"' \
    -DZONEINFO='"$(ZONEINFO)"' -Isrc $(YAJL_CFLAGS) $(CPPFLAGS)
ALL_CFLAGS = -std=c11 $(WARNINGS) $(HARDENING) -MMD -MP $(CFLAGS)
COMPILE = $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS)

MAINS = src/loginstamp.c src/loginwatch.c
MODULES := $(filter-out $(MAINS),$(wildcard src/*.c))
OBJECTS := $(MODULES:src/%.c=$(BUILD)/%.o)
PROGRAMS = $(MAINS:src/%.c=$(BUILD)/%)
UNITS := $(patsubst test/unit/%.c,$(BUILD)/unit/%,$(wildcard test/unit/*.c))
TOOLS := $(patsubst test/tools/%.c,$(BUILD)/tools/%,$(wildcard test/tools/*.c))
FUZZERS := $(filter-out %/replay, \
    $(patsubst test/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard test/fuzz/*.c)))
LIBRARIES = $(wildcard scripts/lib*.sh)
SCRIPTS = $(filter-out $(LIBRARIES) scripts/kafka.py,$(wildcard scripts/*))
# Scripts for a checkout only are not installed.
INSTALLED = $(filter-out scripts/demo scripts/check,$(SCRIPTS))
SHELL_FILES = $(SCRIPTS) $(LIBRARIES) .ci/run test/run test/under test/outer/aarch64 test/outer/deploy-tools \
    test/bench/stream-latency test/bench/peers test/bench/instructions \
    test/outer/kafka-tools \
    test/stack/engine test/stack/stand-ins \
    $(filter-out %.py %/Dockerfile,$(wildcard test/stack/images/*)) deploy/healthy deploy/produce deploy/compose/kafka-answers \
    $(wildcard test/*.bash test/*/*.bash)
BATS_FILES = $(wildcard test/*.bats test/*/*.bats)

all: $(PROGRAMS) ## build the programs into build/
ifneq ($(RDKAFKA_LIBS),)
all: $(BUILD)/embedded-broker
endif

$(PROGRAMS): $(BUILD)/%: $(BUILD)/%.o $(OBJECTS)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(YAJL_LIBS) -lm

# What a form of the fast path may use of its processor; see src/match.h.
ifneq ($(findstring x86_64,$(shell $(CC) -dumpmachine)),)
$(BUILD)/match_avx2.o: FORM_CFLAGS = -mavx2 -mbmi -mbmi2
$(BUILD)/match_avx512.o: FORM_CFLAGS = -mavx512bw -mavx512vl -mbmi -mbmi2 -mprefer-vector-width=256
endif

$(BUILD)/%.o: src/%.c Makefile | $(BUILD)
	$(COMPILE) $(FORM_CFLAGS) -c -o $@ $<

$(BUILD)/unit/%: test/unit/%.c $(OBJECTS) | $(BUILD)/unit
	$(COMPILE) $(LDFLAGS) -o $@ $< $(OBJECTS) $(YAJL_LIBS) -lm

# Fuzz targets, which here run on the files of a corpus (see fuzz for the fuzzers).
# The stream's has the calls replaced by which the filter leaves its process.
FUZZ_MAIN = test/fuzz/replay.c
FUZZ_stream = -Wl,--wrap=read,--wrap=write,--wrap=open,--wrap=close,--wrap=poll,--wrap=clock_gettime

$(BUILD)/fuzz/%: test/fuzz/%.c test/fuzz/replay.c $(OBJECTS) | $(BUILD)/fuzz
	$(COMPILE) $(LDFLAGS) $(FUZZ_$*) -o $@ $< $(FUZZ_MAIN) $(OBJECTS) $(YAJL_LIBS) -lm

$(BUILD)/tools/%: test/tools/%.c | $(BUILD)/tools
	$(COMPILE) $(LDFLAGS) -o $@ $< $(YAJL_LIBS) -lm

$(BUILD)/bench/%: test/bench/%.c | $(BUILD)/bench
	$(COMPILE) $(LDFLAGS) -o $@ $< $(YAJL_LIBS) -lm

$(BUILD)/embedded-broker: broker/embedded.c Makefile | $(BUILD)
	$(COMPILE) $(RDKAFKA_CFLAGS) $(LDFLAGS) -o $@ $< $(RDKAFKA_LIBS)

$(BUILD) $(BUILD)/unit $(BUILD)/fuzz $(BUILD)/tools $(BUILD)/bench:
	mkdir -p $@

## Tests.  BUILD is the build that they are run on.

test-programs: cross $(TOOLS)

# What is tested, without what runs the tests.
cross: $(PROGRAMS) $(UNITS) $(FUZZERS)

JOBS = 2

check-fast: test-programs ## run the tests that need no broker
	JOBS=$(JOBS) BUILD=$(abspath $(BUILD)) test/run test/*.bats

check: check-fast all ## run these, and then those on real brokers
	BUILD=$(abspath $(BUILD)) test/run test/broker/*.bats

check-outer: test-programs ## run the tests that need what is no part of the rest
	BUILD=$(abspath $(BUILD)) test/run test/outer/*.bats

check-stack: test-programs ## run docker-compose.yml whole, on a Docker engine of its own
	BUILD=$(abspath $(BUILD)) test/stack/engine test/run test/stack/*.bats

check-all: ## run everything, as it stands
check-all: check check-outer check-asan check-valgrind check-aarch64 \
    check-instructions check-model check-stack

check-model: ## check the model of pipeline's protocol, and that wrong ones fail
	test/model/run

# As long as 300 faults take, of which 100 come between feeding and commit.
soak: all ## kill and freeze pipeline on a real Kafka, for long
	BUILD=$(abspath $(BUILD)) test/faults/faults.py --records=200000 --partitions=6 \
	    --reading=150 --fence=40 --feeding=110 --broker=20 --minutes=120

check-asan: ## run the fast tests under the address and UB sanitizers
	$(MAKE) BUILD=build/asan HARDENING= check-fast \
	    CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all'

asan: ## build with the sanitizers, into build/asan
	$(MAKE) BUILD=build/asan HARDENING= all \
	    CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all'

check-valgrind: test-programs ## run the fast tests under valgrind
	BUILD=$(abspath $(BUILD)) test/under valgrind test/run test/*.bats

check-aarch64: test-programs ## run fast tests as built for AArch64, under qemu
	test/outer/aarch64 $(BUILD)
	BUILD=$(abspath $(BUILD)) test/under aarch64 test/run \
	    test/cases.bats test/filter.bats test/shapes.bats test/unit.bats

FUZZ_SECONDS = 600

fuzz: ## fuzz each target for FUZZ_SECONDS, by clang's libFuzzer
	$(MAKE) BUILD=build/fuzzers CC=clang HARDENING= FUZZ_MAIN=-fsanitize=fuzzer \
	    CFLAGS='-O2 -g -fsanitize=fuzzer-no-link' $(FUZZERS:$(BUILD)/%=build/fuzzers/%)
	for f in $(notdir $(FUZZERS)); do \
	    mkdir -p build/fuzzers/$$f.found && \
	    build/fuzzers/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) -max_len=1500 \
		-dict=test/fuzz/json.dict -artifact_prefix=build/fuzzers/ \
		build/fuzzers/$$f.found test/fuzz/$$f.corpus || exit; \
	done

## Speed.  What loginstamp is measured beside is fetched into PEERS.

PEERS = $(BUILD)/bench/peers
NATIVE = -O3 -march=native -DNDEBUG -D_GNU_SOURCE
BENCHES = $(BUILD)/bench/latency $(BUILD)/bench/start $(BUILD)/bench/copier
SPLICES = $(BUILD)/bench/yajl-splice \
    $(patsubst $(PEERS)/%/simdjson.h,$(BUILD)/bench/%-splice,$(wildcard $(PEERS)/simdjson/simdjson.h)) \
    $(patsubst $(PEERS)/%/yyjson.h,$(BUILD)/bench/%-splice,$(wildcard $(PEERS)/yyjson/yyjson.h))

$(BUILD)/bench/yajl-splice: test/bench/yajl-splice.c test/bench/splice.h | $(BUILD)/bench
	$(CC) -std=c11 $(WARNINGS) $(NATIVE) -o $@ $< $(YAJL_LIBS)

$(BUILD)/bench/yyjson-splice: test/bench/yyjson-splice.c test/bench/splice.h | $(BUILD)/bench
	$(CC) -std=c11 $(NATIVE) -isystem $(PEERS)/yyjson -o $@ $< $(PEERS)/yyjson/yyjson.c

$(BUILD)/bench/simdjson-splice: test/bench/simdjson-splice.cpp test/bench/splice.h | $(BUILD)/bench
	$(CXX) -std=c++17 -Wall -Wextra $(NATIVE) -isystem $(PEERS)/simdjson -o $@ $< $(PEERS)/simdjson/simdjson.cpp

splices: $(SPLICES)

bench-programs: $(BENCHES) $(BUILD)/bench/yajl-splice

bench: all $(BENCHES) $(TOOLS) ## measure speed beside others, which it installs
	test/bench/peers $(PEERS)
	$(MAKE) splices
	test/bench/bench.py $(BUILD)

check-instructions: all $(BENCHES) ## count instructions a record, against a budget
	test/bench/instructions $(BUILD)

bench-stream: all $(BENCHES) ## measure latency through a real Kafka, beside cat
	test/bench/stream-latency

# RECORDS, ROUNDS, SECONDS and ROWS may be given.  The system's Python has Debian's
# binding for librdkafka.
bench-kafka: all $(BUILD)/bench/padcat $(BUILD)/bench/streams/Stamp.class ## measure on a real Kafka, beside Kafka Streams
	/usr/bin/python3 test/bench/kafka.py $(BUILD) $(RECORDS) $(ROUNDS) $(SECONDS) '$(ROWS)'

RECORDS = 1000000
ROUNDS = 5
SECONDS = 10
ROWS =

$(BUILD)/bench/streams/Stamp.class: test/bench/streams/Stamp.java \
    test/bench/streams/pom.xml
	mvn -B -q -f test/bench/streams/pom.xml dependency:copy-dependencies \
	    -DoutputDirectory=$(abspath $(BUILD))/bench/streams/lib </dev/null
	javac -d $(BUILD)/bench/streams -cp '$(BUILD)/bench/streams/lib/*' $<

# RATE, SECONDS, PARTITIONS and COPIES may be given.
load: all ## hold RATE records/s for SECONDS on the whole chain, and compare
	/usr/bin/python3 test/bench/load.py $(RATE) $(SECONDS) $(PARTITIONS) $(COPIES)

load: SECONDS = 60
RATE = 20000
PARTITIONS = 3
COPIES = 1

demo: all ## run the main job on an embedded broker, installing nothing
	scripts/demo --no-install

captures: all ## write what the README shows by running it
	test/captures $(BUILD) README.md

guide: all ## write what docs/stack.md shows by running it
	COMPOSE_PROJECT_NAME=loginstamp test/stack/engine sh -c \
	    'test/stack/stand-ins $(BUILD)/stack && docker-compose build -q 2>/dev/null && \
	    test/captures --here $(BUILD) docs/stack.md'

lint: ## check style: warnings of both compilers, shellcheck, mandoc
	$(MAKE) BUILD=build/lint-gcc CC=gcc WERROR=-Werror all test-programs bench-programs
	$(MAKE) BUILD=build/lint-clang CC=clang WERROR=-Werror all test-programs bench-programs
	shellcheck -x -P scripts $(SHELL_FILES)
	shellcheck -x -s bats $(BATS_FILES)
	mandoc -Tlint -Wstyle man/*.1 2>&1 | \
	    { ! grep -v -e 'outdated mandoc.db' -e 'referenced manual not found'; }

## Installation.

install: all ## install into $(DESTDIR)$(PREFIX)
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(DATADIR) \
	    $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(DOCDIR)/docs
	$(INSTALL) -m 755 $(PROGRAMS) $(DESTDIR)$(BINDIR)
	for s in $(INSTALLED); do \
	    $(INSTALL) -m 755 $$s $(DESTDIR)$(BINDIR)/loginstamp-$${s##*/} || exit; \
	done
	$(INSTALL) -m 644 $(LIBRARIES) scripts/kafka.py broker/pom.xml $(DESTDIR)$(DATADIR)
	if [ -e $(BUILD)/embedded-broker ]; then \
	    $(INSTALL) -m 755 $(BUILD)/embedded-broker $(DESTDIR)$(LIBEXECDIR); \
	fi
	$(INSTALL) -m 644 man/*.1 $(DESTDIR)$(MANDIR)/man1
	$(INSTALL) -m 644 README.md DESIGN.md CHANGELOG.md LICENSE \
	    $(DESTDIR)$(DOCDIR)
	$(INSTALL) -m 644 docs/*.md $(DESTDIR)$(DOCDIR)/docs

## A release: what would be published is built, and nothing is published.

RELEASE = $(BUILD)/loginstamp-$(VERSION).tar.gz

release: dist image ## build the tarball and the image of the last commit
	@echo 'built, and not published: $(RELEASE), and the image loginstamp:$(VERSION)'

dist: committed | $(BUILD) ## build the tarball
	git archive --prefix=loginstamp-$(VERSION)/ HEAD | gzip -9n >$(RELEASE)
	cd $(BUILD) && sha256sum loginstamp-$(VERSION).tar.gz >loginstamp-$(VERSION).sha256

image: committed ## build the image
	git archive HEAD | docker build -q -t loginstamp:$(VERSION) -t loginstamp --target loginstamp \
	    --build-arg VERSION=$(VERSION) --build-arg REVISION=$$(git rev-parse HEAD) -

committed:
	@git diff --quiet HEAD -- || { echo 'there are changes that are not committed' >&2; exit 1; }

uninstall: ## take away what install put there
	rm -f $(PROGRAMS:$(BUILD)/%=$(DESTDIR)$(BINDIR)/%)
	rm -f $(INSTALLED:scripts/%=$(DESTDIR)$(BINDIR)/loginstamp-%)
	rm -f $(patsubst man/%,$(DESTDIR)$(MANDIR)/man1/%,$(wildcard man/*.1))
	rm -rf $(DESTDIR)$(DATADIR) $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(DOCDIR)

clean: ## remove what was built
	rm -rf build

help: ## show this
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

.PHONY: all test-programs check-fast check check-all check-outer check-asan asan \
    check-valgrind check-aarch64 check-instructions check-model check-stack soak cross fuzz splices \
    bench-programs bench bench-stream bench-kafka load demo captures guide lint install uninstall \
    release dist image committed \
    clean help
.DELETE_ON_ERROR:
-include $(wildcard $(BUILD)/*.d $(BUILD)/unit/*.d $(BUILD)/tools/*.d \
    $(BUILD)/fuzz/*.d $(BUILD)/bench/*.d)
