# The front door; Meson does the work behind it.
BUILD ?= build
MAKEFLAGS += --no-print-directory

.PHONY: all setup test help
all: setup
	@ninja -C $(BUILD)

# Meson is asked again when a source file came or went, so that no file is ever listed by hand.
setup:
	@mkdir -p $(BUILD)
	@find src tests tools -name '*.c' 2>/dev/null | LC_ALL=C sort > $(BUILD)/.files.new
	@test -f $(BUILD)/build.ninja || meson setup $(BUILD) $(MESON_FLAGS) > $(BUILD)/setup.log || { cat $(BUILD)/setup.log; exit 1; }
	@cmp -s $(BUILD)/.files.new $(BUILD)/.files || meson setup --reconfigure $(BUILD) > $(BUILD)/setup.log || { cat $(BUILD)/setup.log; exit 1; }
	@mv $(BUILD)/.files.new $(BUILD)/.files

test: all
	@meson test -C $(BUILD) --print-errorlogs
