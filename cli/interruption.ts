import { exitInterrupted } from './command.ts'

/** Ctrl-C or SIGTERM as a signal to abort by; a second one ends the process at once. */
export function interruption(): AbortController {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(exitInterrupted)
      stop.abort()
    })
  return stop
}
