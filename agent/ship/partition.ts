import { hashOf } from '../hash.ts'

/** The partition of a lane: the same for the same agent and lane. */
export function partitionOf(agentId: string, lane: string, partitions: number): number {
  return hashOf(`${agentId}/${lane}`) % partitions
}
