metadata description = 'Where decision records go, and what the host of the functions logs: the workspace, the table, the rule that takes records in.'

@description('The stack; resources are called after it.')
param name string

@description('Where it is.')
param location string

@description('Tags of every resource.')
param tags object

@description('How many days decision records are kept.')
param retentionDays int

@description('A cluster with your own key that the workspace is linked to; empty, the key is Microsoft\'s.')
param clusterId string

@description('Whether the workspace is locked against being deleted.')
param lock bool

@description('Who writes records.')
param writerPrincipalId string

@description('Who else logs to Application Insights; empty, nobody.')
param rotatorPrincipalId string

// Monitoring Metrics Publisher: to send, and nothing else.
var publisherRole = '3913510d-42f4-4e42-8a64-420c390055eb'

// A table is searched for at most two years, and kept for longer.
var interactiveDays = min(retentionDays, 730)

// The record as the chain's hash is over it stands in RecordText, byte for byte; Record is the same to be searched.
var columns = [
  {
    name: 'DecisionId'
    type: 'string'
  }
  {
    name: 'Provider'
    type: 'string'
  }
  {
    name: 'Decision'
    type: 'string'
  }
  {
    name: 'Reasons'
    type: 'dynamic'
  }
  {
    name: 'Outcome'
    type: 'string'
  }
  {
    name: 'Identity'
    type: 'string'
  }
  {
    name: 'Dialect'
    type: 'string'
  }
  {
    name: 'Model'
    type: 'string'
  }
  {
    name: 'Policy'
    type: 'string'
  }
  {
    name: 'Revision'
    type: 'string'
  }
  {
    name: 'Record'
    type: 'dynamic'
  }
  {
    name: 'RecordText'
    type: 'string'
  }
  {
    name: 'Sequence'
    type: 'long'
  }
  {
    name: 'Hash'
    type: 'string'
  }
]

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: max(30, interactiveDays)
    features: {
      // Nothing is written with the workspace's shared key.
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
      immediatePurgeDataOn30Days: false
    }
  }
}

resource cluster 'Microsoft.OperationalInsights/workspaces/linkedServices@2025-02-01' = if (!empty(clusterId)) {
  parent: workspace
  name: 'Cluster'
  properties: {
    writeAccessResourceId: clusterId
  }
}

resource table 'Microsoft.OperationalInsights/workspaces/tables@2025-02-01' = {
  parent: workspace
  name: 'SallyportDecisions_CL'
  properties: {
    plan: 'Analytics'
    retentionInDays: interactiveDays
    totalRetentionInDays: retentionDays
    schema: {
      name: 'SallyportDecisions_CL'
      columns: concat([{ name: 'TimeGenerated', type: 'dateTime' }], columns)
    }
  }
}

resource keep 'Microsoft.Authorization/locks@2020-05-01' = if (lock) {
  name: 'decision-records'
  scope: workspace
  properties: {
    level: 'CanNotDelete'
    notes: 'Decision records are evidence.'
  }
}

// A rule of this kind has its own address for records, so that no endpoint has to be made for it.
resource rule 'Microsoft.Insights/dataCollectionRules@2023-03-11' = {
  name: '${name}-decisions'
  location: location
  tags: tags
  kind: 'Direct'
  properties: {
    streamDeclarations: {
      'Custom-SallyportDecisions_CL': {
        columns: concat([{ name: 'TimeGenerated', type: 'datetime' }], columns)
      }
    }
    destinations: {
      logAnalytics: [
        {
          name: 'decisions'
          workspaceResourceId: workspace.id
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Custom-SallyportDecisions_CL'
        ]
        destinations: [
          'decisions'
        ]
        transformKql: 'source'
        outputStream: 'Custom-SallyportDecisions_CL'
      }
    ]
  }
  dependsOn: [
    table
  ]
}

resource writesRecords 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(rule.id, writerPrincipalId, publisherRole)
  scope: rule
  properties: {
    description: 'WriteRecords'
    principalId: writerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', publisherRole)
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: name
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    // Its key alone lets nobody write.
    DisableLocalAuth: true
  }
}

resource enforceLogs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, writerPrincipalId, publisherRole)
  scope: insights
  properties: {
    description: 'WriteLog'
    principalId: writerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', publisherRole)
  }
}

resource rotateLogs 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(rotatorPrincipalId)) {
  name: guid(insights.id, rotatorPrincipalId, publisherRole)
  scope: insights
  properties: {
    description: 'WriteLog'
    principalId: rotatorPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', publisherRole)
  }
}

@description('The workspace.')
output workspaceId string = workspace.id

@description('The rule, as it is named where records are sent.')
output ruleImmutableId string = rule.properties.immutableId

@description('Where records are sent.')
output logsEndpoint string = rule.properties.endpoints.logsIngestion

@description('Where the host of the functions sends what it logs. It is no secret: without a token of an identity nothing is taken.')
output insightsConnection string = insights.properties.ConnectionString
