//! Blocks change what they mean to and nothing else: by hand, and for every block of every starter.

use super::{Act, Block, Change, Kind, Level, Piece, Refused, Unfit, act, blocks, change, count, find, numbered, pieces};
use crate::domain::event::ChannelKind;
use crate::domain::template::{check, starters};

const MAIL: &str = r#"<mjml><mj-head><mj-title>x</mj-title></mj-head>
<mj-body>
  <!-- <mj-section> that isn't -->
  <mj-section padding="0">
    <mj-column>
      <mj-text align='left' color="{{ "a" | default: "b" }}">
        Hello <b>you</b> &amp; them
      </mj-text>
      {% if discount_code %}
      <mj-button href="{{ link }}">Go</mj-button>
      {% else %}
      <mj-divider />
      {% endif %}
    </mj-column>
  </mj-section>
  {% for item in cart.items %}
  <mj-section><mj-column><mj-image src="{{ item.image_url }}" alt="" /></mj-column></mj-section>
  {% endfor %}
</mj-body></mjml>"#;

fn flat(blocks: &[Block]) -> Vec<&Block> {
    blocks.iter().flat_map(|block| std::iter::once(block).chain(flat(&block.children))).collect()
}

fn mails() -> impl Iterator<Item = (String, String)> {
    starters().iter().filter(|s| s.channel == ChannelKind::Email).map(|s| (format!("{} {}", s.key, s.language), s.source().body))
}

fn set(number: usize, field: &str, value: &str) -> Change {
    Change { number, field: field.to_owned(), value: value.to_owned() }
}

#[test]
fn a_mail_is_read_as_a_tree_with_conditions_and_loops() {
    let all = blocks(MAIL).expect("fits");
    let kinds: Vec<&str> = flat(&all).iter().map(|b| b.kind.as_str()).collect();
    let expected =
        ["section", "column", "text", "condition", "branch", "button", "branch", "divider", "loop", "branch", "section", "column", "image"];
    assert_eq!(kinds, expected);
    let field = |number, name| find(&all, number).expect("a block").field(MAIL, name);
    assert_eq!(
        (field(3, "text"), field(3, "align"), field(3, "color")),
        ("Hello <b>you</b> &amp; them", "left", "{{ \"a\" | default: \"b\" }}")
    );
    assert_eq!((field(5, "when"), field(7, "when"), field(10, "when")), ("discount_code", "", "item in cart.items"));
    assert_eq!((field(6, "href"), field(13, "src"), field(13, "width")), ("{{ link }}", "{{ item.image_url }}", ""));
}

#[test]
fn a_text_that_is_no_tree_is_refused_with_its_line() {
    let check = |body: &str, expected: Unfit| assert_eq!(blocks(body), Err(expected), "{body}");
    check("<mjml></mjml>", Unfit::NoBody);
    check("<mj-body>\n<mj-section>", Unfit::Open(2));
    check("<mj-body>\n{% if a %}<mj-section>\n{% endif %}</mj-section></mj-body>", Unfit::Stray(3));
    check("<mj-body>\n\n<mj-text>{% if a %}</mj-text>{% endif %}</mj-body>", Unfit::Open(3));
    check("<mj-body>\n{% endif %}</mj-body>", Unfit::Stray(2));
    check("<mj-body>\n{% if a %}</mj-body>", Unfit::Open(2));
    check("<mj-body>{{ a", Unfit::Open(1));
    check(&format!("<mj-body>{}</mj-body>", "<mj-divider />".repeat(401)), Unfit::TooLarge);
}

#[test]
fn what_is_typed_replaces_just_that() {
    let check = |number, field: &str, value: &str, before: &str, after: &str| {
        let expected = MAIL.replacen(before, after, 1);
        assert_ne!(expected, MAIL, "{before}");
        assert_eq!(change(MAIL, &[set(number, field, value)]), Ok(expected), "{field} {value}");
    };
    check(3, "text", "Fish & chips < 5 {{ 'a<b' }}", "Hello <b>you</b> &amp; them", "Fish &amp; chips &lt; 5 {{ 'a<b' }}");
    check(3, "align", "center", "align='left'", "align='center'");
    check(3, "padding", "4px", "\"b\" }}\">", "\"b\" }}\" padding=\"4px\">");
    check(3, "align", "", " align='left'", "");
    check(6, "text", "Now", ">Go<", ">Now<");
    check(5, "when", "cart.value", "if discount_code", "if cart.value");
    check(8, "border-color", "#ff0000", "<mj-divider />", "<mj-divider border-color=\"#ff0000\" />");
    check(13, "alt", "A \"big\" one", "alt=\"\"", "alt=\"A &quot;big&quot; one\"");
    let both = change(MAIL, &[set(6, "text", "Now"), set(3, "align", "right")]).expect("changed");
    assert!(both.contains(">Now<") && both.contains("align='right'"));
}

#[test]
fn what_would_tear_up_the_text_around_it_is_refused() {
    for text in ["</mj-text><mj-text>", "{% if a %}", "{% endif %}", "<mj-text>"] {
        assert_eq!(change(MAIL, &[set(3, "text", text)]), Err(Refused::Tears(3, "text".to_owned())), "{text}");
    }
    assert_eq!(change(MAIL, &[set(99, "text", "x")]), Err(Refused::NotThere));
    assert_eq!(change(MAIL, &[set(4, "text", "x")]), Err(Refused::NotThere), "a condition has no text");
    assert_eq!(change("<p>", &[set(1, "text", "x")]), Err(Refused::Unfit));
}

#[test]
fn blocks_are_moved_among_those_beside_them_doubled_and_removed_with_their_lines() {
    let moved = act(MAIL, Act::Down(3), "…").expect("moved");
    assert!(moved.find("{% if discount_code %}") < moved.find("Hello") && moved.len() == MAIL.len(), "{moved}");
    assert_eq!(act(MAIL, Act::Up(3), "…"), Err(Refused::NotThere), "it is the first");
    assert_eq!(act(MAIL, Act::Up(5), "…"), Err(Refused::NotThere), "a branch stays where it is");
    let without = act(MAIL, Act::Remove(4), "…").expect("removed");
    assert!(without.contains("</mj-text>\n    </mj-column>"), "{without}");
    let twice = act(MAIL, Act::Duplicate(6), "…").expect("doubled");
    assert!(
        twice.contains("      <mj-button href=\"{{ link }}\">Go</mj-button>\n      <mj-button href=\"{{ link }}\">Go</mj-button>\n"),
        "{twice}"
    );
    let added = act(MAIL, Act::AddAfter(3, Piece::Button), "Look").expect("added");
    assert!(
        added.contains("</mj-text>\n      <mj-button href=\"{{ link }}\"") && added.contains(">Look</mj-button>\n      {% if"),
        "{added}"
    );
    let inside = act(MAIL, Act::AddInside(12, Piece::Text), "Look").expect("added");
    assert!(inside.contains("alt=\"\" />\n    <mj-text>Look</mj-text>\n  </mj-column>"), "{inside}");
}

#[test]
fn what_is_added_fits_where_it_is_added() {
    for (name, body) in mails() {
        let all = blocks(&body).expect("fits");
        for block in flat(&all).into_iter().filter(|b| b.kind != Kind::Branch) {
            for piece in pieces(Level::around(&all, block.number)) {
                let source = act(&body, Act::AddAfter(block.number, *piece), "…").expect("added");
                let mut template = starters()[0].source();
                template.body = source;
                assert_eq!(check(ChannelKind::Email, &template), [], "{name}: {piece:?} after {} {:?}", block.number, block.kind);
            }
        }
        if name.ends_with("fr") {
            return;
        }
    }
}

#[test]
fn every_starter_can_be_shown_as_blocks_and_what_is_not_touched_stays_byte_for_byte() {
    for (name, body) in mails() {
        let all = blocks(&body).unwrap_or_else(|unfit| panic!("{name}: {unfit:?}"));
        assert!(count(&all) > 20, "{name}");
        let same: Vec<Change> =
            flat(&all).iter().flat_map(|b| b.kind.fields().iter().map(|field| set(b.number, field, b.field(&body, field)))).collect();
        assert_eq!(change(&body, &same).as_ref(), Ok(&body), "{name}: the same again");
        for block in flat(&all) {
            there_and_back(&name, &body, block);
        }
    }
}

/// Whatever is done with a block and then undone leaves what was there.
fn there_and_back(name: &str, body: &str, block: &Block) {
    let n = block.number;
    let what = format!("{name}: {n} {:?}", block.kind);
    if let Ok(down) = act(body, Act::Down(n), "…") {
        let siblings_span = count(std::slice::from_ref(next(body, n).as_ref().expect("one behind it")));
        assert_eq!(act(&down, Act::Up(n + siblings_span), "…").as_deref(), Ok(body), "{what} down and up");
    }
    if block.kind != Kind::Branch {
        let twice = act(body, Act::Duplicate(n), "…").expect("doubled");
        assert_eq!(act(&twice, Act::Remove(n + count(std::slice::from_ref(block))), "…").as_deref(), Ok(body), "{what} doubled");
    }
    for field in block.kind.fields().iter().filter(|f| **f != "code") {
        let value = block.field(body, field);
        if value.is_empty() {
            continue;
        }
        let changed = change(body, &[set(n, field, "changed")]).expect("changed");
        let place = block.place(body, field).expect("a place");
        let expected = format!("{}changed{}", &body[..place.start], &body[place.end..]);
        assert_eq!(changed, expected, "{what} {field}");
        if *field != "text" || !value.contains('&') {
            assert_eq!(change(&changed, &[set(n, field, value)]).as_deref(), Ok(body), "{what} {field} and back");
        }
    }
}

/// The block behind this one, in the same list.
fn next(body: &str, number: usize) -> Option<Block> {
    fn of(blocks: &[Block], number: usize) -> Option<Block> {
        match blocks.iter().position(|b| b.number == number) {
            Some(at) => blocks.get(at + 1).cloned(),
            None => blocks.iter().find_map(|b| of(&b.children, number)),
        }
    }
    of(&blocks(body).ok()?, number)
}

#[test]
fn numbers_are_shown_beside_what_is_seen() {
    let shown = numbered(MAIL);
    for number in [3, 6, 8, 13] {
        assert!(shown.contains(&format!(">{number}</span>")), "{number}: {shown}");
    }
    assert!(!shown.contains(">1</span>") && numbered("<p>") == "<p>");
}
