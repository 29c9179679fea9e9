import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { getReceivers, testReceiver } from '../api/alerts.ts'
import controls from '../ui/controls.module.css'
import { Empty } from '../ui/empty.tsx'
import { Loading } from '../ui/loading.tsx'
import { Section } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { Table } from '../ui/table.tsx'

const ways = [
  {
    what: 'in millrace.yaml',
    command:
      "alerting: { receivers: [ { name: ops, slack: [ { url: 'https://hooks.slack.com/…' } ] } ], route: { receiver: ops } }",
  },
]

/** Who is told of alerts, and whether that works. */
export function ContactPoints() {
  const { data, error, refetch } = useQuery({
    queryKey: ['receivers'],
    queryFn: ({ signal }) => getReceivers(signal),
  })
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="contact points" />
  const { receivers, alertmanagers, routes } = data
  if (receivers.length === 0 && alertmanagers.length === 0)
    return <Empty title="Nobody is told of alerts" commands={ways} />
  return (
    <Section>
      <Table
        label="Contact points"
        columns={[
          { title: 'Name', show: ({ name }) => name, sort: ({ name }) => name },
          { title: 'How', show: row => row.ways.join(', ') },
          { title: '', show: ({ name }) => <Test name={name} /> },
        ]}
        rows={receivers}
        keyOf={({ name }) => name}
      />
      {alertmanagers.length > 0 && <p>All alerts go to Alertmanager too: {alertmanagers.join(', ')}</p>}
      <h2>Which alerts go to whom</h2>
      <Table
        label="Routes"
        columns={[
          { title: 'Alerts with', show: ({ match }) => <code>{match}</code> },
          { title: 'To', show: ({ receiver }) => receiver || 'nobody' },
        ]}
        rows={routes}
        keyOf={route => JSON.stringify(route)}
      />
    </Section>
  )
}

function Test({ name }: { name: string }) {
  const [said, setSaid] = useState('')
  const test = async () => {
    setSaid('Sending…')
    try {
      const { failures } = await testReceiver(name)
      setSaid(failures.length === 0 ? 'It was taken.' : failures.join('; '))
    } catch (failure) {
      setSaid((failure as Error).message)
    }
  }
  return (
    <>
      <button type="button" className={controls['button']} onClick={() => void test()}>
        Send a test
      </button>{' '}
      <span role="status">{said}</span>
    </>
  )
}
