import { join } from 'node:path'

/** Every name that the agent puts on disk, below `dataDir`. */
export function agentFolder(dataDir: string): string {
  return join(dataDir, 'agent')
}

/** One lane: the segments of its log and `lane.json`. */
export function laneFolder(agent: string, signal: string): string {
  return join(agent, 'spool', signal)
}

/** Which topic-partition the lane goes to, under which producer id, and how far that is known to have got. */
export function laneStateFile(lane: string): string {
  return join(lane, 'lane.json')
}

/** A record of the lane that goes line by line: a lane of its own, `divided-000…42` for the one at offset 42. */
export function dividedFolder(lane: string, offset: number): string {
  return join(lane, `divided-${String(offset).padStart(20, '0')}`)
}

/** Whether a name in a lane's folder is such a one, finished or not. */
export function isDivided(name: string): boolean {
  return name.startsWith('divided-')
}

/** Batches that the brokers refuse for good, or that can no longer be read, as they were: `logs-000…42.batch`. */
export function quarantineFolder(agent: string): string {
  return join(agent, 'quarantine')
}

/** How far each file had been read as of one offset of the spool's lane of logs. */
export function positionsFile(agent: string): string {
  return join(agent, 'positions.json')
}

/** How far an output has got in a lane. */
export function outputStateFile(agent: string, output: string, lane: string): string {
  return join(agent, 'outputs', output, `${lane}.json`)
}

/** Where and how commands reach the running agent. */
export function adminFile(agent: string): string {
  return join(agent, 'admin.json')
}
