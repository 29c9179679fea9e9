/** Where telemetry comes from. */
export interface Source {
  /** Bytes still to be read, by the ledger's source. */
  lag(): { source: string; lagBytes: number }[]
  /** Stops taking things in; resolves when all that was taken in is durable or was refused. */
  close(): Promise<void>
}
