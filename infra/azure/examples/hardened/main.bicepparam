using 'main.bicep'

param modelAccountId = readEnvironmentVariable('MODEL_ACCOUNT_ID')
param upstreamAzureOpenai = readEnvironmentVariable('MODEL_ACCOUNT_URL')
param entraClientId = readEnvironmentVariable('ENTRA_CLIENT_ID')
param callerIds = json(readEnvironmentVariable('CALLER_IDS'))
param alertEmail = readEnvironmentVariable('ALERT_EMAIL')
