/** What a rule did since the start. */
export interface RuleFigures {
  name: string
  /** Records that its condition holds for. */
  matched: number
  changed: number
  dropped: number
  /** Of bodies and attributes; negative where the rule added more. */
  bytesSaved: number
  /** Estimated from a sample. */
  cpuMs: number
}

export function newFigures(name: string): RuleFigures {
  return { name, matched: 0, changed: 0, dropped: 0, bytesSaved: 0, cpuMs: 0 }
}
