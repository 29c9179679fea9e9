import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Link } from 'wouter'
import * as z from 'zod/mini'
import { previewRules } from '../api/streams.ts'
import { useAddress } from '../ui/address.ts'
import controls from '../ui/controls.module.css'
import { Note, Page, Section, Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { TriedRules } from './tried-rules.tsx'
import { useAgents } from './use-agents.ts'

const schema = z.object({
  rules: z._default(z.string(), ''),
  agent: z._default(z.string(), ''),
  since: z._default(z.string(), 'now-1h'),
})
type View = z.infer<typeof schema>

const spans = {
  'now-15m': 'last 15 minutes',
  'now-1h': 'last hour',
  'now-6h': 'last 6 hours',
  'now-24h': 'last 24 hours',
}

const template = `agent:
  transforms:
    - { name: health, type: drop, where: '|= "/healthz"' }
    - { name: mail, type: redact, kinds: [email] }
`

/** What changed rules would do to the lines that the topic retains: nothing is changed. */
export function TryRules() {
  const [view, change] = useAddress(schema)
  return (
    <Page
      title="Try rules"
      bar={
        <Link href="/fleet" className={controls['link'] ?? ''}>
          All agents
        </Link>
      }
    >
      <Section>
        <RulesForm key={JSON.stringify(view)} view={view} onTry={change} />
        {view.rules !== '' && <Tried view={view} />}
      </Section>
    </Page>
  )
}

function RulesForm({ view, onTry }: { view: View; onTry: (view: View) => void }) {
  const [wanted, setWanted] = useState({ ...view, rules: view.rules || template })
  const agents = useAgents().data?.agents.map(({ agent }) => agent) ?? []
  const set = (part: Partial<View>) => setWanted({ ...wanted, ...part })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onTry(wanted)
  }
  return (
    <form aria-label="Rules" onSubmit={submit}>
      <p>
        <textarea
          required
          aria-label="Rules, as in millrace.yaml"
          rows={Math.min(24, wanted.rules.split('\n').length + 2)}
          style={{ width: '100%' }}
          spellCheck={false}
          value={wanted.rules}
          onChange={event => set({ rules: event.target.value })}
        />
      </p>
      <Tools>
        <label>
          Lines of
          <select value={wanted.agent} onChange={event => set({ agent: event.target.value })}>
            <option value="">all agents</option>
            {[...new Set([...agents, wanted.agent])].filter(Boolean).map(agent => (
              <option key={agent}>{agent}</option>
            ))}
          </select>
        </label>
        <label>
          Since
          <select value={wanted.since} onChange={event => set({ since: event.target.value })}>
            {Object.entries(spans).map(([since, title]) => (
              <option key={since} value={since}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" className={controls['primary']}>
          Try
        </button>
        <span>
          Lines are taken as the topic has them now: behind the rules that are in force. Nothing is changed.
        </span>
      </Tools>
    </form>
  )
}

function Tried({ view: { rules, agent, since } }: { view: View }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['try-rules', rules, agent, since],
    queryFn: () => previewRules({ text: rules, agent, since }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Note>Trying…</Note>
  return <TriedRules tried={data} />
}
