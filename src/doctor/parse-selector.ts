import type {LabelSelector} from './selector.js'

type Requirement = NonNullable<LabelSelector['matchExpressions']>[number]
interface Token {type: 'end' | 'identifier' | '(' | ')' | ',' | '!' | '=' | '==' | '!=' | '<' | '>' | 'in' | 'notin', text: string}

/** A selector that `labels.Parse` of apimachinery refuses, in its words. */
export class SelectorError extends Error {}

/**
 * A label selector as it is typed: `app=web,tier in (a,b),!old,size>3`, after `labels.Parse` (apimachinery 1.34,
 * pkg/labels/selector.go). Throws a {@link SelectorError}.
 */
export function parseSelector(text: string): LabelSelector {
  const tokens = tokensOf(text)
  let at = 0
  const look = (): Token => tokens[at] ?? {type: 'end', text: ''}
  /** Where a value may stand, `in` and `notin` are names like any other. */
  const peek = (): Token => look().type === 'in' || look().type === 'notin' ? {type: 'identifier', text: look().text} : look()
  const take = (token = peek()): Token => {
    at++
    return token
  }
  const wrong = ({text}: Token, expected: string) => new SelectorError(`found '${text}', expected: ${expected}`)

  const values = (): string[] => {
    const open = take()
    if (open.type !== '(') throw wrong(open, "'('")
    const list: string[] = []
    if (peek().type === ')') {
      take()
      return ['']
    }
    for (;;) {
      const token = take()
      if (token.type === 'identifier') {
        list.push(token.text)
        if (peek().type !== ',' && peek().type !== ')') throw wrong(peek(), "',' or ')'")
      } else if (token.type === ',') {
        if (list.length === 0) list.push('')
        if (peek().type === ')') list.push('')
        else if (peek().type === ',') {
          take()
          list.push('')
        }
      } else {
        throw wrong(token, "',', ')' or identifier")
      }
      if (peek().type === ')') {
        take()
        return [...new Set(list)].toSorted()
      }
    }
  }
  const value = (): string => {
    if (peek().type === 'end' || peek().type === ',') return ''
    const token = take()
    if (token.type !== 'identifier') throw wrong(token, 'identifier')
    return token.text
  }
  const requirement = (): Requirement => {
    const absent = peek().type === '!'
    if (absent) take()
    const key = take()
    if (key.type !== 'identifier') throw wrong(key, 'identifier')
    if (absent || peek().type === 'end' || peek().type === ',') return {key: key.text, operator: absent ? 'DoesNotExist' : 'Exists'}
    const operator = take(look())
    switch (operator.type) {
      case 'in': return {key: key.text, operator: 'In', values: values()}
      case 'notin': return {key: key.text, operator: 'NotIn', values: values()}
      case '=': case '==': return {key: key.text, operator: 'In', values: [value()]}
      case '!=': return {key: key.text, operator: 'NotIn', values: [value()]}
      case '>': return {key: key.text, operator: 'Gt', values: [value()]}
      case '<': return {key: key.text, operator: 'Lt', values: [value()]}
      default: throw wrong(operator, 'in, notin, =, ==, !=, gt, lt')
    }
  }

  const matchExpressions: Requirement[] = []
  while (peek().type !== 'end') {
    if (peek().type !== 'identifier' && peek().type !== '!') throw wrong(peek(), "!, identifier, or 'end of string'")
    matchExpressions.push(requirement())
    const next = take()
    if (next.type === 'end') break
    if (next.type !== ',') throw wrong(next, "',' or 'end of string'")
    if (peek().type !== 'identifier' && peek().type !== '!') throw wrong(peek(), "identifier after ','")
  }
  return {matchExpressions}
}

function tokensOf(text: string): Token[] {
  return [...text.matchAll(/==|!=|[(),!=<>]|[^\s(),!=<>]+/g)].map(([word]) => ({
    type: /^(?:==|!=|[(),!=<>]|in|notin)$/.test(word) ? word as Token['type'] : 'identifier', text: word,
  }))
}
