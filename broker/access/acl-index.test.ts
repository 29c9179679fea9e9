import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Acl, matches, operations, patternTypes, permissions, resourceTypes } from './acl.ts'
import { AclIndex } from './acl-index.ts'

const base: Acl = {
  resourceType: resourceTypes.TOPIC,
  patternType: patternTypes.LITERAL,
  resourceName: 'orders',
  principal: 'User:ada',
  host: '*',
  operation: operations.READ,
  permissionType: permissions.ALLOW,
}

const question = {
  principal: 'User:ada',
  host: '10.0.0.1',
  operation: operations.READ,
  resourceType: resourceTypes.TOPIC,
  resourceName: 'orders',
}

function judge(rules: Partial<Acl>[], asked: Partial<typeof question> = {}) {
  return new AclIndex(rules.map(rule => ({ ...base, ...rule }))).judge({ ...question, ...asked } as never)
}

test('a rule speaks of its principal, its host, its operation and its resource alone', () => {
  expect(judge([{}])).toBe('allowed')
  expect(judge([])).toBe('no-rule')
  expect(judge([{ resourceName: 'others' }])).toBe('no-rule')
  expect(judge([{ principal: 'User:eve' }])).toBe('denied')
  expect(judge([{ host: '10.0.0.2' }])).toBe('denied')
  expect(judge([{ operation: operations.WRITE }])).toBe('denied')
  expect(judge([{ resourceType: resourceTypes.GROUP }])).toBe('no-rule')
})

test('wildcards and prefixes take in many', () => {
  expect(judge([{ principal: 'User:*' }])).toBe('allowed')
  expect(judge([{ resourceName: '*' }])).toBe('allowed')
  expect(judge([{ patternType: patternTypes.PREFIXED, resourceName: 'ord' }])).toBe('allowed')
  expect(judge([{ patternType: patternTypes.PREFIXED, resourceName: 'orders' }])).toBe('allowed')
  expect(judge([{ patternType: patternTypes.PREFIXED, resourceName: '*' }])).toBe('no-rule')
  expect(judge([{ operation: operations.ALL }])).toBe('allowed')
})

test('a denial outweighs every permission', () => {
  const deny = { permissionType: permissions.DENY }
  expect(judge([{}, deny])).toBe('denied')
  expect(judge([{}, { ...deny, resourceName: '*' }])).toBe('denied')
  expect(judge([{}, { ...deny, patternType: patternTypes.PREFIXED, resourceName: 'o' }])).toBe('denied')
  expect(judge([{}, { ...deny, operation: operations.ALL }])).toBe('denied')
  expect(judge([{}, { ...deny, principal: 'User:eve' }])).toBe('allowed')
})

test('READ, WRITE, DELETE and ALTER include DESCRIBE; a denied READ leaves DESCRIBE', () => {
  for (const operation of [operations.READ, operations.WRITE, operations.DELETE, operations.ALTER])
    expect(judge([{ operation }], { operation: operations.DESCRIBE } as never)).toBe('allowed')
  expect(judge([{ operation: operations.CREATE }], { operation: operations.DESCRIBE } as never)).toBe(
    'denied',
  )
  const rules = [{ operation: operations.WRITE }, { permissionType: permissions.DENY }]
  expect(judge(rules, { operation: operations.DESCRIBE } as never)).toBe('allowed')
})

test('whether there is any topic that may be written', () => {
  const asked = { ...question, operation: operations.WRITE }
  const may = (rules: Partial<Acl>[]) =>
    new AclIndex(rules.map(rule => ({ ...base, operation: operations.WRITE, ...rule }))).mayAny(asked)
  const deny = { permissionType: permissions.DENY }
  expect(may([{}])).toBe(true)
  expect(may([])).toBe(false)
  expect(may([{}, { ...deny, resourceName: '*' }])).toBe(false)
  expect(may([{}, { ...deny }])).toBe(false)
  expect(may([{}, { ...deny, resourceName: 'others' }])).toBe(true)
  expect(may([{}, { ...deny, patternType: patternTypes.PREFIXED, resourceName: 'ord' }])).toBe(false)
  expect(may([{ resourceName: '*' }, { ...deny }])).toBe(true)
})

test('filters mean what Kafka takes them to mean', () => {
  const any = {
    resourceTypeFilter: 1,
    patternTypeFilter: patternTypes.ANY as number,
    resourceNameFilter: null as string | null,
    principalFilter: null,
    hostFilter: null,
    operation: 1,
    permissionType: 1,
  }
  const prefixed = { ...base, patternType: patternTypes.PREFIXED, resourceName: 'ord' }
  expect(matches(any, base)).toBe(true)
  expect(matches({ ...any, resourceNameFilter: 'orders' }, prefixed)).toBe(false)
  const match = { ...any, patternTypeFilter: patternTypes.MATCH, resourceNameFilter: 'orders' }
  expect(matches(match, prefixed)).toBe(true)
  expect(matches(match, base)).toBe(true)
  expect(matches(match, { ...base, resourceName: '*' })).toBe(true)
  expect(matches(match, { ...base, resourceName: 'others' })).toBe(false)
  expect(matches({ ...any, patternTypeFilter: patternTypes.LITERAL }, prefixed)).toBe(false)
})

test('the index agrees with a look at every rule', () => {
  const name = fc.constantFrom('a', 'ab', 'abc', 'b', '*')
  const rule = fc.record({
    resourceType: fc.constantFrom(resourceTypes.TOPIC, resourceTypes.GROUP),
    patternType: fc.constantFrom(patternTypes.LITERAL, patternTypes.PREFIXED),
    resourceName: name,
    principal: fc.constantFrom('User:ada', 'User:eve', 'User:*'),
    host: fc.constantFrom('*', '10.0.0.1', '10.0.0.2'),
    operation: fc.constantFrom(operations.READ, operations.DESCRIBE, operations.ALL),
    permissionType: fc.constantFrom(permissions.ALLOW, permissions.DENY),
  })
  const named = fc.constantFrom('a', 'ab', 'abc', 'b')
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 6 }), named, (rules, resourceName) => {
      const asked = { ...question, resourceName, operation: operations.READ }
      const about = rules.filter(
        acl =>
          acl.resourceType === resourceTypes.TOPIC &&
          (acl.patternType === patternTypes.PREFIXED
            ? resourceName.startsWith(acl.resourceName)
            : acl.resourceName === '*' || acl.resourceName === resourceName),
      )
      const mine = about.filter(
        acl =>
          (acl.principal === 'User:ada' || acl.principal === 'User:*') &&
          (acl.host === '*' || acl.host === '10.0.0.1') &&
          (acl.operation === operations.READ || acl.operation === operations.ALL),
      )
      const isDenied = mine.some(acl => acl.permissionType === permissions.DENY) || mine.length === 0
      const expected = about.length === 0 ? 'no-rule' : isDenied ? 'denied' : 'allowed'
      expect(new AclIndex(rules).judge(asked)).toBe(expected)
    }),
  )
})
