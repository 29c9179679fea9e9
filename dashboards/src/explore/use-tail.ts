import { useCallback, useEffect, useRef, useState } from 'react'
import type { LogLine } from '../../../query/index.ts'
import { openTail } from '../api/tail.ts'

const kept = 5_000
const drawMs = 100

export interface Tail {
  lines: readonly LogLine[]
  /** Lines that came in while paused. */
  waiting: number
  dropped: number
  connected: boolean
  paused: boolean
  setPaused: (paused: boolean) => void
}

/** Follows lines as they come in. Drawn ten times a second at most; paused lines wait. */
export function useTail(query: string): Tail {
  const [lines, setLines] = useState<readonly LogLine[]>([])
  const [waiting, setWaiting] = useState(0)
  const [dropped, setDropped] = useState(0)
  const [connected, setConnected] = useState(false)
  const [paused, setPausedState] = useState(false)
  const incoming = useRef<LogLine[]>([])
  const isPaused = useRef(false)
  const draw = useCallback(() => {
    if (incoming.current.length === 0) return
    setWaiting(isPaused.current ? incoming.current.length : 0)
    if (isPaused.current) return
    const fresh = incoming.current.reverse()
    incoming.current = []
    setLines(present => [...fresh, ...present].slice(0, kept))
  }, [])
  useEffect(() => {
    const close = openTail(query, {
      onConnected: setConnected,
      onLine: line => {
        incoming.current.push(line)
        if (incoming.current.length > kept) incoming.current.shift()
      },
      onDropped: count => setDropped(present => present + count),
    })
    const timer = setInterval(draw, drawMs)
    return () => {
      clearInterval(timer)
      close()
    }
  }, [query, draw])
  const setPaused = (wanted: boolean) => {
    isPaused.current = wanted
    setPausedState(wanted)
    draw()
  }
  return { lines, waiting, dropped, connected, paused, setPaused }
}
