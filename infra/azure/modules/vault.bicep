metadata description = 'The vault with the credentials of upstreams: who may read which of them, and who may renew the one that is renewed.'

@description('The vault, and what the stack is called.')
param name string

@description('The stack; the custom role is called after it.')
param stack string

@description('Where it is.')
param location string

@description('Tags of every resource.')
param tags object

@description('Whether it is reached through a private endpoint alone.')
param privateEndpoints bool

@description('The subnets of the functions; with service endpoints the vault lets them in.')
param subnetIds array

@description('Addresses from which operators put in credentials.')
param operatorRanges array

@description('The subnet of private endpoints.')
param endpointsSubnetId string

@description('Names of vaults inside the network.')
param zoneIds array

@description('The workspace that who read and who wrote is told to.')
param workspaceId string

@description('The secrets that the function which enforces reads.')
param readSecrets array

@description('Who reads them.')
param readerPrincipalId string

@description('The one secret that is renewed; empty, none.')
param rotatedSecret string

@description('The secret with the credential for the administration API; empty, none.')
param adminSecret string

@description('Who renews it; empty where none is renewed.')
param rotatorPrincipalId string

// Key Vault Secrets User.
var readerRole = '4633458b-17de-408a-b874-0445c86b69e6'

// Beside the secret that is renewed lies the value that is being made, until it is current.
var pendingName = '${rotatedSecret}-pending'
var rotated = empty(rotatedSecret) ? [] : [rotatedSecret, pendingName]
var administration = empty(adminSecret) ? [] : [adminSecret]
var secretNames = union(readSecrets, rotated, administration)

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: privateEndpoints ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: 'Deny'
      bypass: 'None'
      ipRules: [for range in operatorRanges: {
        value: range
      }]
      virtualNetworkRules: [for id in (privateEndpoints ? [] : subnetIds): {
        id: id
      }]
    }
  }
}

// Made once, empty and disabled, so that roles can be given on each by itself. A later deployment does not touch a secret that
// is there, whatever its value is by then.
@onlyIfNotExists()
resource secret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = [for one in secretNames: {
  // checkov:skip=CKV_AZURE_41:Whoever puts the value in says when it expires.
  parent: vault
  name: one
  tags: tags
  properties: {
    value: 'put the credential in as a new version'
    contentType: 'text/plain'
    attributes: {
      enabled: false
    }
  }
}]

resource readSecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' existing = [for one in readSecrets: {
  parent: vault
  name: one
}]

resource reads 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (one, index) in readSecrets: {
  name: guid(vault.id, one, readerPrincipalId, readerRole)
  scope: readSecret[index]
  properties: {
    description: 'ReadCredentials'
    principalId: readerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', readerRole)
  }
  dependsOn: [
    secret
  ]
}]

// Less than Key Vault Secrets Officer has: no deleting, no purging, no backups.
resource rotatorRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (!empty(rotatedSecret)) {
  name: guid(resourceGroup().id, stack, 'renew-credential')
  properties: {
    roleName: '${stack} renews a credential (${uniqueString(resourceGroup().id)})'
    description: 'Reads a secret and gives it new versions.'
    type: 'CustomRole'
    assignableScopes: [
      resourceGroup().id
    ]
    permissions: [
      {
        actions: []
        notActions: []
        dataActions: [
          'Microsoft.KeyVault/vaults/secrets/getSecret/action'
          'Microsoft.KeyVault/vaults/secrets/readMetadata/action'
          'Microsoft.KeyVault/vaults/secrets/setSecret/action'
          'Microsoft.KeyVault/vaults/secrets/update/action'
        ]
        notDataActions: []
      }
    ]
  }
}

resource renewedSecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' existing = {
  parent: vault
  name: empty(rotatedSecret) ? 'none' : rotatedSecret
}

resource renews 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(rotatedSecret)) {
  name: guid(vault.id, rotatedSecret, rotatorPrincipalId, 'renew-credential')
  scope: renewedSecret
  properties: {
    description: 'RenewCredential'
    principalId: rotatorPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: rotatorRole!.id
  }
  dependsOn: [
    secret
  ]
}

resource pendingSecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' existing = {
  parent: vault
  name: empty(rotatedSecret) ? 'none' : pendingName
}

resource prepares 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(rotatedSecret)) {
  name: guid(vault.id, pendingName, rotatorPrincipalId, 'renew-credential')
  scope: pendingSecret
  properties: {
    description: 'PrepareCredential'
    principalId: rotatorPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: rotatorRole!.id
  }
  dependsOn: [
    secret
  ]
}

resource administrationSecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' existing = {
  parent: vault
  name: empty(adminSecret) ? 'none' : adminSecret
}

resource readsAdministration 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(adminSecret)) {
  name: guid(vault.id, adminSecret, rotatorPrincipalId, readerRole)
  scope: administrationSecret
  properties: {
    description: 'ReadAdministration'
    principalId: rotatorPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', readerRole)
  }
  dependsOn: [
    secret
  ]
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        categoryGroup: 'audit'
        enabled: true
      }
    ]
  }
}

module endpoint 'private-endpoint.bicep' = if (privateEndpoints) {
  name: '${name}-endpoint'
  params: {
    name: name
    location: location
    tags: tags
    subnetId: endpointsSubnetId
    targetId: vault.id
    group: 'vault'
    zoneIds: zoneIds
  }
}

@description('The vault.')
output id string = vault.id

@description('Its address.')
output uri string = vault.properties.vaultUri
