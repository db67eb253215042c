//! Filters that ask for text among others, and random ones.

/// A filter that asks for text among others.
#[derive(Clone, Debug)]
pub enum Expr {
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    Sql(String),
    Free(String),
    /// What the index answers alone.
    Known(&'static str),
}

impl Expr {
    pub fn text(&self) -> String {
        match self {
            Expr::And(a, b) => format!("({} and {})", a.text(), b.text()),
            Expr::Or(a, b) => format!("({} or {})", a.text(), b.text()),
            Expr::Not(a) => format!("not {}", a.text()),
            Expr::Sql(text) => format!("sql:{}", quoted(text)),
            Expr::Free(text) => quoted(text),
            Expr::Known(text) => (*text).to_owned(),
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// Numbers that come again in every run (a linear congruence, Knuth's constants).
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n.max(1)
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// A piece of a statement, changed a little or not.
    fn pattern(&mut self, statements: &[&str]) -> String {
        let odd = [
            "k",
            "i",
            "ü",
            "ß",
            "İ",
            "\u{212a}",
            "zz",
            "*",
            "?",
            "no such text",
            "BEGIN",
            "e",
            "\u{fffd}",
        ];
        if self.below(4) == 0 || statements.is_empty() {
            return (*self.of(&odd)).to_owned();
        }
        let chars: Vec<char> = self.of(statements).chars().collect();
        let from = self.below(chars.len());
        let len = 1 + self.below(20);
        let mut piece: Vec<char> = chars.into_iter().skip(from).take(len).collect();
        for c in &mut piece {
            match self.below(12) {
                0 => *c = '?',
                1 => *c = '*',
                2..=6 => *c = c.to_uppercase().next().unwrap(),
                _ => {}
            }
        }
        // The language has no way to write it.
        piece.into_iter().filter(|c| *c != '"').collect()
    }

    pub fn expr(&mut self, statements: &[&str], depth: usize) -> Expr {
        let known = [
            "op:insert",
            "type:row",
            "size>200",
            "rows>1",
            "end:commit",
            "events>5",
        ];
        match self.below(if depth == 0 { 5 } else { 9 }) {
            0 | 1 => Expr::Sql(self.pattern(statements)),
            2 | 3 => Expr::Free(self.pattern(statements)),
            4 => Expr::Known(self.of::<&'static str>(&known)),
            5 | 6 => Expr::And(
                self.expr(statements, depth - 1).into(),
                self.expr(statements, depth - 1).into(),
            ),
            7 => Expr::Or(
                self.expr(statements, depth - 1).into(),
                self.expr(statements, depth - 1).into(),
            ),
            _ => Expr::Not(self.expr(statements, depth - 1).into()),
        }
    }
}
