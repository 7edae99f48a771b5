//! How long single rules and renderings take: `cargo bench --bench comeback`.
#![allow(missing_docs, clippy::expect_used)]

use comeback::app::rendering::Rendering;
use comeback::domain::attribution::Model;
use comeback::domain::attribution::paths::Paths;
use comeback::domain::campaign::{CampaignSpec, CampaignStatus};
use comeback::domain::cart::CartState;
use comeback::domain::contact::Phone;
use comeback::domain::event::ChannelKind;
use comeback::domain::experiment::Arm;
use comeback::domain::money::Currency;
use comeback::domain::nudge::{ConsentInput, Inputs, Timing, decide};
use comeback::domain::schedule::{Place, hours_of_quiet, legal_hours, next_local, next_open};
use comeback::domain::template::{self, TemplateSource};
use comeback::domain::zones::{Whereabouts, Zones, where_is};
use comeback::platforms::{Platform as _, ReadContext, shopify::Shopify};
use criterion::{Criterion, criterion_group, criterion_main};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::hint::black_box;

#[path = "../tests/it/support/shopper.rs"]
#[allow(dead_code)]
mod shopper;

fn inputs(now: Timestamp) -> Inputs {
    Inputs {
        now,
        due_at: now,
        timing: Timing::default(),
        fallback: None,
        channel: ChannelKind::Email,
        cart: CartState::Abandoned,
        abandoned_at: now - SignedDuration::from_hours(1),
        campaign: CampaignStatus::Published,
        shop_stopped: None,
        arm: Arm::Treated,
        has_address: true,
        nanp: true,
        consent: Some(ConsentInput { allows: true, proof: "ticked the box".into() }),
        suppressed: None,
        superseded_by: None,
        texts_sent: 0,
        hours: vec![hours_of_quiet(CampaignSpec::starter().quiet_hours, &[], false, None)],
        zones: Zones { names: vec!["America/New_York".into()], because: "address".into() },
        caps: Vec::new(),
        sender: None,
        channel_ready: true,
        cart_empty: false,
        sold_out: false,
        condition: None,
        excluded: None,
        fake: None,
        bought_elsewhere: None,
        test_store: false,
        stopped: false,
        code: None,
    }
}

fn rules(c: &mut Criterion) {
    let now: Timestamp = "2026-07-01T16:00:00Z".parse().expect("an instant");
    let inputs = inputs(now);
    c.bench_function("decide one nudge", |b| b.iter(|| decide(black_box(&inputs))));
    let body = shopper::Shopper::new("Jo", 1).checkout(now).to_string();
    let context = ReadContext { topic: "checkouts/update", received_at: now, triggered_at: None, shop_currency: Currency::USD };
    c.bench_function("read one checkout", |b| b.iter(|| Shopify.read(black_box(&context), black_box(body.as_bytes()))));
    let source = template::starter("checkout-reminder", ChannelKind::Email, "en").expect("a starter");
    let sample = template::sample();
    let mut group = c.benchmark_group("render one mail");
    group.bench_function("laid out anew", |b| b.iter(|| template::render_email(black_box(&source), black_box(&sample))));
    let rendering = Rendering::default();
    let stored = serde_json::to_string(&source).expect("written");
    group.bench_function("by substitution", |b| {
        b.iter(|| {
            let template = rendering.template(black_box(&stored)).expect("read");
            rendering.email(&template, black_box(&sample))
        });
    });
    // Every mail has items of its own kind: the outline of each is new.
    let mut number = 0;
    group.bench_function("an outline never seen", |b| {
        b.iter(|| {
            number += 1;
            let fresh =
                TemplateSource { body: source.body.replace("<mj-body ", &format!("<mj-body data-n=\"{number}\" ")), ..source.clone() };
            rendering.email(&template::Compiled::of(&fresh), black_box(&sample))
        });
    });
    group.finish();
}

fn windows(c: &mut Criterion) {
    let phone: Phone = "+18505550123".parse().expect("a number");
    let w =
        Whereabouts { country: Some("US"), province: Some("TX"), phone: Some(&phone), locale: Some("en-US"), shop_zone: "Europe/Paris" };
    let place = Place { country: w.country, province: w.province, phone: w.phone };
    c.bench_function("find a shopper's zones", |b| b.iter(|| where_is(black_box(&w))));
    c.bench_function("find the law's hours", |b| b.iter(|| legal_hours(ChannelKind::Sms, black_box(&place))));
    let names = ["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"];
    let zones: Vec<TimeZone> = names.iter().map(|name| TimeZone::get(name).expect("bundled zone")).collect();
    let hours = legal_hours(ChannelKind::Sms, &Place { phone: None, ..place });
    // Saturday night: Texas opens on Sunday at noon.
    let night: Timestamp = "2026-07-05T03:30:00Z".parse().expect("an instant");
    c.bench_function("find the next opening, 2 hours by 4 zones", |b| {
        b.iter(|| next_open(black_box(night), black_box(&hours), black_box(&zones)));
    });
    let morning = jiff::civil::time(10, 0, 0, 0);
    c.bench_function("find the next ten in the morning", |b| {
        b.iter(|| next_local(black_box(night), black_box(morning), black_box(&zones[0])));
    });
}

/// Journeys as varied as a large store's: a thousand paths over twelve channels.
fn journeys() -> Paths {
    let (mut paths, mut known, mut state) = (Paths::default(), std::collections::BTreeMap::new(), 7_u64);
    let mut next = |below: u64| {
        // SplitMix64's increment is enough to spread paths.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for _ in 0..1_000 {
        let touches: Vec<String> = (0..=next(12)).map(|_| format!("channel {}", next(12))).collect();
        let counts = (f64::from(u32::try_from(next(5)).unwrap_or(0)), 12.5, f64::from(u32::try_from(next(20)).unwrap_or(0)));
        paths.add(&mut known, &touches.join(" > "), counts);
    }
    paths
}

fn models(c: &mut Criterion) {
    let paths = journeys();
    let mut group = c.benchmark_group("attribute a thousand paths");
    for model in [Model::Linear, Model::Markov1, Model::Markov3] {
        group.bench_function(model.as_str(), |b| b.iter(|| black_box(&paths).outcome(model)));
    }
    group.finish();
}

criterion_group!(benches, rules, windows, models);
criterion_main!(benches);
