metadata description = 'Lets the function that renews list the keys of one account and make them anew, and nothing else of it.'

@description('The stack; the custom role is called after it.')
param stack string

@description('What tells stacks apart.')
param suffix string

@description('The account, in the resource group that this is deployed to.')
param accountName string

@description('Who renews.')
param principalId string

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = {
  name: accountName
}

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, stack, suffix, 'renew-account-keys')
  properties: {
    roleName: '${stack} renews account keys (${suffix})'
    description: 'Lists the keys of an account and makes them anew.'
    type: 'CustomRole'
    assignableScopes: [
      resourceGroup().id
    ]
    permissions: [
      {
        actions: [
          'Microsoft.CognitiveServices/accounts/listKeys/action'
          'Microsoft.CognitiveServices/accounts/regenerateKey/action'
        ]
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
  }
}

resource renewsKeys 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, principalId, role.id)
  scope: account
  properties: {
    description: 'RenewAccountKeys'
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: role.id
  }
}
