use super::{Secret, Value};

/// Keys that sign tokens, a line each; shows none of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secrets(Vec<Secret>);

impl Secrets {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Secret> {
        self.0.iter()
    }
}

impl Value for Secrets {
    fn expected() -> String {
        format!(
            "nothing, or {} each, with line breaks between them",
            Secret::expected()
        )
    }

    fn read(text: &str) -> Result<Self, String> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(Secret::read).collect::<Result<_, _>>().map(Self)
    }

    fn show(&self) -> toml::Value {
        toml::Value::from(if self.0.is_empty() { "" } else { "(hidden)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_stand_a_line_each_and_are_never_shown() {
        let (one, other) = (
            "one, of 32 bytes or more, I think",
            "another of 32 bytes, as it seems",
        );
        let secrets = Secrets::read(&format!("\n {one}\r\n\n{other}\n")).unwrap();
        let revealed: Vec<&[u8]> = secrets.iter().map(Secret::reveal).collect();
        assert_eq!(revealed, [one.as_bytes(), other.as_bytes()]);
        let shown = format!("{secrets:?} {}", secrets.show());
        assert!(!shown.contains("32 bytes"), "{shown}");
        let short = Secrets::read(&format!("{one}\nshort")).unwrap_err();
        assert_eq!(short, "it has 5 bytes");
        assert_eq!(Secrets::read("").unwrap().iter().count(), 0);
    }
}
