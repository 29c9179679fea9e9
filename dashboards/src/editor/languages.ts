import { LanguageSupport, LRLanguage } from '@codemirror/language'
import { parser as logQlParser } from '@grafana/lezer-logql'
import { styleTags, tags } from '@lezer/highlight'
import { parser as promQlParser } from '@prometheus-io/lezer-promql'

export type QueryLanguage = 'logql' | 'promql'

const logQl = LRLanguage.define({
  name: 'logql',
  parser: logQlParser.configure({
    props: [
      styleTags({
        String: tags.string,
        Identifier: tags.propertyName,
        'Number Duration Bytes': tags.number,
        'Eq Neq Re Nre Gtr Gte Lss Lte Eql PipeExact PipeMatch And Or Pipe': tags.operator,
        LineComment: tags.comment,
      }),
    ],
  }),
})

const promQl = LRLanguage.define({
  name: 'promql',
  parser: promQlParser.configure({
    props: [
      styleTags({
        StringLiteral: tags.string,
        LabelName: tags.propertyName,
        'NumberDurationLiteral NumberDurationLiteralInDurationContext': tags.number,
        'FunctionIdentifier/... AggregateOp/...': tags.keyword,
        'By Without On Ignoring Offset Bool': tags.operatorKeyword,
        'EqlSingle EqlRegex Neq NeqRegex Add Sub Mul Div Mod Pow Gtr Gte Lss Lte EqlC': tags.operator,
        LineComment: tags.comment,
      }),
    ],
  }),
})

export function languageSupport(language: QueryLanguage): LanguageSupport {
  return new LanguageSupport(language === 'logql' ? logQl : promQl)
}
