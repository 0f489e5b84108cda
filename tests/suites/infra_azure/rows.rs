//! What is promised, a row each: grants, actions, settings, columns, and members that are always as they are.

pub(crate) const APP: &str = "modules/app.bicep";
pub(crate) const RECORDS: &str = "modules/records.bicep";
const VAULT: &str = "modules/vault.bicep";

/// What is granted: the statement, its file, the scope, whom, and the role. No more than that, and nothing wider.
pub(crate) const GRANTS: [(&str, &str, &str, &str, &str); 11] = [
    ("CallModels", "modules/model-access.bicep", "account", "principalId", "role.id"),
    (
        "EncryptStorage",
        "examples/hardened/main.bicep",
        "key",
        "keyIdentity.properties.principalId",
        ENCRYPTION,
    ),
    ("OwnPackage", APP, "storage", "identityPrincipalId", OWNER),
    ("PrepareCredential", VAULT, "pendingSecret", "rotatorPrincipalId", "rotatorRole!.id"),
    ("ReadAdministration", VAULT, "administrationSecret", "rotatorPrincipalId", READER),
    ("ReadCredentials", VAULT, "readSecret[index]", "readerPrincipalId", READER),
    ("RenewAccountKeys", "modules/key-access.bicep", "account", "principalId", "role.id"),
    ("RenewCredential", VAULT, "renewedSecret", "rotatorPrincipalId", "rotatorRole!.id"),
    ("WriteLog", RECORDS, "insights", "writerPrincipalId", PUBLISHER),
    ("WriteLog", RECORDS, "insights", "rotatorPrincipalId", PUBLISHER),
    ("WriteRecords", RECORDS, "rule", "writerPrincipalId", PUBLISHER),
];

const ENCRYPTION: &str = "e147488a-f6f5-4113-8e2d-b22465e65bf6";
const OWNER: &str = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
const PUBLISHER: &str = "3913510d-42f4-4e42-8a64-420c390055eb";
const READER: &str = "4633458b-17de-408a-b874-0445c86b69e6";

/// Which identity each module grants to.
pub(crate) const PRINCIPALS: [(&str, &str, &str); 8] = [
    ("enforce", "identityPrincipalId", "enforceIdentity.properties.principalId"),
    ("keyAccess", "principalId", "rotatorPrincipalId"),
    ("modelAccess", "principalId", "enforceIdentity.properties.principalId"),
    ("records", "rotatorPrincipalId", "rotatorPrincipalId"),
    ("records", "writerPrincipalId", "enforceIdentity.properties.principalId"),
    ("rotate", "identityPrincipalId", "rotatorPrincipalId"),
    ("vault", "readerPrincipalId", "enforceIdentity.properties.principalId"),
    ("vault", "rotatorPrincipalId", "rotatorPrincipalId"),
];

/// What the custom roles allow.
pub(crate) const ACTIONS: [(&str, &str); 11] = [
    (VAULT, "Microsoft.KeyVault/vaults/secrets/getSecret/action"),
    (VAULT, "Microsoft.KeyVault/vaults/secrets/readMetadata/action"),
    (VAULT, "Microsoft.KeyVault/vaults/secrets/setSecret/action"),
    (VAULT, "Microsoft.KeyVault/vaults/secrets/update/action"),
    ("modules/key-access.bicep", "Microsoft.CognitiveServices/accounts/listKeys/action"),
    ("modules/key-access.bicep", "Microsoft.CognitiveServices/accounts/regenerateKey/action"),
    ("modules/model-access.bicep", "Microsoft.CognitiveServices/accounts/MaaS/*"),
    (
        "modules/model-access.bicep",
        "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action",
    ),
    (
        "modules/model-access.bicep",
        "Microsoft.CognitiveServices/accounts/OpenAI/deployments/embeddings/action",
    ),
    ("modules/model-access.bicep", "Microsoft.CognitiveServices/accounts/OpenAI/models/read"),
    ("modules/model-access.bicep", "Microsoft.CognitiveServices/accounts/OpenAI/responses/write"),
];

/// The settings that each program knows, and `<VENDOR>` for each vendor.
pub(crate) const SETTINGS: [(&str, &[&str]); 2] = [
    (
        "enforce",
        &[
            "SALLYPORT_ALLOW_ANONYMOUS",
            "SALLYPORT_EASYAUTH",
            "SALLYPORT_KEYS",
            "SALLYPORT_KEYS_SECRET",
            "SALLYPORT_LOGS_ENDPOINT",
            "SALLYPORT_LOGS_RULE",
            "SALLYPORT_LOGS_STREAM",
            "SALLYPORT_PASS_CODE",
            "SALLYPORT_POLICY",
            "SALLYPORT_SECRET_<VENDOR>",
            "SALLYPORT_UPSTREAM_<VENDOR>",
            "SALLYPORT_UPSTREAM_TIMEOUT",
            "SALLYPORT_VAULT_URL",
        ],
    ),
    (
        "rotate",
        &[
            "SALLYPORT_ACCOUNT",
            "SALLYPORT_EVENT_SUBSCRIPTIONS",
            "SALLYPORT_KEYS",
            "SALLYPORT_ROTATED_SECRET",
            "SALLYPORT_ROTATION_OVERLAP_SECONDS",
            "SALLYPORT_ROTATION_STRATEGY",
            "SALLYPORT_ROTATION_VALIDITY_DAYS",
            "SALLYPORT_VAULT_URL",
        ],
    ),
];

/// Inputs whose bounds and defaults are a program's own: the input, the constants with its bounds and its default, and the
/// file that they stand in.
pub(crate) const BOUNDS: [(&str, &str, &str, &str); 2] = [
    ("rotationOverlapSeconds", "OVERLAPS", "OVERLAP", "shared/host/src/rotation_settings.rs"),
    ("rotationValidityDays", "VALIDITIES", "VALIDITY", "functions/azure/src/rotation_config.rs"),
];

/// Inputs that open something, each with the default that does not; as Bicep is read, an empty text has its quotes.
pub(crate) const CLOSED: [(&str, &str); 4] =
    [("callerRanges", "[]"), ("operatorRanges", "[]"), ("passCode", "false"), ("webhookSubscriptions", "")];

/// Words that stand in an expression that gives a secret, besides functions called `list…`.
pub(crate) const SECRET_WORDS: [&str; 9] = [
    "ConnectionString",
    "InstrumentationKey",
    "connectionString",
    "getSecret",
    "newGuid",
    "primaryKey",
    "primarySharedKey",
    "secondaryKey",
    "sharedKey",
];

/// The one output with such a word: nothing is taken from who has only that, for `DisableLocalAuth` is `true`.
pub(crate) const NO_SECRET: (&str, &str) = (RECORDS, "insightsConnection");

/// The columns of the table of decisions.
pub(crate) const COLUMNS: &str = "TimeGenerated DecisionId Provider Decision Reasons Outcome Identity Dialect Model Policy Revision \
    Record RecordText Sequence Hash";

/// Members that must be as they are, on every resource of a type.
pub(crate) const ALWAYS: [(&str, &str, &str, &str); 38] = [
    (
        "Microsoft.EventGrid/systemTopics",
        "/properties/topicType",
        "Microsoft.KeyVault.vaults",
        "events of something else",
    ),
    (
        "Microsoft.Insights/components",
        "/properties/DisableLocalAuth",
        "true",
        "whoever has the key may write logs",
    ),
    ("Microsoft.Insights/dataCollectionRules", "/kind", "Direct", "records have no address of their own"),
    ("Microsoft.KeyVault/vaults", "/properties/enablePurgeProtection", "true", "no purge protection"),
    ("Microsoft.KeyVault/vaults", "/properties/enableRbacAuthorization", "true", "roles do not hold"),
    ("Microsoft.KeyVault/vaults", "/properties/enableSoftDelete", "true", "deleting is final"),
    (
        "Microsoft.KeyVault/vaults",
        "/properties/softDeleteRetentionInDays",
        "90",
        "what is deleted is gone too soon",
    ),
    ("Microsoft.KeyVault/vaults", "/properties/networkAcls/defaultAction", "Deny", "the network is open"),
    (
        "Microsoft.KeyVault/vaults/secrets",
        "/properties/attributes/enabled",
        "false",
        "a placeholder is served as a credential",
    ),
    (
        "Microsoft.OperationalInsights/workspaces",
        "/properties/features/disableLocalAuth",
        "true",
        "whoever has the key may write",
    ),
    (
        "Microsoft.OperationalInsights/workspaces/tables",
        "/properties/totalRetentionInDays",
        "retentionDays",
        "records are kept for other than `retentionDays`",
    ),
    ("Microsoft.OperationalInsights/workspaces/tables", "/name", "SallyportDecisions_CL", "another table"),
    ("Microsoft.Authorization/locks", "/properties/level", "CanNotDelete", "records can be deleted"),
    (
        "Microsoft.Storage/storageAccounts",
        "/properties/allowBlobPublicAccess",
        "false",
        "anybody may read packages",
    ),
    ("Microsoft.Storage/storageAccounts", "/properties/allowSharedKeyAccess", "false", "shared keys work"),
    ("Microsoft.Storage/storageAccounts", "/properties/minimumTlsVersion", "TLS1_2", "old TLS"),
    ("Microsoft.Storage/storageAccounts", "/properties/supportsHttpsTrafficOnly", "true", "no TLS"),
    ("Microsoft.Storage/storageAccounts", "/properties/networkAcls/bypass", "None", "others are let by"),
    (
        "Microsoft.Storage/storageAccounts",
        "/properties/networkAcls/defaultAction",
        "Deny",
        "the network is open",
    ),
    ("Microsoft.Web/serverfarms", "/sku/name", "FC1", "another plan"),
    ("Microsoft.Web/sites", "/identity/type", "UserAssigned", "another identity"),
    ("Microsoft.Web/sites", "/kind", "functionapp,linux", "another system"),
    (
        "Microsoft.Web/sites",
        "/properties/functionAppConfig/deployment/storage/authentication/type",
        "UserAssignedIdentity",
        "the package is fetched with a key",
    ),
    ("Microsoft.Web/sites", "/properties/functionAppConfig/runtime/name", "custom", "another runtime"),
    ("Microsoft.Web/sites", "/properties/httpsOnly", "true", "no TLS"),
    (
        "Microsoft.Web/sites",
        "/properties/publicNetworkAccess",
        "empty(callers) ? 'Disabled' : 'Enabled'",
        "a public address without callers",
    ),
    ("Microsoft.Web/sites", "/properties/siteConfig/ftpsState", "Disabled", "code comes by FTP"),
    (
        "Microsoft.Web/sites",
        "/properties/siteConfig/ipSecurityRestrictionsDefaultAction",
        "Deny",
        "the network is open",
    ),
    ("Microsoft.Web/sites", "/properties/siteConfig/minTlsVersion", "1.2", "old TLS"),
    (
        "Microsoft.Web/sites",
        "/properties/siteConfig/scmIpSecurityRestrictionsDefaultAction",
        "Deny",
        "code comes from anywhere",
    ),
    (
        "Microsoft.Web/sites",
        "/properties/siteConfig/scmIpSecurityRestrictionsUseMain",
        "false",
        "callers may deploy",
    ),
    ("Microsoft.Web/sites", "/properties/virtualNetworkSubnetId", "subnetId", "outside the network"),
    (
        "Microsoft.Web/sites/basicPublishingCredentialsPolicies",
        "/properties/allow",
        "false",
        "code comes with a password",
    ),
    ("Microsoft.Web/sites/config", "/name", "authsettingsV2", "other settings"),
    (
        "Microsoft.Web/sites/config",
        "/properties/globalValidation/requireAuthentication",
        "true",
        "nobody is asked who they are",
    ),
    (
        "Microsoft.Web/sites/config",
        "/properties/globalValidation/unauthenticatedClientAction",
        "Return401",
        "nobody is asked who they are",
    ),
    ("Microsoft.Web/sites/config", "/properties/platform/enabled", "true", "nobody is asked who they are"),
    (
        "Microsoft.Web/sites/config",
        "/(before)",
        "if (!empty(entraClientId))",
        "the platform asks for tokens otherwise than the function is told",
    ),
];

/// What a public address depends on, for vaults and storage.
pub(crate) const PUBLIC: [&str; 2] = ["Disabled", "privateEndpoints ? 'Disabled' : 'Enabled'"];
