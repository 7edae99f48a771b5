//! Attribution models, held against reference results on a public set of 10,000 paths.

use super::shared;
use comeback::domain::attribution::Model;
use comeback::domain::attribution::markov::of_a_journey;
use comeback::domain::attribution::paths::{Credit, Paths};

const DATA: &str = "data/channelattribution_pathdata.csv";

fn given() -> Option<Paths> {
    Some(Paths::from_csv(&shared(DATA)?).expect("readable paths"))
}

fn of(paths: &Paths, model: Model, channel: &str) -> Credit {
    let place = paths.channels.iter().position(|c| c == channel).expect("a channel of the data");
    paths.outcome(model).credits[place]
}

fn close(is: f64, must: f64) -> bool {
    (is - must).abs() <= 1e-9 * must.abs().max(1e-3)
}

/// Every line of a reference file whose model is one of ours.
fn check(file: &str, ours: impl Fn(&str) -> Option<Model>) {
    let (Some(paths), Some(golden)) = (given(), shared(file)) else { return };
    let outcomes: Vec<(Model, Vec<Credit>)> = Model::ALL.into_iter().map(|m| (m, paths.outcome(m).credits)).collect();
    let mut checked = 0;
    for line in golden.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let model = ours(cells[0]).unwrap_or_else(|| panic!("{} is none of ours", cells[0]));
        let place = paths.channels.iter().position(|c| c == cells[1]).expect("a channel of the data");
        let credits = &outcomes.iter().find(|(m, _)| *m == model).expect("its outcome").1;
        let is = credits[place];
        let number = |i: usize| cells.get(i).and_then(|c| c.parse::<f64>().ok());
        assert!(close(is.conversions, number(2).expect("conversions")), "{line}: {is:?}");
        assert!(close(is.value, number(3).expect("value")), "{line}: {is:?}");
        for (effect, must) in [(is.removal_conversions, number(4)), (is.removal_value, number(5))] {
            assert!(must.is_none_or(|must| close(effect.expect("an effect"), must)), "{line}: {is:?}");
        }
        checked += 1;
    }
    assert!(checked >= 12, "{file}: {checked} lines");
}

#[test]
fn models_give_what_reference_implementations_give() {
    check("golden/attr_pathdata_models.csv", |name| match name {
        "first" => Some(Model::FirstTouch),
        "last" => Some(Model::LastTouch),
        "linear" => Some(Model::Linear),
        "markov_order1" => Some(Model::Markov1),
        _ => None,
    });
    check("golden/attr_pathdata_timed_shapley.csv", |name| (name == "time_decay_hl168").then_some(Model::TimeDecay));
}

#[test]
fn chains_of_every_order_convert_as_often_as_the_journeys_did() {
    let Some(paths) = given() else { return };
    for order in 1..=3 {
        let (converts, worth) = of_a_journey(&paths, order);
        assert!(close(converts, 19_785.0 / 88_387.0), "order {order}: {converts}");
        assert!((worth - 0.846_311_919_0).abs() < 1e-9, "order {order}: {worth}");
    }
}

#[test]
fn every_model_gives_all_conversions_away_and_takes_none() {
    let Some(paths) = given() else { return };
    for model in Model::ALL {
        let credits = paths.outcome(model).credits;
        assert!(credits.iter().all(|c| c.conversions >= 0.0 && c.value >= 0.0), "{model:?}");
        assert!(close(credits.iter().map(|c| c.conversions).sum(), 19_785.0), "{model:?}");
        assert!(
            close(credits.iter().map(|c| c.value).sum(), 74_802.971_587_210_76),
            "{model:?}: {}",
            credits.iter().map(|c| c.value).sum::<f64>()
        );
    }
    let shapley = of(&paths, Model::Shapley, "alpha");
    assert!(close(shapley.conversions, of(&paths, Model::LinearDistinct, "alpha").conversions));
}

#[test]
fn what_a_channels_removal_takes_away_is_a_part_of_the_orders() {
    let Some(paths) = given() else { return };
    let credits = paths.outcome(Model::Markov3).credits;
    assert!(credits.iter().all(|c| c.removal_conversions.is_some_and(|r| (0.0..=1.0).contains(&r))));
}
