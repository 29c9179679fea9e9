import type { PushApi } from '../../../listen/push-api.ts'
import { datadogApi } from './datadog.ts'
import { elasticsearchApi } from './elasticsearch.ts'
import { gelfApi } from './gelf.ts'
import { jsonApi } from './json.ts'
import { lokiApi } from './loki.ts'
import { remoteWriteApi } from './remote-write.ts'
import { splunkApi } from './splunk.ts'

/** Every push API of the `http` source. */
export const pushApis: readonly PushApi[] = [
  lokiApi,
  elasticsearchApi,
  splunkApi,
  datadogApi,
  gelfApi,
  jsonApi,
  remoteWriteApi,
]
