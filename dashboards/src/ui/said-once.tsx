import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useId,
  useState,
  useSyncExternalStore,
} from 'react'
import { inZone } from './in-zone.ts'
import problem from './problem.module.css'
import { useTimes } from './times.ts'

/** Errors of parts of a view, by the part. */
class Told {
  readonly #errors = new Map<string, string>()
  readonly #listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** What several parts say alike. */
  readonly common = (): string | undefined => {
    const seen = new Set<string>()
    for (const error of this.#errors.values()) {
      if (seen.has(error)) return error
      seen.add(error)
    }
    return undefined
  }

  tell(part: string, error: string): () => void {
    this.#errors.set(part, error)
    this.#changed()
    return () => {
      this.#errors.delete(part)
      this.#changed()
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}

const Shared = createContext<Told | undefined>(undefined)
const never = () => () => undefined
const nothing = () => undefined

/** Says above its parts what several of them would say alike. */
export function SaidOnce({ children }: { children: ReactNode }) {
  const [told] = useState(() => new Told())
  const common = useSyncExternalStore(told.subscribe, told.common)
  const times = useTimes()
  return (
    <Shared value={told}>
      {common !== undefined && (
        <div className={problem['problem']} role="alert">
          <strong>no answer</strong>
          <p className={problem['detail']}>{inZone(common, times)}</p>
        </div>
      )}
      {children}
    </Shared>
  )
}

/** Tells what is wrong with a part; whether it is said above, so that it need not be said again. */
export function useSaidAbove(error: string | undefined): boolean {
  const told = useContext(Shared)
  const part = useId()
  useEffect(() => (error === undefined ? undefined : told?.tell(part, error)), [told, part, error])
  const common = useSyncExternalStore(told?.subscribe ?? never, told?.common ?? nothing)
  return error !== undefined && common === error
}
