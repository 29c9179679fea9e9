/** Sequence numbers wrap here (KIP-98: int32, never negative). */
export const sequences = 2 ** 31

/** The sequence of the record that is so many after the producer's first. */
export function sequenceOf(place: number): number {
  return ((place % sequences) + sequences) % sequences
}

export interface ResumeFacts {
  /** What the broker remembers of the producer. */
  broker: { producerEpoch: number; lastSequence: number } | undefined
  /** `base` is the spool offset of its sequence 0. */
  producer: { epoch: number; established: boolean; base: number }
  /** Spool offsets: known to be acknowledged up to, first one still there, and end. */
  acked: number
  start: number
  end: number
}

export type Resume =
  | { kind: 'continue'; offset: number; note?: 'broker-lost-data' }
  | { kind: 'new-producer'; offset: number; why: 'forgotten' | 'fenced' | 'disagreement' }

/**
 * Where to go on after a restart or a refused sequence. The sequence of a batch is its spool offset, counted
 * from the producer's first one, so the broker's last sequence says which offset comes next.
 *
 * Where the two memories cannot be reconciled the choice is for no loss: a new producer starts at what is known to be
 * acknowledged, and what was written behind that is written twice. That takes a spool or a topic that was set back by
 * hand or by a lost disk.
 */
export function resumeAt(facts: ResumeFacts): Resume {
  const { broker, producer, acked, start, end } = facts
  if (broker === undefined) {
    // under the same numbers a batch still on its way from before the restart is the same batch: no duplicate
    if (!producer.established) return { kind: 'continue', offset: acked }
    return { kind: 'new-producer', offset: acked, why: 'forgotten' }
  }
  const next = (broker.lastSequence + 1) % sequences
  // the offset with that sequence at or after what is acknowledged, and the one a whole wrap before it
  const ahead = acked + ((next - sequenceOf(acked - producer.base) + sequences) % sequences)
  const behind = ahead - sequences
  if (broker.producerEpoch !== producer.epoch)
    return { kind: 'new-producer', offset: ahead <= end ? ahead : acked, why: 'fenced' }
  if (ahead <= end) return { kind: 'continue', offset: ahead }
  if (behind >= start) return { kind: 'continue', offset: behind, note: 'broker-lost-data' }
  return { kind: 'new-producer', offset: acked, why: 'disagreement' }
}
