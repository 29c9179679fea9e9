export { compileRe2, maxPatternLength, type Re2, type Re2Match, type Re2Options } from './re2.ts'
export { Re2SyntaxError } from './syntax-error.ts'
export type { Template } from './template.ts'
