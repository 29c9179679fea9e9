export type { Functions, TemplateFunction } from './built-in.ts'
export { sprintf } from './format.ts'
export { GoTemplate } from './template.ts'
export { type GoMap, GoObject, type GoValue, isMap, printValue, TemplateError } from './values.ts'
