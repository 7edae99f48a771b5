//! Public holidays, held against calendars as they were printed.

use comeback::domain::schedule::holidays::{Holidays, countries, easter, holiday, is_holiday, is_known};
use jiff::ToSpan;
use jiff::civil::{Date, date};

#[test]
fn easter_falls_where_the_churches_say() {
    let printed = [
        "2024-03-31",
        "2025-04-20",
        "2026-04-05",
        "2027-03-28",
        "2028-04-16",
        "2029-04-01",
        "2030-04-21",
        "2031-04-13",
        "2032-03-28",
        "2033-04-17",
        "2034-04-09",
        "2035-03-25",
        "2038-04-25",
        "2285-03-22",
    ];
    for text in printed {
        let day: Date = text.parse().expect("a date");
        assert_eq!(easter(day.year()), Some(day));
    }
}

fn all_of(country: &str, year: i16) -> Vec<String> {
    let days = date(year, 1, 1).series(1.day()).take_while(|day| day.year() == year);
    days.filter(|&day| is_holiday(country, day)).map(|day| format!("{:02}-{:02}", day.month(), day.day())).collect()
}

fn check_year(country: &str, year: i16, expected: &str) {
    assert_eq!(all_of(country, year).join(" "), expected, "{country} {year}");
}

#[test]
fn whole_years_of_holidays_are_as_printed() {
    check_year("FR", 2025, "01-01 04-21 05-01 05-08 05-29 06-09 07-14 08-15 11-01 11-11 12-25");
    check_year("FR", 2026, "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25");
    check_year("FR", 2027, "01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25");
    check_year("US", 2026, "01-01 01-19 02-16 05-25 06-19 07-03 07-04 09-07 10-12 11-11 11-26 12-25");
    check_year("US", 2027, "01-01 01-18 02-15 05-31 06-18 06-19 07-04 07-05 09-06 10-11 11-11 11-25 12-24 12-25 12-31");
    check_year("GB", 2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-25 12-26 12-27 12-28");
    check_year("DE", 2026, "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26");
    check_year("IE", 2026, "01-01 02-02 03-17 04-06 05-04 06-01 08-03 10-26 12-25 12-26");
    check_year("NZ", 2026, "01-01 01-02 02-06 04-03 04-06 04-25 04-27 06-01 07-10 10-26 12-25 12-26 12-28");
    check_year("SE", 2026, "01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-06 06-20 10-31 12-25 12-26");
}

fn check(country: &str, day: &str, expected: Option<&str>) {
    assert_eq!(holiday(country, day.parse().expect("a date")), expected, "{country} {day}");
}

#[test]
fn days_that_move_are_where_they_were_moved_to() {
    check("CA", "2026-05-18", Some("Victoria Day"));
    check("CA", "2029-07-01", None);
    check("CA", "2029-07-02", Some("Canada Day"));
    check("IE", "2030-02-01", Some("Saint Brigid's Day"));
    check("IE", "2030-02-04", None);
    check("NL", "2025-04-26", Some("Koningsdag"));
    check("NL", "2025-04-27", None);
    check("NL", "2026-04-27", Some("Koningsdag"));
    check("NZ", "2023-07-14", None);
    check("NZ", "2027-06-25", Some("Matariki"));
    check("FI", "2026-06-20", Some("Juhannuspäivä"));
    check("FI", "2026-10-31", Some("Pyhäinpäivä"));
    check("AU", "2027-12-28", Some("Boxing Day"));
    check("GB", "2028-01-03", Some("New Year's Day"));
}

#[test]
fn a_holiday_begins_with_its_law() {
    check("PL", "2024-12-24", None);
    check("PL", "2025-12-24", Some("Wigilia Bożego Narodzenia"));
    check("IT", "2025-10-04", None);
    check("IT", "2026-10-04", Some("San Francesco"));
}

#[test]
fn the_countries_are_known_and_the_others_have_none() {
    let wanted = "AT AU BE CA CH DE DK ES FI FR GB IE IT LU NL NO NZ PL PT SE US";
    assert_eq!(countries().collect::<Vec<_>>().join(" "), wanted);
    for country in countries() {
        let count = all_of(country, 2026).len();
        assert!((8..=15).contains(&count), "{country}: {count}");
        assert!(is_holiday(country, date(2026, 12, 25)), "{country}");
    }
    assert!(!is_known("ZZ") && !is_holiday("ZZ", date(2026, 12, 25)));
}

#[test]
fn rules_that_name_no_day_are_refused() {
    let file = |when: &str| format!("version = 1\n[[country]]\ncode = 'XX'\nsource = 's'\ndays = [{{ name = 'n', when = '{when}' }}]\n");
    let parsed = Holidays::parse(&file("last friday of may")).expect("holidays");
    assert_eq!(parsed.name("XX", date(2026, 5, 29)), Some("n"));
    for bad in ["", "13-01", "02-30", "easter+x", "5th monday of may", "1st moonday of may", "monday after 05-25", "2026-13-01"] {
        assert!(Holidays::parse(&file(bad)).is_err(), "{bad:?}");
    }
    assert!(Holidays::parse("version = 1").is_err());
}
