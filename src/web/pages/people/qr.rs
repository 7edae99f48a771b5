//! A text as a picture that telephones read: the outline of its dark squares, for the one path of an SVG.

use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write as _;

/// Light squares around it, without which it isn't found (ISO 18004).
const MARGIN: i32 = 4;

/// A picture.
pub struct Picture {
    /// How many squares it is wide and high, with its margin.
    pub size: i32,
    /// What is dark.
    pub path: String,
}

/// Draws it; none of what is too long.
pub fn draw(text: &str) -> Option<Picture> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing into memory doesn't fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + MARGIN, y + MARGIN);
        }
    }
    Some(Picture { size: code.size() + 2 * MARGIN, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_its_three_corners_and_a_light_margin() {
        let picture = draw("otpauth://totp/Comeback:jo%40shop.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").expect("drawn");
        let has = |x: i32, y: i32| picture.path.contains(&format!("M{x} {y}h1v1h-1z"));
        let (near, far) = (MARGIN, picture.size - MARGIN - 7);
        for (x, y) in [(near, near), (far, near), (near, far)] {
            assert!((0..7).all(|i| has(x + i, y) && has(x, y + i) && has(x + 6, y + i) && has(x + i, y + 6)), "a frame at {x} {y}");
            assert!(has(x + 3, y + 3) && !has(x + 1, y + 1), "with a heart");
        }
        assert!(!(0..7).all(|i| has(far + i, far) && has(far, far + i)), "and no fourth");
        assert!((0..picture.size).all(|i| !has(i, 0) && !has(0, i) && !has(i, MARGIN - 1)));
        assert!(draw(&"x".repeat(5_000)).is_none());
    }
}
