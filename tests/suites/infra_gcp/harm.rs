//! Harm done to the module, and found by the module's own tests: one row for each promise.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;

use crate::{begun, read, said, terraform};

/// How many copies of the module are harmed, each with several rows; as many as there are rows would show each alone.
const ROUNDS: usize = 2;

/// How many of them at a time.
const AT_A_TIME: usize = 2;

/// The file of tests that finds it, the file that is harmed, a text in it, another in its place, and what is said then.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

const HARM: [Row; 40] = [
    (
        "enforce",
        "main.tf",
        "\"INGRESS_TRAFFIC_INTERNAL_ONLY\"",
        "\"INGRESS_TRAFFIC_ALL\"",
        "the service is reached from outside",
    ),
    (
        "enforce",
        "main.tf",
        "\"INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER\"",
        "\"INGRESS_TRAFFIC_ALL\"",
        "the service is reached past the load balancer",
    ),
    (
        "enforce",
        "main.tf",
        "invoker_iam_disabled = false",
        "invoker_iam_disabled = true",
        "the service asks nobody who they are",
    ),
    (
        "enforce",
        "main.tf",
        "toset(var.invokers)",
        "toset(concat(var.invokers, [\"allUsers\"]))",
        "others than the invokers may call",
    ),
    (
        "enforce",
        "main.tf",
        "SALLYPORT_POLICY           =",
        "SALLYPORT_ALLOW_ANONYMOUS = \"true\"\n SALLYPORT_POLICY =",
        "the settings are not what the service is to be told",
    ),
    (
        "enforce",
        "main.tf",
        "[local.audience]",
        "[local.rotate_url]",
        "the platform and the service take tokens for different audiences",
    ),
    (
        "enforce",
        "main.tf",
        "google_secret_manager_secret_version.file[volumes.key].version",
        "\"latest\"",
        "a revision of the service does not hold on to its version of the policy",
    ),
    (
        "enforce",
        "main.tf",
        "max_instance_count = var.max_instances",
        "max_instance_count = 100",
        "there may be more instances than the limits of the policy were told",
    ),
    (
        "roles",
        "identities.tf",
        "[\"aiplatform.endpoints.predict\"]",
        "[\"aiplatform.endpoints.predict\", \"aiplatform.endpoints.list\"]",
        "the role for models has more permissions than that of calling them",
    ),
    (
        "roles",
        "identities.tf",
        "\"projects/${var.project}/roles/${google_project_iam_custom_role.call_models[0].role_id}\"",
        "\"roles/aiplatform.user\"",
        "the service that enforces has another role in the project",
    ),
    (
        "roles",
        "identities.tf",
        "roles/secretmanager.secretAccessor",
        "roles/secretmanager.secretVersionManager",
        "the service that enforces may do other with secrets than read its own",
    ),
    (
        "roles",
        "main.tf",
        "google_service_account.enforce.email",
        "\"default@some-project.iam.gserviceaccount.com\"",
        "the service that enforces runs as another account",
    ),
    (
        "roles",
        "identities.tf",
        "write  = \"roles/secretmanager.secretVersionManager\"",
        "write  = \"roles/secretmanager.admin\"",
        "the service that renews may do other than renew its one secret",
    ),
    (
        "roles",
        "identities.tf",
        "\"secretmanager.secrets.update\"",
        "\"secretmanager.secrets.setIamPolicy\"",
        "the role for stages has other permissions",
    ),
    (
        "roles",
        "identities.tf",
        "google_cloud_run_v2_service.rotate[0].name",
        "google_cloud_run_v2_service.enforce.name",
        "others than the account for it may deliver events, or it may call another service",
    ),
    (
        "roles",
        "identities.tf",
        "roles/iam.serviceAccountOpenIdTokenCreator",
        "roles/iam.serviceAccountTokenCreator",
        "others than Pub/Sub may speak as the account that delivers",
    ),
    (
        "roles",
        "rotation.tf",
        "\"serviceAccount:${local.agents.secrets}\"",
        "\"allAuthenticatedUsers\"",
        "others than Secret Manager may say that a secret is due",
    ),
    (
        "rotation",
        "rotation.tf",
        "attributes.eventType = \\\"SECRET_ROTATE\\\"",
        "attributes:eventType",
        "the service that renews calls itself with every version that it adds",
    ),
    (
        "rotation",
        "rotation.tf",
        "service_account_email = google_service_account.push[0].email",
        "service_account_email = google_service_account.rotate[0].email",
        "events are not delivered, or not as the account for it",
    ),
    (
        "rotation",
        "rotation.tf",
        "= 600\n",
        "= 10\n",
        "an event is delivered again while it is still worked on",
    ),
    (
        "rotation",
        "rotation.tf",
        "ttl = \"\"",
        "ttl = \"2678400s\"",
        "the subscription goes away when there is nothing to do for a month",
    ),
    (
        "rotation",
        "rotation.tf",
        "INGRESS_TRAFFIC_INTERNAL_ONLY",
        "INGRESS_TRAFFIC_ALL",
        "the service that renews is reached from outside",
    ),
    (
        "rotation",
        "rotation.tf",
        "max_instance_count = 1",
        "max_instance_count = 2",
        "two rotations at a time",
    ),
    (
        "rotation",
        "rotation.tf",
        "var.rotation.strategy != \"postgres_password\"",
        "true",
        "the gate reads a database's password",
    ),
    (
        "rotation",
        "secrets.tf",
        "${local.rotated_secret}#value",
        "${local.rotated_secret}-other",
        "the service that enforces reads another credential than the one that is renewed",
    ),
    ("records", "records.tf", "= var.log_retention_days", "= 30", "records are kept for another time"),
    ("records", "records.tf", "= var.lock_log_bucket", "= false", "the retention can be shortened"),
    (
        "records",
        "records.tf",
        "Decision records go to a bucket of their own\"\n  destination            = \"logging",
        "Decision records go to a bucket of their own\"\n  destination            = \"storage",
        "records go to another bucket",
    ),
    (
        "records",
        "records.tf",
        "AND labels.log=\\\"decision\\\"\"",
        "AND severity>=WARNING\"",
        "other lines than records are kept, or not all of them",
    ),
    (
        "records",
        "records.tf",
        "of their own\"\n  filter      = local.records",
        "of their own\"\n  filter      = local.of_enforce",
        "something is left out of the default bucket that is not in the bucket of records",
    ),
    (
        "records",
        "records.tf",
        " AND jsonPayload.record.final=true",
        "",
        "a call is counted twice, or other than calls are counted",
    ),
    ("records", "alerts.tf", "= var.notification_channels", "= []", "an alert is told to nobody"),
    (
        "records",
        "alerts.tf",
        "        above  = 0\n        period = 60",
        "        above  = 100\n        period = 60",
        "one check that was let by is no alert",
    ),
    (
        "records",
        "secrets.tf",
        "kms_key_name = customer_managed_encryption.value",
        "kms_key_name = \"another\"",
        "a secret is encrypted with another key",
    ),
    (
        "records",
        "identities.tf",
        "if agent != \"pubsub\" || var.rotation != null },",
        "},\n    { enforce = \"enforce@some-project.iam.gserviceaccount.com\" },",
        "others than Google's own services may use the key",
    ),
    (
        "network",
        "main.tf",
        "egress = \"ALL_TRAFFIC\"",
        "egress = \"PRIVATE_RANGES_ONLY\"",
        "some traffic goes past the network",
    ),
    (
        "network",
        "network.tf",
        "v4 = \"0.0.0.0/0\"",
        "v4 = \"10.0.0.0/8\"",
        "there is a way that no rule allows",
    ),
    ("network", "network.tf", "\"vpc-sc\"", "\"all-apis\"", "APIs are reached that no perimeter holds"),
    (
        "network",
        "perimeter.tf",
        "    \"secretmanager.googleapis.com\",\n",
        "",
        "a service is outside of the perimeter",
    ),
    (
        "refusals",
        "variables.tf",
        "contains([\"internal\", ",
        "contains([\"all\", \"internal\", ",
        "Missing expected failure",
    ),
];

#[test]
fn a_harmed_module_is_found() {
    let Some(terraform) = terraform() else { return };
    let (rounds, missed) = (Mutex::new(rounds().into_iter()), Mutex::new(Vec::new()));
    let next = || rounds.lock().unwrap().next();
    let work = || {
        while let Some(round) = next() {
            let module = begun(terraform);
            round.iter().for_each(|(_, file, there, instead, _)| change(module.path(), file, there, instead));
            let tests: BTreeSet<_> =
                round.iter().map(|row| format!("-filter=tests/{}.tftest.hcl", row.0)).collect();
            let arguments = ["test", "-no-color"].into_iter().chain(tests.iter().map(String::as_str));
            let said = said(&terraform.run(module.path(), &arguments.collect::<Vec<_>>()));
            // Terraform breaks its lines.
            let heard = said.split_whitespace().collect::<Vec<_>>().join(" ");
            let silent: Vec<_> = round.iter().map(|row| row.4).filter(|told| !heard.contains(told)).collect();
            if !silent.is_empty() {
                missed.lock().unwrap().push(format!("{silent:?} not in {said}"));
            }
        }
    };
    std::thread::scope(|scope| (0..AT_A_TIME).for_each(|_| drop(scope.spawn(work))));
    assert_eq!(missed.into_inner().unwrap(), Vec::<String>::new());
}

/// The rows, in rounds of so many that one run of Terraform finds: no two in one that harm the same text, or that
/// would be found by the same assertion.
fn rounds() -> Vec<Vec<Row>> {
    let mut rounds: Vec<Vec<Row>> = vec![Vec::new(); ROUNDS];
    for row in HARM {
        let apart = |round: &&mut Vec<Row>| {
            round.iter().all(|other| (other.1, other.2) != (row.1, row.2) && other.4 != row.4)
        };
        let fitting = rounds.iter_mut().filter(apart).min_by_key(|round| round.len());
        fitting.expect("there are rounds enough").push(row);
    }
    rounds
}

/// Every condition on an input has a row that it refuses.
#[test]
fn every_refusal_is_tried() {
    let (variables, rows) = (read("variables.tf"), read("tests/refusals.tftest.hcl"));
    for variable in variables.split("\nvariable \"").skip(1) {
        let name = variable.split('"').next().unwrap();
        let conditions = variable.matches("\n  validation {").count();
        let tried = rows.matches(&format!("expect_failures = [var.{name}]")).count();
        assert!(tried >= conditions, "`{name}` has {conditions} conditions, and {tried} rows try them");
    }
}

/// Puts another text in the place of the first that is there.
pub(crate) fn change(module: &Path, file: &str, there: &str, instead: &str) {
    let path = module.join(file);
    let whole = std::fs::read_to_string(&path).unwrap();
    let harmed = whole.replacen(there, instead, 1);
    assert_ne!(harmed, whole, "`{there}` is no longer in {file}");
    std::fs::write(path, harmed).unwrap();
}
