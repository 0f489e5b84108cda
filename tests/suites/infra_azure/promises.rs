//! What the stack promises: who may do what, who reaches what, what is kept and what is told.

use std::collections::{BTreeMap, BTreeSet};

use conformance::bicep::{self, BEFORE, Declared};

use crate::inputs;
use crate::outputs;
use crate::rows::{ACTIONS, ALWAYS, APP, COLUMNS, GRANTS, PRINCIPALS, PUBLIC, RECORDS, SETTINGS};
use crate::stack::Stack;

#[test]
fn the_stack_keeps_what_it_promises() {
    assert_eq!(faults(&Stack::here()), Vec::<String>::new());
}

#[test]
fn every_row_is_needed() {
    let stack = Stack::here();
    for (kind, path, ..) in ALWAYS {
        assert!(stack.made(kind).count() > 0, "there is no {kind} for {path}");
    }
    assert_eq!(granted(&stack).len(), GRANTS.len());
}

/// What is wrong with a stack.
pub(crate) fn faults(stack: &Stack) -> Vec<String> {
    [
        faults_of_members(stack),
        faults_of_roles(stack),
        faults_of_settings(stack),
        faults_of_records(stack),
        faults_of_network(stack),
        faults_of_rotation(stack),
        inputs::faults_of_bounds(stack),
        outputs::faults_of_outputs(stack),
    ]
    .concat()
}

fn faults_of_members(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    for (kind, path, expected, fault) in ALWAYS {
        let made = stack.made(kind);
        faults.extend(
            made.filter(|(_, one)| before_or(one, path) != expected)
                .map(|(file, one)| format!("{file}: {}: {fault}", one.name)),
        );
    }
    for kind in ["Microsoft.KeyVault/vaults", "Microsoft.Storage/storageAccounts"] {
        let public =
            stack.made(kind).filter(|(_, one)| !PUBLIC.contains(&one.at("/properties/publicNetworkAccess")));
        faults.extend(public.map(|(file, one)| format!("{file}: {}: a public address", one.name)));
    }
    for (file, one) in stack.made("Microsoft.KeyVault/vaults/secrets") {
        if one.decorators != ["@onlyIfNotExists()"] {
            faults.push(format!("{file}: {}: a deployment overwrites credentials", one.name));
        }
    }
    for (file, (text, _)) in &stack.0 {
        let reads = ["listKeys(", "listCredentials(", "listAccountSas(", "getSecret("]
            .into_iter()
            .filter(|call| text.contains(call));
        faults.extend(reads.map(|call| format!("{file}: a key is read: `{call}`")));
    }
    faults
}

fn before_or<'a>(one: &'a Declared, path: &str) -> &'a str {
    match path.strip_prefix('/') {
        Some(BEFORE) => one.value.get(BEFORE).and_then(|before| before.as_str()).unwrap_or_default(),
        _ => one.at(path),
    }
}

/// The rows of what is granted: statement, file, scope, whom, role.
fn granted(stack: &Stack) -> Vec<(&str, &str, &str, &str, String)> {
    let row = |(file, one)| {
        let one: &Declared = one;
        let literals = bicep::literals(stack.file(file));
        let role = one.at("/properties/roleDefinitionId");
        let named = role.strip_prefix("subscriptionResourceId('Microsoft.Authorization/roleDefinitions', ");
        let named = named.and_then(|rest| rest.strip_suffix(')'));
        let role = named.map_or(role, |name| literals.get(name).copied().unwrap_or(name)).to_owned();
        (one.at("/properties/description"), file, one.at("/scope"), one.at("/properties/principalId"), role)
    };
    stack.made("Microsoft.Authorization/roleAssignments").map(row).collect()
}

fn faults_of_roles(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    for (statement, file, scope, whom, role) in granted(stack) {
        if !GRANTS.contains(&(statement, file, scope, whom, role.as_str())) {
            faults.push(format!("{file}: `{statement}` grants `{role}` on `{scope}` to `{whom}`"));
        }
    }
    for (module, name, expected) in PRINCIPALS {
        let given = stack.one("main.bicep", "module", module).at(&format!("/params/{name}"));
        if given != expected {
            faults.push(format!("main.bicep: {module} grants to `{given}`"));
        }
    }
    let rotator = stack.one("main.bicep", "var", "rotatorPrincipalId").value.clone();
    if rotator != "rotates ? rotateIdentity!.properties.principalId : ''" {
        faults.push(format!("main.bicep: the rotator is `{rotator}`"));
    }
    for (file, one) in stack.made("Microsoft.Authorization/roleDefinitions") {
        let permissions = &one.value["properties"]["permissions"][0];
        for action in ["actions", "dataActions"]
            .iter()
            .flat_map(|kind| permissions[kind].as_array().into_iter().flatten())
        {
            let action = action.as_str().unwrap_or_default();
            if !ACTIONS.contains(&(file, action)) {
                faults.push(format!("{file}: {} allows `{action}`", one.name));
            }
        }
        if one.value["properties"]["assignableScopes"][0] != "resourceGroup().id" {
            faults.push(format!("{file}: {} can be granted elsewhere", one.name));
        }
    }
    faults
}

fn faults_of_settings(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    for (program, known) in SETTINGS {
        let known: BTreeSet<_> = known.iter().copied().collect();
        let given = stack.one("main.bicep", "module", program).at("/params/settings");
        let lists = given.trim_start_matches("concat(").trim_end_matches(')').split(", ");
        for (name, value) in lists.flat_map(|list| settings(stack, list)) {
            if !known.contains(name.as_str()) {
                faults.push(format!("main.bicep: {program} is given `{name}`, which is no setting"));
            }
            if name == "SALLYPORT_ALLOW_ANONYMOUS"
                && !value.starts_with("provesCallers && letsCallersIn ? 'false' : fail(")
            {
                faults.push("main.bicep: anybody may call".to_owned());
            }
            if name == "SALLYPORT_EASYAUTH" && value != "empty(entraClientId) ? 'false' : 'true'" {
                faults.push("main.bicep: headers are trusted that callers may write".to_owned());
            }
        }
    }
    let platform = &stack.one(APP, "var", "platformSettings").value;
    for row in platform.as_array().into_iter().flatten() {
        let name = row["name"].as_str().unwrap_or_default();
        let identity = ["AzureWebJobsStorage__", "APPLICATIONINSIGHTS_", "AZURE_CLIENT_ID"];
        if !identity.iter().any(|start| name.starts_with(start)) {
            faults.push(format!("{APP}: `{name}` is no setting of this plan, or holds a key"));
        }
    }
    faults
}

/// The settings of a list, with one word for all vendors.
fn settings(stack: &Stack, list: &str) -> Vec<(String, String)> {
    let rows = stack.settings(list).into_iter();
    rows.map(|(name, value)| (name.replace("${one.vendor}", "<VENDOR>"), value.to_owned()))
        .map(|(name, value)| (name.trim_matches('\'').to_owned(), value))
        .collect()
}

fn faults_of_records(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    let rows = stack.one(RECORDS, "var", "columns").value.as_array().cloned().unwrap_or_default();
    let columns: Vec<_> = rows.iter().filter_map(|row| row["name"].as_str()).collect();
    let expected: Vec<_> = COLUMNS.split_whitespace().skip(1).collect();
    if columns != expected {
        faults.push(format!("{RECORDS}: other columns: {columns:?}"));
    }
    let flow = &stack.one(RECORDS, "resource", "rule").value["properties"]["dataFlows"][0];
    let stream = "Custom-SallyportDecisions_CL";
    if flow["streams"][0] != stream || flow["outputStream"] != stream || flow["transformKql"] != "source" {
        faults.push(format!("{RECORDS}: records do not go to the table as they are"));
    }
    let alerts =
        ["always", "rotation"].map(|list| stack.one("modules/alerts.bicep", "var", list).value.clone());
    let alerts: BTreeMap<_, _> = alerts
        .iter()
        .flat_map(|list| list.as_array().into_iter().flatten())
        .filter_map(|row| Some((row["id"].as_str()?.to_owned(), row["query"].as_str()?.to_owned())))
        .collect();
    let expected = [
        ("blocks", "where Decision == \"block\""),
        ("errors", "toint(ResultCode) >= 500"),
        ("fail-open", "where tobool(Record.fail_open)"),
        ("rotation-failed", "Success == false"),
    ];
    for (id, query) in expected {
        if !alerts.get(id).is_some_and(|asked| asked.contains(query)) {
            faults.push(format!("modules/alerts.bicep: nothing tells of `{id}`"));
        }
    }
    faults
}

fn faults_of_network(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    let mut must = |holds: bool, fault: &str| {
        if !holds {
            faults.push(format!("modules/network.bicep: {fault}"))
        }
    };
    let network = "modules/network.bicep";
    for (name, gate) in [("enforceRules", "enforceInternet"), ("rotateRules", "rotateInternet")] {
        let rules = stack.one(network, "resource", name).at("/properties/securityRules");
        must(
            rules.ends_with(&format!("{gate} ? [] : denyInternet)")),
            &format!("{name} does not close the internet"),
        );
    }
    let rule = &stack.one(network, "var", "denyInternet").value[0]["properties"];
    let denied = rule["access"] == "Deny"
        && rule["direction"] == "Outbound"
        && rule["destinationAddressPrefix"] == "Internet";
    must(denied, "a rule that denies allows");
    let subnets = stack.one(network, "resource", "network").value["properties"]["subnets"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    for (subnet, functions) in subnets.iter().zip([true, true, false]) {
        let delegated = subnet["properties"]["delegations"][0]["properties"]["serviceName"]
            == "Microsoft.App/environments";
        must(
            delegated == functions && subnet["properties"]["networkSecurityGroup"].is_object(),
            "a subnet is for something else, or has no rules",
        );
    }
    let endpoints: BTreeSet<_> =
        stack.all().filter(|(_, one)| one.word == "module").map(|(_, one)| one.at("/params/group")).collect();
    must(
        ["account", "blob", "sites", "vault"].iter().all(|group| endpoints.contains(group)),
        "a service has no private endpoint",
    );
    faults
}

fn faults_of_rotation(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    let mut must = |holds: bool, fault: &str| {
        if !holds {
            faults.push(fault.to_owned())
        }
    };
    let events = stack.one("events.bicep", "resource", "subscriptionToEvents");
    let filter = &events.value["properties"]["filter"];
    let one = &filter["advancedFilters"][0];
    must(
        one["key"] == "subject" && one["values"][0] == "rotatedSecret",
        "events.bicep: events of other secrets",
    );
    must(
        filter["includedEventTypes"][0] == "Microsoft.KeyVault.SecretNearExpiry",
        "events.bicep: renewed when it is too late",
    );
    must(
        events.at("/properties/destination/endpointType") == "AzureFunction",
        "events.bicep: events go elsewhere",
    );
    let rotate = stack.one("main.bicep", "module", "rotate");
    must(rotate.at("/params/maximumInstances") == "1", "main.bicep: two may renew at the same time");
    must(
        rotate.at("/params/callers") == "rotateCallers",
        "main.bicep: others than Event Grid may call what renews",
    );
    let callers = &stack.one("main.bicep", "var", "rotateCallers").value;
    let events = callers[0]["ipAddress"] == "AzureEventGrid" && callers[0]["tag"] == "ServiceTag";
    must(
        events && callers.as_array().is_some_and(|rows| rows.len() == 1),
        "main.bicep: others than Event Grid may call what renews",
    );
    must(
        stack.one("main.bicep", "module", "enforce").at("/params/callers") == "enforceCallers",
        "main.bicep: others than `callerRanges` may call",
    );
    faults
}
