import { Chart } from '../../charts/chart.tsx'
import { heatRowsOf } from '../../charts/heat.ts'
import { HeatMap } from '../../charts/heat-map.tsx'
import { nothingIn } from '../../charts/series-panel.tsx'
import { type Drawn, useSeries } from '../../charts/use-series.ts'
import { Answered } from '../../ui/answered.tsx'
import type { PanelProperties } from '../panel-properties.ts'
import { Bars } from './bars.tsx'
import { Gauge } from './gauge.tsx'
import { overridden } from './overrides.ts'
import styles from './panels.module.css'
import { panelPoints, questionsOf } from './questions.ts'
import { SeriesTable } from './series-table.tsx'
import { Stat } from './stat.tsx'

/** What a chart has less of the panel for title and padding, and what a legend takes. */
const frame = 52
const legends = { list: 44, table: 120, hidden: 0 }

/** Series of the panel's queries, in the form that it has. */
export function SeriesContent(properties: PanelProperties) {
  const { panel, values, range } = properties
  const { queries, minStepMs } = questionsOf(panel, values, range)
  const { data, error } = useSeries(queries, range, minStepMs, panelPoints)
  return (
    <Answered data={data} error={error} empty={found => nothingIn(found.series)}>
      {found => (
        <Drawing
          {...properties}
          data={{ ...found, series: overridden(found.series, panel.spec.plugin.spec) }}
        />
      )}
    </Answered>
  )
}

function Drawing({ panel, height, marks, onBrush, data }: PanelProperties & { data: Drawn }) {
  const { kind, spec } = panel.spec.plugin
  switch (kind) {
    case 'StatChart':
      return <Stat spec={spec} series={data.series} />
    case 'GaugeChart':
      return <Gauge spec={spec} series={data.series} />
    case 'BarChart':
      return <Bars spec={spec} series={data.series} />
    case 'TimeSeriesTable':
      return <SeriesTable spec={spec} series={data.series} />
    case 'HeatMapChart': {
      const rows = heatRowsOf(data.found, data.grid, data.times.length)
      if (rows.length === 0) return <p className={styles['note']}>No buckets in what it asks.</p>
      return (
        <HeatMap
          rows={rows}
          times={data.times}
          unit={spec.format.unit}
          height={Math.max(60, height - frame - 24)}
        />
      )
    }
    default: {
      const { mode } = spec.legend
      return (
        <Chart
          times={data.times}
          series={data.series}
          unit={spec.format.unit}
          kind={spec.visual.display === 'bar' ? 'bars' : spec.visual.display}
          stack={spec.visual.stack}
          legend={mode === 'hidden' ? 'none' : mode}
          height={Math.max(70, height - frame - legends[mode])}
          marks={marks}
          onBrush={onBrush}
        />
      )
    }
  }
}
