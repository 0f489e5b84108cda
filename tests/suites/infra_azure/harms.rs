//! Each promise broken once: what is looked for is found.

use crate::promises::faults;
use crate::stack::{Stack, texts};

/// Harm done to a file (a text in it, and another in its place), and what is then found.
const HARM: [(&str, &str, &str, &str); 49] = [
    ("events.bicep", "            rotatedSecret\n", "            vaultName\n", "events of other secrets"),
    (
        "events.bicep",
        "'Microsoft.KeyVault.SecretNearExpiry'\n",
        "'Microsoft.KeyVault.SecretExpired'\n",
        "renewed when it is too late",
    ),
    ("examples/hardened/main.bicep", "scope: key\n", "scope: keys\n", "`EncryptStorage` grants"),
    (
        "main.bicep",
        "principalId: rotatorPrincipalId\n",
        "principalId: enforceIdentity.properties.principalId\n",
        "keyAccess grants to",
    ),
    ("main.bicep", "empty(entraClientId) ? 'false' : 'true'", "'true'", "headers are trusted"),
    ("main.bicep", "letsCallersIn ? 'false' : fail(", "letsCallersIn ? 'true' : fail(", "anybody may call"),
    ("main.bicep", "'SALLYPORT_POLICY'", "'SALLYPORT_POLICIES'", "`SALLYPORT_POLICIES`, which is no setting"),
    ("main.bicep", "maximumInstances: 1\n", "maximumInstances: 2\n", "two may renew at the same time"),
    ("main.bicep", "callers: rotateCallers", "callers: enforceCallers", "others than Event Grid"),
    (
        "modules/alerts.bicep",
        "where tobool(Record.fail_open)",
        "where tobool(Record.failed_open)",
        "nothing tells of `fail-open`",
    ),
    ("modules/app.bicep", "allowSharedKeyAccess: false", "allowSharedKeyAccess: true", "shared keys work"),
    (
        "modules/app.bicep",
        "allowBlobPublicAccess: false",
        "allowBlobPublicAccess: true",
        "anybody may read packages",
    ),
    ("modules/app.bicep", "defaultAction: 'Deny'", "defaultAction: 'Allow'", "the network is open"),
    (
        "modules/app.bicep",
        "empty(callers) ? 'Disabled' : 'Enabled'",
        "'Enabled'",
        "a public address without callers",
    ),
    ("modules/app.bicep", "privateEndpoints ? 'Disabled' : 'Enabled'", "'Enabled'", "a public address"),
    (
        "modules/app.bicep",
        "requireAuthentication: true",
        "requireAuthentication: false",
        "nobody is asked who they are",
    ),
    (
        "modules/app.bicep",
        "type: 'UserAssignedIdentity'",
        "type: 'StorageAccountConnectionString'",
        "the package is fetched with a key",
    ),
    ("modules/app.bicep", "    allow: false", "    allow: true", "code comes with a password"),
    (
        "modules/app.bicep",
        "ipSecurityRestrictionsDefaultAction: 'Deny'",
        "ipSecurityRestrictionsDefaultAction: 'Allow'",
        "the network is open",
    ),
    (
        "modules/app.bicep",
        "name: 'AzureWebJobsStorage__accountName'",
        "name: 'AzureWebJobsStorage'",
        "or holds a key",
    ),
    ("modules/app.bicep", "scope: storage\n", "scope: resourceGroup()\n", "`OwnPackage` grants"),
    (
        "modules/key-access.bicep",
        "accounts/listKeys/action'",
        "accounts/*'",
        "allows `Microsoft.CognitiveServices/accounts/*`",
    ),
    ("modules/model-access.bicep", "  scope: account\n", "", "`CallModels` grants"),
    (
        "modules/model-access.bicep",
        "OpenAI/responses/write'",
        "OpenAI/*'",
        "allows `Microsoft.CognitiveServices/accounts/OpenAI/*`",
    ),
    ("modules/network.bicep", "enforceInternet ? [] : denyInternet", "[]", "does not close the internet"),
    (
        "modules/records.bicep",
        "3913510d-42f4-4e42-8a64-420c390055eb",
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "`WriteRecords` grants",
    ),
    (
        "modules/records.bicep",
        "totalRetentionInDays: retentionDays",
        "totalRetentionInDays: 30",
        "kept for other than",
    ),
    ("modules/records.bicep", "kind: 'Direct'", "kind: 'Linux'", "no address of their own"),
    ("modules/records.bicep", "    name: 'RecordText'\n", "    name: 'Text'\n", "other columns"),
    (
        "modules/vault.bicep",
        "enablePurgeProtection: true",
        "enablePurgeProtection: null",
        "no purge protection",
    ),
    (
        "modules/vault.bicep",
        "enableRbacAuthorization: true",
        "enableRbacAuthorization: false",
        "roles do not hold",
    ),
    ("modules/vault.bicep", "@onlyIfNotExists()\n", "", "a deployment overwrites credentials"),
    ("modules/vault.bicep", "scope: renewedSecret\n", "scope: vault\n", "`RenewCredential` grants"),
    ("modules/vault.bicep", "scope: pendingSecret\n", "scope: vault\n", "`PrepareCredential` grants"),
    (
        "modules/vault.bicep",
        "'4633458b-17de-408a-b874-0445c86b69e6'",
        "'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'",
        "`ReadCredentials` grants",
    ),
    ("main.bicep", "rotates ? rotateIdentity!.", "rotates ? enforceIdentity.", "the rotator is"),
    ("modules/network.bicep", "access: 'Deny'", "access: 'Allow'", "a rule that denies allows"),
    ("modules/records.bicep", "DisableLocalAuth: true", "DisableLocalAuth: false", "whoever has the key"),
    (
        "modules/vault.bicep",
        "privateEndpoints ? 'Disabled' : 'Enabled'",
        "'Enabled'",
        "vault: a public address",
    ),
    ("main.bicep", "@minValue(32)\n", "@minValue(1)\n", "other bounds for `rotationValidityDays`"),
    ("main.bicep", "@maxValue(2592000)\n", "", "other bounds for `rotationOverlapSeconds`"),
    (
        "main.bicep",
        "param rotationValidityDays int = 60",
        "param rotationValidityDays int = 90",
        "another default for `rotationValidityDays`",
    ),
    (
        "main.bicep",
        "(rotationValidityDays - 30) * 86400",
        "rotationValidityDays * 86400",
        "before the overlap is over",
    ),
    ("main.bicep", "param passCode bool = false", "param passCode bool = true", "`passCode` is open"),
    (
        "events.bicep",
        "= subscriptionToEvents.id",
        "= listKeys(topic.id, '2025-02-15').key1",
        "the output `subscriptionId` holds a secret: `listKeys`",
    ),
    (
        "modules/app.bicep",
        "output host string = app.properties.defaultHostName",
        "var both = 'a ${storage.listKeys().keys[0].value}'\noutput host string = both",
        "the output `host` holds a secret: `listKeys`",
    ),
    (
        "main.bicep",
        "output enforceApp string = enforceName",
        "@secure()\nparam word string\noutput enforceApp string = '${enforceName}${word}'",
        "the output `enforceApp` holds a secret that it was given: `word`",
    ),
    (
        "modules/vault.bicep",
        "output uri string = vault.properties.vaultUri",
        "output uri string = renewedSecret.properties.value",
        "the output `uri` holds the value of a secret",
    ),
    (
        "modules/records.bicep",
        "output workspaceId string = workspace.id",
        "output workspaceId string = insights.properties.InstrumentationKey",
        "the output `workspaceId` holds a secret",
    ),
];

#[test]
fn a_harmed_stack_is_found() {
    for (file, there, instead, expected) in HARM {
        let mut texts = texts();
        let whole = texts[file].clone();
        let harmed = whole.replacen(there, instead, 1);
        assert_ne!(harmed, whole, "`{there}` is no longer in {file}");
        texts.insert(file.to_owned(), harmed);
        let found = faults(&Stack::of(texts));
        assert!(
            found.iter().any(|fault| fault.contains(expected)),
            "{file}, {instead:?}: {expected:?} not in {found:?}"
        );
    }
}
