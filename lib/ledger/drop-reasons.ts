/** Why bytes of a file are in no record: the ledger counts bytes under these names. */
export const byteReasons = ['cut', 'nul-hole', 'start-at-end', 'older'] as const
export type ByteReason = (typeof byteReasons)[number]

/** The name under which the ledger counts records that went because the spool was full. Every other name is a rule's. */
export const spoolFullReason = 'spool-full'

export function isByteReason(name: string): name is ByteReason {
  return (byteReasons as readonly string[]).includes(name)
}
