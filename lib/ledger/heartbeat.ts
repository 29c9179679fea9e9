/**
 * What an agent says about itself every few seconds, as JSON, in the heartbeats topic with the agent's id as the key.
 *
 * Meaning of the watermark: every record whose time the agent could know to be before `watermarkMs` stands in the
 * topics at offsets below those named in `lanes`. An aggregator that has committed those offsets is complete to it.
 */
export interface Heartbeat {
  schema: 1
  agent: string
  host: string
  version: string
  /** SHA-256 of the effective configuration of the agent, first 12 hex digits. */
  configDigest: string
  sentMs: number
  startedMs: number
  watermarkMs: number
  lanes: HeartbeatLane[]
  /** Bytes each source still has to read; `title` is what the configuration calls those that read it, where it does. */
  sources: { source: string; title?: string; lagBytes: number }[]
  /** Lines dropped since start, by rule. */
  dropped: Record<string, number>
  /** True in the last heartbeat of an agent that was stopped on purpose: it is not missing afterwards. */
  stopped: boolean
}

export interface HeartbeatLane {
  topic: string
  partition: number
  /** One past the last acknowledged topic offset of this lane; 0 where nothing was sent yet. */
  offset: number
  /** Bytes in the spool not yet acknowledged. */
  spoolBytes: number
}

/** Undefined for what is not a heartbeat of a schema we know: anyone may write to a topic. */
export function readHeartbeat(value: Buffer): Heartbeat | undefined {
  try {
    const heartbeat = JSON.parse(value.toString('utf8')) as Partial<Heartbeat>
    const whole =
      heartbeat.schema === 1 && typeof heartbeat.agent === 'string' && Array.isArray(heartbeat.lanes)
    return whole && Number.isFinite(heartbeat.sentMs) ? (heartbeat as Heartbeat) : undefined
  } catch {
    return undefined
  }
}
