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
CLANG_FORMAT = clang-format
BUILD = build

CFLAGS = -O2 -g
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
    -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual \
    -Wwrite-strings -Wundef -Wvla -Wformat=2 -Wswitch-enum -Werror
HARDENING = -fstack-protector-strong -D_FORTIFY_SOURCE=2

YAJL_CFLAGS := $(shell $(PKG_CONFIG) --cflags yajl 2>/dev/null)
YAJL_LIBS := $(shell $(PKG_CONFIG) --libs yajl 2>/dev/null || echo -lyajl)
RDKAFKA_CFLAGS := $(shell $(PKG_CONFIG) --cflags rdkafka 2>/dev/null)
RDKAFKA_LIBS := $(shell $(PKG_CONFIG) --libs rdkafka 2>/dev/null)

ALL_CPPFLAGS = -D_GNU_SOURCE -DVERSION='"$(VERSION)"' \
    -DZONEINFO='"$(ZONEINFO)"' -Isrc $(CPPFLAGS)
ALL_CFLAGS = -std=c11 $(WARNINGS) $(HARDENING) $(YAJL_CFLAGS) -MMD -MP $(CFLAGS)

PROGRAMS = $(BUILD)/loginstamp
MAINS = src/loginstamp.c
MODULES := $(filter-out $(MAINS),$(wildcard src/*.c))
OBJECTS := $(MODULES:src/%.c=$(BUILD)/%.o)
UNITS := $(patsubst test/unit/%.c,$(BUILD)/test/%,$(wildcard test/unit/*.c))

all: $(PROGRAMS) ## build the programs into build/

$(BUILD)/loginstamp: $(BUILD)/loginstamp.o $(OBJECTS)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(YAJL_LIBS)

$(BUILD)/%.o: src/%.c | $(BUILD)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/test/%: test/unit/%.c $(OBJECTS) | $(BUILD)/test
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(OBJECTS) $(YAJL_LIBS)

$(BUILD) $(BUILD)/test:
	mkdir -p $@

clean: ## remove what was built
	rm -rf build

.PHONY: all clean
.DELETE_ON_ERROR:
-include $(wildcard $(BUILD)/*.d $(BUILD)/test/*.d)
