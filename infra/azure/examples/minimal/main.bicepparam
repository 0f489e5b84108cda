// OpenAI, and the models of one account of yours, called as the function itself. Microsoft's keys; the network has no private
// endpoints, so that nothing of it costs anything.
using '../../main.bicep'

// The account whose models may be called, and its address.
param modelAccountId = readEnvironmentVariable('MODEL_ACCOUNT_ID')
param upstreamAzureOpenai = readEnvironmentVariable('MODEL_ACCOUNT_URL')
param upstreamOpenai = 'https://api.openai.com'

// Callers show keys; their hashes stand in keys.yaml, beside policy.yaml in the package.
param keyFile = 'keys.yaml'

// Where you call from and deploy from, such as ["203.0.113.7/32"].
param callerRanges = json(readEnvironmentVariable('CALLER_RANGES'))
param operatorRanges = json(readEnvironmentVariable('OPERATOR_RANGES'))
