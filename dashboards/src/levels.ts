/** From the least to the most severe: the order in which bars are stacked. */
export const levelOrder = ['unknown', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

export function levelColour(level: string): string {
  return `var(--level-${(levelOrder as readonly string[]).includes(level) ? level : 'unknown'})`
}
