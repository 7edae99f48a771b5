//! Bars that begin at zero, on one scale.

use super::{Scale, rounded};

/// A bar to draw.
#[derive(Debug, Clone, Default)]
pub struct Datum {
    /// What it stands for.
    pub label: String,
    /// Where the carts behind it are.
    pub href: Option<String>,
    /// None where nothing is known, which is no zero.
    pub value: Option<f64>,
    /// In the period before.
    pub before: Option<f64>,
    /// As people read it.
    pub text: String,
    /// What it was worked out from.
    pub small: String,
    /// What stands between it and the next.
    pub between: String,
}

/// Where a bar begins and how far it goes, from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    pub x: f64,
    pub width: f64,
}

/// A bar.
pub struct Bar {
    pub datum: Datum,
    pub span: Option<Span>,
    pub before: Option<Span>,
}

/// Bars that belong together.
pub struct Group {
    /// Empty where there is one group alone.
    pub title: String,
    pub bars: Vec<Bar>,
}

/// All of them.
pub struct Bars {
    pub groups: Vec<Group>,
    /// Where zero is.
    pub zero: f64,
}

/// Draws groups of bars on one scale.
pub fn bars(groups: Vec<(String, Vec<Datum>)>) -> Bars {
    let values = groups.iter().flat_map(|g| &g.1).flat_map(|d| [d.value, d.before]).flatten();
    let scale = Scale::of(values);
    let bar = |datum: Datum| Bar { span: datum.value.map(|v| span(scale, v)), before: datum.before.map(|v| span(scale, v)), datum };
    let group = |(title, data): (String, Vec<Datum>)| Group { title, bars: data.into_iter().map(bar).collect() };
    Bars { groups: groups.into_iter().map(group).collect(), zero: scale.zero() }
}

fn span(scale: Scale, value: f64) -> Span {
    let (zero, end) = (scale.zero(), scale.place(value));
    Span { x: zero.min(end), width: rounded((end - zero).abs()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drawn(values: &[Option<f64>]) -> Vec<Option<Span>> {
        let data = values.iter().map(|value| Datum { value: *value, ..Datum::default() }).collect();
        bars(vec![(String::new(), data)]).groups.into_iter().flat_map(|g| g.bars).map(|b| b.span).collect()
    }

    #[test]
    fn a_bar_is_as_long_as_its_number_and_losses_go_the_other_way() {
        let span = |x, width| Some(Span { x, width });
        assert_eq!(drawn(&[Some(50.0), Some(100.0), None, Some(0.0)]), [span(0.0, 50.0), span(0.0, 100.0), None, span(0.0, 0.0)]);
        assert_eq!(drawn(&[Some(-25.0), Some(75.0)]), [span(0.0, 25.0), span(25.0, 75.0)]);
    }

    proptest! {
        #[test]
        fn widths_are_in_the_proportion_of_the_numbers(values in proptest::collection::vec(-1.0e9..1.0e9_f64, 1..15)) {
            let spans: Vec<Span> = drawn(&values.iter().copied().map(Some).collect::<Vec<_>>()).into_iter().flatten().collect();
            prop_assert_eq!(spans.len(), values.len());
            let whole: f64 = values.iter().copied().fold(0.0, f64::max) - values.iter().copied().fold(0.0, f64::min);
            for (value, span) in values.iter().zip(&spans) {
                prop_assert!(span.x >= 0.0 && span.width >= 0.0 && span.x + span.width <= 100.011, "{span:?}");
                if whole > 0.0 {
                    prop_assert!((span.width - 100.0 * value.abs() / whole).abs() < 0.021, "{value} of {whole}: {span:?}");
                }
            }
        }
    }
}
