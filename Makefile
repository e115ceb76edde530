# make          install what the build needs, build build/rehearse
# make demo     rehearse the shipped 2024.1 cloud to 2025.1 and show the verdict
# make test     unit tests, cases and integration tests, with all their set-up
# make check    formatting, the shape of the house, clang-tidy on what changed (BASE=commit: since then)
# make watch    build and run the unit tests of a room at each change (ROOM=base|snapshots|scenarios|reports|harness,
#               FILTER=GoogleTest's)
# make survey   hold the judge against every change of rows that is known, on every shape of table (10 minutes), a
#               restore against the client's, over every option of a dump and 200 variations (10 minutes), a restore
#               and a run killed at more moments, another series of the server, every case, and each with tokens in the
#               place of its values (an hour, and the network the first time)
# make faults   let each call of the operating system fail in each way, with real servers, and run and resume for half an
#               hour with kills (ONLY=text: only faults whose line holds it; SOAK=minutes)
# make walks    healthy clouds over every hop (HEALTHY=folder of RELEASE.sql.gz; an hour, and the network the first time)
# make bench    measure, as ratios against public tools
# make bench-memory  the most memory that rehearse holds: rows of 200 MB, 10,000 tables, endless output (15 minutes)
# make fingerprints  make scenarios/catalogue/fingerprints anew, from all releases of all services (FOR=nova: of one)
# make packages only the Debian packages; make clean removes the build folders

SHELL := /bin/bash
.DELETE_ON_ERROR:

BUILD_PACKAGES := g++ cmake ninja-build ccache pkg-config libboost-dev libfmt-dev libtomlplusplus-dev libcli11-dev \
  nlohmann-json3-dev libexpected-dev libkainjow-mustache-dev libmysqlcppconn-dev libxxhash-dev libzstd-dev libseccomp-dev \
  libgtest-dev
RUN_PACKAGES := mariadb-server-core mariadb-client mariadb-backup python3 python3-venv python3-dev gcc libssl-dev ca-certificates \
  bubblewrap util-linux xfsprogs zstd xz-utils bzip2 gzip
IMAGE_PACKAGES := mmdebstrap
TEST_PACKAGES := mydumper
CHECK_PACKAGES := clang-format clang-tidy git
OUT ?= out
TEST_STATE := $(or $(REHEARSAL_STATE),$(HOME)/.cache/rehearsal-tests)

.PHONY: all packages image-packages build images demo test check watch survey faults walks bench bench-memory fingerprints clean
all: build

# Installs only what is missing, so that a second call needs neither root nor a network.
define install_packages
	@missing=$$(for p in $(1); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	  echo "installing:" $$missing; \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$sudo apt-get update -qq && \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi
endef

packages:
	$(call install_packages,$(BUILD_PACKAGES) $(RUN_PACKAGES))

image-packages: packages
	$(call install_packages,$(IMAGE_PACKAGES))

build: packages
	@cmake --preset release -DCMAKE_CXX_COMPILER_LAUNCHER=$$(command -v ccache) >/dev/null
	@cmake --build --preset release

# The engine that `--engine auto` will choose; no images are needed where there is none.
images: image-packages
	@for engine in docker podman; do \
	  if command -v $$engine >/dev/null && $$engine info >/dev/null 2>&1; then docker/build-images.sh $$engine; break; fi; \
	done

demo:
	@$(MAKE) --no-print-directory image-packages
	@$(MAKE) --no-print-directory -j2 build images
	@demo/run-demo.sh "$(OUT)/demo"

test:
	@$(MAKE) --no-print-directory image-packages
	$(call install_packages,$(TEST_PACKAGES))
	@tests/run-tests.sh

check: packages
	$(call install_packages,$(CHECK_PACKAGES))
	@tests/structure/check.sh

watch: packages
	@cmake --preset dev -DCMAKE_CXX_COMPILER_LAUNCHER=$$(command -v ccache) >/dev/null
	@tests/structure/watch.sh "$(or $(ROOM),base)" "$(or $(FILTER),*)"

survey: packages
	@cmake --preset dev -DCMAKE_CXX_COMPILER_LAUNCHER=$$(command -v ccache) >/dev/null
	@cmake --build --preset dev
	@REHEARSAL_SURVEY=all build-dev/tests/survey/survey_test --gtest_brief=1
	@REHEARSAL_SURVEY=all build-dev/tests/snapshots_test --gtest_brief=1 --gtest_filter='PeerSuite*:DamageTest*:SameAsClient*:Index*'
	@REHEARSAL_SURVEY=all build-dev/tests/scenarios_test --gtest_brief=1 --gtest_filter='FirstRelease*'
	@export REHEARSAL_SURVEY=all REHEARSAL_MASKING=all REHEARSAL_STATE="$(TEST_STATE)"; set -e; \
	build-dev/tests/integration/series_test --gtest_brief=1; \
	build-dev/tests/integration/kill_test --gtest_brief=1; \
	build-dev/tests/integration/masking_test --gtest_brief=1; \
	build-dev/tests/integration/resume_test --gtest_brief=1; \
	build-dev/tests/integration/foresight_test --gtest_brief=1; \
	ctest --test-dir build-dev -C survey -L process --output-on-failure --parallel $$((2 * $$(nproc)))

faults: image-packages
	$(call install_packages,$(TEST_PACKAGES))
	@cmake --preset dev -DCMAKE_CXX_COMPILER_LAUNCHER=$$(command -v ccache) >/dev/null
	@cmake --build --preset dev
	@set -e; for room in base snapshots harness; do \
	  REHEARSAL_SURVEY=all build-dev/tests/$${room}_test --gtest_brief=1 --gtest_filter='*EveryFault*'; \
	done
	@tests/faults/faults.py build-dev/rehearse "$(TEST_STATE)-faults" --jobs $$((2 * $$(nproc))) --only "$(ONLY)"
	@tests/faults/soak.py build-dev/rehearse "$(TEST_STATE)-faults/soak" --minutes $(or $(SOAK),30)

walks: packages
	@cmake --preset dev -DCMAKE_CXX_COMPILER_LAUNCHER=$$(command -v ccache) >/dev/null
	@cmake --build --preset dev --target healthy_test
	@REHEARSAL_HEALTHY="$(HEALTHY)" build-dev/tests/integration/healthy_test --gtest_brief=1

bench: build
	@tests/bench/run.sh

bench-memory: build
	@tests/bench/memory.sh

fingerprints: build
	@cmake --build --preset release --target make_fingerprints
	@build/make_fingerprints scenarios/catalogue "$(TEST_STATE)" $(FOR)

clean:
	rm -rf build build-dev build-asan out
