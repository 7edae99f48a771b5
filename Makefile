# The house's six doors. `make test` is all that a change must pass beside `make lint`.

.PHONY: run demo test chaos bench lint

# The server, on ./data/comeback.db, at 127.0.0.1:8080.
run:
	cargo run --release -- serve

# A simulated shop whose shoppers abandon and come back, on a throw-away database.
demo:
	cargo run --release -- demo

# Installs what is missing, then runs every test on both databases.
test:
	scripts/install-test-needs
	cargo test

# Kills, stops and starves the released program hundreds of times, under load, on both databases; then counts what was lost or sent wrongly.
# KILLS=3000 for longer, SEED=n for the same blows again.
chaos:
	scripts/install-test-needs
	cargo test --release --test it chaos -- --ignored --nocapture --test-threads=1

# Single rules, then the load harness: intake, claiming, start and memory, as ratios within one run.
bench:
	cargo bench --bench comeback
	cargo bench --bench load

lint:
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps
