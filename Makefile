# What a contributor runs, with the environment that README.md sets up in .venv:
#   make quick   while writing: style, types, imports and the unit tests that need no event loop
#   make test    before a commit
#   make long    what takes minutes: the matrix thirty times, properties in full, a soak, the benchmark in short
#   make search  when there is time: every property in full, with examples that no run has tried
#   make ci      all of it on a fresh environment, and with the lowest versions that are allowed

BIN := .venv/bin

.PHONY: quick style types imports core test long search ci

quick:
	@$(MAKE) --no-print-directory --jobs=2 --output-sync style types imports core

style:
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports

core:
	$(BIN)/pytest -n 2 -m 'not long and not asyncio' tests/unit

test:
	$(BIN)/pytest

long:
	$(BIN)/pytest -m long

search:
	NEW_EXAMPLES=1 $(BIN)/pytest -m long tests/unit tests/property tests/integration

ci:
	.ci/run
