import type { LogLine } from '../api/schemas.ts'
import { type CaughtUp, endsOf, readBetween } from './catch-up.ts'
import { Follower, type Seen } from './follower.ts'
import type { TailHub } from './hub.ts'
import type { Positions, TailPosition } from './positions.ts'
import type { TailSink } from './sink.ts'

/** Sends what a follower is to see; returns when the follower is gone. */
export type TailStreamer = (sink: TailSink) => Promise<void>

export interface TailQuestion {
  tenant: string
  matches: (line: LogLine) => boolean
  /** Lines of the store to begin with, the oldest first. */
  before?: readonly LogLine[]
  /** From there on nothing is left out; without it, from now on. */
  from?: Positions
}

const heartbeatMs = 5_000

/**
 * Begins to follow; resolves once no further line can be missed, so that whoever is answered then may rely on it. The
 * streamer must be run: it also ends the following. Events: `log`, `dropped` and `heartbeat`; the id of each says where in the
 * topic it leaves off. Errors: TOO_MANY_TAILS, TAIL_INTERRUPTED; those of the Kafka client.
 */
export async function followTail(hub: TailHub, question: TailQuestion): Promise<TailStreamer> {
  return question.from === undefined ? await fromNow(hub, question) : fromThere(hub, question, question.from)
}

async function fromNow(hub: TailHub, { tenant, matches, before = [] }: TailQuestion): Promise<TailStreamer> {
  const follower = new Follower(matches)
  const { start, leave } = await hub.follow(tenant, follower.take)
  follower.begin(start)
  return async sink => {
    try {
      for (const line of before) await follower.send(sink, line)
      await live(sink, follower)
    } finally {
      await leave()
    }
  }
}

/** What lies behind is read first, without a place among those who follow; then what came meanwhile, and then all that comes. */
function fromThere(
  hub: TailHub,
  { tenant, matches, before = [] }: TailQuestion,
  from: Positions,
): TailStreamer {
  const { client, lines } = hub
  return async sink => {
    const follower = new Follower(matches)
    follower.continue(from)
    for (const line of before) await follower.send(sink, line)
    const catchUp = async (ends: ReadonlyMap<number, number>) => {
      for await (const part of readBetween(client, lines, follower.positions, ends)) {
        if (sink.isGone) return
        await sendPart(sink, follower, part, tenant, matches)
      }
    }
    const ends = await endsOf(client, lines.topic)
    follower.continue(await beginnings(hub, ends, from))
    await catchUp(ends)
    const { start, leave } = await hub.follow(tenant, follower.take)
    try {
      if (start !== undefined) await catchUp(start)
      await live(sink, follower)
    } finally {
      await leave()
    }
  }
}

/** Partitions that were not there when the follower left have nothing but what is new. */
async function beginnings(
  { client, lines }: TailHub,
  ends: ReadonlyMap<number, number>,
  from: Positions,
): Promise<Positions> {
  const found = new Map<number, TailPosition>()
  for (const partition of ends.keys())
    if (!from.has(partition)) {
      const offset = await client.listOffset(lines.topic, partition, 'earliest')
      found.set(partition, { offset, index: 0 })
    }
  return found
}

async function sendPart(
  sink: TailSink,
  follower: Follower,
  part: CaughtUp,
  tenant: string,
  matches: (line: LogLine) => boolean,
): Promise<void> {
  for (const { tenant: of, line } of part.lines) {
    if (of !== tenant || !matches(line)) continue
    const seen: Seen = { line, partition: part.partition }
    await follower.sendSeen(sink, seen)
  }
  follower.passed(part.partition, part.next)
  if (part.gone > 0) await follower.sendDropped(sink, part.gone)
}

async function live(sink: TailSink, follower: Follower): Promise<void> {
  sink.onGone(() => follower.wake())
  const beat = setInterval(() => follower.wake(), heartbeatMs)
  try {
    while (!sink.isGone) await follower.sendWaiting(sink)
  } finally {
    clearInterval(beat)
  }
}
