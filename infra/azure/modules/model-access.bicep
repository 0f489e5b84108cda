metadata description = 'Lets the function that enforces call the models of one account, and nothing else of it.'

@description('The stack; the custom role is called after it.')
param stack string

@description('What tells stacks apart.')
param suffix string

@description('The account, in the resource group that this is deployed to.')
param accountName string

@description('Who calls.')
param principalId string

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = {
  name: accountName
}

// Less than Cognitive Services OpenAI User has: no files, no assistants, no stored answers to be read, no images, no speech.
resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, stack, suffix, 'call-models')
  properties: {
    roleName: '${stack} calls models (${suffix})'
    description: 'Calls models for chat, answers and embeddings.'
    type: 'CustomRole'
    assignableScopes: [
      resourceGroup().id
    ]
    permissions: [
      {
        actions: []
        notActions: []
        dataActions: [
          'Microsoft.CognitiveServices/accounts/MaaS/*'
          'Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action'
          'Microsoft.CognitiveServices/accounts/OpenAI/deployments/embeddings/action'
          'Microsoft.CognitiveServices/accounts/OpenAI/models/read'
          'Microsoft.CognitiveServices/accounts/OpenAI/responses/write'
        ]
        notDataActions: []
      }
    ]
  }
}

resource callsModels 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, principalId, role.id)
  scope: account
  properties: {
    description: 'CallModels'
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: role.id
  }
}
