//! Charts as pictures, for mails and print, where no script runs: drawn at twice their size, so that they are sharp on every screen.

use super::summary::Summary;
use crate::words::{grouped, say};
use jiff::civil::Date;
use plotters::prelude::{BitMapBackend, DrawingArea, DrawingBackend, IntoDrawingArea as _, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color as _, FontStyle, IntoFont as _, RGBColor, register_font};
use std::sync::OnceLock;

/// Pixels of the picture; pages show it at half of that.
pub const WIDTH: u32 = 1200;
/// Pixels of the picture; pages show it at half of that.
pub const HEIGHT: u32 = 440;
/// Of the bars, for whoever counts them.
pub const BAR: (u8, u8, u8) = (31, 95, 191);
const PAPER: RGBColor = RGBColor(255, 255, 255);
const INK: RGBColor = RGBColor(60, 66, 74);
const LINE: RGBColor = RGBColor(222, 226, 232);
const LETTER: u32 = 24; // pixels
/// Where the bars stand: left, top, right, bottom.
const PLOT: (i32, i32, i32, i32) = (120, 30, 1180, 380);
/// At most so many days have their date beneath.
const DATES_MAX: usize = 8;
/// A funnel's steps stand in rows of this height.
const ROW: i32 = 84;

const FONT: &str = "inter";
static FONT_FILE: &[u8] = include_bytes!("../../../templates/vendor/inter/Inter-Regular-subset.ttf");
static FONT_THERE: OnceLock<bool> = OnceLock::new();

/// Why a picture could not be drawn: a fault of the program.
#[derive(Debug, thiserror::Error)]
#[error("the picture can't be drawn: {0}")]
pub struct PictureError(String);

fn failed(error: impl std::fmt::Display) -> PictureError {
    PictureError(error.to_string())
}

/// A day's bar: its date, how high it is, and its amount as people read it.
pub struct Bar {
    /// The day.
    pub day: Date,
    /// In the smallest unit; below zero has no height.
    pub value: i64,
}

/// Net per day, as bars.
///
/// # Errors
/// `PictureError`.
pub fn net_per_day(summary: &Summary) -> Result<Drawn, PictureError> {
    let bars: Vec<Bar> = summary.daily.iter().map(|(day, net, _)| Bar { day: *day, value: net.minor }).collect();
    let decimals = summary.shop.currency.decimals();
    bars_of(&bars, |minor| short(minor, decimals))
}

/// What became of the carts, as bars that lie.
///
/// # Errors
/// `PictureError`.
pub fn funnel(summary: &Summary) -> Result<Drawn, PictureError> {
    let carts = summary.now.carts;
    let named = |step: &str, count: i64| (say(format!("mails-step-{step}")).to_string(), count);
    steps(&[
        named("begun", carts.begun),
        named("identified", carts.identified),
        named("abandoned", carts.abandoned),
        named("bought", carts.bought),
        named("recovered", carts.recovered),
    ])
}

/// Bars over days, with the greatest amount and a half of it beside them.
///
/// # Errors
/// `PictureError`.
pub fn bars_of(bars: &[Bar], amount: impl Fn(i64) -> String) -> Result<Drawn, PictureError> {
    let top = nice(bars.iter().map(|b| b.value).max().unwrap_or(0));
    let (left, above, right, below) = PLOT;
    draw(|area| {
        for (part, of) in [(0, 1), (1, 2), (1, 1)] {
            let y = below - (below - above) * part / of;
            rectangle(area, [(left, y), (right, y + 1)], LINE)?;
            let value = top / i64::from(of) * i64::from(part);
            label(area, &amount(value), (left - 16, y), Pos::new(HPos::Right, VPos::Center))?;
        }
        let every = bars.len().div_ceil(DATES_MAX).max(1);
        for (place, bar) in bars.iter().enumerate() {
            let [from, to] = [place, place + 1].map(|p| left + scaled(p, bars.len(), right - left));
            let gap = ((to - from) / 6).max(1);
            let high = scaled(usize::try_from(bar.value.max(0)).unwrap_or(0), usize::try_from(top).unwrap_or(1), below - above);
            if high > 0 {
                rectangle(area, [(from + gap, below - high), (to - gap, below)], RGBColor(BAR.0, BAR.1, BAR.2))?;
            }
            if place.is_multiple_of(every) {
                label(area, &short_day(bar.day), (i32::midpoint(from, to), below + 14), Pos::new(HPos::Center, VPos::Top))?;
            }
        }
        Ok(())
    })
}

/// `6 Jul`
pub fn short_day(day: Date) -> String {
    say("mails-day-short").with("day", day.day().to_string()).with("month", say(format!("month-{}", day.month()))).to_string()
}

/// Steps of a way, each as long as many go it.
///
/// # Errors
/// `PictureError`.
pub fn steps(steps: &[(String, i64)]) -> Result<Drawn, PictureError> {
    let most = usize::try_from(steps.iter().map(|s| s.1).max().unwrap_or(0)).unwrap_or(0).max(1);
    let (left, right) = (190, 1050);
    draw(|area| {
        for (y, (name, count)) in (16..).step_by(usize::try_from(ROW).unwrap_or(1)).zip(steps) {
            let middle = y + ROW / 2 - 8;
            label(area, name, (left - 16, middle), Pos::new(HPos::Right, VPos::Center))?;
            let long = scaled(usize::try_from(*count).unwrap_or(0), most, right - left);
            if long > 0 {
                rectangle(area, [(left, y), (left + long, y + ROW - 24)], RGBColor(BAR.0, BAR.1, BAR.2))?;
            }
            label(area, &grouped(&count.to_string()), (left + long + 14, middle), Pos::new(HPos::Left, VPos::Center))?;
        }
        Ok(())
    })
}

type Area<'a> = DrawingArea<BitMapBackend<'a>, plotters::coord::Shift>;

fn draw(what: impl FnOnce(&Area) -> Result<(), PictureError>) -> Result<Drawn, PictureError> {
    if !FONT_THERE.get_or_init(|| register_font(FONT, FontStyle::Normal, FONT_FILE).is_ok()) {
        return Err(failed("its font can't be read"));
    }
    let mut pixels = vec![0; WIDTH as usize * HEIGHT as usize * 3];
    {
        let area = BitMapBackend::with_buffer(&mut pixels, (WIDTH, HEIGHT)).into_drawing_area();
        area.fill(&PAPER).map_err(failed)?;
        what(&area)?;
        area.present().map_err(failed)?;
    }
    Ok(Drawn(pixels))
}

/// A picture: three bytes a pixel.
pub struct Drawn(Vec<u8>);

impl Drawn {
    /// As a PNG that is small, for mails, which are kept by many: takes its time.
    ///
    /// # Errors
    /// `PictureError`.
    pub fn small(&self) -> Result<Vec<u8>, PictureError> {
        self.encoded(png::Compression::High)
    }

    /// As a PNG that is made at once, for a page that somebody waits for: some six times as large.
    ///
    /// # Errors
    /// `PictureError`.
    pub fn quick(&self) -> Result<Vec<u8>, PictureError> {
        self.encoded(png::Compression::Fast)
    }

    fn encoded(&self, compression: png::Compression) -> Result<Vec<u8>, PictureError> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, WIDTH, HEIGHT);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(compression);
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(&self.0).map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(file)
    }
}

fn rectangle<DB: DrawingBackend>(
    area: &DrawingArea<DB, plotters::coord::Shift>,
    corners: [(i32, i32); 2],
    color: RGBColor,
) -> Result<(), PictureError> {
    area.draw(&Rectangle::new(corners, color.filled())).map_err(failed)
}

fn label<DB: DrawingBackend>(
    area: &DrawingArea<DB, plotters::coord::Shift>,
    text: &str,
    at: (i32, i32),
    pos: Pos,
) -> Result<(), PictureError> {
    let style = (FONT, LETTER).into_font().color(&INK).pos(pos);
    area.draw(&Text::new(text.to_owned(), at, style)).map_err(failed)
}

/// `part` of `of`, on a way of `length` pixels.
fn scaled(part: usize, of: usize, length: i32) -> i32 {
    let length = i128::from(length);
    let pixels = i128::try_from(part).unwrap_or(0) * length / i128::try_from(of).unwrap_or(1).max(1);
    i32::try_from(pixels).unwrap_or(0)
}

/// The least of 1, 2, 4, 5, 10, 20, ... times a power of ten that isn't below, and at least 2, so that it has a half.
fn nice(value: i64) -> i64 {
    let mut unit = 1_i64;
    loop {
        if let Some(step) = [2, 4, 6, 8, 10].into_iter().map(|n| n * unit).find(|n| *n >= value) {
            return step;
        }
        let Some(next) = unit.checked_mul(10).filter(|n| *n < i64::MAX / 100) else { return value };
        unit = next;
    }
}

/// `1.2k`, `850`, `12`: an amount of minor units without its currency, as short as an axis needs it.
fn short(minor: i64, decimals: u32) -> String {
    let unit = 10_i64.pow(decimals);
    let (whole, rest) = (minor / unit, minor % unit);
    match whole {
        0..10 if rest > 0 => format!("{whole}.{}", rest * 10 / unit),
        0..10_000 => whole.to_string(),
        10_000..1_000_000 => format!("{}k", whole / 1000),
        _ => format!("{}M", whole / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Width, height and pixels, three bytes each.
    fn decoded(file: &[u8]) -> (u32, u32, Vec<u8>) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut pixels).expect("pixels");
        assert_eq!(info.color_type, png::ColorType::Rgb);
        (info.width, info.height, pixels)
    }

    fn colour(pixels: &[u8], x: i32, y: i32) -> (u8, u8, u8) {
        let at = (usize::try_from(y).expect("y") * WIDTH as usize + usize::try_from(x).expect("x")) * 3;
        (pixels[at], pixels[at + 1], pixels[at + 2])
    }

    #[test]
    fn each_days_bar_is_as_high_as_its_amount_and_the_rest_is_paper() {
        let values = [0, 2_500, 10_000, 5_000, -300];
        let bars: Vec<Bar> = values.into_iter().zip(1..).map(|(value, day)| Bar { day: jiff::civil::date(2026, 7, day), value }).collect();
        let (width, height, pixels) = decoded(&bars_of(&bars, |minor| short(minor, 2)).and_then(|p| p.small()).expect("a picture"));
        assert_eq!((width, height), (WIDTH, HEIGHT));
        let (left, above, right, below) = PLOT;
        let heights: Vec<i32> = (0..5)
            .map(|place| {
                let x = left + (right - left) * (2 * place + 1) / 10;
                i32::try_from((above..below).filter(|y| colour(&pixels, x, *y) == BAR).count()).expect("pixels")
            })
            .collect();
        // The axis ends at 100.00: the greatest bar fills it, a half of it the half.
        for (got, expected) in heights.iter().zip([0, 87, 350, 175, 0]) {
            assert!((got - expected).abs() <= 1, "{heights:?}");
        }
        assert_eq!(colour(&pixels, 2, 2), (255, 255, 255));
        let dark = |x0: i32, x1: i32| {
            (x0..x1)
                .flat_map(|x| (0..i32::try_from(HEIGHT).expect("a height")).map(move |y| (x, y)))
                .filter(|(x, y)| colour(&pixels, *x, *y).0 < 140)
                .count()
        };
        assert!(dark(0, left - 10) > 100, "the amounts stand beside the axis");
    }

    #[test]
    fn a_step_is_as_long_as_many_go_it() {
        let drawn = steps(&[("Begun".to_owned(), 80), ("Abandoned".to_owned(), 40), ("Recovered".to_owned(), 0)]).expect("a picture");
        let (small, quick) = (drawn.small().expect("a file"), drawn.quick().expect("a file"));
        let (_, _, pixels) = decoded(&small);
        assert_eq!(decoded(&quick).2, pixels);
        assert!(small.len() < quick.len(), "{} and {} bytes", small.len(), quick.len());
        let long =
            |row: i32| (0..i32::try_from(WIDTH).expect("a width")).filter(|x| colour(&pixels, *x, 16 + ROW * row + 4) == BAR).count();
        assert_eq!([long(0), long(1), long(2)].map(|n| n / 10), [86, 43, 0]);
    }

    #[test]
    fn an_axis_ends_at_a_round_number_and_amounts_on_it_are_short() {
        assert_eq!([0, 1, 3, 10, 11, 2_500, 9_999].map(nice), [2, 2, 4, 10, 20, 4_000, 10_000]);
        assert_eq!(
            [(0, 2), (150, 2), (12_345, 2), (2_500_000, 2), (350_000_000, 2), (500, 0)].map(|(m, d)| short(m, d)),
            ["0", "1.5", "123", "25k", "3M", "500"]
        );
    }
}
