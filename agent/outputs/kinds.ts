import { z } from 'zod'
import { fileOutput } from './file.ts'
import { forwardOutput } from './forward.ts'
import { kafkaOutput } from './kafka.ts'
import { lokiOutput } from './loki.ts'
import { otlpOutput } from './otlp.ts'
import type { OutputKind } from './output.ts'
import { stdoutOutput } from './stdout.ts'

const kinds = [otlpOutput, forwardOutput, lokiOutput, fileOutput, stdoutOutput] as const

/** Every kind of output besides Kafka, which is what the spool is made for and has shippers of its own. */
export const outputKinds: ReadonlyMap<string, OutputKind> = new Map(kinds.map(kind => [kind.type, kind]))

/** One entry of `agent.outputs`. */
export const outputConfig = z.discriminatedUnion('type', [kafkaOutput, ...kinds.map(kind => kind.config)])
