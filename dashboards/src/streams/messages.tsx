import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { StreamMessage } from '../../../query/index.ts'
import { getMessages } from '../api/streams.ts'
import controls from '../ui/controls.module.css'
import { Empty } from '../ui/empty.tsx'
import { formatCount } from '../ui/format.ts'
import { Note, Section } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { MessageFilters } from './message-filters.tsx'
import { MessageTable } from './message-table.tsx'
import type { MessagesView } from './messages-view.ts'
import { useLiveMessages } from './use-live-messages.ts'
import { WriteMessage } from './write-message.tsx'

interface Properties {
  topic: string
  partitions: number
  writable: boolean
  view: MessagesView
  onChange: (part: Partial<MessagesView>) => void
}

const limit = 100

/** Records of a topic: the youngest, from a place on, or as they come in. */
export function Messages({ topic, partitions, writable, view, onChange }: Properties) {
  const [live, setLive] = useState(false)
  const [writing, setWriting] = useState(false)
  const { partition, from, key, text, format } = view
  const request = { partition, from, key, text, format }
  const found = useQuery({
    queryKey: ['messages', topic, request],
    queryFn: ({ signal }) => getMessages(topic, request, limit, signal),
    placeholderData: keepPreviousData,
    enabled: !live,
  })
  const following = useLiveMessages(topic, request, live)
  const messages = live ? following.messages : (found.data?.messages ?? [])
  return (
    <Section>
      <MessageFilters
        key={JSON.stringify(request)}
        view={view}
        partitions={partitions}
        onRun={onChange}
        onReload={() => void found.refetch()}
      >
        <button
          type="button"
          className={live ? controls['pressed'] : controls['button']}
          aria-pressed={live}
          onClick={() => setLive(!live)}
        >
          {live ? '■ Stop' : '▶ Live'}
        </button>
        {writable && (
          <button type="button" className={controls['button']} onClick={() => setWriting(true)}>
            Write one
          </button>
        )}
      </MessageFilters>
      {!live && found.error !== null && <Problem error={found.error} onRetry={() => void found.refetch()} />}
      {live && following.problem !== '' && <p role="status">{following.problem}</p>}
      {!live && found.isPending && <Note>Reading…</Note>}
      {live && messages.length === 0 && <Note>Waiting for the next record…</Note>}
      {!live && found.data?.messages.length === 0 && <Empty title="No records here" />}
      {messages.length > 0 && <MessageTable messages={messages} />}
      {!live && found.data !== undefined && (
        <Scanned
          view={view}
          messages={messages}
          scanned={found.data.scanned}
          complete={found.data.complete}
          onChange={onChange}
        />
      )}
      {writing && <WriteMessage topic={topic} partitions={partitions} onClose={() => setWriting(false)} />}
    </Section>
  )
}

interface ScannedProperties {
  view: MessagesView
  messages: readonly StreamMessage[]
  scanned: number
  complete: boolean
  onChange: (part: Partial<MessagesView>) => void
}

/** What was looked at, and the way on where one partition is read. */
function Scanned({ view, messages, scanned, complete, onChange }: ScannedProperties) {
  const last = messages.at(-1)
  const canGoOn = view.from !== 'latest' && view.partition !== '' && messages.length >= limit
  return (
    <p>
      {formatCount(messages.length)} shown, {formatCount(scanned)} looked at
      {!complete && ': it ended there. Begin at a later place to go on'}{' '}
      {canGoOn && last !== undefined && (
        <button
          type="button"
          className={controls['button']}
          onClick={() => onChange({ from: `offset:${last.offset + 1}` })}
        >
          Next {limit}
        </button>
      )}
    </p>
  )
}
