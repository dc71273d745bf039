import assert from 'node:assert/strict'
import {distance, nearMisses, scoreOf, STRONG} from '../src/doctor/near-miss.js'

/** [what, wanted, candidate, strong enough for a fix | only "also exists" | nothing] */
const pairs: [string, string, string, 'strong' | 'weak' | 'none'][] = [
  ['other separators', 'cputype', 'cpu-type', 'strong'],
  ['other case', 'LOG_LEVEL', 'LOGLEVEL', 'strong'],
  ['a letter left out', 'pasword', 'password', 'strong'],
  ['two letters swapped', 'databsae', 'database', 'strong'],
  ['an abbreviated word', 'app-config', 'app-configuration', 'strong'],
  ['another abbreviated word', 'db-credentials', 'database-credentials', 'strong'],
  ['one word more at the end', 'app-config', 'app-config-v2', 'strong'],
  ['the same words in another order', 'data-db', 'db-data', 'strong'],
  ['half of the words', 'frontend-api-keys', 'backend-api-keys', 'weak'],
  ['short names are near to everything', 'db', 'ui', 'none'],
  ['nothing in common', 'settings', 'tls-certs', 'none'],
  ['the same name is no near miss', 'web', 'web', 'none'],
  ['the same single word is no reason', 'web', 'web-admin-console', 'none'],
]

describe('near misses', () => {
  for (const [what, wanted, candidate, expected] of pairs) {
    it(`${what}: ${wanted} and ${candidate}`, () => {
      const score = scoreOf(wanted, candidate)
      assert.equal(score >= STRONG ? 'strong' : score > 0 ? 'weak' : 'none', expected, String(score))
      assert.equal(scoreOf(candidate, wanted), score, 'the score is the same both ways')
    })
  }

  it('an object that holds exactly the keys is meant, whatever its name', () => {
    const [best] = nearMisses('database-secret', [{name: 'tls', keys: ['tls.crt']}, {name: 'db-credentials', keys: ['password', 'username']}], ['password'])
    assert.deepEqual(best, {name: 'db-credentials', score: 0.85})
  })

  it('ranks the best first, equals by name', () => {
    assert.deepEqual(nearMisses('api', ['apj', 'a-p-i', 'web', 'apa']).map(({name}) => name), ['a-p-i'])
    assert.deepEqual(nearMisses('orders', ['ordres', 'order', 'ORDERS']).map(({name}) => name), ['ORDERS', 'order', 'ordres'])
  })

  it('distance counts insertions, deletions, replacements and swaps', () => {
    assert.deepEqual([['', 'abc'], ['wge', 'wget'], ['pyhton', 'python'], ['kitten', 'sitting']].map(([a, b]) => distance(a!, b!)), [3, 1, 1, 3])
  })
})
