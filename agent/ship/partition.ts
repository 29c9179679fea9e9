/** The partition of a lane: the same for the same agent and lane. FNV-1a over `agent/lane`. */
export function partitionOf(agentId: string, lane: string, partitions: number): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(`${agentId}/${lane}`)) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash >>> 0) % partitions
}
