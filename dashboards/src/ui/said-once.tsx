import { useQueryClient } from '@tanstack/react-query'
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useId,
  useState,
  useSyncExternalStore,
} from 'react'
import { Problem } from './problem.tsx'
import styles from './said-once.module.css'

/** Errors of parts of a view, by the part. */
class Told {
  readonly #errors = new Map<string, Error>()
  readonly #listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** What several parts say alike. */
  readonly common = (): Error | undefined => {
    const seen = new Set<string>()
    for (const error of this.#errors.values()) {
      if (seen.has(error.message)) return error
      seen.add(error.message)
    }
    return undefined
  }

  tell(part: string, error: Error): () => void {
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
  const client = useQueryClient()
  const askAgain = () =>
    void client.refetchQueries({ type: 'active', predicate: ({ state }) => state.status === 'error' })
  return (
    <Shared value={told}>
      {common !== undefined && (
        <div className={styles['said']}>
          <Problem error={common} onRetry={askAgain} />
        </div>
      )}
      {children}
    </Shared>
  )
}

/** Tells what is wrong with a part; whether it is said above, so that it need not be said again. */
export function useSaidAbove(error: Error | null): boolean {
  const told = useContext(Shared)
  const part = useId()
  useEffect(() => (error === null ? undefined : told?.tell(part, error)), [told, part, error])
  const common = useSyncExternalStore(told?.subscribe ?? never, told?.common ?? nothing)
  return error !== null && common?.message === error.message
}
