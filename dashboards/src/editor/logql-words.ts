export interface KnownWord {
  name: string
  /** What it takes, as in a call. */
  form: string
  means: string
}

/** Stages that a query of lines may have. */
export const filterStages: readonly KnownWord[] = [
  { name: '|=', form: '|= "text"', means: 'lines with this text' },
  { name: '!=', form: '!= "text"', means: 'lines without this text' },
  { name: '|~', form: '|~ "pattern"', means: 'lines that a regular expression (RE2) matches' },
  { name: '!~', form: '!~ "pattern"', means: 'lines that it does not match' },
]

/** Stages of metric queries, and of queries by Loki's API. */
export const stages: readonly KnownWord[] = [
  { name: 'json', form: '| json', means: 'fields of a line of JSON become labels' },
  { name: 'logfmt', form: '| logfmt', means: 'fields of a line of key=value become labels' },
  { name: 'pattern', form: '| pattern "<ip> - <method>"', means: 'labels out of places in the line' },
  {
    name: 'regexp',
    form: '| regexp "(?P<name>…)"',
    means: 'labels out of the named groups of a regular expression',
  },
  { name: 'unpack', form: '| unpack', means: 'labels that Promtail packed into the line' },
  { name: 'line_format', form: '| line_format "{{.name}}"', means: 'the line anew, out of a template' },
  { name: 'label_format', form: '| label_format a=b', means: 'labels anew or under another name' },
  { name: 'decolorize', form: '| decolorize', means: 'the line without the colours of a terminal' },
  { name: 'drop', form: '| drop a, b', means: 'without these labels' },
  { name: 'keep', form: '| keep a, b', means: 'with these labels alone' },
  {
    name: 'unwrap',
    form: '| unwrap took',
    means: 'the number that a label holds, for sum_over_time and its like',
  },
]

/** What makes numbers of lines. */
export const rangeFunctions: readonly KnownWord[] = [
  { name: 'rate', form: 'rate({…}[5m])', means: 'lines a second' },
  { name: 'count_over_time', form: 'count_over_time({…}[5m])', means: 'lines in each window' },
  { name: 'bytes_rate', form: 'bytes_rate({…}[5m])', means: 'bytes of lines a second' },
  { name: 'bytes_over_time', form: 'bytes_over_time({…}[5m])', means: 'bytes of lines in each window' },
  { name: 'absent_over_time', form: 'absent_over_time({…}[5m])', means: '1 where there is no line' },
  {
    name: 'sum_over_time',
    form: 'sum_over_time({…} | unwrap x [5m])',
    means: 'sum of the numbers of a label',
  },
  { name: 'avg_over_time', form: 'avg_over_time({…} | unwrap x [5m])', means: 'their mean' },
  { name: 'min_over_time', form: 'min_over_time({…} | unwrap x [5m])', means: 'the least of them' },
  { name: 'max_over_time', form: 'max_over_time({…} | unwrap x [5m])', means: 'the greatest of them' },
  { name: 'first_over_time', form: 'first_over_time({…} | unwrap x [5m])', means: 'the first of them' },
  { name: 'last_over_time', form: 'last_over_time({…} | unwrap x [5m])', means: 'the last of them' },
  {
    name: 'stddev_over_time',
    form: 'stddev_over_time({…} | unwrap x [5m])',
    means: 'their standard deviation',
  },
  { name: 'stdvar_over_time', form: 'stdvar_over_time({…} | unwrap x [5m])', means: 'their variance' },
  {
    name: 'quantile_over_time',
    form: 'quantile_over_time(0.95, {…} | unwrap x [5m])',
    means: 'a quantile of them',
  },
  {
    name: 'rate_counter',
    form: 'rate_counter({…} | unwrap x [5m])',
    means: 'how much a counter grows a second',
  },
]

export const aggregations: readonly KnownWord[] = [
  { name: 'sum', form: 'sum by (level) (…)', means: 'sum of series, one for each value of the labels' },
  { name: 'avg', form: 'avg by (level) (…)', means: 'mean of series' },
  { name: 'min', form: 'min by (level) (…)', means: 'least of series' },
  { name: 'max', form: 'max by (level) (…)', means: 'greatest of series' },
  { name: 'count', form: 'count by (level) (…)', means: 'number of series' },
  { name: 'topk', form: 'topk(5, …)', means: 'the greatest series' },
  { name: 'bottomk', form: 'bottomk(5, …)', means: 'the least series' },
  { name: 'sort_desc', form: 'sort_desc(…)', means: 'series, the greatest first' },
]

/** What words can be joined by. */
export const joins: readonly KnownWord[] = [
  { name: 'OR', form: 'timeout OR refused', means: 'lines with one of both' },
  { name: 'NOT', form: 'NOT debug', means: 'lines without it' },
]
