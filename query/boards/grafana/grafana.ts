/** What we read of a dashboard of Grafana, from schema version 1 on. Everything may be missing. */
export interface GrafanaBoard {
  title?: string
  description?: string
  time?: { from?: string }
  panels?: GrafanaPanel[]
  /** Of schema versions before 16. */
  rows?: {
    title?: string
    collapse?: boolean
    height?: string | number
    repeat?: string | null
    panels?: GrafanaPanel[]
  }[]
  templating?: { list?: GrafanaVariable[] }
  annotations?: { list?: GrafanaAnnotation[] }
}

export type Datasource = string | null | undefined | { type?: string; uid?: string }

export interface GrafanaPanel {
  id?: number
  type?: string
  title?: string
  description?: string
  datasource?: Datasource
  gridPos?: { x: number; y: number; w: number; h: number }
  span?: number
  height?: string | number
  repeat?: string | null
  collapsed?: boolean
  /** Of a collapsed row. */
  panels?: GrafanaPanel[]
  targets?: GrafanaTarget[]
  links?: { title?: string; url?: string }[]
  fieldConfig?: {
    defaults?: {
      unit?: string
      min?: number | null
      max?: number | null
      thresholds?: { steps?: { value: number | null; color: string }[] }
      custom?: { drawStyle?: string; fillOpacity?: number; stacking?: { mode?: string } }
    }
    overrides?: {
      matcher?: { id?: string; options?: unknown }
      properties?: { id?: string; value?: unknown }[]
    }[]
  }
  transformations?: {
    id?: string
    disabled?: boolean
    options?: {
      excludeByName?: Record<string, boolean>
      renameByName?: Record<string, string>
      indexByName?: Record<string, number>
      include?: { names?: string[] }
      reducers?: string[]
    }
  }[]
  options?: {
    content?: string
    reduceOptions?: { calcs?: string[] }
    legend?: { displayMode?: string; showLegend?: boolean }
  }
  // before version 8
  content?: string
  format?: string
  valueName?: string
  yaxes?: { format?: string }[]
  yAxis?: { format?: string }
  bars?: boolean
  stack?: boolean
  fill?: number
  legend?: { show?: boolean; alignAsTable?: boolean }
  gauge?: { show?: boolean; minValue?: number; maxValue?: number }
  thresholds?: unknown
}

export interface GrafanaTarget {
  expr?: string
  query?: string
  legendFormat?: string
  interval?: string
  hide?: boolean
  datasource?: Datasource
  /** Of Tempo. */
  queryType?: string
}

export interface GrafanaVariable {
  name?: string
  label?: string | null
  type?: string
  hide?: number | string
  multi?: boolean
  includeAll?: boolean
  allValue?: string | null
  regex?: string
  datasource?: Datasource
  query?: unknown
  definition?: string
  current?: { value?: unknown; text?: unknown }
  options?: { value?: unknown }[]
}

export interface GrafanaAnnotation {
  name?: string
  enable?: boolean
  builtIn?: number
  datasource?: Datasource
  expr?: string
  target?: { expr?: string }
}
