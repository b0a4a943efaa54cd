use std::collections::BTreeSet;

use serde_json::Value;

use super::*;

/// Every name in an expression that looks like one of a metric of ours.
fn names(expression: &str) -> impl Iterator<Item = &str> {
    let words = expression.split(|c: char| !(c.is_ascii_alphanumeric() || "_:".contains(c)));
    words.filter(|word| word.starts_with("douyin_") || word.starts_with("process_"))
}

fn series() -> BTreeSet<String> {
    METRICS.iter().flat_map(Description::series).collect()
}

fn assert_known(expression: &str) {
    let known = series();
    for name in names(expression) {
        assert!(known.contains(name), "there is no {name}: {expression}");
    }
}

/// The texts of all fields of a name in a document, wherever they are.
fn fields<'v>(document: &'v Value, name: &str) -> Vec<&'v str> {
    match document {
        Value::Object(object) => object
            .iter()
            .flat_map(|(key, value)| match value.as_str() {
                Some(text) if key == name => vec![text],
                _ => fields(value, name),
            })
            .collect(),
        Value::Array(array) => array.iter().flat_map(|value| fields(value, name)).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn names_are_unique_and_as_prometheus_wants_them() {
    assert_eq!(
        series().len(),
        METRICS.iter().flat_map(Description::series).count()
    );
    for Description {
        name, kind, help, ..
    } in METRICS
    {
        let plain = |c: char| c.is_ascii_lowercase() || c == '_';
        assert!(name.chars().all(plain), "{name}");
        assert!(!name.ends_with("_total"), "{name}: its kind adds it");
        assert!(!help.ends_with('.'), "{name}");
        let times = name.contains("duration");
        assert_eq!(times, name.ends_with("_duration_seconds"), "{name}");
        if times {
            assert_eq!(*kind, Kind::Histogram, "{name}");
        }
    }
}

#[test]
fn the_documentation_has_every_metric_as_it_is() {
    let written = include_str!("../../../docs/METRICS.md");
    assert!(
        written.ends_with(&reference()),
        "replace the table of docs/METRICS.md by this:\n{}",
        reference()
    );
}

#[test]
fn the_dashboard_asks_only_for_what_there_is() {
    let text = include_str!("../../../deploy/grafana/douyin.json");
    let dashboard: Value = serde_json::from_str(text).unwrap();
    let expressions = fields(&dashboard, "expr");
    assert!(expressions.len() > 20, "{expressions:?}");
    for expression in &expressions {
        assert!(names(expression).next().is_some(), "{expression}");
        assert_known(expression);
        assert!(expression.contains("$node"), "of every node: {expression}");
    }
    fields(&dashboard, "query")
        .into_iter()
        .for_each(assert_known);
    fields(&dashboard, "definition")
        .into_iter()
        .for_each(assert_known);
    let variables = fields(&dashboard["templating"]["list"], "name");
    assert_eq!(variables, ["datasource", "node"]);
    for uid in fields(&dashboard["panels"], "uid") {
        assert_eq!(uid, "$datasource");
    }
}

#[test]
fn panels_have_ids_and_places_of_their_own() {
    let text = include_str!("../../../deploy/grafana/douyin.json");
    let dashboard: Value = serde_json::from_str(text).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let mut ids = BTreeSet::new();
    let mut cells = BTreeSet::new();
    for panel in panels {
        let title = panel["title"].as_str().unwrap();
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{title}");
        let place = ["x", "y", "w", "h"].map(|side| panel["gridPos"][side].as_u64().unwrap());
        let [x, y, w, h] = place;
        assert!(x + w <= 24, "{title}");
        for cell in (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y))) {
            assert!(cells.insert(cell), "{title} lies over another panel");
        }
    }
}

#[test]
fn alerts_ask_only_for_what_there_is() {
    let text = include_str!("../../../deploy/prometheus/alerts.yml");
    assert!(names(text).count() > 5);
    assert_known(text);
}
