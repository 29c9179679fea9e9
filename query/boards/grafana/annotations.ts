import type { BoardInput } from '../model.ts'
import type { GrafanaBoard } from './grafana.ts'
import type { Languages } from './variables.ts'

/** Annotations that are asked of logs or metrics. */
export function annotationsOf(
  { annotations }: GrafanaBoard,
  languages: Languages,
  dropped: string[],
): NonNullable<BoardInput['spec']['annotations']> {
  return (annotations?.list ?? []).flatMap(annotation => {
    // Grafana's own: what people have written on its dashboards
    if (annotation.builtIn === 1 || annotation.enable === false) return []
    const { name = 'annotation' } = annotation
    const query = annotation.expr ?? annotation.target?.expr ?? ''
    const language = languages.of(annotation.datasource)
    if (query !== '' && (language === 'logql' || language === 'promql')) return [{ name, language, query }]
    dropped.push(`annotation ${name}: it asks neither logs nor metrics`)
    return []
  })
}
