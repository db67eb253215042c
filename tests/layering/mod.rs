//! The arrows between the modules of one crate, read from its sources.
//!
//! Each crate's `tests/layering.rs` includes this file by `#[path]` and says which arrows it allows.
//! Sources are read as tokens (so comments and texts name nothing), and every path from `crate`,
//! `super` or a name given to the crate's root counts, in a `use` or not, in a macro or not.
#![allow(dead_code, reason = "each crate's test uses a part")]

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// One place that names something of the same crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// The file, relative to `src`.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// The module that the place stands in, from the crate's root.
    pub from: Vec<String>,
    /// What it names, from the crate's root; a glob ends in `*`.
    pub to: Vec<String>,
}

impl Use {
    fn at(&self) -> String {
        let to = self.to.join("::");
        format!("{}:{}: crate::{to}", self.file, self.line)
    }
}

/// The sources of the crate that includes this file.
pub fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Fails where a module of this crate uses one that its line in `rules` does not list ([`forbidden`]).
pub fn hold_arrows(rules: &[(&str, &[&str])], ground: &[&str]) {
    let wrong = forbidden(&uses(&src()), rules, ground);
    assert!(
        wrong.is_empty(),
        "against the arrows:\n{}",
        wrong.join("\n")
    );
}

/// Fails where modules of this crate use each other, in whichever folder ([`circles`]). `known`: a
/// folder that it has, for one, so that the folders are found.
pub fn hold_no_circle(known: &[&str]) {
    let uses = uses(&src());
    let folders = folders(&uses);
    assert!(folders.contains(known), "{known:?} is no folder");
    for within in &folders {
        let circles = circles(&uses, within);
        assert!(circles.is_empty(), "in {within:?}:\n{}", circles.join("\n"));
    }
}

/// All modules that have modules of their own, the crate's root first.
fn folders(uses: &[Use]) -> BTreeSet<Vec<&str>> {
    let mut folders = BTreeSet::new();
    for used in uses {
        for depth in 0..used.from.len() {
            folders.insert(used.from[..depth].iter().map(String::as_str).collect());
        }
    }
    folders
}

/// All uses in the sources below `src`.
pub fn uses(src: &Path) -> Vec<Use> {
    let mut all = Vec::new();
    each_file(src, src, &mut |name, text| all.extend(uses_in(name, text)));
    all.sort();
    all
}

/// Hands each source below `folder` to `see`: its name relative to `src`, and its text.
pub fn each_file(src: &Path, folder: &Path, see: &mut dyn FnMut(&str, &str)) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            each_file(src, &path, see);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let name = path.strip_prefix(src).unwrap().to_string_lossy();
            let text = std::fs::read_to_string(&path).unwrap();
            see(&name.replace('\\', "/"), &text);
        }
    }
}

/// The uses in one file; `file` is its name relative to `src`.
pub fn uses_in(file: &str, text: &str) -> Vec<Use> {
    let tokens: TokenStream = text.parse().unwrap_or_else(|e| panic!("{file}: {e}"));
    let mut reader = Reader {
        file,
        roots: vec![String::from("crate")],
        found: Vec::new(),
    };
    reader.aliases(tokens.clone());
    reader.tokens(tokens, &module_of(file));
    reader.found
}

/// The module that a file is: `a/b.rs` and `a/b/mod.rs` are `a::b`.
fn module_of(file: &str) -> Vec<String> {
    let mut parts: Vec<String> = file
        .trim_end_matches(".rs")
        .split('/')
        .map(String::from)
        .collect();
    if matches!(
        parts.last().map(String::as_str),
        Some("mod" | "lib" | "main")
    ) {
        parts.pop();
    }
    parts
}

struct Reader<'f> {
    file: &'f str,
    /// `crate`, and what else the file calls it.
    roots: Vec<String>,
    found: Vec<Use>,
}

impl Reader<'_> {
    /// Finds `use crate as x`, `use crate::{self as x}` and `extern crate self as x`.
    fn aliases(&mut self, tokens: TokenStream) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        for (i, tree) in trees.iter().enumerate() {
            let word = |n: usize| {
                trees
                    .get(i + n)
                    .map(ToString::to_string)
                    .unwrap_or_default()
            };
            match tree {
                TokenTree::Ident(name) if name == "crate" => {
                    if word(1) == "as" {
                        self.roots.push(word(2));
                    } else if word(1) == "self" && word(2) == "as" {
                        self.roots.push(word(3));
                    } else if let Some(TokenTree::Group(group)) = trees.get(i + 3) {
                        let inside: Vec<String> =
                            group.stream().into_iter().map(|t| t.to_string()).collect();
                        for three in inside.windows(3).filter(|w| w[0] == "self" && w[1] == "as") {
                            self.roots.push(three[2].clone());
                        }
                    }
                }
                TokenTree::Group(group) => self.aliases(group.stream()),
                _ => {}
            }
        }
    }

    fn tokens(&mut self, tokens: TokenStream, module: &[String]) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let mut i = 0;
        while let Some(tree) = trees.get(i) {
            match tree {
                TokenTree::Ident(name) if name == "mod" => {
                    if let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(body))) =
                        (trees.get(i + 1), trees.get(i + 2))
                    {
                        let mut inner = module.to_vec();
                        inner.push(name.to_string());
                        self.tokens(body.stream(), &inner);
                        i += 2;
                    }
                }
                TokenTree::Ident(name) if self.begins_path(name, &trees, i) => {
                    let line = name.span().start().line;
                    let (paths, next) = paths(&trees, i);
                    for path in paths {
                        self.resolve(&path, line, module);
                    }
                    i = next;
                    continue;
                }
                TokenTree::Group(group) => self.tokens(group.stream(), module),
                _ => {}
            }
            i += 1;
        }
    }

    /// Whether a path from the crate's root or from a module above begins at `i`.
    fn begins_path(&self, name: &proc_macro2::Ident, trees: &[TokenTree], i: usize) -> bool {
        let first = name == "super" || name == "self" || self.roots.iter().any(|r| name == r);
        let inside = i >= 2 && is_colons(trees, i - 2);
        first && !inside && is_colons(trees, i + 1)
    }

    /// Notes what a path as written leads to, unless it stays in its own module.
    fn resolve(&mut self, path: &[String], line: usize, module: &[String]) {
        let mut to = module.to_vec();
        for (n, part) in path.iter().enumerate() {
            match part.as_str() {
                "self" => {}
                "super" => {
                    to.pop();
                }
                root if n == 0 && self.roots.iter().any(|r| r == root) => to.clear(),
                name => to.push(name.into()),
            }
        }
        self.found.push(Use {
            file: self.file.into(),
            line,
            from: module.to_vec(),
            to,
        });
    }
}

fn is_colons(trees: &[TokenTree], i: usize) -> bool {
    let colon = |i: usize| matches!(trees.get(i), Some(TokenTree::Punct(p)) if p.as_char() == ':');
    colon(i) && colon(i + 1)
}

/// The paths of the use tree that begins at `i`, and the place after it.
fn paths(trees: &[TokenTree], mut i: usize) -> (Vec<Vec<String>>, usize) {
    let mut path = Vec::new();
    loop {
        match trees.get(i) {
            Some(TokenTree::Ident(name)) => path.push(name.to_string()),
            Some(TokenTree::Punct(star)) if star.as_char() == '*' => path.push("*".into()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                let branches = inner
                    .split(|t| matches!(t, TokenTree::Punct(p) if p.as_char() == ','))
                    .filter(|branch| !branch.is_empty())
                    .flat_map(|branch| paths(branch, 0).0)
                    .map(|branch| [path.clone(), branch].concat())
                    .collect();
                return (branches, i + 1);
            }
            _ => return (vec![path], i), // `crate::a::<T>`
        }
        i += 1;
        if !is_colons(trees, i) {
            return (vec![path], i);
        }
        i += 2;
    }
}

/// Files below `src` of more than `most` lines.
pub fn long_files(src: &Path, most: usize) -> Vec<String> {
    let mut long = Vec::new();
    each_file(src, src, &mut |name, text| {
        let lines = text.lines().count();
        if lines > most {
            long.push(format!("{name}: {lines} lines"));
        }
    });
    long
}

/// What `rules` forbid of `uses`, a line each: a top-level module may use itself, what its line lists,
/// and the `ground`, which all may. Each module needs a line; a glob of the root hides what it uses.
pub fn forbidden(uses: &[Use], rules: &[(&str, &[&str])], ground: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    for used in uses {
        let (Some(module), Some(to)) = (used.from.first(), used.to.first()) else {
            continue; // the root may use all; `crate` alone names nothing
        };
        match rules.iter().find(|(m, _)| m == module) {
            None => wrong.push(format!("{module} has no line")),
            Some((_, allowed)) => {
                let listed = ground.iter().chain(*allowed).any(|m| m == to);
                if to != module && !listed {
                    wrong.push(used.at());
                }
            }
        }
    }
    wrong.dedup();
    wrong
}

/// The circles among the modules right below `within` (`&[]`: the crate's top level), each with the
/// uses that make it. What the folder's own `mod.rs` uses of its modules closes no circle.
pub fn circles(uses: &[Use], within: &[&str]) -> Vec<String> {
    let child = |path: &[String]| {
        let inside = path.len() > within.len() && path.iter().zip(within).all(|(a, b)| a == b);
        inside.then(|| path[within.len()].clone())
    };
    let nodes: BTreeSet<String> = uses.iter().filter_map(|u| child(&u.from)).collect();
    let mut edges: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for used in uses {
        if let (Some(from), Some(to)) = (child(&used.from), child(&used.to))
            && from != to
            && nodes.contains(&to)
        {
            edges
                .entry(from)
                .or_default()
                .entry(to)
                .or_insert_with(|| used.at());
        }
    }
    // A circle is two modules that reach each other.
    let reach = |start: &String| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![start]);
        while let Some(node) = open.pop() {
            for next in edges.get(node).into_iter().flat_map(BTreeMap::keys) {
                if seen.insert(next.clone()) {
                    open.push(next);
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&String, BTreeSet<String>> =
        nodes.iter().map(|n| (n, reach(n))).collect();
    let back = |from: &String, to: &String| reached.get(to).is_some_and(|r| r.contains(from));
    edges
        .iter()
        .flat_map(|(from, tos)| tos.iter().map(move |(to, at)| (from, to, at)))
        .filter(|(from, to, _)| back(from, to))
        .map(|(from, to, at)| format!("{from} -> {to}, which leads back: {at}"))
        .collect()
}
