metadata description = 'Alerts on what the functions decide and do, and a workbook that shows it.'

@description('The stack; resources are called after it.')
param name string

@description('Where it is.')
param location string

@description('Tags of every resource.')
param tags object

@description('The workspace with the records.')
param workspaceId string

@description('The app of the function that enforces.')
param enforceName string

@description('The app of the function that renews; empty, there is none.')
param rotateName string

@description('The action group that alerts are told to; empty, they only show.')
param actionGroupId string

@description('How many blocked calls in five minutes are an alert.')
param blocksThreshold int

@description('Whether to make a workbook.')
param workbook bool

var always = [
  {
    id: 'blocks'
    says: 'Many calls are blocked.'
    severity: 2
    query: 'SallyportDecisions_CL | where Decision == "block" | distinct DecisionId'
    threshold: blocksThreshold
    period: 'PT5M'
  }
  {
    id: 'fail-open'
    says: 'A check could not be made, and the call was let by, because the policy says so.'
    severity: 1
    query: 'SallyportDecisions_CL | where tobool(Record.fail_open)'
    threshold: 1
    period: 'PT5M'
  }
  {
    id: 'errors'
    says: 'The function that enforces answered with an error of its own or of an upstream.'
    severity: 1
    query: 'AppRequests | where AppRoleName =~ "${enforceName}" and toint(ResultCode) >= 500'
    threshold: 1
    period: 'PT5M'
  }
]

var rotation = empty(rotateName) ? [] : [
  {
    id: 'rotation-failed'
    says: 'A credential was not renewed.'
    severity: 1
    query: 'AppRequests | where AppRoleName =~ "${rotateName}" and Success == false'
    threshold: 1
    period: 'PT15M'
  }
]

var alerts = concat(always, rotation)

resource alert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for one in alerts: {
  name: '${name}-${one.id}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: '${name}: ${one.id}'
    description: one.says
    enabled: true
    severity: one.severity
    scopes: [
      workspaceId
    ]
    evaluationFrequency: one.period
    windowSize: one.period
    autoMitigate: true
    // A table that was just made cannot be asked yet.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: one.query
          timeAggregation: 'Count'
          operator: 'GreaterThanOrEqual'
          threshold: one.threshold
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: empty(actionGroupId) ? [] : [actionGroupId]
    }
  }
}]

resource overview 'Microsoft.Insights/workbooks@2023-06-01' = if (workbook) {
  name: guid(resourceGroup().id, name, 'overview')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: '${name}: decisions'
    category: 'workbook'
    version: 'Notebook/1.0'
    sourceId: workspaceId
    serializedData: string(loadJsonContent('workbook.json'))
  }
}
