metadata description = 'One private endpoint, and its names in the network.'

@description('What it is called.')
param name string

@description('Where it is.')
param location string

@description('Tags of every resource.')
param tags object

@description('The subnet of private endpoints.')
param subnetId string

@description('What it leads to.')
param targetId string

@description('Which of the services of the target: vault, blob, sites, account.')
param group string

@description('The zones that its names belong to.')
param zoneIds array

resource endpoint 'Microsoft.Network/privateEndpoints@2024-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: {
      id: subnetId
    }
    privateLinkServiceConnections: [
      {
        name: group
        properties: {
          privateLinkServiceId: targetId
          groupIds: [
            group
          ]
        }
      }
    ]
  }
}

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-07-01' = {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [for (id, index) in zoneIds: {
      name: 'zone${index}'
      properties: {
        privateDnsZoneId: id
      }
    }]
  }
}
