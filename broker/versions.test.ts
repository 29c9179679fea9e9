import { describe, expect, it } from 'vitest'
import { apis, errorCodes } from '../lib/kafka/index.ts'
import { Scene, testTimeout } from './testing/scene.ts'

describe('versions', testTimeout, () => {
  const scene = Scene.forEachTest()

  it('of ApiVersions we do not know are answered in the format of version 0 (KIP-511)', async () => {
    const header = Buffer.from([0, 18, 0, 99, 0, 0, 0, 1])
    const size = Buffer.alloc(4)
    size.writeInt32BE(header.length)
    const answer = new Promise<Buffer>(resolve => scene.client.socket.prependOnceListener('data', resolve))
    scene.client.socket.removeAllListeners('data')
    scene.client.socket.write(Buffer.concat([size, header]))
    const frame = await new Promise<Buffer>(resolve => scene.client.socket.once('data', resolve))
    expect(frame.readInt32BE(4)).toBe(1)
    expect(frame.readInt16BE(8)).toBe(errorCodes.UNSUPPORTED_VERSION)
    const count = frame.readInt32BE(10)
    const keys = Array.from({ length: count }, (_, i) => frame.readInt16BE(14 + i * 6))
    expect(keys).toContain(18)
    expect(frame.length).toBe(14 + count * 6)
    void answer
  })

  it('say what is spoken, Produce from 0 for old clients, and no versions that are for brokers', async () => {
    for (const version of [0, 1, 2, 3, 4]) {
      const { apiKeys, errorCode, finalizedFeatures, supportedFeatures } = await scene.client.send(
        apis.apiVersions,
        version,
        {
          clientSoftwareName: 'test',
          clientSoftwareVersion: '1.0',
        },
      )
      expect(errorCode).toBe(0)
      const levels = [
        { name: 'group.version', minVersionLevel: 1, maxVersionLevel: 1 },
        { name: 'transaction.version', minVersionLevel: 2, maxVersionLevel: 2 },
      ]
      expect(finalizedFeatures).toEqual(version >= 3 ? expect.arrayContaining(levels) : [])
      // older clients cannot read a feature whose least version is 0 (KAFKA-17011)
      const names = supportedFeatures.map(({ name }) => name)
      expect(names.includes('transaction.version')).toBe(version >= 4)
      expect(apiKeys).toContainEqual({ apiKey: 0, minVersion: 0, maxVersion: 13 })
      expect(apiKeys).toContainEqual({ apiKey: 1, minVersion: 4, maxVersion: 18 })
      expect(apiKeys).toContainEqual({ apiKey: 24, minVersion: 0, maxVersion: 3 })
      for (const key of [71, 72]) expect(apiKeys.map(k => k.apiKey)).not.toContain(key)
    }
  })

  it('that are not spoken close the connection with one line', async () => {
    const header = Buffer.from([0, 0, 0, 8, 0, 99, 0, 0, 0, 0, 0, 1])
    scene.client.socket.write(header)
    await scene.client.closed
    expect(scene.broker.entries.filter(e => e.level === 'warn').map(e => e.attributes['error'])).toEqual([
      'api 99 version 0 is not spoken here, ask ApiVersions for what is',
    ])
  })
})
