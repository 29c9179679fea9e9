/** Kafka's choice: java.lang.String.hashCode of the id; its tools check it. */
export function partitionOf(groupId: string, partitions: number): number {
  let hash = 0
  for (let i = 0; i < groupId.length; i++) hash = (Math.imul(hash, 31) + groupId.charCodeAt(i)) | 0
  return (hash === -0x8000_0000 ? 0 : Math.abs(hash)) % partitions
}
