//! Times of day and weekdays as people write them: `21:00`, `sunday`.

/// A time of day.
pub mod time {
    use jiff::civil::Time;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    // The signature is serde's.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    pub fn serialize<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&time.strftime("%H:%M"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        let text = String::deserialize(deserializer)?;
        Time::strptime("%H:%M", &text).map_err(|_| D::Error::custom(format!("{text:?} is not a time of day; expected \"21:00\"")))
    }
}

/// A time of day, or none.
pub mod maybe {
    use jiff::civil::Time;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Clock(#[serde(with = "super::time")] Time);

    // The signature is serde's.
    #[allow(clippy::trivially_copy_pass_by_ref, clippy::ref_option)]
    pub fn serialize<S: Serializer>(time: &Option<Time>, serializer: S) -> Result<S::Ok, S::Error> {
        time.map(Clock).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Time>, D::Error> {
        Ok(Option::<Clock>::deserialize(deserializer)?.map(|c| c.0))
    }
}

/// Weekdays.
pub mod days {
    use jiff::civil::Weekday;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    pub fn name(day: Weekday) -> &'static str {
        usize::try_from(day.to_monday_zero_offset()).ok().and_then(|d| NAMES.get(d)).copied().unwrap_or("monday")
    }

    pub fn serialize<S: Serializer>(days: &[Weekday], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(days.iter().map(|d| name(*d)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Weekday>, D::Error> {
        let read = |text: String| {
            let position = NAMES.iter().position(|n| n.eq_ignore_ascii_case(&text));
            let day = position.and_then(|p| i8::try_from(p).ok()).and_then(|p| Weekday::from_monday_zero_offset(p).ok());
            day.ok_or_else(|| D::Error::custom(format!("{text:?} is not a day; expected one of {}", NAMES.join(", "))))
        };
        Vec::<String>::deserialize(deserializer)?.into_iter().map(read).collect()
    }
}
