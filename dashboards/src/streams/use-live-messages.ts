import { useEffect, useRef, useState } from 'react'
import type { StreamMessage } from '../../../query/index.ts'
import { followMessages, type MessagesRequest } from '../api/streams.ts'

const kept = 500
const drawMs = 200

/** The last records as they come in, the youngest first; drawn a few times a second. */
export function useLiveMessages(topic: string, request: MessagesRequest, enabled: boolean) {
  const [messages, setMessages] = useState<readonly StreamMessage[]>([])
  const [problem, setProblem] = useState('')
  const incoming = useRef<StreamMessage[]>([])
  const asked = JSON.stringify(request)
  useEffect(() => {
    if (!enabled) return
    setMessages([])
    setProblem('')
    incoming.current = []
    const close = followMessages(topic, JSON.parse(asked) as MessagesRequest, {
      message: message => {
        incoming.current.push(message)
        if (incoming.current.length > kept) incoming.current.shift()
      },
      problem: setProblem,
    })
    const timer = setInterval(() => {
      const fresh = incoming.current.reverse()
      incoming.current = []
      if (fresh.length > 0) setMessages(present => [...fresh, ...present].slice(0, kept))
    }, drawMs)
    return () => {
      clearInterval(timer)
      close()
    }
  }, [topic, asked, enabled])
  return { messages, problem }
}
