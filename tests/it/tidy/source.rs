//! A source file as the rules look at it: its text, its syntax tree, its tokens, and the paths that it names.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::fmt;
use std::path::Path;

/// Something that breaks a rule of the house.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    pub path: String,
    pub line: usize,
    pub rule: &'static str,
    /// What is wrong and what to do.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: [{}] {}", self.path, self.line, self.rule, self.what)
    }
}

/// One token, groups laid flat: their brackets are tokens too, and `::` is one.
#[derive(Debug, Clone)]
pub struct Token {
    pub text: String,
    pub line: usize,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Word,
    Literal,
    Mark,
}

/// A path that is named somewhere: in a `use`, in a type, in an expression, in a macro's arguments.
#[derive(Debug)]
pub struct Named {
    pub segments: Vec<String>,
    pub line: usize,
}

/// A Rust file.
pub struct Source {
    /// Relative to the project's root, with `/`.
    pub path: String,
    pub text: String,
    pub tree: syn::File,
    stream: TokenStream,
}

impl Source {
    /// Parses a file's text.
    pub fn parse(path: &str, text: &str) -> Self {
        let tree = syn::parse_file(text).unwrap_or_else(|e| panic!("{path}:{}: not Rust: {e}", e.span().start().line));
        let stream = text.parse().unwrap_or_else(|e| panic!("{path}: not Rust: {e}"));
        Self { path: path.to_owned(), text: text.to_owned(), tree, stream }
    }

    /// Everything.
    pub fn tokens(&self) -> Vec<Token> {
        let mut out = Vec::new();
        flatten(self.stream.clone(), false, &mut out);
        out
    }

    /// What is compiled into the program: without items marked `#[cfg(test)]`.
    pub fn program_tokens(&self) -> Vec<Token> {
        let mut out = Vec::new();
        flatten(self.stream.clone(), true, &mut out);
        out
    }

    /// The text with every literal blanked, so that what is left is code and comments.
    pub fn text_without_literals(&self) -> String {
        let mut bytes = self.text.clone().into_bytes();
        blank_literals(self.stream.clone(), &mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The first folder or file under `src`: the room that it stands in.
    pub fn room(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        inside.split('/').next().map(|first| first.trim_end_matches(".rs"))
    }

    /// Its module's path: `src/app/send.rs` is `["app", "send"]`.
    pub fn module(&self) -> Vec<String> {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path).trim_end_matches(".rs");
        inside.split('/').filter(|s| !matches!(*s, "mod" | "lib" | "main")).map(str::to_owned).collect()
    }

    /// The files that `#[cfg(test)] mod name;` may mean: tests, though nothing in them says so.
    pub fn test_files(&self) -> Vec<String> {
        let folder = match Path::new(&self.path).file_name().and_then(|f| f.to_str()) {
            Some("mod.rs" | "lib.rs" | "main.rs") => self.path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned(),
            _ => self.path.trim_end_matches(".rs").to_owned(),
        };
        let modules = self.tree.items.iter().filter_map(|item| match item {
            syn::Item::Mod(m) if m.content.is_none() && m.attrs.iter().any(is_cfg_test) => Some(m.ident.to_string()),
            _ => None,
        });
        modules.flat_map(|name| [format!("{folder}/{name}.rs"), format!("{folder}/{name}/mod.rs")]).collect()
    }
}

/// The texts between quotation marks of what is compiled into the program, as they are read.
pub fn texts(source: &Source) -> Vec<String> {
    let literals = source.program_tokens().into_iter().filter(|token| token.kind == Kind::Literal);
    literals.filter_map(|token| syn::parse_str::<syn::LitStr>(&token.text).ok()).map(|text| text.value()).collect()
}

fn is_cfg_test(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|word| word == "test")
}

fn flatten(stream: TokenStream, without_tests: bool, out: &mut Vec<Token>) {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    let mut i = 0;
    while let Some(tree) = trees.get(i) {
        if without_tests && marks_a_test(&trees[i..]) {
            i = end_of_item(&trees, i + 2);
            continue;
        }
        push(tree, without_tests, out);
        i += 1;
    }
}

fn push(tree: &TokenTree, without_tests: bool, out: &mut Vec<Token>) {
    let line = tree.span().start().line;
    let token = |text: String, kind| Token { text, line, kind };
    match tree {
        TokenTree::Ident(word) => out.push(token(word.to_string(), Kind::Word)),
        TokenTree::Literal(literal) => out.push(token(literal.to_string(), Kind::Literal)),
        TokenTree::Punct(mark) => match out.last_mut() {
            Some(last) if last.text == ":" && mark.as_char() == ':' && last.kind == Kind::Mark => last.text = "::".into(),
            _ => out.push(token(mark.to_string(), Kind::Mark)),
        },
        TokenTree::Group(group) => {
            let (open, close) = match group.delimiter() {
                Delimiter::Brace => ("{", "}"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::Parenthesis | Delimiter::None => ("(", ")"),
            };
            out.push(token(open.into(), Kind::Mark));
            flatten(group.stream(), without_tests, out);
            out.push(Token { text: close.into(), line: group.span_close().start().line, kind: Kind::Mark });
        }
    }
}

/// Do these tokens begin with `#[cfg(test)]`?
fn marks_a_test(trees: &[TokenTree]) -> bool {
    let [TokenTree::Punct(mark), TokenTree::Group(group), ..] = trees else { return false };
    mark.as_char() == '#' && group.stream().to_string().replace(' ', "") == "cfg(test)"
}

/// An item ends with its first braces or semicolon.
fn end_of_item(trees: &[TokenTree], from: usize) -> usize {
    let ends = |tree: &TokenTree| match tree {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(mark) => mark.as_char() == ';',
        _ => false,
    };
    trees.iter().skip(from).position(ends).map_or(trees.len(), |n| from + n + 1)
}

fn blank_literals(stream: TokenStream, bytes: &mut [u8]) {
    for tree in stream {
        match tree {
            TokenTree::Group(group) => blank_literals(group.stream(), bytes),
            TokenTree::Literal(literal) => {
                let place = &mut bytes[literal.span().byte_range()];
                // A doc comment is a literal to the compiler.
                if !place.starts_with(b"/") {
                    place.iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b' ');
                }
            }
            _ => {}
        }
    }
}

/// Every path in these tokens, with the braces of `use a::{b, c::d}` written out.
pub fn paths(tokens: &[Token]) -> Vec<Named> {
    let mut out = Vec::new();
    let mut i = 0;
    while let Some(token) = tokens.get(i) {
        let after_dot = i > 0 && tokens[i - 1].text == ".";
        if token.kind == Kind::Word && !after_dot {
            i = read_path(tokens, i, &[], &mut out);
        } else {
            i += 1;
        }
    }
    out
}

/// Reads the path that begins at `i`; gives the index after it.
fn read_path(tokens: &[Token], mut i: usize, before: &[String], out: &mut Vec<Named>) -> usize {
    let line = tokens[i].line;
    let mut segments = before.to_vec();
    let text = |i: usize| tokens.get(i).map_or("", |t| t.text.as_str());
    while tokens.get(i).is_some_and(|t| t.kind == Kind::Word) {
        segments.push(text(i).to_owned());
        i += 1;
        if text(i) != "::" {
            break;
        }
        i += 1;
        if text(i) == "{" {
            return read_branches(tokens, i + 1, &segments, out);
        }
    }
    out.push(Named { segments, line });
    i
}

fn read_branches(tokens: &[Token], mut i: usize, before: &[String], out: &mut Vec<Named>) -> usize {
    while let Some(token) = tokens.get(i) {
        match (token.kind, token.text.as_str()) {
            (_, "}") => return i + 1,
            (Kind::Word, "as") => i += 2,
            (Kind::Word, _) => i = read_path(tokens, i, before, out),
            _ => i += 1,
        }
    }
    i
}
