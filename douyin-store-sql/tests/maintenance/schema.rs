//! What databases that are spread over many machines lack or restrict is in no migration, so that a move to one stays possible.

use std::fs;
use std::path::Path;

/// What the schema does without, in the words of all engines.
const NOT_NEEDED: [&str; 9] = [
    "TRIGGER",
    "PROCEDURE",
    "FUNCTION",
    "FOREIGN",
    "REFERENCES",
    "SEQUENCE",
    "SERIAL",
    "AUTO_INCREMENT",
    "AUTOINCREMENT",
];

/// The statements of a migration, without its comments, in capital letters.
fn statements(migration: &str) -> String {
    migration
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
        .to_uppercase()
}

#[test]
fn no_migration_makes_triggers_procedures_foreign_keys_or_sequences() {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    for engine in ["sqlite", "postgres", "mysql"] {
        let files = fs::read_dir(migrations.join(engine)).unwrap();
        let mut read = 0;
        for file in files.map(|entry| entry.unwrap().path()) {
            let statements = statements(&fs::read_to_string(&file).unwrap());
            let words: Vec<&str> = statements
                .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .collect();
            let is_about = |word| words.contains(word);
            let changes = ["TABLE", "INDEX"].iter().any(is_about);
            assert!(changes, "{} is empty", file.display());
            for word in NOT_NEEDED {
                assert!(!words.contains(&word), "{word} in {}", file.display());
            }
            read += 1;
        }
        assert!(read >= 3, "only {read} migrations of {engine}");
    }
}
