//! Licences and known faults of dependencies, by the rules of `deny.toml`.

use crate::shell::{Outcome, cargo, cargo_home, output, run, say, works};
use serde_json::Value as Json;

/// Every dependency's licence is one that `deny.toml` allows; the rest of that file where `cargo deny` and its
/// database are at hand.
pub(crate) fn check() -> Outcome {
    say("licences of dependencies");
    let rules = std::fs::read_to_string("deny.toml").map_err(|e| format!("deny.toml: {e}"))?;
    let allowed = allowed(&rules);
    let metadata = output(cargo().args(["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: Json = serde_json::from_str(&metadata).map_err(|e| e.to_string())?;
    let packages = metadata["packages"].as_array().ok_or("no packages")?;
    let refused: Vec<String> = packages
        .iter()
        .filter(|p| !may(p["license"].as_str().unwrap_or("none"), &allowed))
        .map(|p| format!("{} {} is under {}", p["name"], p["version"], p["license"]))
        .collect();
    if !refused.is_empty() {
        return Err(format!("deny.toml does not allow:\n{}", refused.join("\n")));
    }
    println!("   {} packages, all allowed", packages.len());
    if !works(cargo().args(["deny", "--version"])) {
        println!(
            "   (no cargo deny on this machine: bans, sources and advisories were not checked)"
        );
        return Ok(());
    }
    let deny = |what: &[&str]| run(cargo().args(["deny", "--offline", "check"]).args(what));
    deny(&["bans", "licenses", "sources"])?;
    if cargo_home()?.join("advisory-dbs").is_dir() {
        return deny(&["advisories"]);
    }
    println!("   (no database of advisories on this machine: cargo deny fetch)");
    Ok(())
}

/// The licences of the list `allow` in `deny.toml`.
fn allowed(rules: &str) -> Vec<&str> {
    let list = rules.split_once("allow = [").map_or("", |(_, rest)| rest);
    let list = list.split_once(']').map_or("", |(list, _)| list);
    list.split('"').skip(1).step_by(2).collect()
}

/// Whether a licence expression (SPDX; `/` is an old "or") can be met with the allowed ones.
fn may(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    any(&mut rest, allowed) && rest.is_empty()
}

fn any(rest: &mut &[&str], allowed: &[&str]) -> bool {
    let mut met = all(rest, allowed);
    while let ["OR", tail @ ..] = *rest {
        *rest = tail;
        met |= all(rest, allowed);
    }
    met
}

fn all(rest: &mut &[&str], allowed: &[&str]) -> bool {
    let mut met = one(rest, allowed);
    while let ["AND", tail @ ..] = *rest {
        *rest = tail;
        met &= one(rest, allowed);
    }
    met
}

fn one(rest: &mut &[&str], allowed: &[&str]) -> bool {
    match *rest {
        ["(", tail @ ..] => {
            *rest = tail;
            let met = any(rest, allowed);
            *rest = rest.strip_prefix(&[")"]).unwrap_or(rest);
            met
        }
        // An exception only permits more.
        [licence, "WITH", _, tail @ ..] | [licence, tail @ ..] => {
            *rest = tail;
            allowed.contains(licence)
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        let allowed = allowed("[licenses]\nallow = [\n \"MIT\",\n \"Zlib\" ]\n x = [\"GPL\"]");
        assert_eq!(allowed, ["MIT", "Zlib"]);
        for (expression, met) in [
            ("MIT", true),
            ("GPL", false),
            ("GPL/MIT", true),
            ("GPL OR Zlib", true),
            ("GPL AND MIT", false),
            ("(GPL OR MIT) AND Zlib", true),
            ("MIT AND (GPL OR BSD)", false),
            ("GPL AND MIT OR Zlib", true),
            ("MIT WITH LLVM-exception OR GPL", true),
            ("GPL WITH MIT", false),
            ("", false),
            ("MIT MIT", false),
        ] {
            assert_eq!(may(expression, &allowed), met, "{expression}");
        }
    }
}
