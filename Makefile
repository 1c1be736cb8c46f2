# SPDX-License-Identifier: EUPL-1.2
#
# Sluss. One file, no recursion into folders.
#   make          programs in build/          make check   all tests
#   make demo     try it                      make deps    install packages
#   make lint layers worst format install     see CONTRIBUTING.md
#   make coverage bench                       figures
#
#   CC=clang      another compiler            SAN=1        ASan and UBSan
#   WERROR=       warnings stay warnings      B=DIR        another build folder

B       ?= build
CC      = gcc
AR      ?= ar
WERROR  ?= -Werror
PREFIX  ?= /usr/local
DESTDIR ?=
VERSION := 0.1.0

WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wformat=2 -Wwrite-strings -Wundef \
	-Wcast-qual -Wimplicit-fallthrough \
	$(if $(findstring clang,$(CC)),,-Wno-format-truncation) $(WERROR)
OPT     ?= -O2 -g
ifdef SAN
OPT     := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
	-fno-sanitize-recover=undefined
SANLINK := -fsanitize=address,undefined
HARDEN  :=
else
HARDEN  := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
SANLINK := -pie -Wl,-z,relro,-z,now
endif
CPPFLAGS += -I. -Isrc -D_GNU_SOURCE -DSLUSS_VERSION='"$(VERSION)"' \
	-DSLUSS_PREFIX='"$(PREFIX)"'
CFLAGS  += -std=c17 $(WARN) $(OPT) $(HARDEN) -pthread
LDFLAGS += $(SANLINK) -pthread

# --- Layers: a folder is a layer and a static archive -----------------------
LAYERS  := base domain conf wire sql sign net cache sync ui app package central sim
dir_of   = $(if $(filter conf cache ui,$(1)),$(1),src/$(1))

# What a layer's archive may be linked with, in link order, itself first.
# tests/layers.sh checks every #include against the same table.
NEED_base    := base
NEED_domain  := domain base
NEED_conf    := conf base
NEED_wire    := wire domain base
NEED_sql     := sql domain base
NEED_sign    := sign wire domain base
NEED_cache   := cache sql domain base
NEED_net     := net base
NEED_sync    := sync cache sql sign wire net domain base
NEED_ui      := ui domain base
NEED_app     := app sync cache sql sign wire net ui conf domain base
NEED_package := package sign wire domain base
NEED_central := central package sql sign wire net conf domain base
NEED_sim     := sim sync central package cache sql sign wire net conf domain base
# No layer, but tests (tests/unit/shipped): the files of conf/ that are shipped.
NEED_shipped := conf domain base

# pkg-config names of the third-party libraries of a layer.
PKGS    := ncursesw libcurl jansson libsodium sqlite3 libutf8proc libmicrohttpd \
	libzstd zlib libarchive libxml-2.0
PC_base    := libutf8proc
PC_wire    := jansson libzstd zlib
PC_sql     := sqlite3
PC_sign    := libsodium
PC_net     := libcurl
PC_ui      := ncursesw
PC_package := libxml-2.0 libarchive
PC_central := libmicrohttpd
pc       = $(sort $(foreach l,$(NEED_$(1)),$(PC_$(l))))
# The libraries of a layer and of all below it, looked up once each.
libs     = $(shell pkg-config --libs $(call pc,$(1)))
ars      = $(foreach l,$(NEED_$(1)),$(B)/lib$(l).a)
INCS    := $(filter-out -I/usr/include,$(shell pkg-config --cflags-only-I $(PKGS) 2>/dev/null))
CPPFLAGS += $(patsubst -I%,-isystem %,$(INCS))

MAINS   := src/app/main.c src/central/main.c src/package/main.c src/sim/main.c
SRC     := $(filter-out $(MAINS),$(foreach l,$(LAYERS),$(wildcard $(call dir_of,$(l))/*.c)))
PROGS   := $(B)/sluss $(B)/sluss-central $(B)/sluss-verify $(B)/sluss-sim

# A program is built once its main is there.
have     = $(if $(wildcard $(1)),$(2))
BUILT   := $(call have,src/app/main.c,$(B)/sluss) \
	$(call have,src/central/main.c,$(B)/sluss-central) \
	$(call have,src/package/main.c,$(B)/sluss-verify) \
	$(call have,src/sim/main.c,$(B)/sluss-sim)

.DEFAULT_GOAL := all
all: $(BUILT) $(B)/locale/en/LC_MESSAGES/sluss.mo

define layer
OBJ_$(1) := $$(patsubst %.c,$$(B)/%.o,$$(filter-out $$(MAINS),$$(wildcard $$(call dir_of,$(1))/*.c)))
$$(B)/lib$(1).a: $$(OBJ_$(1))
	@rm -f $$@
	@$$(AR) rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call layer,$(l))))

# The schema of the officer's cache and of the central are text files that
# become C strings, so that one file is both documentation and truth. Each ends
# with a comma: an array of steps is a list of includes.
$(B)/%.sql.h: %.sql Makefile
	@mkdir -p $(@D)
	@{ echo '/* Made from $<; do not edit. */'; \
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/' $<; \
	echo ','; } > $@
# So does the list of words that keys are told by.
$(B)/conf/words.txt.h: conf/words.txt Makefile
	@mkdir -p $(@D)
	@{ echo '/* Made from $<; do not edit. */'; sed -n 's/^[a-z]*$$/"&",/p' $<; } > $@
SQLH    := $(patsubst %.sql,$(B)/%.sql.h,$(wildcard cache/*.sql src/central/*.sql)) \
	$(B)/conf/words.txt.h
CPPFLAGS += -I$(B) -I$(B)/src

$(B)/%.o: %.c | $(SQLH)
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

define program
$$(B)/$(1): $$(B)/$(2:.c=.o) $$(call ars,$(3))
	@echo "  LD      $$@"
	@$$(CC) $$(LDFLAGS) -o $$@ $$< -Wl,--start-group $$(call ars,$(3)) -Wl,--end-group $$(call libs,$(3)) -lm
endef
$(eval $(call program,sluss,src/app/main.c,app))
$(eval $(call program,sluss-central,src/central/main.c,central))
$(eval $(call program,sluss-verify,src/package/main.c,package))
$(eval $(call program,sluss-sim,src/sim/main.c,sim))
# The simulator remembers which signatures were good (src/sim/proof.h), and has
# files of its own (src/sim/path.h).
$(B)/sluss-sim: private LDFLAGS += -Wl,--wrap=crypto_sign_verify_detached \
	-Wl,--wrap=access -Wl,--wrap=unlink

$(B)/locale/en/LC_MESSAGES/sluss.mo: $(wildcard conf/po/en.po)
	@mkdir -p $(@D)
	@if [ -n "$<" ]; then msgfmt -c -o $@ $<; fi

comma   := ,

# --- Tests ------------------------------------------------------------------
# tests/unit/LAYER/test_X.c links the archives that LAYER may use, and no more.
UNIT    := $(wildcard tests/unit/*/test_*.c)
UNITBIN := $(patsubst %.c,$(B)/%,$(UNIT))
# Helper programs of the end-to-end tests.
TOOLS   := $(patsubst tests/lib/%.c,$(B)/tests/lib/%,$(wildcard tests/lib/*.c))

define unit
$$(B)/$(basename $(1)): $$(B)/$(1:.c=.o) $$(call ars,$(2))
	@mkdir -p $$(@D)
	@$$(CC) $$(LDFLAGS) -o $$@ $$< -Wl,--start-group $$(call ars,$(2)) -Wl,--end-group $$(call libs,$(2)) -lcmocka -lm
endef
$(foreach u,$(UNIT),$(eval $(call unit,$(u),$(patsubst tests/unit/%/,%,$(dir $(u))))))
# Here SQLite and memory fail where the test says (tests/unit/sync/faults.h).
$(B)/tests/unit/sync/test_faults $(B)/tests/unit/sync/test_faults_load: private LDFLAGS += $(patsubst %,-Wl$(comma)--wrap=%, \
	sqlite3_step sqlite3_exec calloc realloc sodium_malloc)
# Here the test sees what is made sure to be on disk.
$(B)/tests/unit/central/test_witness: private LDFLAGS += -Wl,--wrap=fsync
# Here something comes into the cache while the screen reads it.
$(B)/tests/unit/app/test_case: private LDFLAGS += -Wl,--wrap=detail_get

$(B)/tests/lib/%: $(B)/tests/lib/%.o $(sort $(call ars,ui) $(call ars,wire))
	@mkdir -p $(@D)
	@$(CC) $(LDFLAGS) -o $@ $< -Wl,--start-group $(call ars,ui) $(call ars,wire) -Wl,--end-group $(call libs,ui) $(call libs,wire) -lvterm -lutil -lm

# --- Measurements -----------------------------------------------------------
# tests/bench/NAME.c is a program when it has a main; the others are shared by
# all of them. The client's libraries stand before the central's: both have an
# http.h, and the programs here are clients.
BENCHMAIN := world first_sync push screen limit_screen search
BENCHOBJ  := $(patsubst %.c,$(B)/%.o,$(filter-out $(BENCHMAIN:%=tests/bench/%.c),$(wildcard tests/bench/*.c)))
NEED_bench := app ui sync cache net sql sign wire conf central package domain base
BENCHBIN  := $(BENCHMAIN:%=$(B)/tests/bench/%)

$(B)/tests/bench/%: $(B)/tests/bench/%.o $(BENCHOBJ) $(call ars,bench)
	@mkdir -p $(@D)
	@$(CC) $(LDFLAGS) -o $@ $< $(BENCHOBJ) -Wl,--start-group $(call ars,bench) -Wl,--end-group $(call libs,bench) -lvterm -lutil -lm

# The bare limit of a screen: nothing is linked that it does not need.
$(B)/tests/bench/limit_screen: $(B)/tests/bench/limit_screen.o
	@mkdir -p $(@D)
	@$(CC) $(LDFLAGS) -o $@ $< $(shell pkg-config --libs sqlite3 ncursesw)

# --- Chaos --------------------------------------------------------------------
# tests/chaos/faulty.c is a network, the others are what drives real programs
# through it. SECONDS_TOTAL=600 SEED=1 are the defaults.
CHAOSOBJ := $(patsubst %.c,$(B)/%.o,$(filter-out tests/chaos/faulty.c,$(wildcard tests/chaos/*.c)))
NEED_chaos := wire domain base
CHAOSBIN := $(B)/tests/chaos/chaos $(B)/tests/chaos/faulty

$(B)/tests/chaos/chaos: $(CHAOSOBJ) $(call ars,chaos)
	@$(CC) $(LDFLAGS) -o $@ $(CHAOSOBJ) $(call ars,chaos) $(call libs,chaos) -lutil -lm
$(B)/tests/chaos/faulty: $(B)/tests/chaos/faulty.o $(call ars,chaos)
	@$(CC) $(LDFLAGS) -o $@ $< $(call ars,chaos) $(call libs,chaos) -lm

.PHONY: chaos
chaos: all $(CHAOSBIN)
	@B=$(B) SECONDS_TOTAL=$(SECONDS_TOTAL) SEED=$(SEED) sh tests/chaos/run.sh

.PHONY: pictures
pictures: all tools
	@B=$(B) sh tests/pictures.sh

# SEEDS=N, JOBS=N, FROM=N; MUTANTS= without the table of planted bugs.
.PHONY: sim
sim: $(B)/sluss-sim
	@B=$(B) sh tests/sim.sh

.PHONY: bench bench-programs
bench-programs: $(BENCHBIN)
# SMALL=1: 10,000 cases only, to see that it runs.
bench: all
	@sh conf/deps.sh bench
	@$(MAKE) --no-print-directory -s bench-programs
	@B=$(B) SMALL=$(SMALL) sh tests/bench/run.sh

# Branches and conditions of the rules and the sync core. SEEDS=N, LIST=1.
.PHONY: coverage
coverage:
	@sh conf/deps.sh coverage
	@SEEDS=$(SEEDS) LIST=$(LIST) sh tests/coverage.sh

.PHONY: all check deps deps-check unit tools demo lint layers worst format install clean
unit: $(UNITBIN) $(B)/locale/en/LC_MESSAGES/sluss.mo
tools: $(TOOLS) $(CHAOSBIN)

# Everything under ASan and UBSan, built with gcc and with clang. The shell
# tests (end to end, crash, mutants) run once, on the gcc build.
check: deps-check
	@sh tests/run.sh

deps:
	@sh conf/deps.sh build
deps-check:
	@sh conf/deps.sh check

demo: deps
	@$(MAKE) --no-print-directory -s all
	@B=$(B) sh conf/demo.sh $(ROLE)

layers:
	@sh tests/layers.sh
lint: layers
	@sh tests/lint.sh
worst:
	@sh tests/worst.sh
format:
	@git ls-files '*.c' '*.h' | xargs clang-format -i

# PREFIX is compiled in: give the same one to `make` and `make install`.
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/sluss/casetypes \
		$(DESTDIR)$(PREFIX)/share/locale/en/LC_MESSAGES
	install -m 755 $(B)/sluss $(B)/sluss-central $(B)/sluss-verify $(DESTDIR)$(PREFIX)/bin
	install -m 644 conf/casetypes/*.conf $(DESTDIR)$(PREFIX)/share/sluss/casetypes
	install -m 644 conf/sluss.conf $(DESTDIR)$(PREFIX)/share/sluss/sluss.conf.example
	install -m 644 $(B)/locale/en/LC_MESSAGES/sluss.mo $(DESTDIR)$(PREFIX)/share/locale/en/LC_MESSAGES
	for m in man/*.[1-8]; do s=$${m##*.}; \
		install -D -m 644 $$m $(DESTDIR)$(PREFIX)/share/man/man$$s/$${m##*/} || exit 1; done

clean:
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
.SECONDARY:
