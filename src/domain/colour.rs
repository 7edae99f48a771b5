//! A store's colour, made readable: what is written on it and in it always stands out enough (WCAG 2.2, 1.4.3).

use std::fmt;
use std::str::FromStr;

/// Of text to its ground, at least (WCAG 2.2, level AA).
pub const CONTRAST: f64 = 4.5;
const STEPS: u32 = 64; // from a colour to black or to white, until it is readable

/// In sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    /// As dark as can be.
    pub const BLACK: Self = Self([0, 0, 0]);
    /// As light as can be.
    pub const WHITE: Self = Self([255, 255, 255]);

    /// Made of red, green and blue.
    pub const fn of(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// WCAG 2.2, relative luminance, from 0 to 1.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// WCAG 2.2, contrast ratio, from 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Black or white, whichever can be read on it.
    pub fn ink(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) { Self::WHITE } else { Self::BLACK }
    }

    /// The same colour, as much darker or lighter as it takes to be read on a ground.
    pub fn readable_on(self, ground: Self) -> Self {
        let towards = ground.ink();
        let found = (0..=STEPS).map(|step| self.mixed(towards, step)).find(|colour| colour.contrast(ground) >= CONTRAST);
        found.unwrap_or(towards)
    }

    /// On the way to another: of [`STEPS`] so many.
    fn mixed(self, other: Self, step: u32) -> Self {
        let mut parts = self.0;
        for (part, other) in parts.iter_mut().zip(other.0) {
            let mixed = (u32::from(*part) * (STEPS - step) + u32::from(other) * step) / STEPS;
            *part = u8::try_from(mixed).unwrap_or(u8::MAX);
        }
        Self(parts)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl FromStr for Colour {
    type Err = String;

    /// `#1d4ed8` or `1d4ed8`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.trim().trim_start_matches('#');
        let parsed = u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 6 && digits.chars().all(|c| c.is_ascii_hexdigit()));
        let [_, red, green, blue] =
            parsed.ok_or_else(|| format!("{text:?} is not a colour; expected something like #1d4ed8"))?.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn contrasts_are_those_of_wcag() {
        // The limits by definition, and greys whose ratio to white is published with the success criterion's techniques.
        assert!((Colour::BLACK.contrast(Colour::WHITE) - 21.0).abs() < 1e-9);
        assert!((Colour::WHITE.contrast(Colour::WHITE) - 1.0).abs() < 1e-9);
        assert!(Colour::of(0x76, 0x76, 0x76).contrast(Colour::WHITE) >= 4.5);
        assert!(Colour::of(0x77, 0x77, 0x77).contrast(Colour::WHITE) < 4.5);
    }

    #[test]
    fn colours_are_read_as_people_write_them() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(text.parse::<Colour>().ok().map(|c| c.to_string()).as_deref(), expected, "{text}");
        };
        check("#1d4ed8", Some("#1d4ed8"));
        check(" 1D4ED8 ", Some("#1d4ed8"));
        for bad in ["", "#fff", "#1d4ed8ff", "red", "#+d4ed8", "#1d4edg"] {
            check(bad, None);
        }
    }

    proptest! {
        #[test]
        fn every_colour_can_be_read_on_and_written_in(red: u8, green: u8, blue: u8, r: u8, g: u8, b: u8) {
            let (colour, ground) = (Colour::of(red, green, blue), Colour::of(r, g, b));
            prop_assert!(colour.contrast(colour.ink()) >= CONTRAST);
            prop_assert!(colour.readable_on(ground).contrast(ground) >= CONTRAST);
            prop_assert_eq!(colour.to_string().parse::<Colour>(), Ok(colour));
        }
    }
}
