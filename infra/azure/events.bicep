metadata description = 'The second deployment of a stack that renews a credential: what the vault says of the one secret goes to the function that renews it. Its code has to be there before, or the subscription is refused.'

targetScope = 'resourceGroup'

@description('The stack, as in main.bicep.')
@minLength(3)
@maxLength(10)
param name string = 'sallyport'

@description('Where the vault is.')
param location string = resourceGroup().location

@description('Tags of every resource.')
param tags object = {}

@description('The output vaultName of main.bicep.')
param vaultName string

@description('The output rotateApp of main.bicep.')
@minLength(1)
param rotateApp string

@description('The output rotatedSecret of main.bicep.')
@minLength(1)
param rotatedSecret string

@description('The function of that app that takes events.')
param functionName string = 'rotate'

@description('The action group that alerts are told to, by its resource id. Empty, they only show.')
param actionGroupId string = ''

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource app 'Microsoft.Web/sites@2024-11-01' existing = {
  name: rotateApp
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: '${name}-vault'
  location: location
  tags: tags
  properties: {
    source: vault.id
    topicType: 'Microsoft.KeyVault.vaults'
  }
}

resource subscriptionToEvents 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'rotate'
  properties: {
    destination: {
      endpointType: 'AzureFunction'
      properties: {
        resourceId: '${app.id}/functions/${functionName}'
        maxEventsPerBatch: 1
      }
    }
    eventDeliverySchema: 'CloudEventSchemaV1_0'
    filter: {
      // Thirty days before the value expires; and when it has, should the first have been missed.
      includedEventTypes: [
        'Microsoft.KeyVault.SecretNearExpiry'
        'Microsoft.KeyVault.SecretExpired'
      ]
      // One function, one secret.
      advancedFilters: [
        {
          operatorType: 'StringIn'
          key: 'subject'
          values: [
            rotatedSecret
          ]
        }
      ]
    }
    retryPolicy: {
      maxDeliveryAttempts: 30
      eventTimeToLiveInMinutes: 1440
    }
  }
}

resource lost 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${name}-rotation-lost'
  location: 'global'
  tags: tags
  properties: {
    description: 'An event that a credential has to be renewed could not be delivered.'
    enabled: true
    severity: 1
    scopes: [
      topic.id
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'dropped'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.EventGrid/systemTopics'
          metricName: 'DroppedEventCount'
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: empty(actionGroupId) ? [] : [
      {
        actionGroupId: actionGroupId
      }
    ]
  }
}

@description('The subscription.')
output subscriptionId string = subscriptionToEvents.id
