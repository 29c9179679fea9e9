import type { QueryLanguage } from '../api/series.ts'

/** A rule as it stands in a file. */
export function ruleYaml(rule: {
  name: string
  language: QueryLanguage
  expr: string
  forText: string
  interval: string
  severity: string
  summary: string
}): string {
  const quoted = (text: string) => JSON.stringify(text)
  return [
    'groups:',
    `  - name: ${quoted(rule.name)}`,
    `    type: ${rule.language}`,
    ...(rule.interval === '' ? [] : [`    interval: ${rule.interval}`]),
    '    rules:',
    `      - alert: ${quoted(rule.name)}`,
    `        expr: ${quoted(rule.expr)}`,
    ...(rule.forText === '' ? [] : [`        for: ${rule.forText}`]),
    ...(rule.severity === '' ? [] : [`        labels: { severity: ${quoted(rule.severity)} }`]),
    ...(rule.summary === '' ? [] : [`        annotations: { summary: ${quoted(rule.summary)} }`]),
    '',
  ].join('\n')
}
