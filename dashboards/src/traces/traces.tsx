import { Route, Switch } from 'wouter'
import { useAddress } from '../ui/address.ts'
import controls from '../ui/controls.module.css'
import { Page } from '../ui/page.tsx'
import { useFixedRange } from '../ui/range.ts'
import { Tabs } from '../ui/tabs.tsx'
import { TimeRange } from '../ui/time-range.tsx'
import { Unknown } from '../ui/unknown.tsx'
import { Search } from './search.tsx'
import { ServiceMap } from './service-map.tsx'
import { Services } from './services.tsx'
import { TraceView } from './trace-view.tsx'
import { tracesSchema } from './view.ts'

const tabs = [
  { name: 'search', title: 'Search' },
  { name: 'services', title: 'Services' },
  { name: 'map', title: 'Service map' },
] as const

/** An id is of hexadecimal digits: other words are addresses of the API, not of the page. */
const traceAddress = /^\/traces\/(?<id>[0-9a-fA-F]{1,32})\/?$/

/** Traces: found, one of them, and what they say together. */
export function Traces() {
  return (
    <Switch>
      <Route path="/traces">
        <TracesOfRange />
      </Route>
      <Route path={traceAddress}>{({ id = '' }) => <TraceView key={id} id={id} />}</Route>
      <Route>
        <Unknown view="Traces" address="/traces" />
      </Route>
    </Switch>
  )
}

function TracesOfRange() {
  const [view, change] = useAddress(tracesSchema)
  const { range, look } = useFixedRange(view)
  const show = (start: string, end: string) => {
    look()
    change({ start, end })
  }
  const bar = (
    <>
      <TimeRange start={view.start} end={view.end} onRange={show} />
      <button type="button" className={controls['button']} onClick={look}>
        Refresh
      </button>
    </>
  )
  return (
    <Page title="Traces" bar={bar}>
      <Tabs label="Views of traces" tabs={tabs} current={view.tab} onChange={tab => change({ tab })}>
        {view.tab === 'search' && <Search view={view} range={range} onChange={change} onRun={look} />}
        {view.tab === 'services' && (
          <Services service={view.service} operations={view.operations} range={range} onChange={change} />
        )}
        {view.tab === 'map' && <ServiceMap range={range} onChange={change} />}
      </Tabs>
    </Page>
  )
}
