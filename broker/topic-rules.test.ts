import { describe, expect, it } from 'vitest'
import { apis, errorCodes, type RecordInput, writeBatch } from '../lib/kafka/index.ts'
import { record, Scene, testTimeout } from './testing/scene.ts'

describe("a topic's rules for what is produced to it", testTimeout, () => {
  const scene = Scene.forEachTest()

  async function answerOf(records: RecordInput[], acks = -1) {
    const { responses } = await scene.client.send(apis.produce, 9, {
      acks,
      timeoutMs: 1000,
      topicData: [{ name: 't', partitionData: [{ index: 0, records: writeBatch(records) }] }],
    })
    return responses[0]?.partitionResponses[0]
  }

  it('are told by record and in words', async () => {
    await scene.createTopic('t', 1, { 'cleanup.policy': 'compact' })
    const answer = await answerOf([{ ...record('a'), key: Buffer.from('k') }, record('b')])
    expect(answer).toMatchObject({
      errorCode: errorCodes.INVALID_RECORD,
      baseOffset: -1,
      logAppendTimeMs: -1,
    })
    expect(answer?.recordErrors).toEqual([
      {
        batchIndex: 1,
        batchIndexErrorMessage: 'Compacted topic cannot accept message without key in topic partition t-0',
      },
    ])
    expect(answer?.errorMessage).toMatch(/^One or more records have been rejected due to 1 record errors/)
    expect((await scene.fetch(0)).highWatermark).toBe(0)
  })

  it('give the time of the append back, in the answer, the records and the index', async () => {
    await scene.createTopic('t', 1, { 'message.timestamp.type': 'LogAppendTime' })
    const answer = await answerOf([record('a', 5)])
    const timestampMs = answer?.logAppendTimeMs ?? 0
    expect(Math.abs(Date.now() - timestampMs)).toBeLessThan(60_000)
    const { topics } = await scene.client.send(apis.listOffsets, 7, {
      replicaId: -1,
      topics: [{ name: 't', partitions: [{ partitionIndex: 0, timestamp: -3 }] }],
    })
    expect(topics[0]?.partitions[0]).toMatchObject({ offset: 0, timestamp: timestampMs })
  })

  it('take acks=all though more replicas are asked for than there can be, as Kafka does', async () => {
    await scene.createTopic('t', 1, { 'min.insync.replicas': '2' })
    expect(await answerOf([record('a')])).toMatchObject({ errorCode: 0, baseOffset: 0, logAppendTimeMs: -1 })
  })

  it('keep zstd from clients that cannot read it', async () => {
    await scene.createTopic('t', 1, { 'compression.type': 'zstd' })
    expect((await answerOf([record('a')]))?.errorCode).toBe(0)
    expect((await scene.fetch(0, { version: 9 })).errorCode).toBe(errorCodes.UNSUPPORTED_COMPRESSION_TYPE)
    expect((await scene.fetch(0, { version: 10 })).values).toEqual(['a'])
  })
})
