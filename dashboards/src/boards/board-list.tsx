import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { getBoards } from '../api/boards.ts'
import { Badge } from '../ui/badge.tsx'
import controls from '../ui/controls.module.css'
import { FindField } from '../ui/find-field.tsx'
import { Loading } from '../ui/loading.tsx'
import { Page, Section, Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { Table } from '../ui/table.tsx'
import { isFound, useFind } from '../ui/use-find.ts'
import { NewBoard } from './new-board.tsx'

const origins = { shipped: 'comes with Millrace', file: 'a file', saved: 'saved here' }

/** All dashboards. */
export function BoardList() {
  const [, navigate] = useLocation()
  const [sought, setSought] = useFind()
  const [making, setMaking] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: ['boards'],
    queryFn: ({ signal }) => getBoards(signal),
  })
  const bar = (
    <>
      <button type="button" className={controls['primary']} onClick={() => setMaking(true)}>
        New dashboard
      </button>
      <Link href="/dashboards/import" className={controls['button'] ?? ''}>
        Import from Grafana
      </Link>
    </>
  )
  const shown = (data?.dashboards ?? []).filter(({ name, title, description }) =>
    isFound(`${name} ${title} ${description}`, sought),
  )
  return (
    <Page title="Dashboards" bar={bar}>
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="dashboards" />}
      {data !== undefined && (
        <Section>
          <Tools>
            <FindField value={sought} onChange={setSought} />
          </Tools>
          <Table
            label="Dashboards"
            columns={[
              {
                title: 'Dashboard',
                about: true,
                show: row => <strong>{row.title || row.name}</strong>,
                sort: row => row.title || row.name,
              },
              {
                title: 'What it shows',
                show: row =>
                  row.problem === '' ? row.description : <Badge tone="bad">cannot be read</Badge>,
              },
              { title: 'From', show: row => origins[row.origin], sort: row => row.origin, oneLine: true },
              { title: 'Version', show: row => (row.version === 0 ? '' : row.version), align: 'right' },
            ]}
            rows={shown}
            keyOf={({ name }) => name}
            onOpen={({ name }) => navigate(`/dashboards/${name}`)}
          />
        </Section>
      )}
      {making && <NewBoard onClose={() => setMaking(false)} />}
    </Page>
  )
}
