/** What dynalite answers of DynamoDB's items and tables; tables are made and removed with the stack alone. */
export const DYNAMODB_ACTIONS = [
  'batchGetItem',
  'batchWriteItem',
  'deleteItem',
  'describeTable',
  'getItem',
  'listTables',
  'putItem',
  'query',
  'scan',
  'updateItem',
] as const
