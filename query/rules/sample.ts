/** One series of a rule's result. */
export interface RuleSample {
  labels: Readonly<Record<string, string>>
  value: number
}
