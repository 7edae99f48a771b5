//! Reads a template's Liquid and markup just far enough to hold it to limits before a parser recurses into it or a loop runs.

const SOURCE_MAX: usize = 100 * 1024; // bytes
const BLOCKS_MAX: usize = 200; // opening tags: the parser recurses into each
const MARKUP_DEPTH_MAX: usize = 64; // nested elements: the MJML parser recurses into each
const BLANK_RUN_MAX: usize = 1000; // the Liquid grammar looks ahead over each run of blanks, once for each of them
const VOID: [&str; 9] = ["br", "img", "hr", "meta", "link", "input", "col", "area", "wbr"];

/// What is wrong, and on which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// From 1.
    pub line: usize,
    /// What, and what to do.
    pub problem: String,
}

/// `{{ … }}` or `{% name … %}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// What is between the braces.
    Output(&'a str),
    /// A tag's name and what follows it.
    Tag(&'a str, &'a str),
}

/// A piece, its line, and where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<'a> {
    /// From 1.
    pub line: usize,
    /// The byte after its closing braces.
    pub end: usize,
    /// What.
    pub piece: Piece<'a>,
}

/// Every piece of Liquid outside `raw` and `comment`.
///
/// # Errors
/// A piece that doesn't end, or a tag within `raw` or `comment`: the parser and this reader must agree on where those end.
pub fn pieces(source: &str) -> Result<Vec<Found<'_>>, Fault> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut inside: Option<&str> = None;
    while let Some(start) = next_piece(source, at, inside.is_some()) {
        let line = line_of(source, start);
        let Some((inner, end)) = piece_at(source, start) else {
            let problem = "this opens with {{ or {% and is never closed; close it with }} or %}".to_owned();
            return Err(Fault { line, problem });
        };
        at = end;
        if source[start..].starts_with("{{") {
            found.push(Found { line, end, piece: Piece::Output(inner) });
            continue;
        }
        let (name, rest) = inner.split_at(inner.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(inner.len()));
        match (inside, name) {
            (Some("raw"), "endraw") | (Some("comment"), "endcomment") => inside = None,
            (Some(block), _) => {
                return Err(Fault {
                    line,
                    problem: format!("there is a tag inside {{% {block} %}}; take it out, or end the {block} before it"),
                });
            }
            (None, "raw" | "comment") => inside = Some(name),
            (None, _) => found.push(Found { line, end, piece: Piece::Tag(name, rest.trim()) }),
        }
    }
    Ok(found)
}

/// Where the next piece starts; within `raw` and `comment` only tags count.
fn next_piece(source: &str, at: usize, tags_only: bool) -> Option<usize> {
    let rest = source.get(at..)?;
    let tag = rest.find("{%");
    let output = if tags_only { None } else { rest.find("{{") };
    tag.into_iter().chain(output).min().map(|i| at + i)
}

/// What is inside the piece that starts here, and where it ends. Quoted text may hold the closing braces.
fn piece_at(source: &str, start: usize) -> Option<(&str, usize)> {
    let close = if source[start..].starts_with("{{") { "}}" } else { "%}" };
    let mut quote = None;
    for (i, c) in source.get(start + 2..)?.char_indices() {
        let at = start + 2 + i;
        match quote {
            Some(q) if q == c => quote = None,
            Some(_) => {}
            None if source[at..].starts_with(close) => {
                let inner = source[start + 2..at].trim_start_matches('-').trim_end_matches('-').trim();
                return Some((inner, at + 2));
            }
            None if c == '"' || c == '\'' => quote = Some(c),
            None => {}
        }
    }
    None
}

fn line_of(source: &str, at: usize) -> usize {
    1 + source.bytes().take(at).filter(|b| *b == b'\n').count()
}

/// Holds a template to its limits: size, loops, blocks.
///
/// # Errors
/// The first limit that it breaks.
pub fn within_limits(source: &str) -> Result<(), Fault> {
    if source.len() > SOURCE_MAX {
        return Err(Fault { line: 1, problem: format!("the template is larger than {} KB; shorten it", SOURCE_MAX / 1024) });
    }
    if let Some(line) = blank_run(source) {
        return Err(Fault { line, problem: format!("there are more than {BLANK_RUN_MAX} blanks in a row; remove them") });
    }
    let mut loops = 0_usize;
    let mut blocks = 0_usize;
    for Found { line, piece, .. } in pieces(source)? {
        let Piece::Tag(name, rest) = piece else { continue };
        match name {
            "for" if rest.contains("..") => {
                return Err(Fault { line, problem: "loops over a range, like (1..n), are not allowed; loop over cart.items".to_owned() });
            }
            "for" => loops += 1,
            "endfor" => loops = loops.saturating_sub(1),
            _ => {}
        }
        blocks += usize::from(matches!(name, "if" | "unless" | "case" | "for" | "capture"));
        if loops > 1 {
            return Err(Fault { line, problem: "a loop inside a loop is not allowed; end the first one before".to_owned() });
        }
        if blocks > BLOCKS_MAX {
            return Err(Fault { line, problem: format!("there are more than {BLOCKS_MAX} blocks; shorten the template") });
        }
    }
    Ok(())
}

/// The line of the first overlong run of blanks.
fn blank_run(source: &str) -> Option<usize> {
    let mut run = 0;
    for (at, c) in source.char_indices() {
        run = if c.is_whitespace() { run + 1 } else { 0 };
        if run > BLANK_RUN_MAX {
            return Some(line_of(source, at));
        }
    }
    None
}

/// Holds MJML to places where a value can be made safe: not in scripts, style sheets or attributes without quotes.
///
/// # Errors
/// The first such place.
pub fn safe_places(source: &str) -> Result<(), Fault> {
    let lower = source.to_ascii_lowercase();
    if let Some(at) = lower.find("<script") {
        return Err(Fault { line: line_of(source, at), problem: "mail programs drop scripts; remove <script>".to_owned() });
    }
    for (open, close) in [("<mj-style", "</mj-style"), ("<style", "</style")] {
        for (at, _) in lower.match_indices(open) {
            let sheet = lower[at..].split(close).next().unwrap_or_default();
            if sheet.contains("{{") {
                let problem = "values can't be used in a style sheet; put {{ … }} into the text instead".to_owned();
                return Err(Fault { line: line_of(source, at), problem });
            }
        }
    }
    for (at, _) in source.match_indices("{{") {
        if source[..at].trim_end().ends_with('=') {
            return Err(Fault { line: line_of(source, at), problem: "write quotes around the attribute: =\"{{ … }}\"".to_owned() });
        }
    }
    Ok(())
}

/// Holds rendered MJML to what the parser can take.
///
/// # Errors
/// Where it goes too deep, or where a conditional comment is cut short: the parser panics at one.
pub fn markup_within_limits(markup: &str) -> Result<(), Fault> {
    if let Some(at) = cut_comment(markup) {
        let problem = "this comment is cut short; write <!--[if …]> … <![endif]-->".to_owned();
        return Err(Fault { line: line_of(markup, at), problem });
    }
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(start) = markup.get(at..).and_then(|rest| rest.find('<')).map(|i| at + i) {
        let rest = &markup[start..];
        let (length, step) = element_at(rest);
        at = start + length;
        depth = if step < 0 { depth.saturating_sub(1) } else { depth + usize::from(step > 0) };
        if depth > MARKUP_DEPTH_MAX {
            let problem = format!("elements are nested more than {MARKUP_DEPTH_MAX} deep; close those that are left open");
            return Err(Fault { line: line_of(markup, start), problem });
        }
    }
    Ok(())
}

/// The first conditional comment whose bracket isn't closed as the parser expects it.
fn cut_comment(markup: &str) -> Option<usize> {
    let opens = |rest: &str| ["<!--[if", "<![if", "<!--<![endif", "<![endif"].iter().any(|open| rest.starts_with(open));
    markup.match_indices("<!").map(|(at, _)| at).find(|at| {
        let rest = &markup[*at..];
        // The search for the bracket begins past the one that opens; what closes the closing form is part of its name.
        let Some(inside) = rest.find('[').and_then(|open| rest.get(open + 1..)) else { return opens(rest) };
        let whole = !rest.starts_with("<![endif") || rest.starts_with("<![endif]");
        let closed = inside
            .find(']')
            .and_then(|close| inside.get(close + 1..))
            .is_some_and(|after| after.starts_with('>') || after.starts_with("-->"));
        opens(rest) && !(whole && closed)
    })
}

/// How long the element's tag, comment or section at the start of `rest` is, and whether it goes down (1), up (-1) or neither (0).
fn element_at(rest: &str) -> (usize, i8) {
    for (open, close) in [("<!--", "-->"), ("<![CDATA[", "]]>")] {
        if rest.starts_with(open) {
            return (rest.find(close).map_or(rest.len(), |i| i + close.len()), 0);
        }
    }
    let name: String = rest.chars().skip(1).take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/')).collect();
    let mut quote = None;
    let end = rest.char_indices().find(|(_, c)| {
        if let Some(q) = quote {
            quote = (q != *c).then_some(q);
            false
        } else {
            quote = matches!(c, '"' | '\'').then_some(*c);
            *c == '>'
        }
    });
    let length = end.map_or(rest.len(), |(i, _)| i + 1);
    let step = match () {
        () if name.starts_with('/') => -1,
        () if !name.starts_with(|c: char| c.is_ascii_alphabetic()) => return (1, 0),
        () if rest[..length].ends_with("/>") || VOID.contains(&name.trim_end_matches('/')) => 0,
        () => 1,
    };
    (length, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_hold_and_say_the_line() {
        let check = |source: &str, expected: Option<(usize, &str)>| match (within_limits(source), expected) {
            (Ok(()), None) => {}
            (Err(fault), Some((line, part))) if fault.line == line && fault.problem.contains(part) => {}
            (got, _) => panic!("{source:?}: {got:?}, expected {expected:?}"),
        };
        check("{% for i in cart.items %}{{ i.title }}{% endfor %}{% for i in cart.items %}{% endfor %}", None);
        check("{{ \"}}\" }}{% if x == '%}' %}{% endif %}", None);
        check("\n{% for i in (1..9) %}{% endfor %}", Some((2, "range")));
        check("{%-for i in (1 .. n)%}{% endfor %}", Some((1, "range")));
        check("{% for a in cart.items %}\n{% for b in cart.items %}", Some((2, "loop inside")));
        check("{% for a in cart.items %}{% comment %}{% endfor %}{% endcomment %}{% for b in cart.items %}", Some((1, "comment")));
        check("{% raw %}{{ \" {% endraw %}{% for i in (1..9) %}", Some((1, "range")));
        check("a\n{{ b", Some((2, "never closed")));
        check(&"{% if a %}".repeat(201), Some((1, "blocks")));
        check(&" ".repeat(1001), Some((1, "blanks")));
        check(&"x".repeat(100 * 1024 + 1), Some((1, "100 KB")));
    }

    #[test]
    fn depth_is_counted_past_comments_and_quotes() {
        let check = |markup: String, expected: bool| assert_eq!(markup_within_limits(&markup).is_ok(), expected, "{markup:.60}");
        check("<p>a<br>b<img src=\"a>b\"/></p>".repeat(100), true);
        check("<p>".repeat(64), true);
        check("<p>".repeat(65), false);
        check("<p><!--</p>-->".repeat(65), false);
        check("<p title='</p>'>".repeat(65), false);
        check("a < b ".repeat(100), true);
        check("<".to_owned(), true);
    }

    #[test]
    fn values_are_refused_where_they_can_not_be_made_safe() {
        let check = |source: &str, expected: bool| assert_eq!(safe_places(source).is_ok(), expected, "{source}");
        check("<mj-style>a{b:c}</mj-style><p title=\"{{ shop.name }}\">{{ link }}</p>", true);
        check("<SCRIPT>x</SCRIPT>", false);
        check("<mj-style inline='inline'>a{b:{{ shop.name }}}</mj-style>", false);
        check("<a title = {{ shop.name }}>", false);
    }
}
