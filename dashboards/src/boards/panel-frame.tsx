import { withTenant } from '../ui/tenant.ts'
import { interpolate } from './interpolate.ts'
import styles from './panel-frame.module.css'
import type { PanelProperties } from './panel-properties.ts'
import { LogsPanel } from './panels/logs-panel.tsx'
import { Markdown } from './panels/markdown.tsx'
import { SeriesContent } from './panels/series-content.tsx'
import { TracesPanel } from './panels/traces-panel.tsx'

/** A panel with its title, and the way to what it asks. */
export function PanelFrame(properties: PanelProperties) {
  const { panel, values, height, tools } = properties
  const { display, plugin, links } = panel.spec
  const title = interpolate(display.name, values, 'text')
  return (
    <section className={styles['panel']} style={{ height }} aria-label={title || plugin.kind}>
      {(title !== '' || tools !== undefined) && (
        <h2 title={display.description || title}>
          <span className={styles['name']}>{title}</span>
          {links.map(({ name, url }) => (
            <a key={url} href={withTenant(interpolate(url, values, 'text'))} rel="noreferrer">
              {name || 'more'}
            </a>
          ))}
          {tools}
        </h2>
      )}
      <div className={styles['content']}>
        <Content {...properties} />
      </div>
    </section>
  )
}

function Content(properties: PanelProperties) {
  const { panel, values } = properties
  switch (panel.spec.plugin.kind) {
    case 'Markdown':
      return <Markdown text={interpolate(panel.spec.plugin.spec.text, values, 'text')} />
    case 'LogsTable':
      return <LogsPanel {...properties} />
    case 'TracesTable':
      return <TracesPanel {...properties} />
    default:
      return <SeriesContent {...properties} />
  }
}
