import { useCallback, useEffect, useRef, useState } from 'react'
import type { LogLine } from '../../../../query/index.ts'
import { openTail } from '../../api/tail.ts'
import { kept, type LiveLines, noLines, withFresh, withGap } from './lines.ts'

const drawMs = 150

export interface Tail extends LiveLines {
  /** Lines that came in and are held back. */
  waiting: number
  dropped: number
  connected: boolean
  /** How often the connection broke; nothing is missing for it. */
  breaks: number
  clear: () => void
  /** Shows what was held back. */
  release: () => void
}

interface Waiting {
  lines: LogLine[]
  /** Left out before them, as the server or this page says. */
  dropped: number
}

/** Follows lines as they come in, a few times a second. While `isHeld`, those that come wait: nothing moves under a reader. */
export function useTail(query: string, isHeld: boolean): Tail {
  const [live, setLive] = useState<LiveLines>(noLines)
  const [waiting, setWaiting] = useState(0)
  const [dropped, setDropped] = useState(0)
  const [connected, setConnected] = useState(false)
  const [breaks, setBreaks] = useState(0)
  const incoming = useRef<Waiting>({ lines: [], dropped: 0 })
  const held = useRef(isHeld)
  held.current = isHeld
  const take = useCallback(() => {
    const { lines, dropped: gone } = incoming.current
    incoming.current = { lines: [], dropped: 0 }
    setWaiting(0)
    if (gone > 0) setDropped(all => all + gone)
    if (lines.length + gone > 0) setLive(all => withFresh(withGap(all, gone), lines))
  }, [])
  useEffect(() => {
    const close = openTail(query, {
      onConnected: isConnected => {
        setConnected(isConnected)
        if (!isConnected) setBreaks(count => count + 1)
      },
      onLine: line => {
        const { current } = incoming
        current.lines.push(line)
        if (current.lines.length <= kept) return
        current.lines.shift()
        current.dropped++
      },
      onDropped: count => {
        incoming.current.dropped += count
      },
    })
    const timer = setInterval(() => {
      if (held.current) setWaiting(incoming.current.lines.length)
      else take()
    }, drawMs)
    return () => {
      clearInterval(timer)
      close()
    }
  }, [query, take])
  const clear = () => {
    incoming.current = { lines: [], dropped: 0 }
    setWaiting(0)
    setLive(noLines)
  }
  return { ...live, waiting, dropped, connected, breaks, clear, release: take }
}
