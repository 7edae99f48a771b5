//! One line per scenario, as Markdown.

use std::time::Duration;

/// What was counted in one scenario.
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub scenario: &'static str,
    pub engine: &'static str,
    /// Kills, stops or fillings.
    pub blows: u32,
    pub deliveries: usize,
    pub lost: usize,
    pub repeats: usize,
    /// Answers 503.
    pub refused: usize,
    pub messages: usize,
    pub twice: usize,
    pub after_purchase: usize,
    /// Claimed before the purchase, and its acknowledgement waited for them as long as it could.
    pub overtaken: usize,
    /// Handed over after their lease.
    pub late: usize,
    /// Carts that were left and for which not everything was planned.
    pub forgotten: usize,
    pub unknown: usize,
    /// Of those, how many the mail server took.
    pub unknown_taken: usize,
    pub cancelled: usize,
    /// Hand-overs and records that a lapsed lease prevented.
    pub fenced: usize,
    pub recovery: Option<Duration>,
}

const HEAD: &str = "| scenario | engine | blows | acknowledged | lost | repeats | 503 | messages | twice | after purchase | overtaken | after lease | forgotten \
     | cancelled | unknown (of them taken) | fenced off | longest recovery |";

/// Prints the rows and their sums.
pub fn print(rows: &[Row]) {
    println!("{HEAD}\n|{}", " --- |".repeat(HEAD.matches('|').count() - 1));
    let mut total = Row { scenario: "total", ..Row::default() };
    for row in rows {
        line(row);
        add(&mut total, row);
    }
    line(&total);
}

fn line(r: &Row) {
    let recovery = r.recovery.map_or("-".to_owned(), |d| format!("{} ms", d.as_millis()));
    println!(
        "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} ({}) | {} | {recovery} |",
        r.scenario,
        r.engine,
        r.blows,
        r.deliveries,
        r.lost,
        r.repeats,
        r.refused,
        r.messages,
        r.twice,
        r.after_purchase,
        r.overtaken,
        r.late,
        r.forgotten,
        r.cancelled,
        r.unknown,
        r.unknown_taken,
        r.fenced,
    );
}

fn add(total: &mut Row, r: &Row) {
    total.blows += r.blows;
    total.recovery = total.recovery.max(r.recovery);
    for (sum, part) in [
        (&mut total.deliveries, r.deliveries),
        (&mut total.lost, r.lost),
        (&mut total.repeats, r.repeats),
        (&mut total.refused, r.refused),
        (&mut total.messages, r.messages),
        (&mut total.twice, r.twice),
        (&mut total.after_purchase, r.after_purchase),
        (&mut total.overtaken, r.overtaken),
        (&mut total.late, r.late),
        (&mut total.forgotten, r.forgotten),
        (&mut total.unknown, r.unknown),
        (&mut total.unknown_taken, r.unknown_taken),
        (&mut total.cancelled, r.cancelled),
        (&mut total.fenced, r.fenced),
    ] {
        *sum += part;
    }
}
