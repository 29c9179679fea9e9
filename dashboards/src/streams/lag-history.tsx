import { useQuery } from '@tanstack/react-query'
import type { StreamLagAnswer } from '../../../query/index.ts'
import { getGroupLag } from '../api/streams.ts'
import { Chart } from '../charts/chart.tsx'
import panel from '../charts/panel.module.css'
import type { Unit } from '../charts/units.ts'
import { Answered } from '../ui/answered.tsx'
import { refreshMs } from './topics.tsx'

type Sample = StreamLagAnswer['samples'][number]
type Figure = 'lagRecords' | 'lagSeconds'

/** How far a group was behind over the last hour, in records and in time. */
export function LagHistory({ group }: { group: string }) {
  const { data, error } = useQuery({
    queryKey: ['group-lag', group],
    queryFn: ({ signal }) => getGroupLag(group, signal),
    refetchInterval: refreshMs,
  })
  const drawn = (title: string, figure: Figure, unit: Unit) => (
    <section className={panel['panel']} aria-label={title}>
      <h2>{title}</h2>
      <Answered data={data} error={error} empty={nothingYet}>
        {({ samples }) => (
          <Chart
            times={samples.map(({ atMs }) => atMs / 1000)}
            series={seriesOf(samples, figure)}
            unit={unit}
            onBrush={() => undefined}
          />
        )}
      </Answered>
    </section>
  )
  return (
    <div className={panel['beside']}>
      {drawn('Records behind, last hour', 'lagRecords', 'number')}
      {drawn('Time behind, last hour', 'lagSeconds', 's')}
    </div>
  )
}

function nothingYet({ samples, sampleMs }: StreamLagAnswer): string | undefined {
  return samples.length < 2
    ? `It is measured every ${sampleMs / 1000} s: the first line comes soon.`
    : undefined
}

function seriesOf(samples: readonly Sample[], figure: Figure) {
  const names = [...new Set(samples.flatMap(({ topics }) => topics.map(({ topic }) => topic)))].sort()
  return names.map(name => ({
    name,
    values: samples.map(({ topics }) => topics.find(({ topic }) => topic === name)?.[figure] ?? null),
  }))
}
