import { describe, expect, it } from 'vitest'
import { definitionsOf, statesOf } from '../../../../local/executor/definition.ts'
import { parseTemplate, resolver } from '../../../../local/executor/template.ts'

const account = { account: '000000000000', region: 'us-east-1' }
const template = parseTemplate({
  Resources: {
    Plan: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'plan',
        Environment: { Variables: { BUCKET: { Ref: 'Lake' }, ARN: { 'Fn::GetAtt': ['Lake', 'Arn'] } } },
      },
    },
    Lake: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'lake' } },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'told' } },
    Unnamed: { Type: 'AWS::Glue::Job' },
    Ends: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { detail: { stateMachineArn: [{ Ref: 'Machine' }] } },
        Targets: [{ Arn: { 'Fn::GetAtt': ['Plan', 'Arn'] }, Id: 'Target0' }],
      },
    },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: 'nightly',
        DefinitionString: {
          'Fn::Join': [
            '',
            [
              '{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"',
              { 'Fn::GetAtt': ['Plan', 'Arn'] },
              '","Next":"M"},"M":{"Type":"Map","ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}},"End":true}}}',
            ],
          ],
        },
      },
    },
  },
})
const resolve = resolver(template, account)

describe('the template', () => {
  it.each([
    [{ Ref: 'Lake' }, 'lake'],
    [{ Ref: 'Topic' }, 'arn:aws:sns:us-east-1:000000000000:told'],
    [{ Ref: 'Unnamed' }, 'Unnamed'],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ 'Fn::GetAtt': 'Lake.Arn' }, 'arn:aws:s3:::lake'],
    [{ 'Fn::GetAtt': ['Unnamed', 'Arn'] }, 'arn:aws:glue:us-east-1:000000000000:Unnamed'],
    [{ 'Fn::GetAtt': ['Topic', 'TopicName'] }, 'told.TopicName'],
    [{ 'Fn::Sub': `s3://\${Lake}/\${Lake.Arn}/x` }, 's3://lake/arn:aws:s3:::lake/x'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Lake' }]] }, 'a-lake'],
    [{ plain: [1, { Ref: 'Lake' }] }, { plain: [1, 'lake'] }],
  ])('resolves %j', (value, expected) => {
    expect(resolve(value)).toEqual(expected)
  })

  it('says what it does not know', () => {
    expect(() => resolve({ Ref: 'Missing' })).toThrow(/refers to Missing/)
    expect(() => resolve({ 'Fn::ImportValue': 'x' })).toThrow(/Fn::ImportValue/)
  })

  it('gives the state machines and functions by their physical names', () => {
    const { machines, functions } = definitionsOf(template, account)
    expect(functions.plan?.environment).toEqual({ BUCKET: 'lake', ARN: 'arn:aws:s3:::lake' })
    expect(machines.nightly?.States.A?.Resource).toBe('arn:aws:lambda:us-east-1:000000000000:function:plan')
  })

  it('gives the rules of EventBridge with what they match and where that goes', () => {
    expect(definitionsOf(template, account).rules).toEqual([
      {
        name: 'Ends',
        pattern: {
          detail: { stateMachineArn: ['arn:aws:states:us-east-1:000000000000:stateMachine:nightly'] },
        },
        targets: ['arn:aws:lambda:us-east-1:000000000000:function:plan'],
      },
    ])
  })

  it('walks the states inside Maps too', () => {
    const machine = definitionsOf(template, account).machines.nightly
    if (!machine) throw new Error('no machine')
    expect([...statesOf(machine)].map(([name]) => name)).toEqual(['A', 'M', 'B'])
  })
})
