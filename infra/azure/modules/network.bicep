metadata description = 'The network of the functions: one subnet for each, with what it may connect to, and one for private endpoints.'

@description('The stack; resources are called after it.')
param name string

@description('Where the network is.')
param location string

@description('Tags of every resource.')
param tags object

@description('Its addresses. Three subnets of 64 are made in them.')
param prefix string

@description('Whether services are reached through private endpoints, or else through service endpoints.')
param privateEndpoints bool

@description('Whether the function that enforces calls APIs on the internet.')
param enforceInternet bool

@description('Whether the function that renews calls an API on the internet.')
param rotateInternet bool

// What both functions need of Azure whichever way services are reached: the logs, and the keys that tokens are signed with.
var always = [
  'AzureMonitor'
  'AzureActiveDirectory'
]

// Through service endpoints, services keep their public addresses: only the way there, and whom their firewalls let in, differ.
var services = privateEndpoints ? [] : [
  'AzureKeyVault'
  'Storage'
  'CognitiveServicesManagement'
]

// Keys of an account are listed and made anew by Azure's own API, which has no endpoint of ours.
var management = [
  'AzureResourceManager'
]

var denyInternet = [
  {
    name: 'nothing-else'
    properties: {
      access: 'Deny'
      direction: 'Outbound'
      priority: 4000
      protocol: '*'
      sourceAddressPrefix: '*'
      sourcePortRange: '*'
      destinationAddressPrefix: 'Internet'
      destinationPortRange: '*'
    }
  }
]

var enforceTargets = concat(always, services)
var rotateTargets = concat(always, services, management)

var enforceAllowed = [for (target, index) in enforceTargets: {
  name: 'to-${target}'
  properties: {
    access: 'Allow'
    direction: 'Outbound'
    priority: 200 + index
    protocol: 'Tcp'
    sourceAddressPrefix: 'VirtualNetwork'
    sourcePortRange: '*'
    destinationAddressPrefix: target
    destinationPortRange: '443'
  }
}]

var rotateAllowed = [for (target, index) in rotateTargets: {
  name: 'to-${target}'
  properties: {
    access: 'Allow'
    direction: 'Outbound'
    priority: 200 + index
    protocol: 'Tcp'
    sourceAddressPrefix: 'VirtualNetwork'
    sourcePortRange: '*'
    destinationAddressPrefix: target
    destinationPortRange: '443'
  }
}]

resource enforceRules 'Microsoft.Network/networkSecurityGroups@2024-07-01' = {
  name: '${name}-enforce'
  location: location
  tags: tags
  properties: {
    securityRules: concat(enforceAllowed, enforceInternet ? [] : denyInternet)
  }
}

resource rotateRules 'Microsoft.Network/networkSecurityGroups@2024-07-01' = {
  name: '${name}-rotate'
  location: location
  tags: tags
  properties: {
    securityRules: concat(rotateAllowed, rotateInternet ? [] : denyInternet)
  }
}

resource endpointRules 'Microsoft.Network/networkSecurityGroups@2024-07-01' = {
  name: '${name}-endpoints'
  location: location
  tags: tags
  properties: {
    securityRules: [
      {
        name: 'from-the-network'
        properties: {
          access: 'Allow'
          direction: 'Inbound'
          priority: 100
          protocol: 'Tcp'
          sourceAddressPrefix: 'VirtualNetwork'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '443'
        }
      }
      {
        name: 'nobody-else'
        properties: {
          access: 'Deny'
          direction: 'Inbound'
          priority: 4000
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

var serviceEndpoints = privateEndpoints ? [] : [
  {
    service: 'Microsoft.CognitiveServices'
  }
  {
    service: 'Microsoft.KeyVault'
  }
  {
    service: 'Microsoft.Storage'
  }
]

resource network 'Microsoft.Network/virtualNetworks@2024-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [
        prefix
      ]
    }
    subnets: [
      {
        name: 'enforce'
        properties: {
          addressPrefix: cidrSubnet(prefix, 26, 0)
          networkSecurityGroup: {
            id: enforceRules.id
          }
          serviceEndpoints: serviceEndpoints
          delegations: [
            {
              name: 'functions'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'rotate'
        properties: {
          addressPrefix: cidrSubnet(prefix, 26, 1)
          networkSecurityGroup: {
            id: rotateRules.id
          }
          serviceEndpoints: serviceEndpoints
          delegations: [
            {
              name: 'functions'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(prefix, 26, 2)
          networkSecurityGroup: {
            id: endpointRules.id
          }
          // Without it the rules above do not hold for private endpoints.
          privateEndpointNetworkPolicies: 'Enabled'
          defaultOutboundAccess: false
        }
      }
    ]
  }
}

var vaultZone = 'privatelink.vaultcore.azure.net'
var blobZone = 'privatelink.blob.${environment().suffixes.storage}'
var siteZone = 'privatelink.azurewebsites.net'
// One account answers under the names of three services.
var modelZones = [
  'privatelink.openai.azure.com'
  'privatelink.cognitiveservices.azure.com'
  'privatelink.services.ai.azure.com'
]
var zones = privateEndpoints ? concat([vaultZone, blobZone, siteZone], modelZones) : []

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [for one in zones: {
  name: one
  location: 'global'
  tags: tags
}]

resource zoneLink 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [for (one, index) in zones: {
  parent: zone[index]
  name: name
  location: 'global'
  tags: tags
  properties: {
    registrationEnabled: false
    virtualNetwork: {
      id: network.id
    }
  }
}]

@description('The network.')
output networkId string = network.id

@description('The subnet of the function that enforces.')
output enforceSubnetId string = resourceId('Microsoft.Network/virtualNetworks/subnets', network.name, 'enforce')

@description('The subnet of the function that renews.')
output rotateSubnetId string = resourceId('Microsoft.Network/virtualNetworks/subnets', network.name, 'rotate')

@description('The subnet of private endpoints.')
output endpointsSubnetId string = resourceId('Microsoft.Network/virtualNetworks/subnets', network.name, 'endpoints')

@description('Names of vaults inside the network.')
output vaultZoneIds array = privateEndpoints ? [resourceId('Microsoft.Network/privateDnsZones', vaultZone)] : []

@description('Names of storage accounts inside the network.')
output blobZoneIds array = privateEndpoints ? [resourceId('Microsoft.Network/privateDnsZones', blobZone)] : []

@description('Names of function apps inside the network.')
output siteZoneIds array = privateEndpoints ? [resourceId('Microsoft.Network/privateDnsZones', siteZone)] : []

@description('Names of accounts with models inside the network.')
output modelZoneIds array = [for one in (privateEndpoints ? modelZones : []): resourceId('Microsoft.Network/privateDnsZones', one)]
