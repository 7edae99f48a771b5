# The house's doors. `make test` is all that a change must pass beside `make lint`.

.PHONY: run demo test simulate chaos bench lighthouse pictures lint

# The server, on ./data/comeback.db, at 127.0.0.1:8080.
run:
	cargo run --release -- serve

# A simulated shop whose shoppers abandon and come back, on a throw-away database.
demo:
	cargo run --release -- demo

# Installs what is missing, then runs every test on both databases. Browsers and databases are waited for much of the time: one test more than there are cores runs at once.
test:
	scripts/install-test-needs
	RUST_TEST_THREADS=$${RUST_TEST_THREADS:-$$(( $$(nproc) + 1 ))} cargo test

# Seeded simulations of weeks of a shop's life, in which everything fails that can: `make simulate SEEDS=10000`, or one seed again, `make simulate SEED=7`;
# ENGINE is sqlite, postgres or both, SHOPPERS and DAYS say how large each is, TRACE=1 tells the whole story. Ends at the first promise that is broken. `scripts/break-rules` shows that
# broken rules are found.
simulate:
	SEED="$(SEED)" SEEDS="$(SEEDS)" FIRST="$(FIRST)" ENGINE="$(ENGINE)" SHOPPERS="$(SHOPPERS)" DAYS="$(DAYS)" \
		TRACE="$(TRACE)" cargo test --release --test it simulation::simulate_many_seeds -- --ignored --nocapture

# Kills, stops and starves the released program hundreds of times, under load, on both databases; then counts what was lost or sent wrongly.
# KILLS=3000 for longer, SEED=n for the same blows again.
chaos:
	scripts/install-test-needs
	cargo test --release --test it chaos -- --ignored --nocapture --test-threads=1

# Single rules, then the load harness: intake, claiming, mails, start and memory, as ratios within one run.
bench:
	cargo bench --bench comeback
	cargo bench --bench load

# Scores of the main pages on a server that runs: `echo PASSWORD | make lighthouse BASE=http://127.0.0.1:8080 EMAIL=demo@example.com`.
lighthouse:
	scripts/lighthouse "$(BASE)" "$(EMAIL)"

# The pictures of docs/img, from a demo that runs: `echo PASSWORD | make pictures BASE=http://127.0.0.1:8080 EMAIL=demo@example.com`.
pictures:
	node scripts/pictures.mjs "$(BASE)" "$(EMAIL)"

lint:
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps
