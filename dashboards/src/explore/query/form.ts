export type QueryForm = 'empty' | 'words' | 'logql' | 'metric'

/** As lib/logql/parser.ts tells LogQL from words: form.test.ts holds the two together. */
const logQl =
  /^\s*(?:\||!=|!~|!>|(?:[\w.:-]+(?<!:)|"(?:[^"\\]|\\.)*")\s*(?:[<>]=?\s*-?\d|(?:==?|!=|=~|!~)\s*["`])|[A-Za-z_][\w.]*\s+(?:==?|!=)\s+-?\d[\w.]*\s*$)|^(?:[^"{}`]|"(?:[^"\\]|\\.)*")*[{}`]/s
const comparedFirst = /^\s*[A-Za-z_][\w.]*[<>]=?-?\d[\w.]*\s+(?!and\b|or\b|[|!=<>,])\S/
const logQlMarks = /^(?:[^"{}|`]|"(?:[^"\\]|\\.)*")*[{}|`]/s
const metric =
  /^[^"{`]*\b(?:rate|rate_counter|count_over_time|bytes_rate|bytes_over_time|absent_over_time|sum_over_time|avg_over_time|max_over_time|min_over_time|first_over_time|last_over_time|stdvar_over_time|stddev_over_time|quantile_over_time)\s*\(/

/** What a query is written in: words, LogQL that finds lines, or LogQL that makes a metric of them. */
export function formOf(query: string): QueryForm {
  if (query.trim() === '') return 'empty'
  if (metric.test(query) && /[{[]/.test(query)) return 'metric'
  return logQl.test(query) && !(comparedFirst.test(query) && !logQlMarks.test(query)) ? 'logql' : 'words'
}
