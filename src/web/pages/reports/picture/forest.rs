//! Intervals one above the other on one axis, with a line where nothing is.

use super::Scale;
use crate::domain::stats::Interval;

/// An interval to draw.
#[derive(Debug, Clone, Default)]
pub struct Datum {
    /// What it is of.
    pub label: String,
    /// None where nothing can be said.
    pub interval: Option<Interval>,
    /// As people read it.
    pub text: String,
}

/// Where an interval is, from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Marks {
    pub low: f64,
    pub high: f64,
    pub estimate: f64,
    /// It leaves zero out.
    pub sure: bool,
}

/// A line of the picture.
pub struct Row {
    pub datum: Datum,
    pub marks: Option<Marks>,
}

/// All of them.
pub struct Forest {
    pub rows: Vec<Row>,
    /// Where zero is.
    pub zero: f64,
}

/// Draws intervals on one axis.
pub fn forest(data: Vec<Datum>) -> Forest {
    let known = |d: &Datum| d.interval.filter(|i| i.is_finite());
    let scale = Scale::of(data.iter().filter_map(known).flat_map(|i| [i.low, i.high, i.estimate]));
    let marks = |i: Interval| Marks {
        low: scale.place(i.low),
        high: scale.place(i.high),
        estimate: scale.place(i.estimate),
        sure: !i.holds_zero(),
    };
    let row = |datum: Datum| Row { marks: known(&datum).map(marks), datum };
    Forest { zero: scale.zero(), rows: data.into_iter().map(row).collect() }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "places are rounded to hundredths")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(low: f64, estimate: f64, high: f64) -> Datum {
        Datum { interval: Some(Interval { estimate, low, high }), ..Datum::default() }
    }

    #[test]
    fn intervals_share_an_axis_and_what_is_not_known_has_no_marks() {
        let drawn = forest(vec![one(-1.0, 1.0, 3.0), Datum::default(), one(f64::NEG_INFINITY, 0.0, 1.0), one(1.0, 2.0, 3.0)]);
        let marks: Vec<Option<Marks>> = drawn.rows.iter().map(|r| r.marks).collect();
        assert_eq!(drawn.zero, 25.0);
        assert_eq!(marks[0], Some(Marks { low: 0.0, high: 100.0, estimate: 50.0, sure: false }));
        assert_eq!((marks[1], marks[2]), (None, None));
        assert_eq!(marks[3], Some(Marks { low: 50.0, high: 100.0, estimate: 75.0, sure: true }));
    }

    proptest! {
        #[test]
        fn an_estimate_is_within_its_interval_and_that_within_the_axis(all in proptest::collection::vec((-1.0e6..1.0e6_f64, 0.0..1.0e6_f64, 0.0..1.0e6_f64), 1..12)) {
            let drawn = forest(all.iter().map(|(e, below, above)| one(e - below, *e, e + above)).collect());
            for (row, (e, below, above)) in drawn.rows.iter().zip(&all) {
                let m = row.marks.expect("marks");
                prop_assert!(0.0 <= m.low && m.low <= m.estimate && m.estimate <= m.high && m.high <= 100.0, "{m:?}");
                prop_assert_eq!(m.sure, e - below > 0.0 || e + above < 0.0);
            }
            prop_assert!((0.0..=100.0).contains(&drawn.zero));
        }
    }
}
