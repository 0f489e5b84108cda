//! Arrows point inward: which crate of the workspace may use which, and what it must not know at all.

use std::collections::BTreeMap;

use cargo_metadata::{DependencyKind, MetadataCommand};

/// What each crate uses, besides for its tests: by folder, with our own crates as folders, too.
type Uses = BTreeMap<String, Vec<String>>;

/// The crates of the workspace that one in `shared/` may use. A crate without a row is a fault.
const MAY_USE: &[(&str, &[&str])] = &[
    ("shared/azure-functions-shim", &[]),
    ("shared/decision-log", &["shared/policy"]),
    ("shared/detectors", &["shared/policy"]),
    ("shared/dialects", &["shared/policy"]),
    (
        "shared/enforcement",
        &[
            "shared/decision-log",
            "shared/detectors",
            "shared/dialects",
            "shared/limits",
            "shared/policy",
            "shared/secrets",
        ],
    ),
    (
        "shared/host",
        &[
            "shared/decision-log",
            "shared/detectors",
            "shared/dialects",
            "shared/enforcement",
            "shared/limits",
            "shared/policy",
            "shared/rotation",
            "shared/secrets",
        ],
    ),
    ("shared/limits", &["shared/policy"]),
    ("shared/listener", &[]),
    ("shared/policy", &[]),
    ("shared/rotation", &["shared/secrets"]),
    ("shared/secrets", &[]),
];

/// What the crates of `shared/` must not know: the start of a dependency's name, and who may know it.
const BANNED: &[(&str, &[&str])] = &[
    ("aws-config", &[]),
    ("aws-sdk", &[]),
    ("aws_lambda", &[]),
    ("azure", &[]),
    ("getrandom", &["shared/host"]),
    ("google-cloud", &[]),
    ("http", &["shared/azure-functions-shim", "shared/enforcement", "shared/host", "shared/listener"]),
    ("hyper", &["shared/azure-functions-shim", "shared/enforcement", "shared/host", "shared/listener"]),
    ("lambda", &[]),
    ("rand", &[]),
    ("reqwest", &[]),
    (
        "tokio",
        &[
            "shared/azure-functions-shim",
            "shared/enforcement",
            "shared/host",
            "shared/limits",
            "shared/listener",
            "shared/secrets",
        ],
    ),
    ("tracing", &["shared/enforcement", "shared/host", "shared/listener"]),
];

#[test]
fn arrows_point_inward() {
    assert_eq!(faults(&uses()), Vec::<String>::new());
}

#[test]
fn a_broken_arrow_is_found() {
    let rows: [(&str, &[&str], bool); 12] = [
        ("shared/policy", &["serde", "regex"], true),
        ("shared/policy", &["shared/detectors"], false),
        ("shared/policy", &["tokio"], false),
        ("shared/detectors", &["shared/dialects"], false),
        ("shared/secrets", &["shared/policy"], false),
        ("shared/enforcement", &["shared/rotation"], false),
        ("shared/enforcement", &["aws-sdk-secretsmanager"], false),
        ("shared/host", &["shared/enforcement", "shared/rotation", "getrandom"], true),
        ("shared/enforcement", &["shared/host"], false),
        ("shared/unheard-of", &[], false),
        ("functions/aws", &["shared/enforcement", "aws-config"], true),
        ("functions/aws", &["functions/local"], false),
    ];
    for (own, others, good) in rows {
        let uses = Uses::from([(own.to_owned(), others.iter().map(|&other| other.to_owned()).collect())]);
        assert_eq!(faults(&uses).is_empty(), good, "{own} -> {others:?}: {:?}", faults(&uses));
    }
}

fn faults(uses: &Uses) -> Vec<String> {
    let mut faults = Vec::new();
    for (own, others) in uses {
        if own.starts_with("functions/") {
            faults
                .extend(others.iter().filter(|other| !function_may_use(other)).map(|other| told(own, other)));
        } else if own.starts_with("shared/") {
            match MAY_USE.iter().find(|(name, _)| name == own) {
                Some((_, allowed)) => faults.extend(faults_of_shared(own, others, allowed)),
                None => faults.push(format!("`{own}` has no row in the table of arrows")),
            }
        }
    }
    faults
}

fn faults_of_shared(own: &str, others: &[String], allowed: &[&str]) -> Vec<String> {
    let inside = |name: &str| name.contains('/');
    let knows = |other: &str| {
        let ban = BANNED.iter().find(|(start, _)| other.starts_with(start));
        ban.is_none_or(|(_, exempt)| exempt.contains(&own))
    };
    let fits = |other: &str| if inside(other) { allowed.contains(&other) } else { knows(other) };
    others.iter().filter(|other| !fits(other)).map(|other| told(own, other)).collect()
}

fn function_may_use(other: &str) -> bool {
    !other.contains('/') || other.starts_with("shared/")
}

fn told(own: &str, other: &str) -> String {
    format!("`{own}` uses `{other}`")
}

fn uses() -> Uses {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let folder = |path: &cargo_metadata::camino::Utf8Path| {
        path.strip_prefix(&metadata.workspace_root).unwrap().as_str().to_owned()
    };
    let of_package = |package: &cargo_metadata::Package| {
        let built_with =
            package.dependencies.iter().filter(|other| other.kind != DependencyKind::Development);
        let named = built_with.map(|other| other.path.as_deref().map_or(other.name.clone(), folder));
        (folder(package.manifest_path.parent().unwrap()), named.collect())
    };
    metadata.packages.iter().map(of_package).collect()
}
