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
/** Kafka's brokers hear of a change a little after its controller. */
const slow = { timeout: 5_000 }

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
    await expect.poll(() => listAcls(scene.client, { principal: 'User:ann' }), slow).toEqual([acl])
    await expect.poll(() => listAcls(scene.client, { principal: 'User:bob' }), slow).toEqual([])
    expect(await deleteAcls(scene.client, { principal: 'User:ann' })).toEqual([acl])
    await expect.poll(() => listAcls(scene.client), slow).toEqual([])
  })

  it('sets and takes away passwords', async () => {
    await upsertUser(scene.client, { name: 'ann', password: 'secret', mechanism: 'SCRAM-SHA-512' })
    await expect
      .poll(() => listUsers(scene.client), slow)
      .toEqual([{ name: 'ann', credentials: [{ mechanism: 'SCRAM-SHA-512', iterations: 4096 }] }])
    await expect.poll(() => listUsers(scene.client, ['bob']), slow).toEqual([])
    await deleteUser(scene.client, 'ann', 'SCRAM-SHA-512')
    await expect.poll(() => listUsers(scene.client), slow).toEqual([])
  })

  it('sets and takes away quotas', async () => {
    await alterQuotas(scene.client, { user: 'ann' }, { producer_byte_rate: 1024 }, { validateOnly: true })
    await expect.poll(() => describeQuotas(scene.client), slow).toEqual([])
    await alterQuotas(scene.client, { user: 'ann' }, { producer_byte_rate: 1024 })
    await alterQuotas(scene.client, { 'client-id': null }, { consumer_byte_rate: 2048 })
    await expect
      .poll(() => describeQuotas(scene.client, { user: 'ann' }), slow)
      .toEqual([{ entity: { user: 'ann' }, values: { producer_byte_rate: 1024 } }])
    await expect.poll(() => describeQuotas(scene.client), slow).toHaveLength(2)
    await alterQuotas(scene.client, { user: 'ann' }, { producer_byte_rate: null })
    await expect
      .poll(() => describeQuotas(scene.client), slow)
      .toEqual([{ entity: { 'client-id': null }, values: { consumer_byte_rate: 2048 } }])
  })
})
