import type { LogEntry } from '../../lib/base/index.ts'

export interface Trouble {
  timeMs: number
  message: string
  /** What the line says besides. */
  details: string
}

const maxParts = 1_000

/** The last warning or error of each part of the agent, for who asks how it is. */
export class LastTroubles {
  readonly #byPart = new Map<string, Trouble>()

  /** To be given to the logger as a sink. */
  note({ level, component, timeMs, message, attributes }: LogEntry): void {
    if (level !== 'warn' && level !== 'error') return
    if (this.#byPart.size >= maxParts) this.#byPart.clear()
    const details = Object.entries(attributes).map(([key, value]) => `${key}=${String(value)}`)
    this.#byPart.set(component, { timeMs, message, details: details.join(' ') })
  }

  /** Of the part whose logger has this name at its end; null where it had none. */
  of(part: string): Trouble | null {
    for (const [component, trouble] of this.#byPart)
      if (component === part || component.endsWith(`.${part}`)) return trouble
    return null
  }
}
