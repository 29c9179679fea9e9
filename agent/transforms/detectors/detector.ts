import type { RuleContext } from '../rule.ts'

/** What a detector may look at: the environment and small files, no network. */
export type Machine = Pick<RuleContext, 'environment' | 'readFile' | 'hostName'>

/** Resource attributes by OpenTelemetry's names; undefined: not known. */
export type Detected = Readonly<Record<string, string | undefined>>
export type Detector = (machine: Machine) => Detected
