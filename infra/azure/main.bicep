metadata description = 'Sallyport: a policy gate in front of model APIs. One function enforces a policy on every call; a second one, where it is wanted, renews one credential.'

// Not here: the functions' code, and the subscription to events, which can be made only when that code is there (events.bicep).
// What each identity may do, and why, stands in README.md; tests/suites/infra_azure holds it to that.

targetScope = 'resourceGroup'

@description('The stack; resources are called after it. Small letters and digits, a letter first.')
@minLength(3)
@maxLength(10)
param name string = 'sallyport'

@description('Where everything is.')
param location string = resourceGroup().location

@description('Tags of every resource.')
param tags object = {}

// Where calls go.

@description('The account of Azure OpenAI or Foundry whose models may be called, by its whole resource id. Empty, none.')
param modelAccountId string = ''

@description('Base URL of that account, https://NAME.openai.azure.com or https://NAME.services.ai.azure.com. Empty, and its calls are refused.')
param upstreamAzureOpenai string = ''

@description('Base URL of the Anthropic API, https://api.anthropic.com. Empty, and its calls are refused.')
param upstreamAnthropic string = ''

@description('Base URL of Bedrock, https://bedrock-runtime.REGION.amazonaws.com, called with an API key. Empty, and its calls are refused.')
param upstreamBedrock string = ''

@description('Base URL of the Gemini API, https://generativelanguage.googleapis.com. Empty, and its calls are refused.')
param upstreamGemini string = ''

@description('Base URL of the OpenAI API, https://api.openai.com. Empty, and its calls are refused.')
param upstreamOpenai string = ''

@description('Base URL of Vertex AI, https://REGION-aiplatform.googleapis.com. Empty, and its calls are refused.')
param upstreamVertex string = ''

@description('How long an upstream may be silent, in seconds. Azure drops a call that has not answered after 230.')
@minValue(1)
@maxValue(220)
param upstreamTimeoutSeconds int = 120

// Who may call.

@description('The registration in Entra ID that callers show tokens for. The platform then proves who calls. Empty, it asks for none.')
param entraClientId string = ''

@description('The object ids of the callers that the platform lets by. Empty, all of the tenant that have a token.')
param callerIds array = []

@description('A key file in the package, with the hashes of API keys and the issuers of tokens. Empty, none.')
param keyFile string = ''

@description('Whether a secret of the vault holds a key file, besides or instead.')
param callerKeys bool = false

@description('Whether a code in the query of a call is the caller\'s own and goes on to the upstream. Else it is taken away, for it could be the key of a function.')
param passCode bool = false

@description('Addresses from which the function that enforces may be called, such as 203.0.113.0/24. Empty, it has no public address.')
param callerRanges array = []

@description('Addresses from which operators deploy code and put in credentials.')
param operatorRanges array = []

// Renewing a credential.

@description('How the credential is renewed; none, nothing is.')
@allowed([
  'none'
  'azure_account_key'
  'caller_keys'
  'http_credential'
  'postgres_password'
])
param rotationStrategy string = 'none'

@description('The vendor whose credential is renewed, where the strategy is http_credential.')
@allowed([
  'none'
  'anthropic'
  'bedrock'
  'gemini'
  'openai'
  'vertex'
])
param rotatedVendor string = 'none'

@description('The secret with the credential for the vendor\'s administration API, or of the database\'s administrator, where the strategy is http_credential or postgres_password.')
param rotationAdminSecret string = ''

@description('How long the credential before stays good, in seconds.')
@minValue(3900)
@maxValue(2592000)
param rotationOverlapSeconds int = 86400

@description('How many days a renewed value is good. The vault tells 30 days before a value expires, so that this less 30 is how often it is renewed.')
@minValue(32)
@maxValue(730)
param rotationValidityDays int = 60

@description('Names of subscriptions that deliver events over HTTP, with commas between them, to the function webhook of the app that renews; who shows no token of an issuer in that package\'s keys.yaml delivers none. Empty, events come by the trigger alone.')
param webhookSubscriptions string = ''

// Size.

@description('Memory of an instance, in MB.')
@allowed([
  512
  2048
  4096
])
param memory int = 2048

@description('How many instances of the function that enforces there may be. Limits of the policy are counted in each of them.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = 40

@description('How many of them are always there.')
@minValue(0)
@maxValue(20)
param alwaysReady int = 0

@description('Whether instances are spread over zones. Those that are always there are then two at least.')
param zoneRedundant bool = false

// Records and keys.

@description('How many days decision records are kept.')
@allowed([
  30
  60
  90
  120
  180
  365
  550
  730
  1095
  1460
  1826
  2191
  2556
  2922
  3288
  3653
  4018
  4383
])
param retentionDays int = 365

@description('Whether the workspace is locked against being deleted.')
param lockRecords bool = true

@description('A cluster of Log Analytics with your own key, by its resource id. Empty, the key of records is Microsoft\'s.')
param logsClusterId string = ''

@description('The vault with your own key for storage, by its address. Empty, the key is Microsoft\'s.')
param keyVaultUri string = ''

@description('Your own key for storage, by its name.')
param keyName string = ''

@description('The identity that may use that key, by its resource id.')
param keyIdentityId string = ''

// Alerts.

@description('The action group that alerts are told to, by its resource id. Empty, they only show.')
param actionGroupId string = ''

@description('How many blocked calls in five minutes are an alert.')
@minValue(1)
param blocksAlertThreshold int = 100

@description('Whether to make a workbook.')
param workbook bool = true

// Network.

@description('The addresses of the network, of the size /24 or larger.')
param networkPrefix string = '10.80.0.0/24'

@description('Whether services are reached through private endpoints, and have no public address. Else through service endpoints, which cost nothing.')
param privateEndpoints bool = false

var suffix = uniqueString(resourceGroup().id)
var enforceName = '${name}-enforce-${suffix}'
var rotateName = '${name}-rotate-${suffix}'
var rotates = rotationStrategy != 'none'

// The one secret that is renewed.
var rotatedSecrets = {
  none: ''
  azure_account_key: empty(modelAccountId) || empty(upstreamAzureOpenai) ? 'azure-openai-missing' : 'azure-openai'
  caller_keys: 'callers'
  http_credential: rotatedVendor == 'none' ? 'vendor-missing' : rotatedVendor
  postgres_password: 'postgres'
}
var missing = 'azure_account_key needs modelAccountId and upstreamAzureOpenai; http_credential needs rotatedVendor.'
var rotatedSecret = endsWith(rotatedSecrets[rotationStrategy], '-missing') ? fail(missing) : rotatedSecrets[rotationStrategy]
var adminSecret = rotationStrategy == 'http_credential' || rotationStrategy == 'postgres_password' ? rotationAdminSecret : ''
var callersSecret = callerKeys || rotationStrategy == 'caller_keys' ? 'callers' : ''

// Each upstream, and the secret with its credential. The account in Azure has one only where its key is renewed: else the
// function calls it as itself.
var upstreams = [
  {
    vendor: 'ANTHROPIC'
    url: upstreamAnthropic
    secret: 'anthropic'
  }
  {
    vendor: 'AZURE_OPENAI'
    url: upstreamAzureOpenai
    secret: rotationStrategy == 'azure_account_key' ? 'azure-openai' : ''
  }
  {
    vendor: 'BEDROCK'
    url: upstreamBedrock
    secret: 'bedrock'
  }
  {
    vendor: 'GEMINI'
    url: upstreamGemini
    secret: 'gemini'
  }
  {
    vendor: 'OPENAI'
    url: upstreamOpenai
    secret: 'openai'
  }
  {
    vendor: 'VERTEX'
    url: upstreamVertex
    secret: 'vertex'
  }
]
var called = filter(upstreams, one => !empty(one.url))
var withSecret = filter(called, one => !empty(one.secret))
var readSecrets = union(map(withSecret, one => one.secret), empty(callersSecret) ? [] : [callersSecret])

var upstreamSettings = [for one in called: {
  name: 'SALLYPORT_UPSTREAM_${one.vendor}'
  value: startsWith(one.url, 'https://') ? one.url : fail('An upstream\'s URL must begin with https://.')
}]
// What is renewed is kept as JSON, with the credential as a member.
var member = rotationStrategy == 'azure_account_key' ? 'key' : 'value'
var secretSettings = [for one in withSecret: {
  name: 'SALLYPORT_SECRET_${one.vendor}'
  value: one.secret == rotatedSecret ? '${one.secret}#${member}' : one.secret
}]
var keySettings = empty(keyFile) ? [] : [
  {
    name: 'SALLYPORT_KEYS'
    value: keyFile
  }
]
var callersSettings = empty(callersSecret) ? [] : [
  {
    name: 'SALLYPORT_KEYS_SECRET'
    value: callersSecret
  }
]
var provesCallers = !empty(entraClientId) || !empty(keyFile) || !empty(callersSecret)
var letsCallersIn = privateEndpoints || !empty(callerRanges)
var nobody = 'Nobody could call: entraClientId, keyFile or callerKeys is needed, and privateEndpoints or callerRanges.'
var enforceSettings = [
  {
    name: 'SALLYPORT_POLICY'
    value: 'policy.yaml'
  }
  {
    name: 'SALLYPORT_ALLOW_ANONYMOUS'
    value: provesCallers && letsCallersIn ? 'false' : fail(nobody)
  }
  {
    // Only where the platform asks for tokens does it strip these headers from what callers send.
    name: 'SALLYPORT_EASYAUTH'
    value: empty(entraClientId) ? 'false' : 'true'
  }
  {
    name: 'SALLYPORT_PASS_CODE'
    value: passCode ? 'true' : 'false'
  }
  {
    name: 'SALLYPORT_UPSTREAM_TIMEOUT'
    value: string(upstreamTimeoutSeconds)
  }
  {
    name: 'SALLYPORT_VAULT_URL'
    value: vault.outputs.uri
  }
  {
    name: 'SALLYPORT_LOGS_ENDPOINT'
    value: records.outputs.logsEndpoint
  }
  {
    name: 'SALLYPORT_LOGS_RULE'
    value: records.outputs.ruleImmutableId
  }
  {
    name: 'SALLYPORT_LOGS_STREAM'
    value: 'Custom-SallyportDecisions_CL'
  }
]
var tooShort = 'The vault would tell of a value before the overlap of the last one is over: rotationValidityDays less 30 must be longer than rotationOverlapSeconds.'
var accountSettings = rotationStrategy != 'azure_account_key' ? [] : [
  {
    name: 'SALLYPORT_ACCOUNT'
    value: modelAccountId
  }
]
var webhookSettings = empty(webhookSubscriptions) ? [] : [
  {
    name: 'SALLYPORT_EVENT_SUBSCRIPTIONS'
    value: webhookSubscriptions
  }
  {
    name: 'SALLYPORT_KEYS'
    value: 'keys.yaml'
  }
]
var rotateSettings = [
  {
    name: 'SALLYPORT_VAULT_URL'
    value: vault.outputs.uri
  }
  {
    name: 'SALLYPORT_ROTATED_SECRET'
    value: rotatedSecret
  }
  {
    name: 'SALLYPORT_ROTATION_STRATEGY'
    value: rotationStrategy
  }
  {
    name: 'SALLYPORT_ROTATION_OVERLAP_SECONDS'
    value: string(rotationOverlapSeconds)
  }
  {
    name: 'SALLYPORT_ROTATION_VALIDITY_DAYS'
    value: (rotationValidityDays - 30) * 86400 > rotationOverlapSeconds ? string(rotationValidityDays) : fail(tooShort)
  }
]

// An account may lie in another resource group, or another subscription.
var noAccount = '${resourceGroup().id}/providers/Microsoft.CognitiveServices/accounts/none'
var accountParts = split(empty(modelAccountId) ? noAccount : modelAccountId, '/')
var callsAsItself = !empty(modelAccountId) && !empty(upstreamAzureOpenai) && rotationStrategy != 'azure_account_key'

// Who may reach the apps over a public address.
var enforceCallers = [for (range, index) in callerRanges: {
  name: 'callers${index}'
  action: 'Allow'
  priority: 100 + index
  ipAddress: range
}]
// Events come from Event Grid's own addresses.
var rotateCallers = [
  {
    name: 'events'
    action: 'Allow'
    priority: 100
    ipAddress: 'AzureEventGrid'
    tag: 'ServiceTag'
  }
]

resource enforceIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: enforceName
  location: location
  tags: tags
}

resource rotateIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = if (rotates) {
  name: rotateName
  location: location
  tags: tags
}

// Asked for only where it is made.
var rotatorPrincipalId = rotates ? rotateIdentity!.properties.principalId : ''
var rotatorClientId = rotates ? rotateIdentity!.properties.clientId : ''

module network 'modules/network.bicep' = {
  name: '${name}-network'
  params: {
    name: name
    location: location
    tags: tags
    prefix: networkPrefix
    privateEndpoints: privateEndpoints
    enforceInternet: !empty('${upstreamAnthropic}${upstreamBedrock}${upstreamGemini}${upstreamOpenai}${upstreamVertex}')
    rotateInternet: rotationStrategy == 'http_credential'
  }
}

module records 'modules/records.bicep' = {
  name: '${name}-records'
  params: {
    name: name
    location: location
    tags: tags
    retentionDays: retentionDays
    clusterId: logsClusterId
    lock: lockRecords
    writerPrincipalId: enforceIdentity.properties.principalId
    rotatorPrincipalId: rotatorPrincipalId
  }
}

module vault 'modules/vault.bicep' = {
  name: '${name}-vault'
  params: {
    name: '${name}${suffix}'
    stack: name
    location: location
    tags: tags
    privateEndpoints: privateEndpoints
    subnetIds: [
      network.outputs.enforceSubnetId
      network.outputs.rotateSubnetId
    ]
    operatorRanges: operatorRanges
    endpointsSubnetId: network.outputs.endpointsSubnetId
    zoneIds: network.outputs.vaultZoneIds
    workspaceId: records.outputs.workspaceId
    readSecrets: readSecrets
    readerPrincipalId: enforceIdentity.properties.principalId
    rotatedSecret: rotatedSecret
    adminSecret: adminSecret
    rotatorPrincipalId: rotatorPrincipalId
  }
}

module modelAccess 'modules/model-access.bicep' = if (callsAsItself) {
  name: '${name}-model-access'
  scope: resourceGroup(accountParts[2], accountParts[4])
  params: {
    stack: name
    suffix: suffix
    accountName: last(accountParts)
    principalId: enforceIdentity.properties.principalId
  }
}

module keyAccess 'modules/key-access.bicep' = if (rotationStrategy == 'azure_account_key') {
  name: '${name}-key-access'
  scope: resourceGroup(accountParts[2], accountParts[4])
  params: {
    stack: name
    suffix: suffix
    accountName: last(accountParts)
    principalId: rotatorPrincipalId
  }
}

module modelEndpoint 'modules/private-endpoint.bicep' = if (privateEndpoints && !empty(modelAccountId)) {
  name: '${name}-model-endpoint'
  params: {
    name: '${name}-models'
    location: location
    tags: tags
    subnetId: network.outputs.endpointsSubnetId
    targetId: modelAccountId
    group: 'account'
    zoneIds: network.outputs.modelZoneIds
  }
}

module enforce 'modules/app.bicep' = {
  name: '${name}-enforce'
  params: {
    name: enforceName
    storageName: '${name}e${suffix}'
    location: location
    tags: tags
    identityId: enforceIdentity.id
    identityPrincipalId: enforceIdentity.properties.principalId
    identityClientId: enforceIdentity.properties.clientId
    settings: concat(enforceSettings, upstreamSettings, secretSettings, keySettings, callersSettings)
    insightsConnection: records.outputs.insightsConnection
    memory: memory
    maximumInstances: maximumInstances
    alwaysReady: alwaysReady
    zoneRedundant: zoneRedundant
    subnetId: network.outputs.enforceSubnetId
    privateEndpoints: privateEndpoints
    endpointsSubnetId: network.outputs.endpointsSubnetId
    blobZoneIds: network.outputs.blobZoneIds
    siteZoneIds: network.outputs.siteZoneIds
    callers: enforceCallers
    operatorRanges: operatorRanges
    entraClientId: entraClientId
    callerIds: callerIds
    keyVaultUri: keyVaultUri
    keyName: keyName
    keyIdentityId: keyIdentityId
  }
}

module rotate 'modules/app.bicep' = if (rotates) {
  name: '${name}-rotate'
  params: {
    name: rotateName
    storageName: '${name}r${suffix}'
    location: location
    tags: tags
    identityId: rotateIdentity!.id
    identityPrincipalId: rotatorPrincipalId
    identityClientId: rotatorClientId
    settings: concat(rotateSettings, accountSettings, webhookSettings)
    insightsConnection: records.outputs.insightsConnection
    memory: 512
    // Two that renew at the same time would undo each other's work.
    maximumInstances: 1
    alwaysReady: 0
    zoneRedundant: false
    subnetId: network.outputs.rotateSubnetId
    privateEndpoints: privateEndpoints
    endpointsSubnetId: network.outputs.endpointsSubnetId
    blobZoneIds: network.outputs.blobZoneIds
    siteZoneIds: []
    callers: rotateCallers
    operatorRanges: operatorRanges
    // Event Grid shows a key of the host, no token.
    entraClientId: ''
    callerIds: []
    keyVaultUri: keyVaultUri
    keyName: keyName
    keyIdentityId: keyIdentityId
  }
}

module alerts 'modules/alerts.bicep' = {
  name: '${name}-alerts'
  params: {
    name: name
    location: location
    tags: tags
    workspaceId: records.outputs.workspaceId
    enforceName: enforceName
    rotateName: rotates ? rotateName : ''
    actionGroupId: actionGroupId
    blocksThreshold: blocksAlertThreshold
    workbook: workbook
  }
}

@description('The base URL for SDKs.')
output url string = 'https://${enforce.outputs.host}'

@description('The app that the program which enforces is deployed to.')
output enforceApp string = enforceName

@description('The app that the program which renews is deployed to; empty, there is none.')
output rotateApp string = rotates ? rotateName : ''

@description('The vault that credentials are put into.')
output vaultName string = '${name}${suffix}'

@description('The secrets that need a value: one for each upstream that is not called as the function itself.')
output secretNames array = union(readSecrets, empty(rotatedSecret) ? [] : [rotatedSecret], empty(adminSecret) ? [] : [adminSecret])

@description('The secret that is renewed; empty, none.')
output rotatedSecret string = rotatedSecret

@description('The workspace with the records, in the table SallyportDecisions_CL.')
output workspaceId string = records.outputs.workspaceId

@description('The network, to be peered with those of callers.')
output networkId string = network.outputs.networkId

@description('The identity of the function that enforces, for roles that this template does not give.')
output enforcePrincipalId string = enforceIdentity.properties.principalId
