import { describe, expect, it } from 'vitest'
import {
  alterQuotas,
  createAcls,
  deleteAcls,
  deleteUser,
  describeQuotas,
  listAcls,
  listUsers,
  upsertUser,
} from './index.ts'
import { AdminScene } from './testing/admin-scene.ts'

const scene = AdminScene.forFile()

describe('access, users and quotas', () => {
  it('adds, lists and removes access rules', async () => {
    const acl = {
      resourceType: 'topic',
      resourceName: 'app-',
      patternType: 'prefixed',
      principal: 'User:ann',
      host: '*',
      operation: 'read',
      permission: 'allow',
    } as const
    await createAcls(scene.client, [acl])
    expect(await listAcls(scene.client, { principal: 'User:ann' })).toEqual([acl])
    expect(await listAcls(scene.client, { principal: 'User:bob' })).toEqual([])
    expect(await deleteAcls(scene.client, { principal: 'User:ann' })).toEqual([acl])
    expect(await listAcls(scene.client)).toEqual([])
  })

  it('sets and takes away passwords', async () => {
    await upsertUser(scene.client, { name: 'ann', password: 'secret', mechanism: 'SCRAM-SHA-512' })
    expect(await listUsers(scene.client)).toEqual([
      { name: 'ann', credentials: [{ mechanism: 'SCRAM-SHA-512', iterations: 4096 }] },
    ])
    expect(await listUsers(scene.client, ['bob'])).toEqual([])
    await deleteUser(scene.client, 'ann', 'SCRAM-SHA-512')
    expect(await listUsers(scene.client)).toEqual([])
  })

  it('sets and takes away quotas', async () => {
    await alterQuotas(scene.client, { user: 'ann' }, { producer_byte_rate: 1024 }, { validateOnly: true })
    expect(await describeQuotas(scene.client)).toEqual([])
    await alterQuotas(scene.client, { user: 'ann' }, { producer_byte_rate: 1024 })
    await alterQuotas(scene.client, { 'client-id': null }, { consumer_byte_rate: 2048 })
    expect(await describeQuotas(scene.client, { user: 'ann' })).toEqual([
      { entity: { user: 'ann' }, values: { producer_byte_rate: 1024 } },
    ])
    expect(await describeQuotas(scene.client)).toHaveLength(2)
    await alterQuotas(scene.client, { user: 'ann' }, { producer_byte_rate: null })
    expect(await describeQuotas(scene.client)).toEqual([
      { entity: { 'client-id': null }, values: { consumer_byte_rate: 2048 } },
    ])
  })
})
