import { unknownSetting } from './errors.ts'

/** Parameters of the HTTP interface itself: they steer the facade and are not the engine's settings. */
const ofTheInterface = new Set([
  'query',
  'database',
  'query_id',
  'session_id',
  'session_timeout',
  'session_check',
  'user',
  'password',
  'role',
  'default_format',
  'compress',
  'decompress',
  'wait_end_of_query',
  'buffer_size',
  'enable_http_compression',
  'http_zlib_compression_level',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'http_write_exception_in_output_format',
  'readonly',
  'quota_key',
  'stacktrace',
  'client_protocol_version',
  'log_comment',
  'log_queries',
])

/** Settings a request may carry: limits, formats, and how reads and inserts are done. None names a file or a host. */
const allowed = [
  /^(max|min)_(?!server)\w+$/,
  /^(output_format|input_format|date_time|cast|join|aggregate|aggregation_in_order|group_by|distinct|sort|read_in_order|read_overflow|result_overflow)_\w+$/,
  /^(timeout_before_checking_execution_speed|timeout_overflow_mode|extremes|priority|limit|offset)$/,
  /^(use|optimize|query_plan|merge_tree|parallel|partial_merge|prefer|force|query_cache|enable)_\w+$/,
  /^(async_insert|wait_for_async_insert|insert|deduplicate|async_insert)\w*$/,
  /^(fsync|throw_on_max_partitions)\w*$/,
  /^allow_(experimental|suspicious|introspection|nondeterministic)_\w+$/,
  /^distributed_(foreground_insert|product_mode)$/,
  /^(any_join_distinct_right_table_keys|transform_null_in|data_type_default_nullable|final|session_timezone)$/,
  /^(mutations_sync|alter_sync|lightweight_deletes_sync|select_sequential_consistency)$/,
]
/** `format_schema` and the like name files on this machine. */
const forbidden = /schema|path|file|url|directory/

/** The engine's settings among a request's parameters. Errors: UNKNOWN_SETTING. */
export function engineSettings(parameters: URLSearchParams): Map<string, string> {
  const settings = new Map<string, string>()
  for (const [name, value] of parameters) {
    if (ofTheInterface.has(name) || name.startsWith('param_')) continue
    if (!/^\w{1,100}$/.test(name) || forbidden.test(name) || !allowed.some(pattern => pattern.test(name)))
      throw unknownSetting(name)
    settings.set(name, value)
  }
  return settings
}

/** The statement's parameters, `param_x` without what stands before the name. */
export function statementParameters(parameters: URLSearchParams): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of parameters) {
    if (!name.startsWith('param_')) continue
    if (!/^param_\w{1,100}$/.test(name)) throw unknownSetting(name)
    found.set(name.slice(6), value)
  }
  return found
}
