import { messageKeys } from '../../lib/otlp/index.ts'
import { WordTable } from './word-table.ts'

/** What a field of a structured line means beyond being an attribute. */
export const roleTime = 1
export const roleLevel = 2
/** Names that mean a level only where their value is one: MongoDB's `s`, journald's `PRIORITY`. */
export const roleMaybeLevel = 3
/** OpenTelemetry's severity number. */
export const roleSeverityNumber = 4
export const roleMessage = 5
export const roleTraceId = 6
export const roleSpanId = 7
export const roleService = 8
export const roleHost = 9
/** The program of a line of the system's, which is its service where nothing says better. */
export const roleProgram = 10
/** What is to be added to a time in seconds: of Log4j's `instant` and Google's `timestamp`. They stay attributes. */
export const roleNanos = 12
/** Names that mean the line's time only where nothing surer does: Fluent Bit's `date`, Grafana's `t`. They stay attributes. */
export const roleMaybeTime = 11

/** The zone of a time in two fields, which stays an attribute. */
export const roleZone = 13
/** Ids as Datadog's libraries write them: the lower 64 bits, as a decimal number. They stay attributes. */
export const roleDecimalTraceId = 14
export const roleDecimalSpanId = 15
/** What firewalls write beside the name that they call themselves by: their `service`, `app` and `hostname` are those of the traffic. */
export const roleTraffic = 16
/** The name that a firewall calls itself by. */
export const roleDevice = 17

const kinds = 32

/** Of each role the names that it goes by, case aside; of services and hosts the surest first. */
const names: readonly (readonly [role: number, names: readonly string[]])[] = [
  [
    roleTime,
    [
      'time',
      'timestamp',
      '@timestamp',
      'ts',
      '@t',
      't.$date',
      'time.$date',
      'timestamp.$date',
      '_time',
      'datetime',
      'asctime',
      'eventtime',
      'event_time',
      'logtime',
      'log_time',
      'time_local',
      'time_iso8601',
      'timeunixnano',
      'time_unix_nano',
      '__realtime_timestamp',
      'record.time.timestamp',
      'instant.epochsecond',
      'timestamp.seconds',
      'timestampseconds',
    ],
  ],
  [roleNanos, ['instant.nanoofsecond', 'timestamp.nanos', 'timestampnanos']],
  [roleZone, ['tz', 'timezone', 'time_zone']],
  [roleMaybeTime, ['date', 't', 'start_time', 'created']],
  [
    roleLevel,
    [
      'level',
      'lvl',
      'severity',
      'loglevel',
      'log_level',
      'log.level',
      'levelname',
      'level_name',
      'severity_text',
      'severitytext',
      '@l',
      '@level',
      'record.level.name',
    ],
  ],
  [roleMaybeLevel, ['s', 'priority', 'syslog.severity', 'syslog_severity']],
  [roleSeverityNumber, ['severitynumber', 'severity_number']],
  [roleMessage, messageKeys],
  [
    roleTraceId,
    [
      'trace_id',
      'traceid',
      'trace.id',
      'oteltraceid',
      'otel.trace_id',
      '@tr',
      'mdc.traceid',
      'mdc.trace_id',
      'contextmap.traceid',
      'contextmap.trace_id',
      'logging.googleapis.com/trace',
      'traceparent',
    ],
  ],
  [
    roleSpanId,
    [
      'span_id',
      'spanid',
      'span.id',
      'otelspanid',
      'otel.span_id',
      '@sp',
      'mdc.spanid',
      'mdc.span_id',
      'contextmap.spanid',
      'contextmap.span_id',
      'logging.googleapis.com/spanid',
    ],
  ],
  [
    roleService,
    [
      'service.name',
      'service_name',
      'servicename',
      'service',
      'otelservicename',
      'resource.service.name',
      'resource.attributes.service.name',
      'dd.service',
      'spring.application.name',
      'application.name',
      'application_name',
      'applicationname',
      'app.name',
      'app_name',
      'appname',
      'app',
      'application',
      'kubernetes.labels.app.kubernetes.io/name',
      'kubernetes.labels.app_kubernetes_io/name',
      'kubernetes.labels.k8s-app',
      'kubernetes.labels.app',
      'kubernetes.deployment.name',
      'kubernetes.container_name',
      'kubernetes.container.name',
      'k8s.deployment.name',
      'k8s.container.name',
      'docker.container.labels.com.docker.compose.service',
      'com.docker.compose.service',
      'container.labels.com_docker_compose_service',
      'container.name',
      'container_name',
    ],
  ],
  [roleDecimalTraceId, ['dd.trace_id']],
  [roleDecimalSpanId, ['dd.span_id']],
  [roleTraffic, ['srcip', 'dstip']],
  [roleDevice, ['devname']],
  [roleProgram, ['syslog_identifier']],
  [
    roleHost,
    [
      'host.name',
      'host_name',
      'hostname',
      'host',
      'host.hostname',
      '_hostname',
      'kubernetes.host',
      'kubernetes.node_name',
      'kubernetes.node.name',
      'k8s.node.name',
      'agent.hostname',
      'beat.hostname',
      'machinename',
      'machine_name',
      'computername',
      'computer_name',
    ],
  ],
]

/**
 * Field names, case aside, as the common logging libraries, collectors and schemas (OpenTelemetry, Elastic Common
 * Schema, Kubernetes' and Docker's) write them. What is found tells the role (`kindOf`) and, compared with another,
 * whether it is the same name and which is the surer: the lower.
 */
export const fieldRoles = new WordTable<number>(
  names.flatMap(([role, ofRole]) => ofRole.map((name, i) => [name, role + i * kinds] as const)),
)

/** The role of what `fieldRoles` found. */
export function kindOf(found: number): number {
  return found & (kinds - 1)
}

/** Serilog's time: a line that has it and no level is one of information, by its format. */
export const clefTime = fieldRoles.find(Buffer.from('@t'), 0, 2)
