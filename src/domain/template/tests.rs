//! Templates as a whole: hostile carts, careless merchants, the starters.

use super::*;
use crate::domain::event::ChannelKind;
use crate::domain::sms::{Encoding, measure};
use proptest::prelude::{ProptestConfig, prop, prop_assert_eq, proptest};

const MAIL: &str = r#"<mjml><mj-body><mj-section><mj-column>
<mj-text>{% for item in cart.items %}<b title="{{ item.title }}">{{ item.title }}</b>{{ item.quantity }}{% endfor %}</mj-text>
{% for item in cart.items %}<mj-image src="{{ item.image_url }}" alt="{{ item.title }}" />{% endfor %}
<mj-button href="{{ link }}">Back</mj-button><mj-text><a href="{{ unsubscribe_url }}">Out</a></mj-text>
</mj-column></mj-section></mj-body></mjml>"#;

fn mail(subject: &str, body: &str) -> TemplateSource {
    TemplateSource { subject: subject.to_owned(), body: body.to_owned(), text: None }
}

fn body_with(liquid: &str) -> String {
    MAIL.replace("Back", liquid)
}

fn with_title(title: &str) -> RenderContext {
    let mut context = sample();
    context.items.truncate(1);
    context.items[0].title = title.to_owned();
    context
}

#[test]
fn hostile_titles_come_out_as_the_text_they_are() {
    for title in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "{{ unsubscribe_url }}{% assign x = 1 %}",
        "</mj-text></mj-column><mj-raw>raw</mj-raw>",
        "]]> --> <!-- &lt;b&gt; &amp;amp;",
        "\\u{e000}b\\u{e001} \\ 👩‍🚀",
        "a & b < c > d \"e\" 'f': g",
    ] {
        let html = render_email(&mail("s", MAIL), &with_title(title)).expect("renders").html;
        let page = scraper::Html::parse_document(&html);
        let select = |css: &str| scraper::Selector::parse(css).expect("selector");
        let bold = page.select(&select("b")).next().expect("the title's element");
        assert_eq!(bold.text().collect::<String>(), title, "as text");
        assert_eq!(bold.attr("title"), Some(title.replace(':', " ").as_str()), "as an attribute");
        assert_eq!(bold.value().attrs().count(), 1, "no attribute was added by {title:?}");
        assert_eq!(page.select(&select("script, mj-raw")).count(), 0, "no element was added by {title:?}");
        let image = page.select(&select("img")).next().expect("the picture");
        assert!(!html.contains("onerror=alert(1)>"), "{title:?}");
        assert_eq!(image.attr("alt"), Some(title.replace(':', " ").as_str()));
        assert_eq!(image.attr("onmouseover"), None);
    }
}

#[test]
fn merchants_can_not_switch_escaping_off() {
    let tricks = [
        "{{ cart.items.first.title | escape }}",
        "{{ cart.items.first.title | remove: '&' | remove: 'lt;' }}",
        "{% capture x %}{{ cart.items.first.title }}{% endcapture %}{{ x }}",
        "{% assign x = cart.items.first.title | append: '' | upcase | downcase %}{{ x }}",
        "{{ '' | append: cart.items.first.title }}",
    ];
    for trick in tricks {
        let html = render_email(&mail("s", &body_with(trick)), &with_title("<img onerror=x>")).expect("renders").html;
        assert!(html.contains("&lt;img onerror=x&gt;") && !html.contains("<img onerror"), "{trick}");
    }
    for filter in ["url_decode", "replace: 'a', 'b'", "split: 'x'", "strip_html", "raw", "newline_to_br"] {
        let body = body_with(&format!("{{{{ link | {filter} }}}}"));
        assert!(render_email(&mail("s", &body), &sample()).is_err(), "{filter} is not offered");
    }
}

#[test]
fn pictures_and_links_are_web_addresses_or_nothing() {
    let mut context = with_title("a");
    context.items[0].image_url = Some("javascript:alert(1)".to_owned());
    context.link = "javascript:alert(2)".to_owned();
    let html = render_email(&mail("s", MAIL), &context).expect("renders").html;
    assert!(!html.contains("javascript"), "{html}");
    context.link = "https://shop.example/r/t?a=1&b='\u{E000}".to_owned();
    context.items[0].image_url = Some("https://cdn.example/a.jpg?x=1&y=2".to_owned());
    let html = render_email(&mail("s", MAIL), &context).expect("renders").html;
    assert!(html.contains("https://cdn.example/a.jpg?x=1&amp;y=2") && !html.contains("shop.example/r/t"), "{html}");
}

#[test]
fn a_subject_is_one_line_and_unescaped() {
    let mut context = with_title("Tom & \"Jerry\"\r\nBcc: victim");
    let subject = |c: &RenderContext| render_email(&mail("Your {{ cart.items[0].title }}", MAIL), c).expect("renders").subject;
    assert_eq!(subject(&context), "Your Tom & \"Jerry\" Bcc: victim");
    context.items[0].title = "x".repeat(600);
    assert_eq!(subject(&context).chars().count(), 255);
}

#[test]
fn missing_values_are_empty_and_names_that_are_messages_are_missing() {
    let sms = |first_name: Option<&str>| {
        let context = RenderContext { first_name: first_name.map(str::to_owned), discount_code: None, ..sample() };
        let body = "{{ contact.first_name | default: \"there\" }}/{{ discount_code }}".to_owned();
        render_sms(&TemplateSource { subject: String::new(), body, text: None }, &context).expect("renders")
    };
    assert_eq!(sms(Some("Zoë")), "Zoë/");
    assert_eq!(sms(None), "there/");
    assert_eq!(sms(Some("You won! https://evil.example")), "there/");
}

#[test]
fn a_text_part_keeps_each_link_whole() {
    let mut context = sample();
    context.link = format!("https://shop.example/r/{}?a=1&b=2", "x".repeat(700));
    let text = render_email(&mail("s", MAIL), &context).expect("renders").text;
    assert!(text.contains(&context.link), "{text}");
    assert!(text.contains(&context.unsubscribe_url) && !text.contains("[1]"), "{text}");
    let own = TemplateSource { text: Some("Go & see {{ link }}\u{7}".to_owned()), ..mail("s", MAIL) };
    assert_eq!(render_email(&own, &context).expect("renders").text, format!("Go & see {}\u{7}", context.link));
}

#[test]
fn work_is_bounded() {
    let render = |body: &str| render_sms(&TemplateSource { subject: String::new(), body: body.to_owned(), text: None }, &sample());
    let doubling = "{% assign x = \"xxxxxxxxxxxxxxxx\" %}".to_owned() + &"{% assign x = x | append: x %}".repeat(60);
    assert!(matches!(render(&doubling), Err(TemplateError::Liquid(_))));
    let capturing = "{% assign x = \"xxxxxxxxxxxxxxxx\" %}".to_owned() + &"{% capture x %}{{ x }}{{ x }}{% endcapture %}".repeat(60);
    assert!(matches!(render(&capturing), Err(TemplateError::Liquid(_))));
    let long = format!("{{% assign x = \"{}\" %}}{}", "x".repeat(60_000), "{{ x }}".repeat(10));
    assert_eq!(render(&long), Err(TemplateError::TooLarge));
    assert!(matches!(render("{% for i in (1..1000000000) %}{% endfor %}"), Err(TemplateError::Limit(_))));
    let mut crowd = sample();
    crowd.items = vec![crowd.items[0].clone(); 100_000];
    let body = "{% for i in cart.items %}x{% endfor %}".to_owned();
    assert_eq!(render_sms(&TemplateSource { subject: String::new(), body, text: None }, &crowd).expect("renders").len(), 50);
    assert_eq!(
        render("{{ shop.name | truncate: -5 }}|{{ shop.name | truncate: 4, \"12345\" }}|{{ shop.name | append }}").map(|t| t.len()).ok(),
        Some(10 + 1 + 5 + 1 + 10)
    );
}

#[test]
fn every_fault_is_told_with_its_line_and_a_remedy() {
    let check_mail = |body: &str, expected: &[(Option<usize>, &str)]| {
        let problems = check(ChannelKind::Email, &mail("Hello", body));
        assert_eq!(problems.len(), expected.len(), "{body}: {problems:?}");
        for (problem, (line, part)) in problems.iter().zip(expected) {
            assert_eq!((problem.line, problem.problem.contains(part)), (*line, true), "{problem:?} should say {part:?}");
        }
    };
    check_mail(MAIL, &[]);
    check_mail(&body_with("{{ cart.valeu }}"), &[(Some(4), "did you mean cart.value?")]);
    check_mail(&body_with("{{ zzzzzzzzz }}"), &[(Some(4), "there are shop.name")]);
    check_mail(&MAIL.replace("item.quantity", "item.quantty"), &[(Some(2), "did you mean item.quantity?")]);
    check_mail(
        &body_with("{% if cart.valu == \"firstname\" and shop.nam %}{% endif %}"),
        &[(Some(4), "cart.value?"), (Some(4), "shop.name?")],
    );
    check_mail(
        &body_with("{% assign a = link | append: b %}{{ a }}{{ forloop.index }}{{ cart.items[0].title }}"),
        &[(Some(4), "variable b")],
    );
    // What is missing is missed at the end.
    check_mail(&body_with("{% if link %}"), &[(Some(5), "line 5: Unclosed block")]);
    check_mail(&body_with("{% include 'x' %}"), &[(Some(4), "available blocks=capture")]);
    check_mail(&body_with("{{ link | shout }}"), &[(Some(4), "available filters=append")]);
    check_mail(&MAIL.replace("{{ link }}", "https://shop.example"), &[(None, "{{ link }}")]);
    check_mail(&MAIL.replace("{{ unsubscribe_url }}", "x"), &[(None, "unsubscribe")]);
    check_mail(&MAIL.replace("</mj-column>", ""), &[(None, "closing tag")]);
    check_mail(&body_with(&"word ".repeat(20_000)), &[(None, "Gmail")]);
    check_mail("plain words", &[(None, "MJML")]);
    let own = TemplateSource { text: Some("Hello {{ link }}".to_owned()), ..mail("Hello", MAIL) };
    let told: Vec<String> = check(ChannelKind::Email, &own).into_iter().map(|p| p.field).collect();
    assert_eq!(told, ["text"], "a text of one's own needs the unsubscribe link too");
    assert_eq!(check(ChannelKind::Email, &mail(" ", MAIL)).len(), 1, "a subject is needed");
    let sms = |body: &str| check(ChannelKind::Sms, &TemplateSource { subject: String::new(), body: body.to_owned(), text: None }).len();
    assert_eq!((sms("{{ link }} Reply STOP"), sms("{{ link }} {{ unsubscribe_url }}"), sms("{{ link }}"), sms("hi")), (0, 0, 1, 2));
}

#[test]
fn starters_are_clean_in_every_language_with_and_without_optional_values() {
    let bare = RenderContext { first_name: None, cart_value: None, discount_code: None, items: Vec::new(), ..sample() };
    for starter in starters() {
        let source = starter.source();
        assert_eq!(check(starter.channel, &source), [], "{} {}", starter.key, starter.language);
        for context in [&sample(), &bare] {
            match starter.channel {
                ChannelKind::Email => {
                    let mail = render_email(&source, context).expect("renders");
                    assert!(!mail.subject.is_empty() && mail.html.contains("color-scheme"), "{mail:?}");
                    assert!(mail.html.contains(&format!("lang=\"{}\"", starter.language)), "{}", mail.html);
                    assert!(mail.text.contains(&context.link) && mail.text.contains(&context.unsubscribe_url), "{}", mail.text);
                    // What was only looked at comes to nothing that anybody would pay.
                    let has_total = context.cart_value.is_some() && starter.key != "browse-reminder";
                    assert_eq!(mail.text.contains("48.50 USD"), has_total, "{}", starter.key);
                }
                ChannelKind::Sms | ChannelKind::WhatsApp => {
                    let text = render_sms(&source, context).expect("renders");
                    assert!(text.starts_with("Fern & Fog: ") && text.contains(&context.link) && text.contains("STOP"), "{text}");
                    let length = measure(&text);
                    assert_eq!((length.encoding, length.segments), (Encoding::Gsm7, 1), "{}: {text}", starter.language);
                }
            }
        }
    }
}

#[test]
fn a_starter_says_the_same_in_every_language_by_the_same_markup() {
    for english in starters().iter().filter(|s| s.language == LANGUAGES[0]) {
        let all: Vec<&Starter> = starters().iter().filter(|s| (s.key, s.channel) == (english.key, english.channel)).collect();
        assert_eq!(all.iter().map(|s| s.language).collect::<Vec<_>>(), LANGUAGES, "{}", english.key);
        let wanted = bones(english);
        for starter in all {
            assert_eq!(bones(starter), wanted, "{} {}", starter.key, starter.language);
        }
    }
}

/// What is no word of a starter: its elements in their order, and its Liquid, which each language may put elsewhere in a sentence.
fn bones(starter: &Starter) -> (Vec<String>, Vec<String>) {
    let TemplateSource { subject, body, .. } = starter.source();
    let body = body.replace(&format!("lang=\"{}\"", starter.language), "");
    let elements = body.split('<').skip(1).filter_map(|piece| piece.split_once('>')).map(|(element, _)| element.to_owned()).collect();
    let whole = format!("{subject}{body}").replace("{%", "\u{0}{%").replace("{{", "\u{0}{{");
    let mut liquid: Vec<String> =
        whole.split('\0').skip(1).filter_map(|piece| piece.split_once('}')).map(|(tag, _)| tag.to_owned()).collect();
    liquid.sort();
    (elements, liquid)
}

#[test]
fn a_large_mail_is_warned_of_before_it_is_refused() {
    let look_at = |words: usize| look(ChannelKind::Email, &mail("Hello", &body_with(&"word ".repeat(words))));
    let [small, large, too_large] = [10, 16_000, 20_000].map(look_at);
    assert_eq!((small.problems.len(), small.warnings.len()), (0, 0), "{small:?}");
    assert!(small.encoded_bytes.is_some_and(|bytes| bytes < 16 * 1024), "{small:?}");
    assert_eq!((large.problems.len(), large.warnings.len()), (0, 1), "{large:?}");
    assert!(large.warnings[0].problem.contains("102 KB"), "{large:?}");
    assert_eq!((too_large.problems.len(), too_large.warnings.len()), (1, 0), "{too_large:?}");
}

#[test]
fn a_conditional_comment_that_is_cut_short_is_refused_and_brings_nothing_down() {
    for comment in ["<!--[if mso]", "<!--[if mso", "<![if x]y", "<![endif", "<![endif x]>", "<!--<![endif]x", "<!--[if mso]x<![endif]-->"] {
        let problems =
            check(ChannelKind::Email, &mail("Hello", &MAIL.replace("<mj-button", &format!("<mj-raw>{comment}</mj-raw><mj-button"))));
        assert!(problems.iter().any(|p| p.problem.contains("cut short")), "{comment}: {problems:?}");
    }
    let whole = "<mj-raw><!--[if mso]><b>a</b><![endif]--><!--[if !mso]><!--><b>b</b><!--<![endif]--></mj-raw><mj-button";
    assert_eq!(check(ChannelKind::Email, &mail("Hello", &MAIL.replace("<mj-button", whole))), []);
}

#[test]
fn a_starter_falls_back_to_the_base_language_and_then_to_english() {
    let subject = |language: &str| starter("checkout-reminder", ChannelKind::Email, language).map(|s| s.subject.contains("Warenkorb"));
    assert_eq!((subject("de-AT"), subject("DE_ch"), subject("pt-BR"), subject("")), (Some(true), Some(true), Some(false), Some(false)));
    let of = |language: &str| starter("checkout-reminder", ChannelKind::Email, language);
    assert_eq!((of("pt-BR"), of("fi")), (of("pt"), of("en")));
    assert_ne!(of("pt"), of("en"));
    assert_eq!(starter("nope", ChannelKind::Email, "en"), None);
    assert_eq!(starter("checkout-reminder", ChannelKind::Sms, "en"), None);
}

/// Pieces of which attacks are made.
const PIECES: [&str; 32] = [
    "<",
    ">",
    "\"",
    "'",
    "&",
    ";",
    "{{",
    "}}",
    "{%",
    "%}",
    "\\",
    "\\u{",
    "e000",
    "}",
    "--",
    "<!--",
    "-->",
    "]]>",
    "<script>",
    "javascript:",
    " ",
    "a",
    "=",
    "/",
    "\u{200d}",
    "🛒",
    "é",
    "\u{e000}",
    "\u{0}",
    "\n",
    "</mj-text>",
    "&lt;",
];

/// The elements of a page, and the attributes of each.
fn structure(html: &str) -> Vec<(String, Vec<String>)> {
    let page = scraper::Html::parse_document(html);
    let elements = page.root_element().descendent_elements();
    elements.map(|e| (e.value().name().to_owned(), e.value().attrs().map(|(name, _)| name.to_owned()).collect())).collect()
}

/// Pieces of which careless and hostile templates are made.
const SOURCE: [&str; 44] = [
    "<mjml>",
    "</mjml>",
    "<mj-head>",
    "</mj-head>",
    "<mj-body>",
    "</mj-body>",
    "<mj-section>",
    "</mj-section>",
    "<mj-column width=\"x%\">",
    "</mj-column>",
    "<mj-text>",
    "</mj-text>",
    "<mj-image src=\"\" width=\"-1px\"/>",
    "<mj-button>",
    "</mj-button>",
    "<mj-group>",
    "<mj-spacer height=\"99999999999px\"/>",
    "<mj-raw>",
    "</mj-raw>",
    "<mj-include path=\"x\"/>",
    "<mj-style>",
    "<mj-table>",
    "<mj-hero height=\"0\">",
    "<mj-carousel>",
    "<mj-navbar>",
    "<mj-social>",
    "<mj-accordion>",
    "<!--",
    "-->",
    "<p a=b>",
    "</p>",
    "<br>",
    "<",
    "&nbsp;",
    "{{ link }}",
    "{{ unsubscribe_url | truncate: 3 }}",
    "{% if cart.value %}",
    "{% endif %}",
    "{% for i in cart.items %}",
    "{% endfor %}",
    "{{",
    "'é",
    "🛒",
    "{% capture é %}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_template_makes_checking_or_rendering_panic(
        outer in prop::sample::select(vec![("", ""), ("<mjml><mj-body>", "</mj-body></mjml>"), ("<mjml><mj-body><mj-section><mj-column>", "</mj-column></mj-section></mj-body></mjml>")]),
        pieces in prop::collection::vec(prop::sample::select(SOURCE.to_vec()), 0..10),
    ) {
        let source = mail(&pieces.concat(), &format!("{}{}{}", outer.0, pieces.concat(), outer.1));
        let problems = check(ChannelKind::Email, &source);
        let rendered = render_email(&source, &sample());
        prop_assert_eq!(problems.is_empty() && rendered.is_err(), false, "what passes the check can be rendered");
        let _ = check(ChannelKind::Sms, &source);
    }

    #[test]
    fn no_title_changes_the_structure_of_a_mail(pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..12)) {
        let title = pieces.concat();
        let plain = render_email(&mail("s", MAIL), &with_title("title")).expect("renders");
        let hostile = render_email(&mail("{{ cart.items[0].title }}", MAIL), &with_title(&title)).expect("renders");
        prop_assert_eq!(structure(&hostile.html), structure(&plain.html));
        prop_assert_eq!(hostile.subject.lines().count(), usize::from(!hostile.subject.is_empty()));
        let told: String = title.chars().filter(|c| !c.is_control() && !('\u{e000}'..='\u{f8ff}').contains(c) && !c.is_whitespace()).collect();
        let shown: String = hostile.subject.chars().filter(|c| !c.is_whitespace()).collect();
        prop_assert_eq!(shown, told);
    }
}
