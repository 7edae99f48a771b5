//! The real program under real blows: killed, stopped, robbed of its database server or of room on its disk, and afterwards everything is counted.
//!
//! A few blows of each kind fall in every test run. `make chaos` strikes hundreds of times (`KILLS`), from a seed that is printed and may be given (`SEED`).
//! Time is the machine's own here: it is the one part of the tests that waits.

mod blows;
mod count;
mod dice;
mod disk;
mod replica;
mod shoppers;
mod table;
mod world;

use crate::support::postgres::Cluster;
use blows::{Size, disk_full, killed, one_of_two_killed, server_killed, stopped};
use count::Findings;
use dice::{Dice, any_seed};
use world::Place;

/// Of the program, over all; the other blows are fewer, since each takes seconds.
const KILLS: u32 = 300;
/// So many of each scenario's findings are told.
const TOLD_MAX: usize = 20;

/// In every test run, on whatever machine, unoptimised and beside other tests.
const FEW: Size = Size { blows: 4, per_second: 3.0 };
const ONE: Size = Size { blows: 1, per_second: 3.0 };

#[allow(clippy::disallowed_methods, reason = "how long the tests run is no setting of the program")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number, not {text:?}")))
}

/// Chance for one scenario; its seed is told.
fn dice() -> (u64, Dice) {
    let seed = number("SEED").unwrap_or_else(any_seed);
    eprintln!("chaos: SEED={seed}");
    (seed, Dice::seeded(seed))
}

fn check(seed: u64, all: Vec<Findings>) {
    let (rows, wrong): (Vec<_>, Vec<_>) = all.into_iter().map(|f| (f.row, f.wrong)).unzip();
    table::print(&rows);
    let mut told = Vec::new();
    for (row, wrong) in rows.iter().zip(&wrong).filter(|(_, wrong)| !wrong.is_empty()) {
        told.push(format!("{} on {}: {} findings", row.scenario, row.engine, wrong.len()));
        told.extend(wrong.iter().take(TOLD_MAX).map(|w| format!("  {w}")));
        told.extend(wrong.last().filter(|_| wrong.len() > TOLD_MAX).map(|w| format!("  ...\n  {w}")));
    }
    assert!(told.is_empty(), "SEED={seed}\n{}", told.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_at_any_moment_it_loses_nothing_and_sends_nothing_twice() {
    let (seed, dice) = dice();
    let both = tokio::join!(killed(Place::sqlite(), FEW, dice.clone()), killed(Place::postgres(), FEW, dice.clone()));
    check(seed, vec![both.0, both.1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn when_one_of_two_replicas_is_killed_the_other_goes_on() {
    let (seed, dice) = dice();
    check(seed, vec![one_of_two_killed(Place::postgres(), FEW, dice).await]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_server_that_is_killed_takes_nothing_with_it() {
    let (seed, dice) = dice();
    let mut cluster = tokio::task::block_in_place(Cluster::durable);
    check(seed, vec![server_killed(&mut cluster, Size { blows: 2, ..ONE }, dice).await]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_process_that_was_stopped_beyond_its_lease_neither_sends_nor_records() {
    let (seed, dice) = dice();
    let both = tokio::join!(stopped(Place::sqlite(), ONE, dice.clone()), stopped(Place::postgres(), ONE, dice.clone()));
    check(seed, vec![both.0, both.1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_full_disk_acknowledges_nothing_and_when_there_is_room_again_all_goes_on() {
    let (seed, dice) = dice();
    check(seed, vec![disk_full(ONE, dice).await]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "takes minutes: make chaos"]
async fn struck_hundreds_of_times_it_keeps_its_promises() {
    let (seed, dice) = dice();
    let kills = number("KILLS").map_or(KILLS, |n| u32::try_from(n).expect("a number of kills"));
    let size = |share: u32| Size { blows: (kills / share).max(1), per_second: 12.0 };
    let mut cluster = tokio::task::block_in_place(Cluster::durable);
    let on_postgres = |cluster: &Cluster| Place::on_postgres(cluster.database());
    let all = vec![
        killed(Place::sqlite(), size(3), dice.clone()).await,
        killed(on_postgres(&cluster), size(3), dice.clone()).await,
        one_of_two_killed(on_postgres(&cluster), size(3), dice.clone()).await,
        server_killed(&mut cluster, size(15), dice.clone()).await,
        stopped(Place::sqlite(), size(25), dice.clone()).await,
        stopped(on_postgres(&cluster), size(15), dice.clone()).await,
        disk_full(size(30), dice).await,
    ];
    check(seed, all);
}
