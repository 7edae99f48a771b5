//! The whole program under a seeded clock and seeded chance: shoppers come and go for weeks, webhooks are late, shuffled, repeated and lost, providers lie,
//! processes die at any write, disks are full and clocks jump; and after each step the promises are held against a model that knows nothing of the program.

mod ask;
mod calls;
mod ending;
mod oracle;
mod provider;
mod rng;
mod run;
mod shoppers;
mod time;
mod trace;
mod trap;
mod world;

use run::{Broken, Run, Size, Totals};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How large the simulations of the usual test run are, and how many of them on each engine.
const USUAL: Size = Size { shoppers: 16, days: 6 };
const USUAL_SEEDS: u64 = 4;

/// One seed, to its end.
fn simulate(engine: &'static str, seed: u64, size: Size) -> Result<Totals, Broken> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let done = runtime.block_on(async { Run::new(engine, seed, size, asked("TRACE").is_some()).await.finished().await });
    runtime.shutdown_timeout(Duration::from_secs(1));
    done
}

impl Totals {
    /// Simulated hours per second.
    fn per_second(&self, took: Duration) -> f64 {
        f64::from(u32::try_from(self.hours).unwrap_or(u32::MAX)) / took.as_secs_f64()
    }

    fn add(&mut self, more: &Self) {
        self.shoppers += more.shoppers;
        self.deliveries += more.deliveries;
        self.messages += more.messages;
        self.deaths += more.deaths;
        self.refusals += more.refusals;
        self.holds += more.holds;
        self.unknown += more.unknown;
        self.hours += more.hours;
    }
}

/// Many seeds, side by side; stops at the first that breaks a promise.
fn simulate_all(
    engine: &'static str,
    seeds: std::ops::Range<u64>,
    size: Size,
    each: impl Fn(u64, &Totals) + Sync,
) -> Result<Totals, Broken> {
    let next = AtomicU64::new(seeds.start);
    let all = Mutex::new((Totals::default(), None::<Broken>));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end || all.lock().expect("totals").1.is_some() {
                        return;
                    }
                    let done = simulate(engine, seed, size);
                    let mut all = all.lock().expect("totals");
                    match done {
                        Ok(totals) => {
                            all.0.add(&totals);
                            each(seed, &all.0);
                        }
                        Err(broken) => {
                            all.1.get_or_insert(broken);
                        }
                    }
                }
            });
        }
    });
    let (totals, broken) = all.into_inner().expect("totals");
    broken.map_or(Ok(totals), Err)
}

fn must_hold(engine: &'static str) {
    let totals = simulate_all(engine, 1..1 + USUAL_SEEDS, USUAL, |_, _| {}).unwrap_or_else(|broken| panic!("{}", broken.story));
    eprintln!("{engine}: {totals:?}");
    // A simulation in which nothing happens proves nothing.
    assert!(totals.messages > 20 && totals.deaths > 5 && totals.holds > 0 && totals.unknown > 0, "{totals:?}");
}

#[test]
fn the_promises_hold_on_sqlite_whatever_fails() {
    must_hold("sqlite");
}

#[test]
fn the_promises_hold_on_postgres_whatever_fails() {
    must_hold("postgres");
}

#[test]
fn the_same_seed_tells_the_same_story() {
    for engine in ["sqlite", "postgres"] {
        let [once, again] =
            [(); 2].map(|()| simulate(engine, 7, Size { shoppers: 8, days: 3 }).unwrap_or_else(|broken| panic!("{}", broken.story)));
        assert_eq!(once.sum, again.sum, "{engine}");
    }
}

/// The patches by which `scripts/break-rules` shows that broken rules are found.
#[test]
fn every_rule_can_still_be_broken_on_purpose() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = tempfile::tempdir().expect("a folder");
    let run = |program: &str, arguments: &[&str], folder: &Path| {
        let done = Command::new(program).args(arguments).current_dir(folder).env("GIT_CEILING_DIRECTORIES", "/").output().expect("it runs");
        assert!(done.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    };
    run("cp", &["-r", "src", copy.path().to_str().expect("a plain path")], root);
    let mut patches: Vec<_> =
        std::fs::read_dir(root.join("tests/simulation-breaks")).expect("patches").map(|e| e.expect("a file").path()).collect();
    patches.sort();
    assert!(patches.len() > 12, "{} patches", patches.len());
    for patch in patches {
        run("git", &["apply", patch.to_str().expect("a plain path")], copy.path());
    }
}

/// What was asked for by a variable of the environment.
fn asked(name: &str) -> Option<String> {
    #[allow(clippy::disallowed_methods, reason = "how much is simulated is no setting of the program")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn number(name: &str) -> Option<u64> {
    asked(name).map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// `make simulate`: as many seeds as are asked for, or one.
#[test]
#[ignore = "as long as one likes: make simulate SEEDS=10000"]
fn simulate_many_seeds() {
    let size = Size {
        shoppers: usize::try_from(number("SHOPPERS").unwrap_or(40)).expect("a number"),
        days: i64::try_from(number("DAYS").unwrap_or(14)).expect("a number"),
    };
    let first = number("FIRST").unwrap_or(1);
    let seeds = number("SEED").map_or(first..first + number("SEEDS").unwrap_or(100), |seed| seed..seed + 1);
    let engine = asked("ENGINE").unwrap_or_else(|| "both".into());
    for one in ["sqlite", "postgres"].into_iter().filter(|e| engine == "both" || engine == *e) {
        #[allow(clippy::disallowed_methods, reason = "how fast the simulation is, is measured by the system's clock")]
        let begun = std::time::Instant::now();
        let done = simulate_all(one, seeds.clone(), size, |seed, totals| {
            if seed % 10 == 0 {
                let per_second = totals.per_second(begun.elapsed());
                eprintln!("{one}: seed {seed}: {per_second:.0} simulated hours/s: {totals:?}");
            }
        });
        match done {
            Ok(totals) => {
                let seconds = begun.elapsed().as_secs_f64();
                eprintln!(
                    "{one}: {} seed(s) in {seconds:.1} s, {:.0} simulated hours/s: {totals:?}",
                    seeds.end - seeds.start,
                    totals.per_second(begun.elapsed())
                );
            }
            Err(broken) => panic!("{}", broken.story),
        }
    }
}
