import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { ServiceGraphAnswer } from '../../../query/index.ts'
import { getServiceGraph } from '../api/traces.ts'
import { countOf, formatCount, formatDuration } from '../ui/format.ts'
import { Loading } from '../ui/loading.tsx'
import { Problem } from '../ui/problem.tsx'
import { momentsOf, type Range } from '../ui/range.ts'
import { Stale } from '../ui/stale.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { healthOf } from './health.ts'
import { labelSize, labelsOf } from './map-labels.ts'
import { layoutOf, type MapNode, nodeSize } from './map-layout.ts'
import { type Point, pathOf, waysOf } from './map-path.ts'
import { NoTraces } from './no-traces.tsx'
import search from './search.module.css'
import styles from './service-map.module.css'
import type { ChangeTraces } from './view.ts'

type Edge = ServiceGraphAnswer['edges'][number]

/** Who calls whom, how often, how long and with how many errors: as a picture, and as a table. */
export function ServiceMap({ range, onChange }: { range: Range; onChange: ChangeTraces }) {
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['graph', range],
    queryFn: ({ signal }) => getServiceGraph(range, signal),
    placeholderData: keepPreviousData,
  })
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="who calls whom" />
  if (data.services.length === 0)
    return <NoTraces title="No spans in this range" start={range.start} onChange={onChange} />
  const { startMs, endMs } = momentsOf(range)
  const seconds = (endMs - startMs) / 1000
  return (
    <div className={search['search']}>
      {data.warnings.map(warning => (
        <p key={warning} className={search['warning']}>
          {warning}
        </p>
      ))}
      <Stale when={isPlaceholderData}>
        <Picture answer={data} seconds={seconds} onOpen={service => onChange({ tab: 'search', service })} />
        <Table
          label="Calls"
          columns={columnsOf(seconds)}
          rows={data.edges}
          keyOf={edge => JSON.stringify([edge.client, edge.server, edge.kind])}
        />
      </Stale>
    </div>
  )
}

interface PictureProperties {
  answer: ServiceGraphAnswer
  seconds: number
  onOpen: (service: string) => void
}

function Picture({ answer, seconds, onOpen }: PictureProperties) {
  const { services, edges } = answer
  const [hovered, setHovered] = useState<string>()
  const layout = useMemo(
    () =>
      layoutOf(
        services.map(({ service }) => service),
        edges,
      ),
    [services, edges],
  )
  const { ways, labels } = useMemo(() => {
    const ways = waysOf(edges, layout)
    return { ways, labels: labelsOf(ways) }
  }, [edges, layout])
  const busiest = Math.max(1, ...edges.map(({ calls }) => calls))
  const known = new Map(services.map(service => [service.service, service]))
  return (
    <section className={styles['scroll']} aria-label="Service map">
      <svg width={layout.width} height={layout.height}>
        <title>Who calls whom</title>
        {edges.map((edge, i) => (
          <Arrow
            key={JSON.stringify([edge.client, edge.server, edge.kind])}
            edge={edge}
            way={ways[i] as Point[]}
            width={1 + 4 * Math.sqrt(edge.calls / busiest)}
            seconds={seconds}
            faded={hovered !== undefined && edge.client !== hovered && edge.server !== hovered}
          />
        ))}
        {edges.map((edge, i) => (
          <Rate
            key={JSON.stringify([edge.client, edge.server, edge.kind])}
            at={labels[i] as Point}
            perSecond={edge.calls / seconds}
            faded={hovered !== undefined && edge.client !== hovered && edge.server !== hovered}
          />
        ))}
        {[...layout.nodes.values()].map(node => (
          <Service
            key={node.name}
            node={node}
            spans={known.get(node.name)}
            onOpen={onOpen}
            onHover={setHovered}
          />
        ))}
      </svg>
    </section>
  )
}

interface ArrowProperties {
  edge: Edge
  way: readonly Point[]
  width: number
  seconds: number
  faded: boolean
}

function Arrow({ edge, way, width, seconds, faded }: ArrowProperties) {
  const said = `${edge.client} → ${edge.server}: ${formatCount(edge.calls / seconds)} calls/s, p99 ${formatDuration(edge.p99Ns)}, ${countOf(edge.errors, 'error')}`
  return (
    <path
      d={pathOf(way)}
      className={styles[healthOf(edge.errors / edge.calls)]}
      strokeWidth={width}
      opacity={faded ? 0.15 : 1}
    >
      <title>{said}</title>
    </path>
  )
}

/** Over all lines, so that none runs through it. */
function Rate({ at, perSecond, faded }: { at: Point; perSecond: number; faded: boolean }) {
  const { width, height } = labelSize
  return (
    <g opacity={faded ? 0.15 : 1} className={styles['rate']}>
      <rect x={at.x - width / 2} y={at.y - height / 2} width={width} height={height} rx={height / 2} />
      <text x={at.x} y={at.y + 4}>
        {formatCount(perSecond)}/s
      </text>
    </g>
  )
}

interface ServiceProperties {
  node: MapNode
  spans: ServiceGraphAnswer['services'][number] | undefined
  onOpen: (service: string) => void
  onHover: (service: string | undefined) => void
}

function Service({ node, spans, onOpen, onHover }: ServiceProperties) {
  const errors = spans?.errors ?? 0
  const said =
    spans === undefined
      ? 'sends no spans itself'
      : `${countOf(spans.spans, 'span')}, ${countOf(errors, 'error')}`
  const open = spans === undefined ? undefined : () => onOpen(node.name)
  return (
    <foreignObject x={node.x} y={node.y} {...nodeSize}>
      <button
        type="button"
        className={styles['node']}
        style={{ borderLeftColor: `var(${healthColours[healthOf(errors / (spans?.spans ?? 1))]})` }}
        disabled={open === undefined}
        onClick={open}
        onPointerEnter={() => onHover(node.name)}
        onPointerLeave={() => onHover(undefined)}
        onFocus={() => onHover(node.name)}
        onBlur={() => onHover(undefined)}
      >
        <strong>{node.name}</strong>
        <span>{said}</span>
      </button>
    </foreignObject>
  )
}

const healthColours = { good: '--level-info', warn: '--level-warn', bad: '--level-error' }

function columnsOf(seconds: number): Column<Edge>[] {
  return [
    { title: 'From', show: edge => edge.client, sort: edge => edge.client },
    { title: 'To', show: edge => edge.server, sort: edge => edge.server },
    { title: 'Kind', show: edge => edge.kind, sort: edge => edge.kind },
    {
      title: 'Calls a second',
      show: edge => formatCount(edge.calls / seconds),
      sort: edge => edge.calls,
      align: 'right',
    },
    { title: 'Errors', show: edge => formatCount(edge.errors), sort: edge => edge.errors, align: 'right' },
    { title: 'p50', show: edge => formatDuration(edge.p50Ns), sort: edge => edge.p50Ns, align: 'right' },
    { title: 'p95', show: edge => formatDuration(edge.p95Ns), sort: edge => edge.p95Ns, align: 'right' },
    { title: 'p99', show: edge => formatDuration(edge.p99Ns), sort: edge => edge.p99Ns, align: 'right' },
  ]
}
