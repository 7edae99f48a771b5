//! Differences by tables, and what must hold for any two texts.

use super::{Choice, Kind, Line, Region, Stretch, differ, folded, join, lines, merge};
use proptest::prelude::*;

/// `=` same, `-` removed, `+` added; changed words in brackets.
fn drawn(old: &str, new: &str) -> Vec<String> {
    let mark = |line: &Line| match line.kind {
        Kind::Same => '=',
        Kind::Removed => '-',
        Kind::Added => '+',
    };
    let part = |p: &super::Part| if p.changed { format!("[{}]", p.text) } else { p.text.clone() };
    lines(old, new).iter().map(|line| format!("{}{}", mark(line), line.parts.iter().map(part).collect::<String>())).collect()
}

#[test]
fn lines_that_are_much_alike_are_told_apart_by_their_words() {
    let check = |old: &str, new: &str, expected: &[&str]| assert_eq!(drawn(old, new), expected, "{old:?} {new:?}");
    check("", "", &[]);
    check("a", "a", &["=a"]);
    check("", "a\nb", &["+[a]", "+[b]"]);
    check("a\nb", "", &["-[a]", "-[b]"]);
    check("one\ntwo\nthree", "one\nthree", &["=one", "-[two]", "=three"]);
    check("We saved your cart.", "We kept your cart.", &["-We [saved] your cart.", "+We [kept] your cart."]);
    check("Hello there", "completely other words", &["-[Hello there]", "+[completely other words]"]);
    check("a\n", "a", &["=a", "-"]);
    check("{{ link }}", "{{ links }}", &["-{{ [link] }}", "+{{ [links] }}"]);
}

#[test]
fn lines_know_their_numbers_on_each_side() {
    let numbers: Vec<_> = lines("a\nb\nc", "a\nx\ny\nc").iter().map(|l| (l.old, l.new)).collect();
    assert_eq!(numbers, [(Some(1), Some(1)), (Some(2), None), (None, Some(2)), (None, Some(3)), (Some(3), Some(4))]);
}

#[test]
fn long_runs_of_equal_lines_are_folded_away_from_differences() {
    let old: Vec<String> = (0..20).map(|i| format!("line {i}")).collect();
    let mut new = old.clone();
    new[10] = "another".to_owned();
    let stretches = folded(lines(&old.join("\n"), &new.join("\n")), 2);
    let sizes: Vec<(bool, usize)> = stretches
        .iter()
        .map(|s| match s {
            Stretch::Shown(run) => (true, run.len()),
            Stretch::Folded(run) => (false, run.len()),
        })
        .collect();
    assert_eq!(sizes, [(false, 8), (true, 6), (false, 7)]);
    assert!(!differ(&lines("a\nb", "a\nb")) && differ(&lines("a", "b")));
}

#[test]
fn what_only_one_side_changed_is_taken_and_what_both_changed_is_asked() {
    let base = "one\ntwo\nthree\nfour\n";
    let clean = merge(base, "ONE\ntwo\nthree\nfour\n", "one\ntwo\nthree\nFOUR\n");
    assert_eq!(clean, [Region::Agreed("ONE\ntwo\nthree\nFOUR\n".to_owned())]);
    let both = merge(base, "one\nTWO\nthree\nfour\n", "one\nzwei\nthree\nfour\n");
    let asked = Region::Differs { base: "two\n".into(), theirs: "TWO\n".into(), mine: "zwei\n".into() };
    assert_eq!(both, [Region::Agreed("one\n".into()), asked, Region::Agreed("three\nfour\n".into())]);
    let check = |choice: Choice, expected: &str| assert_eq!(join(&both, |_| choice), expected);
    check(Choice::Theirs, "one\nTWO\nthree\nfour\n");
    check(Choice::Mine, "one\nzwei\nthree\nfour\n");
    check(Choice::Both, "one\nTWO\nzwei\nthree\nfour\n");
    assert_eq!(join(&merge("a", "b", "c"), |_| Choice::Both), "b\nc");
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!["a", "b", "the cart", "the  card", "é", "{{ link }}", " ", "\n", "\n"]), 0..40)
        .prop_map(|words| words.concat())
}

fn side(lines: &[Line], without: Kind) -> String {
    lines.iter().filter(|l| l.kind != without).map(Line::text).collect::<Vec<_>>().join("\n")
}

proptest! {
    #[test]
    fn both_texts_can_be_put_together_again(old in text(), new in text()) {
        let found = lines(&old, &new);
        prop_assert_eq!(side(&found, Kind::Added), old);
        prop_assert_eq!(side(&found, Kind::Removed), new);
        let unfolded: Vec<Line> = folded(found.clone(), 1).into_iter().flat_map(|s| match s { Stretch::Shown(run) | Stretch::Folded(run) => run }).collect();
        prop_assert_eq!(unfolded, found);
    }

    #[test]
    fn a_merge_loses_neither_side(base in text(), theirs in text(), mine in text()) {
        let merged = merge(&base, &theirs, &mine);
        // What one side alone changed is in the text, whichever way is chosen; a side that changed nothing asks nothing.
        prop_assert_eq!(join(&merge(&base, &base, &mine), |_| Choice::Theirs), mine.clone());
        prop_assert_eq!(join(&merge(&base, &theirs, &base), |_| Choice::Mine), theirs.clone());
        prop_assert_eq!(join(&merge(&base, &mine, &mine), |_| Choice::Theirs), mine.clone());
        for region in &merged {
            if let Region::Differs { theirs: t, mine: m, .. } = region {
                prop_assert!(theirs.contains(t.as_str()) && mine.contains(m.as_str()));
                prop_assert_ne!(t, m);
            }
        }
    }
}
