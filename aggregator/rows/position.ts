import { isPlausibleTime } from '../../lib/otlp/index.ts'

/** Where a Kafka record stands, and what its rows take from it. Everything here is the same whenever it is read again. */
export class RecordPosition {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** The record's own time: rows say with it when they came in. */
  readonly timestampMs: number
  /** The agent that sent it, '' for other producers. */
  readonly agent: string
  /** Whose all of the record is; '' where its resources may say so. */
  readonly tenant: string
  /** The same time in nanoseconds, in two halves: for lines that have no time of their own. */
  readonly nanosLow: number
  readonly nanosHigh: number

  constructor(
    topic: string,
    partition: number,
    offset: number,
    timestampMs: number,
    agent: string,
    tenant = '',
  ) {
    this.topic = topic
    this.partition = partition
    this.offset = offset
    const nanos = BigInt(Math.max(0, timestampMs)) * 1_000_000n
    const high = Number(nanos >> 32n)
    // producers may leave the time out (-1) or send nonsense
    const plausible = isPlausibleTime(high)
    this.timestampMs = plausible ? timestampMs : 0
    this.nanosLow = plausible ? Number(nanos & 0xffff_ffffn) : 0
    this.nanosHigh = plausible ? high : 0
    this.agent = agent
    this.tenant = tenant
  }

  /** Days since 1970. */
  get day(): number {
    return Math.floor(this.timestampMs / 86_400_000)
  }
}
