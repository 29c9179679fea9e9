import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { StreamMessagesAnswer } from '../../../query/index.ts'
import { getMessages } from '../api/streams.ts'
import controls from '../ui/controls.module.css'
import { Empty } from '../ui/empty.tsx'
import { formatCount } from '../ui/format.ts'
import { Note, Section, Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { Stale } from '../ui/stale.tsx'
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
  const top = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is read from its beginning
  useEffect(() => {
    // newer browsers answer a promise, which is no cleanup
    top.current?.scrollIntoView({ block: 'nearest' })
  }, [from])
  const messages = live ? following.messages : (found.data?.messages ?? [])
  return (
    <Section>
      <div ref={top} />
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
      <Stale when={!live && found.isPlaceholderData}>
        {messages.length > 0 && (
          <MessageTable
            topic={topic}
            format={format}
            messages={messages}
            opened={view.record}
            onOpen={record => onChange({ record })}
          />
        )}
        {!live && found.data !== undefined && <Scanned view={view} answer={found.data} onChange={onChange} />}
      </Stale>
      {writing && <WriteMessage topic={topic} partitions={partitions} onClose={() => setWriting(false)} />}
    </Section>
  )
}

interface ScannedProperties {
  view: MessagesView
  answer: StreamMessagesAnswer
  onChange: (part: Partial<MessagesView>) => void
}

/** What was looked at, and the pages beside this one. */
function Scanned({ view, answer, onChange }: ScannedProperties) {
  const { messages, scanned, next, before } = answer
  const goTo = (text: string, from: string | null) =>
    from !== null && (
      <button type="button" className={controls['button']} onClick={() => onChange({ from })}>
        {text}
      </button>
    )
  return (
    <Tools>
      <span role="status">
        {formatCount(messages.length)} shown, {formatCount(scanned)} looked at
      </span>
      {goTo(messages.length === 0 ? 'Look further back' : 'Older', before)}
      {goTo(messages.length === 0 ? 'Look further' : 'Next', next)}
      {view.from !== 'latest' && goTo('The youngest', 'latest')}
    </Tools>
  )
}
