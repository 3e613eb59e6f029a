# make run | test | setup | lint | docs. Sets everything up when it is not.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
IMAGE ?=
SCREEN := -s "-screen 0 1600x1000x24"
# A display is used where there is one; else everything is drawn on a virtual one.
HAS_DISPLAY := $(DISPLAY)$(WAYLAND_DISPLAY)
WINDOW := $(if $(HAS_DISPLAY),,xvfb-run -a $(SCREEN))
SCORED := sample_data/*.dcm sample_data/*.pgm
SHOWN := sample_data/phantom-15-R-MLO.dcm
PACKAGES := xvfb xauth libgl1 libegl1 libdbus-1-3 libfontconfig1 libfreetype6 libglib2.0-0 libxkbcommon0 \
  libxkbcommon-x11-0 libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 \
  libxcb-render-util0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 libxcb-glx0 dicom3tools

.PHONY: run test setup lint docs clean

run: setup
	$(BIN)/mammoseg analyze all "$(or $(IMAGE),sample_data)" --out out --format csv
	$(if $(IMAGE),,$(BIN)/mammoseg evaluate calcifications --truth sample_data $(SCORED) --report out/scores >out/scores.txt)
	$(WINDOW) $(BIN)/python -m napari_mammoseg.gui.overview "$(or $(IMAGE),$(SHOWN))" --findings out \
	  --out out/overview.png $(if $(HAS_DISPLAY),--keep-open)

# Two processes, each with one thread for numbers; the window's tests stay in one of them.
test: setup lint
	OMP_NUM_THREADS=1 xvfb-run -a $(SCREEN) $(BIN)/python -m pytest --numprocesses 2 --dist loadgroup

setup: $(READY)

# A CPU build of torch first: a range that it satisfies then installs no other one.
# PySide6 6.12.0 loses a reference to None with every call under Python 3.11, until the interpreter aborts.
$(READY): setup.cfg pyproject.toml
	@sh packages.sh $(PACKAGES)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .[develop] 'PySide6-Essentials!=6.12.0'
	touch $(READY)

lint: setup
	$(BIN)/ruff check src tests
	$(BIN)/ruff format --check src tests
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: setup
	$(BIN)/python docs/make_reference.py
	$(WINDOW) $(BIN)/python docs/walk_through.py
	$(BIN)/python docs/make_sheets.py

clean:
	rm -rf .venv out build dist
