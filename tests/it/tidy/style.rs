//! Sizes, first lines, unfinished work, and what a log line may hold.

use super::source::{Finding, Kind, Source, Token};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

const FILE_LINES_MAX: usize = 600; // aim at 200
const FUNCTION_LINES_MAX: usize = 70; // aim at 30
const PARAMETERS_MAX: usize = 5; // the receiver not counted

/// Spelled apart, so that this file may be searched for them too.
const UNFINISHED_WORDS: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
const UNFINISHED_MACROS: [&str; 3] = ["todo", "unimplemented", "dbg"];

const LOG_MACROS: [&str; 12] =
    ["trace", "debug", "info", "warn", "error", "event", "span", "trace_span", "debug_span", "info_span", "warn_span", "error_span"];
/// What says who a shopper is, or opens a door.
const PERSONAL: [&str; 7] = ["email", "phone", "name", "token", "body", "address", "recipient"];
/// Of those, the ones that are as bad at the end of a longer word: `contact_email`. (`template_name` and `request_body` say nothing of a person.)
const PERSONAL_ENDINGS: [&str; 5] = ["email", "phone", "token", "address", "recipient"];

/// Checks a file's sizes and its first line.
pub fn check_shape(source: &Source) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut add = |line, rule, what| found.push(Finding { path: source.path.clone(), line, rule, what });
    if !source.text.starts_with("//! ") {
        add(1, "doc", "the first line must say what the module is for: begin with `//! `".to_owned());
    }
    let lines = source.text.lines().count();
    if lines > FILE_LINES_MAX {
        add(lines, "size", format!("the file has {lines} lines, at most {FILE_LINES_MAX} are allowed: split it by what its parts are for"));
    }
    let mut functions = Functions::default();
    functions.visit_file(&source.tree);
    for (line, what) in functions.found {
        add(line, "size", what);
    }
    found
}

#[derive(Default)]
struct Functions {
    found: Vec<(usize, String)>,
    /// Inside `impl Trait for Type`, whose parameters the trait has chosen.
    in_trait_impl: bool,
}

impl Functions {
    fn look(&mut self, signature: &syn::Signature, end: usize) {
        let (line, name) = (signature.fn_token.span().start().line, &signature.ident);
        let lines = end + 1 - line;
        if lines > FUNCTION_LINES_MAX {
            let what = format!(
                "`{name}` has {lines} lines, at most {FUNCTION_LINES_MAX} are allowed: keep the branches, move the leaves into functions"
            );
            self.found.push((line, what));
        }
        let parameters = signature.inputs.iter().filter(|i| !matches!(i, syn::FnArg::Receiver(_))).count();
        if parameters > PARAMETERS_MAX && !self.in_trait_impl {
            let what = format!(
                "`{name}` takes {parameters} parameters, at most {PARAMETERS_MAX} are allowed: give those that belong together a type"
            );
            self.found.push((line, what));
        }
    }
}

impl<'a> Visit<'a> for Functions {
    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.look(&item.sig, item.block.span().end().line);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.look(&item.sig, item.block.span().end().line);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'a syn::TraitItemFn) {
        self.look(&item.sig, item.span().end().line);
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        let outer = std::mem::replace(&mut self.in_trait_impl, item.trait_.is_some());
        visit::visit_item_impl(self, item);
        self.in_trait_impl = outer;
    }
}

/// Finds work that was left for later, in code and in comments.
pub fn check_finished(source: &Source) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut add = |line, what: String| found.push(Finding { path: source.path.clone(), line, rule: "unfinished", what });
    for (name, line, _) in macros(&source.tokens()) {
        if UNFINISHED_MACROS.contains(&name.as_str()) {
            add(line, format!("`{name}!` must not land: finish it, or leave it out"));
        }
    }
    for (i, line) in source.text_without_literals().lines().enumerate() {
        let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        for word in words.filter(|w| UNFINISHED_WORDS.contains(w)) {
            add(i + 1, format!("`{word}` must not land: finish it, or file an issue"));
        }
    }
    found
}

/// Finds log lines that could name a person or a secret.
pub fn check_logs(source: &Source) -> Vec<Finding> {
    let mut found = Vec::new();
    for (name, _, arguments) in macros(&source.program_tokens()) {
        if !LOG_MACROS.contains(&name.as_str()) {
            continue;
        }
        for (i, token) in arguments.iter().enumerate() {
            let called = i > 0 && arguments[i - 1].text == "." && arguments.get(i + 1).is_some_and(|t| t.text == "(");
            let bad = match token.kind {
                // `platform.name()` and `channel.name()` are ours, not a shopper's.
                Kind::Word if called && token.text == "name" => None,
                Kind::Word => Some(token.text.clone()).filter(|w| is_personal(w)),
                Kind::Literal => placeholders(&token.text).into_iter().find(|w| is_personal(w)),
                Kind::Mark => None,
            };
            if let Some(word) = bad {
                let what = format!("`{name}!` must not log `{word}`: log an id; who it is stays in the database");
                found.push(Finding { path: source.path.clone(), line: token.line, rule: "log", what });
            }
        }
    }
    found
}

fn is_personal(word: &str) -> bool {
    PERSONAL.contains(&word) || PERSONAL_ENDINGS.iter().any(|end| word.strip_suffix(end).is_some_and(|before| before.ends_with('_')))
}

/// The names in `"{a} of {b:?}"`.
fn placeholders(literal: &str) -> Vec<String> {
    let opened = literal.split('{').skip(1);
    opened.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
}

/// Every macro call: name, line, and the tokens of its arguments.
fn macros(tokens: &[Token]) -> Vec<(String, usize, &[Token])> {
    let mut found = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        let opens = |n: usize| tokens.get(i + n).is_some_and(|t| matches!(t.text.as_str(), "(" | "[" | "{") && t.kind == Kind::Mark);
        if token.kind == Kind::Word && tokens.get(i + 1).is_some_and(|t| t.text == "!") && opens(2) {
            found.push((token.text.clone(), token.line, inside(&tokens[i + 2..])));
        }
    }
    found
}

/// What stands between the bracket that `tokens` begin with and its partner.
fn inside(tokens: &[Token]) -> &[Token] {
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate().filter(|(_, t)| t.kind == Kind::Mark) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &tokens[1..i];
        }
    }
    tokens
}
