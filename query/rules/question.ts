/** What a rule asks at one moment. */
export interface RuleQuestion {
  expr: string
  atMs: number
  tenant: string
}
