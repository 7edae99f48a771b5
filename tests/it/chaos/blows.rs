//! What is done to the program, scenario by scenario. Each ends with a time in peace, and with counting.

use super::count::{Findings, count, longest_recovery, rest};
use super::dice::Dice;
use super::disk::Disk;
use super::replica::Replica;
use super::shoppers::Crowd;
use super::table::Row;
use super::world::{Place, Temper, World, free_port};
use crate::support::postgres::{Blow, Cluster};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Long enough for a message in peace, short enough to lapse within a scenario.
const LEASE: Duration = Duration::from_secs(4);
/// Shorter, for workers that are stopped for longer than this.
const STOPPED_LEASE: Duration = Duration::from_secs(3);
/// A kill falls so many milliseconds after the program was ready, with work that is due.
const ALIVE_MS: (u64, u64) = (5, 400);
/// Of a hundred restarts, how many are struck again before they are ready.
const STRUCK_AT_START: u64 = 10;

/// Blows fall after so many messages were begun.
const WARM: usize = 3;
/// By then they were.
const WARM_WAIT: Duration = Duration::from_secs(120);

/// By then a full disk has been noticed.
const FULL_WAIT: Duration = Duration::from_secs(20);

const USUAL: Temper = Temper { late: 30, latest_ms: 150, hangs: true };
/// Without answers that come too late: nobody ends such a conversation by dying.
const PATIENT: Temper = Temper { late: 30, latest_ms: 150, hangs: false };
/// Slow at every stage, so that a worker is stopped in the middle of a conversation.
const SLOW: Temper = Temper { late: 50, latest_ms: 300, hangs: false };

/// How much of it.
#[derive(Clone, Copy)]
pub struct Size {
    pub blows: u32,
    /// Shoppers.
    pub per_second: f64,
}

/// One process, killed again and again, and started again at once.
pub async fn killed(place: Place, size: Size, dice: Dice) -> Findings {
    let (world, mut replica) = World::build(place, LEASE, dice).await;
    world.smtp.set_mood(USUAL.mood(world.dice.clone()));
    let crowd = Crowd::gather(&world, &[replica.port], size.per_second);
    warm(&world).await;
    let mut starts = Vec::new();
    for _ in 0..size.blows {
        live_for_a_while(&world, &mut replica).await;
        replica.kill();
        replica = Replica::start(&world, replica.port);
        starts.push(replica.started);
    }
    let row = Row { scenario: "killed and restarted", blows: size.blows, ..Row::default() };
    finish(&world, crowd, vec![replica], (row, starts)).await
}

/// Two replicas on one database; one of them is killed, the other goes on.
pub async fn one_of_two_killed(place: Place, size: Size, dice: Dice) -> Findings {
    let (world, first) = World::build(place, LEASE, dice).await;
    world.smtp.set_mood(USUAL.mood(world.dice.clone()));
    let second = Replica::start(&world, free_port());
    let mut pair = [first, second];
    let crowd = Crowd::gather(&world, &pair.each_ref().map(|r| r.port), size.per_second);
    warm(&world).await;
    let mut starts = Vec::new();
    for _ in 0..size.blows {
        let struck = &mut pair[usize::from(world.dice.percent(50))];
        live_for_a_while(&world, struck).await;
        struck.kill();
        sleep(world.dice.millis(0, 300)).await;
        *struck = Replica::start(&world, struck.port);
        starts.push(struck.started);
    }
    let row = Row { scenario: "one of two killed", blows: size.blows, ..Row::default() };
    finish(&world, crowd, pair.into(), (row, starts)).await
}

/// The database server is stopped hard, under two replicas that stay.
pub async fn server_killed(cluster: &mut Cluster, size: Size, dice: Dice) -> Findings {
    let (world, first) = World::build(Place::on_postgres(cluster.database()), LEASE, dice).await;
    world.smtp.set_mood(PATIENT.mood(world.dice.clone()));
    let second = Replica::start(&world, free_port());
    let mut pair = [first, second];
    assert!(pair[1].is_ready_soon().await, "the second replica doesn't start");
    let crowd = Crowd::gather(&world, &pair.each_ref().map(|r| r.port), size.per_second);
    warm(&world).await;
    let mut starts = Vec::new();
    for _ in 0..size.blows {
        sleep(world.dice.millis(300, 1500)).await;
        let blow = if world.dice.percent(50) { Blow::Kill } else { Blow::Quit };
        tokio::task::block_in_place(|| cluster.strike(blow));
        sleep(world.dice.millis(0, 500)).await;
        starts.push(Instant::now());
        tokio::task::block_in_place(|| cluster.start_again());
    }
    let row = Row { scenario: "database server killed", blows: size.blows, ..Row::default() };
    finish(&world, crowd, pair.into(), (row, starts)).await
}

/// A worker is stopped for longer than its lease, and wakes up in the middle of what it was doing; a second replica, if there is one, goes on meanwhile.
pub async fn stopped(place: Place, size: Size, dice: Dice) -> Findings {
    let shared = place.engine == "postgres";
    let (world, first) = World::build(place, STOPPED_LEASE, dice).await;
    world.smtp.set_mood(SLOW.mood(world.dice.clone()));
    let mut replicas = vec![first];
    if shared {
        replicas.push(Replica::start(&world, free_port()));
    }
    let ports: Vec<u16> = replicas.iter().map(|r| r.port).collect();
    let crowd = Crowd::gather(&world, &ports, size.per_second);
    let mut wakes = Vec::new();
    for replica in &mut replicas {
        assert!(replica.is_ready_soon().await, "a replica doesn't start");
    }
    warm(&world).await;
    for _ in 0..size.blows {
        sleep(world.dice.millis(1500, 2500)).await;
        let zombie = &replicas[usize::from(shared && world.dice.percent(50))];
        zombie.signal("STOP");
        sleep(STOPPED_LEASE + world.dice.millis(50, 600)).await;
        wakes.push(Instant::now());
        zombie.signal("CONT");
    }
    let row = Row { scenario: "stopped beyond its lease", blows: size.blows, ..Row::default() };
    finish(&world, crowd, replicas, (row, wakes)).await
}

/// The disk is full, and there is room again; on the full disk the process is killed, too.
pub async fn disk_full(size: Size, dice: Dice) -> Findings {
    let disk = Disk::new();
    let (world, mut replica) = World::build(disk.place(), LEASE, dice).await;
    world.smtp.set_mood(PATIENT.mood(world.dice.clone()));
    let crowd = Crowd::gather(&world, &[replica.port], size.per_second);
    let refused = || crowd.street.ledger.refused.load(Ordering::Relaxed);
    let mut starts = Vec::new();
    let mut unnoticed = Vec::new();
    warm(&world).await;
    for n in 0..size.blows {
        assert!(replica.is_ready_soon().await, "it doesn't start: {}", world.place.folder.display());
        sleep(world.dice.millis(500, 1500)).await;
        let before = refused();
        disk.fill(&replica);
        // At first there is still room in SQLite's log.
        let begin = Instant::now();
        while refused() == before && begin.elapsed() < FULL_WAIT {
            sleep(Duration::from_millis(20)).await;
        }
        sleep(world.dice.millis(300, 1000)).await;
        if refused() == before {
            unnoticed.push(format!("filling {n} of the disk was not answered with 503"));
        }
        if disk.outlives_the_process() && world.dice.percent(50) {
            replica.kill();
            replica = Replica::start(&world, replica.port);
            sleep(world.dice.millis(0, 1000)).await;
        }
        disk.clear(&replica);
        starts.push(Instant::now());
        if !replica.is_ready_soon().await {
            // On a full disk it may refuse to start; then whoever watches over it starts it again.
            assert!(replica.has_ended(), "it neither starts nor ends: {}", world.place.folder.display());
            replica = Replica::start(&world, replica.port);
        }
    }
    let row = Row { scenario: "disk full", blows: size.blows, ..Row::default() };
    let mut findings = finish(&world, crowd, vec![replica], (row, starts)).await;
    findings.wrong.extend(unnoticed);
    findings
}

/// Waits for the first messages: from now on there is always something due, something on its way and something to record.
async fn warm(world: &World) {
    let begin = Instant::now();
    while world.smtp.attempts() < WARM {
        assert!(begin.elapsed() < WARM_WAIT, "no message was sent: {}", world.place.folder.display());
        sleep(Duration::from_millis(20)).await;
    }
}

/// Lets a process work for a moment, mostly from when it is ready.
async fn live_for_a_while(world: &World, replica: &mut Replica) {
    if !world.dice.percent(STRUCK_AT_START) {
        assert!(replica.is_ready_soon().await, "it doesn't start: {}", world.place.folder.display());
    }
    sleep(world.dice.millis(ALIVE_MS.0, ALIVE_MS.1)).await;
}

/// Peace, until nothing is left to do; then the processes end, and it is counted.
async fn finish(world: &World, crowd: Crowd, mut replicas: Vec<Replica>, (row, starts): (Row, Vec<Instant>)) -> Findings {
    world.smtp.set_mood(std::sync::Arc::new(|_| None));
    let street = crowd.leave().await;
    let mut wrong: Vec<String> = rest(world).await.err().into_iter().collect();
    for mut replica in replicas.drain(..) {
        if !replica.is_ready_soon().await {
            wrong.push("a replica is not ready at the end".into());
        }
        let code = replica.stop().await;
        if code != Some(0) {
            wrong.push(format!("told to stop, a replica ended with {code:?}"));
        }
    }
    let row = Row { recovery: longest_recovery(world, &starts), ..row };
    let mut findings = count(world, &street, row).await;
    findings.wrong.extend(wrong);
    if findings.wrong.is_empty() {
        std::fs::remove_dir_all(&world.place.folder).expect("cleared");
    } else {
        findings.wrong.push(format!("its log is in {}", world.place.folder.display()));
    }
    findings
}
