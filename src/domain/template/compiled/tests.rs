//! What is substituted is what would have been laid out: over the starters, and over templates and carts that mean ill.

use super::*;
use crate::domain::event::ChannelKind;
use crate::domain::template::{RenderItem, sample, starters};
use proptest::prelude::{Just, ProptestConfig, Strategy, prop, prop_assert_eq, prop_oneof, proptest};
use std::cell::RefCell;
use std::collections::HashMap;

/// Shapes by their outline, as an app keeps them.
#[derive(Default)]
struct Kept(RefCell<HashMap<String, Option<Arc<Shape>>>>);

impl Kept {
    fn shape(&self, skeleton: &str) -> Option<Arc<Shape>> {
        let made = || Shape::of(skeleton).ok().flatten().map(Arc::new);
        self.0.borrow_mut().entry(skeleton.to_owned()).or_insert_with(made).clone()
    }

    fn quickly(&self, compiled: &Compiled, context: &RenderContext) -> Option<RenderedEmail> {
        compiled.quickly(context, |skeleton| self.shape(skeleton))
    }

    fn render(&self, compiled: &Compiled, context: &RenderContext) -> Result<RenderedEmail, TemplateError> {
        compiled.render_email(context, |skeleton| self.shape(skeleton))
    }
}

fn mail(body: &str) -> TemplateSource {
    let body = format!("<mjml><mj-body><mj-section><mj-column>{body}</mj-column></mj-section></mj-body></mjml>");
    TemplateSource { subject: "For {{ contact.first_name }}".to_owned(), body, text: None }
}

fn titled(title: &str) -> RenderContext {
    let mut context = sample();
    context.items.truncate(1);
    context.items[0].title = title.to_owned();
    context
}

const TITLES: [&str; 14] = [
    "Stoneware mug",
    "a",
    "a  b",
    "Tom & \"Jerry\"'s <b>mug</b>: 50% \\ {off}",
    ":",
    "::",
    " padded ",
    "",
    "u{e9}",
    "\u{e100}\u{e900}x",
    "amp;",
    "#38;",
    "\u{a0}é\u{301}👩‍🚀\u{200d}",
    "https://shop.example/r/sample-link",
];

#[test]
fn every_starter_is_rendered_by_substitution_and_comes_out_the_same() {
    for starter in starters().iter().filter(|s| s.channel == ChannelKind::Email) {
        let (source, kept) = (starter.source(), Kept::default());
        let compiled = Compiled::of(&source);
        // The languages differ in their words alone: of the others a few carts do.
        let titles = if starter.language == "en" { TITLES.len() } else { 4 };
        for title in TITLES.into_iter().take(titles) {
            for first_name in [None, Some("Zoë")] {
                for image in [None, Some("https://cdn.example/a.jpg?x=1&y='2'")] {
                    let mut context =
                        RenderContext { first_name: first_name.map(str::to_owned), shop_name: title.to_owned(), ..titled(title) };
                    context.items.push(RenderItem { image_url: image.map(str::to_owned), variant_title: None, ..context.items[0].clone() });
                    let slow = render_email(&source, &context).expect("renders");
                    assert_eq!(kept.quickly(&compiled, &context), Some(slow), "{} {}: {title:?}", starter.key, starter.language);
                }
            }
        }
        let shapes = kept.0.borrow().len();
        assert!(shapes < 30, "{} {}: {shapes} outlines for two dozen of carts", starter.key, starter.language);
    }
}

#[test]
fn mails_that_differ_in_their_values_alone_share_an_outline() {
    let kept = Kept::default();
    let compiled = Compiled::of(&starters()[0].source());
    for n in 0..50 {
        let mut context = titled(&format!("Item {n}"));
        context.link = format!("https://shop.example/r/{n}");
        context.first_name = Some(format!("Robin{}", ["a", "b", "c"][n % 3]));
        kept.quickly(&compiled, &context).expect("by substitution");
    }
    assert_eq!(kept.0.borrow().len(), 1);
}

#[test]
fn where_a_value_decides_about_the_layout_it_stays_in_the_outline() {
    let check = |body: &str, titles: &[&str]| {
        let source = mail(body);
        let (compiled, kept) = (Compiled::of(&source), Kept::default());
        for title in titles {
            let context = titled(title);
            assert_eq!(kept.render(&compiled, &context), render_email(&source, &context), "{body}: {title:?}");
        }
    };
    let title = "{{ cart.items[0].title }}";
    let all: Vec<&str> = TITLES.into_iter().chain(["10px", "50%", "none", "red", "mj-column-per-50", "#", "a: b :c"]).collect();
    for body in [
        "<mj-text>T</mj-text>",
        "<mj-text> T\n</mj-text><mj-text>\nT</mj-text>",
        "<mj-text>&T; &#T; &ampT a<T</mj-text>",
        "<mj-text><!-- T --><b title='T' class='T' style='display:T'>T</b></mj-text>",
        "<mj-text><p style=\"display:T\">T</p><a href='T' title=T>T</a><a href=\"https://a.example/?q=T&copy=T\">x T y</a></mj-text>",
        "<mj-text><a href=\"{{ link }}\">T</a><a href=\"T\"><img src=\"T\" alt=\"T\"></a></mj-text>",
        "<mj-image src=\"T\" alt=\"T\" width=\"T\" href=\"T\" title='T' /><mj-text>T</mj-text>",
        "<mj-button href=\"T\" width=\"T\" color=\"T\" css-class=\"T\">T</mj-button>",
        "<mj-table><tr><td>T</td><td> T </td></tr></mj-table><mj-divider border-width=\"T\" /><mj-spacer height=\"T\" />",
        "<mj-text>\\T \\u{T} \\u{e9}</mj-text>",
        "<mj-text>&#xE100;T&#57600;</mj-text>",
        "{% capture x %}<b>T</b>{% endcapture %}<mj-text>{{ x }}{{ x | truncate: 5 }}{{ x | upcase }}</mj-text>",
        "{% assign x = '<i>' | append: cart.items[0].title %}<mj-text>{{ x }}</i></mj-text>",
        "<mj-text>a {{- cart.items[0].title -}} b {{- shop.name }}</mj-text>",
        "<mj-text>{% raw %}{{ x }}{% endraw %}{% comment %}{{ x }}{% endcomment %}T</mj-text>",
        "<mj-text>{{ cart.items[0].title | truncate: 3 | upcase | append: \"}}\" }}{{ cart.item_count }}{{ true }}{{ nil }}</mj-text>",
        "<mj-raw><!--[if mso]><b>T</b><![endif]--><style>T</style><title>T</title></mj-raw><mj-text>T</mj-text>",
        "<mj-social><mj-social-element name=\"facebook\" href=\"T\">T</mj-social-element></mj-social>",
        "<mj-navbar base-url=\"T\"><mj-navbar-link href=\"T\">T</mj-navbar-link></mj-navbar>",
        "<mj-accordion><mj-accordion-element><mj-accordion-title>T</mj-accordion-title><mj-accordion-text>T</mj-accordion-text></mj-accordion-element></mj-accordion>",
    ] {
        check(&body.replace('T', title), &all);
    }
}

#[test]
fn a_text_of_ones_own_and_texts_come_out_the_same() {
    let source =
        TemplateSource { text: Some("Go & see {{ link }} {{ cart.items[0].title }}".to_owned()), ..mail("<mj-text>{{ link }}</mj-text>") };
    let (compiled, kept) = (Compiled::of(&source), Kept::default());
    for title in TITLES {
        assert_eq!(kept.quickly(&compiled, &titled(title)), render_email(&source, &titled(title)).ok());
        let body = "{{ cart.items[0].title }} {% if contact.first_name %}{{ contact.first_name }}{% endif %} ".to_owned();
        let text = TemplateSource { subject: String::new(), body, text: None };
        assert_eq!(Compiled::of(&text).render_sms(&titled(title)), render_sms(&text, &titled(title)));
    }
}

#[test]
fn faults_are_told_as_the_slow_way_tells_them() {
    for body in [
        "{{ nothing.here }}",
        "{% if %}",
        "<mj-nope>",
        "{{ 'a' | shout }}",
        "{{ 'a' | comeback_value }}",
        "<script>x</script>",
        "</mj-column>",
    ] {
        let source = mail(&format!("<mj-text>{{{{ link }}}}</mj-text>{body}"));
        let slow = render_email(&source, &sample());
        assert!(slow.is_err(), "{body}");
        assert_eq!(Kept::default().render(&Compiled::of(&source), &sample()), slow, "{body}");
    }
}

/// Pieces of templates: in a column, and within a text.
const BLOCKS: [&str; 10] = [
    "<mj-text>@</mj-text>",
    "<mj-text> \n@ </mj-text>",
    "<mj-button href=\"{{ link }}\">@</mj-button>",
    "<mj-image src=\"{{ cart.items[0].image_url }}\" alt=\"{{ cart.items[0].title }}\" />",
    "<mj-table><tr><td>@</td><td>{{ cart.value }}</td></tr></mj-table>",
    "{% for item in cart.items %}<mj-text>{{ item.title }}{{ item.quantity }}@</mj-text>{% endfor %}",
    "{% if contact.first_name %}<mj-text>@{{ contact.first_name }}</mj-text>{% endif %}",
    "<mj-raw>@</mj-raw>",
    "<mj-spacer height=\"{{ cart.item_count }}px\" />",
    "<mj-divider css-class=\"{{ shop.name }}\" />",
];
const INSIDE: [&str; 22] = [
    "{{ shop.name }}",
    "{{ cart.items[0].title }}",
    "{{ cart.items[0].title | upcase }}",
    "{{ cart.items[0].variant_title | default: '<i>none</i>' }}",
    "<a href=\"{{ link }}\">@</a>",
    "<a href='{{ shop.url }}?q={{ cart.items[0].title }}'>{{ shop.url }}</a>",
    "<b title=\"{{ cart.items[0].title }}\" style=\"{{ shop.name }}\">@</b>",
    "<p>@</p>",
    "<br>",
    "<!-- {{ shop.name }} -->",
    "&",
    "&amp;",
    " ",
    "\n",
    ":",
    "text",
    "{%- if cart.value -%} @ {%- endif -%}",
    "{% capture c %}@{% endcapture %}{{ c }}",
    "{% assign a = shop.name | append: '&lt;' %}{{ a }}",
    "<ul><li>{{ cart.item_count }}</li></ul>",
    "<img src=\"{{ cart.items[0].image_url }}\" alt=\"{{ shop.name }}\">",
    "{{ unsubscribe_url }}",
];

fn template() -> impl Strategy<Value = TemplateSource> {
    let inside = || prop::collection::vec(prop::sample::select(INSIDE.to_vec()), 0..5);
    let block = (prop::sample::select(BLOCKS.to_vec()), inside(), inside());
    prop::collection::vec(block, 1..4).prop_map(|blocks| {
        let filled = blocks.into_iter().map(|(block, outer, inner)| block.replace('@', &outer.concat().replace('@', &inner.concat())));
        mail(&(filled.collect::<String>() + "<mj-text>{{ link }} {{ unsubscribe_url }}</mj-text>"))
    })
}

fn context() -> impl Strategy<Value = RenderContext> {
    let pieces = [
        "<",
        ">",
        "&",
        "\"",
        "'",
        "\\",
        "u{e9}",
        ":",
        " ",
        "a",
        "https://a.example",
        "é",
        "\u{301}",
        "\u{e010}",
        "\u{fffe}",
        "{{",
        "%}",
        "]]>",
        "--",
        "\u{a0}",
        "#38;",
        "\n",
    ];
    let words = move || prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..5).prop_map(|p| p.concat());
    let some = move || prop_oneof![Just(None), words().prop_map(Some)];
    (words(), words(), some(), some(), prop::collection::vec((words(), some()), 1..3)).prop_map(
        |(shop_name, path, first_name, cart_value, items)| {
            let items = items.into_iter().map(|(title, variant_title)| {
                let image_url = Some(format!("https://cdn.example/{title}"));
                RenderItem { title, variant_title, quantity: 2, unit_price: None, image_url }
            });
            let link = format!("https://shop.example/r/{path}");
            RenderContext { shop_name, link, first_name, cart_value, items: items.collect(), ..sample() }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn whatever_the_template_and_the_carts_what_is_substituted_is_what_would_be_laid_out(
        source in template(),
        contexts in prop::collection::vec(context(), 1..4),
    ) {
        let (compiled, kept) = (Compiled::of(&source), Kept::default());
        for context in contexts {
            prop_assert_eq!(kept.render(&compiled, &context), render_email(&source, &context));
        }
    }
}
