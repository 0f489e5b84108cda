metadata description = 'One function: its app and plan, and the storage account with its package, which no other function can write to.'

@description('The app.')
param name string

@description('Its storage account.')
param storageName string

@description('Where it is.')
param location string

@description('Tags of every resource.')
param tags object

@description('The identity that it acts as.')
param identityId string

@description('The same: as a principal in roles.')
param identityPrincipalId string

@description('The same: as it is named when a token is asked for.')
param identityClientId string

@description('Its settings, each with a name and a value.')
param settings array

@description('Application Insights, where what the host logs goes.')
param insightsConnection string

@description('Memory of an instance, in MB.')
param memory int

@description('How many instances there may be.')
param maximumInstances int

@description('How many instances are always there for calls over HTTP.')
param alwaysReady int

@description('Whether its instances are spread over zones.')
param zoneRedundant bool

@description('The subnet that it connects from.')
param subnetId string

@description('Whether services are reached through private endpoints.')
param privateEndpoints bool

@description('The subnet of private endpoints.')
param endpointsSubnetId string

@description('Names of storage accounts inside the network.')
param blobZoneIds array

@description('Names of function apps inside the network; empty, it has no private endpoint.')
param siteZoneIds array

@description('Who may call it over the public address: rules of access. Empty, nobody, and it has no public address.')
param callers array

@description('Addresses from which code is deployed.')
param operatorRanges array

@description('The registration in Entra ID that callers show tokens for; empty, the platform asks for none.')
param entraClientId string

@description('The object ids of the callers that the platform lets by; empty, all that have a token.')
param callerIds array

@description('The vault with your own key for storage; empty, the key is Microsoft\'s.')
param keyVaultUri string

@description('Your own key.')
param keyName string

@description('The identity that may use it.')
param keyIdentityId string

// Storage Blob Data Owner: what the host needs of its own storage account for the package, its locks and its keys.
var ownerRole = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'

var ownKey = {
  keySource: 'Microsoft.Keyvault'
  requireInfrastructureEncryption: true
  identity: {
    userAssignedIdentity: keyIdentityId
  }
  keyvaultproperties: {
    keyvaulturi: keyVaultUri
    keyname: keyName
  }
  services: {
    blob: {
      enabled: true
      keyType: 'Account'
    }
    file: {
      enabled: true
      keyType: 'Account'
    }
  }
}

var microsoftsKey = {
  keySource: 'Microsoft.Storage'
  requireInfrastructureEncryption: true
  services: {
    blob: {
      enabled: true
      keyType: 'Account'
    }
    file: {
      enabled: true
      keyType: 'Account'
    }
  }
}

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  // checkov:skip=CKV_AZURE_36:No service of Azure's but the app itself has business in it.
  // checkov:skip=CKV_AZURE_43:The name is put together from one of small letters and a suffix of the same.
  // checkov:skip=CKV_AZURE_206:Over zones. What is in it is deployed again, not restored from another region.
  name: storageName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: 'Standard_ZRS'
  }
  identity: empty(keyName) ? null : {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${keyIdentityId}': {}
    }
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    encryption: empty(keyName) ? microsoftsKey : ownKey
    publicNetworkAccess: privateEndpoints ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: 'Deny'
      bypass: 'None'
      ipRules: []
      virtualNetworkRules: [for id in (privateEndpoints ? [] : [subnetId]): {
        id: id
        action: 'Allow'
      }]
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: storage
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: true
      days: 7
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 7
    }
  }
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobs
  name: 'packages'
  properties: {
    publicAccess: 'None'
  }
}

resource ownsStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, identityPrincipalId, ownerRole)
  scope: storage
  properties: {
    description: 'OwnPackage'
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', ownerRole)
  }
}

module storageEndpoint 'private-endpoint.bicep' = if (privateEndpoints) {
  name: '${name}-storage-endpoint'
  params: {
    name: '${name}-storage'
    location: location
    tags: tags
    subnetId: endpointsSubnetId
    targetId: storage.id
    group: 'blob'
    zoneIds: blobZoneIds
  }
}

// A plan of this kind holds one app.
resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  // checkov:skip=CKV_AZURE_225:By the parameter zoneRedundant.
  name: name
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

var platformSettings = [
  {
    name: 'AzureWebJobsStorage__accountName'
    value: storage.name
  }
  {
    name: 'AzureWebJobsStorage__credential'
    value: 'managedidentity'
  }
  {
    name: 'AzureWebJobsStorage__clientId'
    value: identityClientId
  }
  {
    name: 'APPLICATIONINSIGHTS_CONNECTION_STRING'
    value: insightsConnection
  }
  {
    name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING'
    value: 'Authorization=AAD;ClientId=${identityClientId}'
  }
  {
    name: 'AZURE_CLIENT_ID'
    value: identityClientId
  }
]

resource app 'Microsoft.Web/sites@2024-11-01' = {
  // checkov:skip=CKV_AZURE_17:SDKs show tokens or keys, no certificates.
  // checkov:skip=CKV_AZURE_212:By the parameter alwaysReady; without a call it costs nothing.
  // checkov:skip=CKV_AZURE_213:The host of functions asks each instance itself.
  // checkov:skip=CKV_AZURE_222:By the parameter callers: without any it has no public address.
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: subnetId
    publicNetworkAccess: empty(callers) ? 'Disabled' : 'Enabled'
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${packages.name}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'custom'
        version: '1.0'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: memory
        maximumInstanceCount: maximumInstances
        alwaysReady: alwaysReady == 0 ? [] : [
          {
            name: 'http'
            instanceCount: alwaysReady
          }
        ]
      }
    }
    siteConfig: {
      appSettings: concat(platformSettings, settings)
      ftpsState: 'Disabled'
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      remoteDebuggingEnabled: false
      ipSecurityRestrictionsDefaultAction: 'Deny'
      ipSecurityRestrictions: callers
      scmIpSecurityRestrictionsUseMain: false
      scmIpSecurityRestrictionsDefaultAction: 'Deny'
      scmIpSecurityRestrictions: [for (range, index) in operatorRanges: {
        name: 'operator${index}'
        action: 'Allow'
        priority: 100 + index
        ipAddress: range
      }]
    }
  }
  dependsOn: [
    ownsStorage
    storageEndpoint
  ]
}

// Code is deployed by who Entra ID knows, not by a password.
resource noFtpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource noScmPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}

// The platform proves who calls before the function hears of it, and strips what a caller might have written into its headers.
resource authentication 'Microsoft.Web/sites/config@2024-11-01' = if (!empty(entraClientId)) {
  // These look for other settings than authsettingsV2, which is what this is.
  // checkov:skip=CKV_AZURE_13:This is the authentication.
  // checkov:skip=CKV_AZURE_63:Calls are logged by Application Insights.
  // checkov:skip=CKV_AZURE_65:No details of errors are shown.
  // checkov:skip=CKV_AZURE_66:Failed calls are logged by Application Insights.
  // checkov:skip=CKV_AZURE_80:There is no .NET.
  // checkov:skip=CKV_AZURE_88:There are no files.
  // checkov:skip=CKV_AZURE_222:It opens nothing.
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: {
      enabled: true
      runtimeVersion: '~1'
    }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'Return401'
    }
    httpSettings: {
      requireHttps: true
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: entraClientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${subscription().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [
            entraClientId
            'api://${entraClientId}'
          ]
          defaultAuthorizationPolicy: empty(callerIds) ? null : {
            allowedPrincipals: {
              identities: callerIds
            }
          }
        }
      }
    }
    login: {
      tokenStore: {
        enabled: false
      }
    }
  }
}

module siteEndpoint 'private-endpoint.bicep' = if (!empty(siteZoneIds)) {
  name: '${name}-site-endpoint'
  params: {
    name: name
    location: location
    tags: tags
    subnetId: endpointsSubnetId
    targetId: app.id
    group: 'sites'
    zoneIds: siteZoneIds
  }
}

@description('The app.')
output id string = app.id

@description('Its name on the network.')
output host string = app.properties.defaultHostName
