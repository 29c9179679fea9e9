/** What a query asks of one field: to have one of the values, or none of them. */
export interface FieldFilter {
  field: string
  included: readonly string[]
  excluded: readonly string[]
}

/** A part of a query that says something of one field; the text around it stays whole without it. */
export interface Clause {
  field: string
  isExcluding: boolean
  values: readonly string[]
  from: number
  to: number
}
