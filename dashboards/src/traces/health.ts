/** A service in which one call in a hundred fails is looked at; one in which five do is in trouble. */
export function healthOf(errorShare: number): 'good' | 'warn' | 'bad' {
  if (errorShare >= 0.05) return 'bad'
  return errorShare >= 0.01 ? 'warn' : 'good'
}
