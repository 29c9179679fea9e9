import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import type { TracesAnswer } from '../../../../query/index.ts'
import { getTraces } from '../../api/traces.ts'
import { Answered } from '../../ui/answered.tsx'
import { formatDuration, toMs } from '../../ui/format.ts'
import { Table } from '../../ui/table.tsx'
import { useTimes } from '../../ui/times.ts'
import type { PanelProperties } from '../panel-properties.ts'
import { questionsOf } from './questions.ts'

const limit = 50
const any = { service: '', operation: '', status: '', minDuration: '', maxDuration: '' }

/** The newest traces of the panel's query; one opens as its waterfall. */
export function TracesPanel({ panel, values, range }: PanelProperties) {
  const times = useTimes()
  const [, navigate] = useLocation()
  const query = questionsOf(panel, values, range).queries[0]?.query ?? ''
  const { data, error } = useQuery({
    queryKey: ['panel-traces', query, range],
    queryFn: ({ signal }) => getTraces({ query, ...any, ...range }, limit, signal),
    placeholderData: keepPreviousData,
  })
  return (
    <Answered data={data} error={error} empty={nothingFound}>
      {({ traces }) => (
        <Table
          label="Traces"
          columns={[
            {
              title: 'Start',
              show: trace => times.dateTime(toMs(trace.start)),
              sort: trace => Number(trace.start),
            },
            { title: 'Trace', show: trace => `${trace.rootService} ${trace.rootName}`, about: true },
            {
              title: 'Duration',
              show: trace => formatDuration(trace.durationNs),
              sort: trace => trace.durationNs,
              align: 'right',
            },
            {
              title: 'Errors',
              show: trace => trace.errorCount,
              sort: trace => trace.errorCount,
              align: 'right',
            },
          ]}
          rows={traces}
          keyOf={trace => trace.traceId}
          onOpen={trace => navigate(`/traces/${trace.traceId}`)}
        />
      )}
    </Answered>
  )
}

function nothingFound({ traces }: TracesAnswer): string | undefined {
  return traces.length === 0 ? 'No trace in this range.' : undefined
}
