# The front door; Meson does the work behind it. `make help` tells what there is.
BUILD ?= build
CORPUS ?= ../shared/conformance
INFRA = $(BUILD)/infra
MAKEFLAGS += --no-print-directory
SUITES = $(shell find "$${XDG_CACHE_HOME:-$$HOME/.cache}/infra-conformance" -maxdepth 2 -name suites 2>/dev/null | head -n 1)

.PHONY: all setup test check hostile tsan msan static deb bench faults fuzz conformance accept help

all: setup ## build the program: build/infra
	@ninja -C $(BUILD)

# Meson is asked again when a source file came or went, so that no file is ever listed by hand.
setup:
	@mkdir -p $(BUILD)
	@{ find src tests tools checks principles families facts causes -name '*.c' -o -name '*.yaml' -o -name '*.tsv'; find templates -type f; } 2>/dev/null | LC_ALL=C sort > $(BUILD)/.files.new
	@test -f $(BUILD)/build.ninja || meson setup $(BUILD) $(MESON_FLAGS) > $(BUILD)/setup.log || { cat $(BUILD)/setup.log; exit 1; }
	@cmp -s $(BUILD)/.files.new $(BUILD)/.files || meson setup --reconfigure $(BUILD) $(MESON_FLAGS) > $(BUILD)/setup.log || { cat $(BUILD)/setup.log; exit 1; }
	@mv $(BUILD)/.files.new $(BUILD)/.files

test: all ## units, goldens and the laws of every check, on the release build
	@meson test -C $(BUILD) --print-errorlogs

check: ## the house rules: tiers, lengths, nothing unused or written twice
	@tools/check-tiers
	@tools/check-lengths
	@tools/check-unused

HOSTILE = -Dbuildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false -Dhostile=true -Dfuzz=true
hostile: ## the tests under ASan and UBSan, with every arena block on its own
	@CC=clang $(MAKE) test BUILD=build-hostile MESON_FLAGS="$(HOSTILE)"

# The sandbox starts no symbolizer: `addr2line -f -e build-tsan/infra 0x…` reads the addresses of a report.
tsan: ## the tests under the thread sanitizer
	@CC=clang TSAN_OPTIONS=symbolize=0 $(MAKE) test BUILD=build-tsan MESON_FLAGS="-Dbuildtype=debugoptimized -Db_sanitize=thread -Db_lundef=false"

msan: ## units and goldens under MemorySanitizer: no value is read that nobody set
	@CC=clang $(MAKE) all BUILD=build-msan MESON_FLAGS="-Dbuildtype=debugoptimized -Db_sanitize=memory -Db_lundef=false -Dhostile=true"
	@MSAN_OPTIONS=symbolize=0 meson test -C build-msan --print-errorlogs -t 5 --suite unit --suite golden

static: ## one file that needs no library: build-static/infra
	@$(MAKE) setup BUILD=build-static MESON_FLAGS="-Dc_link_args=-static -Dprefer_static=true"
	@ninja -C build-static infra
	@strip -o build-static/infra.stripped build-static/infra && wc -c < build-static/infra.stripped | sed 's/.*/build-static\/infra: & bytes without debug information/' && rm build-static/infra.stripped

deb: static ## the Debian package, with manual page and completions: build-static/infra_VERSION_ARCHITECTURE.deb
	@tools/package-deb build-static/infra build-static

bench: all static ## ratios of time and memory, and whether the budgets hold; CORPUS=folder of real files to vary too
	@tests/bench/run $(INFRA) $(filter-out ../shared/conformance,$(CORPUS))

faults: all ## each request of memory, open, read, write and fork fails once: nothing is lost, half written or called clean; POINTS=n of each kind
	@tests/faults/run $(INFRA) $(POINTS)

FUZZ_SECONDS ?= 60
fuzz: ## every fuzz target, or T=target, FUZZ_SECONDS each
	@CC=clang $(MAKE) all BUILD=build-hostile MESON_FLAGS="$(HOSTILE)"
	@tests/fuzz/run $(FUZZ_SECONDS) build-hostile $(T)

conformance: all ## the peers' labelled cases and the language suites in CORPUS, with our thresholds
	@tests/conformance/run $(INFRA) $(CORPUS)

accept: all ## take what the program prints now as the goldens; T=folder for one
	@tests/golden/run --accept $(INFRA) $(T)

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14
