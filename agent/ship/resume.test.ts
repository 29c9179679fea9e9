import { describe, expect, test } from 'vitest'
import { type ResumeFacts, resumeAt, sequences } from './resume.ts'

const facts: ResumeFacts = {
  broker: { producerEpoch: 0, lastSequence: 149 },
  producer: { epoch: 0, established: true, base: 0 },
  acked: 100,
  start: 0,
  end: 200,
}

describe('after a restart the shipper', () => {
  test('goes on right after what the broker has', () => {
    expect(resumeAt(facts)).toEqual({ kind: 'continue', offset: 150 })
  })

  test('counts sequences from the producer\u2019s first offset', () => {
    const broker = { producerEpoch: 0, lastSequence: 49 }
    const own = { ...facts, broker, producer: { ...facts.producer, base: 90 } }
    expect(resumeAt(own)).toEqual({ kind: 'continue', offset: 140 })
  })

  test('finds the offset across the wrap of the sequence', () => {
    const acked = 3 * sequences - 10
    const wrapped = { ...facts, acked, end: acked + 100, broker: { producerEpoch: 0, lastSequence: 4 } }
    expect(resumeAt(wrapped)).toEqual({ kind: 'continue', offset: acked + 15 })
  })

  test('repeats the same numbers where the producer was never acknowledged', () => {
    const fresh = { ...facts, broker: undefined, producer: { epoch: 0, established: false, base: 0 } }
    expect(resumeAt(fresh)).toEqual({ kind: 'continue', offset: 100 })
  })

  test('takes a new producer where the broker forgot the old one', () => {
    expect(resumeAt({ ...facts, broker: undefined })).toEqual({
      kind: 'new-producer',
      offset: 100,
      why: 'forgotten',
    })
  })

  test('sends again what the broker lost, as long as the spool has it', () => {
    const behind = { ...facts, broker: { producerEpoch: 0, lastSequence: 49 } }
    expect(resumeAt(behind)).toEqual({ kind: 'continue', offset: 50, note: 'broker-lost-data' })
    expect(resumeAt({ ...behind, start: 80 })).toEqual({
      kind: 'new-producer',
      offset: 100,
      why: 'disagreement',
    })
  })

  test('prefers sending twice to losing where the spool was set back', () => {
    const ahead = { ...facts, broker: { producerEpoch: 0, lastSequence: 499 } }
    expect(resumeAt(ahead)).toEqual({ kind: 'new-producer', offset: 100, why: 'disagreement' })
  })

  test('leaves a producer whose epoch somebody moved on', () => {
    const fenced = { ...facts, broker: { producerEpoch: 1, lastSequence: 149 } }
    expect(resumeAt(fenced)).toEqual({ kind: 'new-producer', offset: 150, why: 'fenced' })
  })
})
