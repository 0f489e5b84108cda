metadata description = 'Sallyport in a network without a way to the internet but Azure\'s logs: one account of Azure OpenAI alone is reachable, through a private endpoint. A key of your own for storage, ten years of records, alerts by mail, a bounded number of instances, callers proved by Entra ID, and the account\'s key renewed.'

targetScope = 'resourceGroup'

@description('The stack; resources are called after it.')
@minLength(3)
@maxLength(10)
param name string = 'sallyport'

@description('Where everything is.')
param location string = resourceGroup().location

@description('Tags of every resource.')
param tags object = {}

@description('The account whose models may be called, by its whole resource id.')
@minLength(1)
param modelAccountId string

@description('Base URL of that account.')
@minLength(1)
param upstreamAzureOpenai string

@description('The registration in Entra ID that callers show tokens for.')
@minLength(36)
@maxLength(36)
param entraClientId string

@description('The object ids of the callers.')
@minLength(1)
param callerIds array

@description('A cluster of Log Analytics with your own key, by its resource id. Empty, the key of records is Microsoft\'s.')
param logsClusterId string = ''

@description('Whom alerts are mailed to.')
@minLength(3)
param alertEmail string

// Key Vault Crypto Service Encryption User: wrapping and unwrapping with a key, and nothing else.
var encryptionRole = 'e147488a-f6f5-4113-8e2d-b22465e65bf6'

resource keyIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${name}-key'
  location: location
  tags: tags
}

// The vault of the key is not that of the credentials: who may use the one has no business in the other. Storage asks for the key
// as a service of Azure's, which is let by.
resource keys 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: '${name}k${uniqueString(resourceGroup().id)}'
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'premium'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: 'Disabled'
    networkAcls: {
      defaultAction: 'Deny'
      bypass: 'AzureServices'
    }
  }
}

resource key 'Microsoft.KeyVault/vaults/keys@2024-11-01' = {
  parent: keys
  name: 'storage'
  tags: tags
  properties: {
    kty: 'RSA-HSM'
    keySize: 3072
    keyOps: [
      'wrapKey'
      'unwrapKey'
    ]
    attributes: {
      enabled: true
    }
    rotationPolicy: {
      attributes: {
        expiryTime: 'P2Y'
      }
      lifetimeActions: [
        {
          action: {
            type: 'rotate'
          }
          trigger: {
            timeAfterCreate: 'P1Y'
          }
        }
      ]
    }
  }
}

resource usesKey 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(key.id, keyIdentity.id, encryptionRole)
  scope: key
  properties: {
    description: 'EncryptStorage'
    principalId: keyIdentity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', encryptionRole)
  }
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    groupShortName: name
    enabled: true
    emailReceivers: [
      {
        name: 'operators'
        emailAddress: alertEmail
        useCommonAlertSchema: true
      }
    ]
  }
}

module sallyport '../../main.bicep' = {
  name: name
  params: {
    name: name
    location: location
    tags: tags
    modelAccountId: modelAccountId
    upstreamAzureOpenai: upstreamAzureOpenai
    entraClientId: entraClientId
    callerIds: callerIds
    rotationStrategy: 'azure_account_key'
    maximumInstances: 20
    alwaysReady: 2
    zoneRedundant: true
    retentionDays: 3653
    lockRecords: true
    logsClusterId: logsClusterId
    keyVaultUri: keys.properties.vaultUri
    keyName: key.name
    keyIdentityId: keyIdentity.id
    actionGroupId: people.id
    privateEndpoints: true
  }
  dependsOn: [
    usesKey
  ]
}

@description('The base URL for SDKs, inside the network.')
output url string = sallyport.outputs.url

@description('For the deployment of code.')
output enforceApp string = sallyport.outputs.enforceApp

@description('For the deployment of code, and for events.bicep.')
output rotateApp string = sallyport.outputs.rotateApp

@description('For events.bicep, and for the first value of the credential.')
output vaultName string = sallyport.outputs.vaultName

@description('For events.bicep.')
output rotatedSecret string = sallyport.outputs.rotatedSecret

@description('For events.bicep.')
output actionGroupId string = people.id
