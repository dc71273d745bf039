import assert from 'node:assert/strict'
import {LogDigest, plain} from '../src/kube/log.js'

const digest = (...chunks: (string | Buffer)[]) => {
  const log = new LogDigest()
  for (const chunk of chunks) log.push(Buffer.from(chunk as string))
  return log.end()
}
const ESC = '\u001b'

describe('what a terminal would show of a line', () => {
  const lines: [what: string, line: string, shown: string][] = [
    ['colours', `${ESC}[31;1mERROR${ESC}[0m x`, 'ERROR x'],
    ['cursor and screen', `${ESC}[2J${ESC}[H${ESC}[?25lx`, 'x'],
    ['a window title', `${ESC}]0;rm -rf /\u0007x`, 'x'],
    ['a link', `${ESC}]8;;http://evil${ESC}\\text${ESC}]8;;${ESC}\\`, 'text'],
    ['a title that is never closed', `x${ESC}]0;title`, 'x'],
    ['a device string', `${ESC}P1;2q data${ESC}\\x`, 'x'],
    ['eight-bit CSI', '\u009b31mx', 'x'],
    ['other escapes', `${ESC}c${ESC}(B${ESC}7x${ESC}M`, 'x'],
    ['a lone escape', `x${ESC}`, 'x'],
    ['a carriage return at the end', 'x\r', 'x'],
    ['a progress bar', '10%\r50%\r100%\r', '100%'],
    ['bells, backspaces, zeros', 'a\u0007b\bc\u0000d\u007f', 'abcd'],
    ['tabs stay', 'a\tb', 'a\tb'],
    ['reversed text', 'a\u202Egpj.exe', 'agpj.exe'],
    ['letters of the world', 'größe 日本 🙂', 'größe 日本 🙂'],
  ]
  for (const [what, line, shown] of lines) it(what, () => assert.equal(plain(line), shown))
})

describe('logs', () => {
  it('a short one is kept as it is', () => {
    assert.deepEqual(digest('a\nb\n\nc'), {text: 'a\nb\n\nc\n', cut: false})
    assert.deepEqual(digest(''), {text: '', cut: false})
    assert.deepEqual(digest('a\r\nb\r\n'), {text: 'a\nb\n', cut: false})
  })

  it('bytes that are no UTF-8 become U+FFFD, and a letter cut by a chunk stays whole', () => {
    assert.equal(digest(Buffer.from([0x61, 0xff, 0xc3, 0x28, 0x0a])).text, 'a\uFFFD\uFFFD(\n')
    const letter = Buffer.from('ü')
    assert.equal(digest(letter.subarray(0, 1), letter.subarray(1)).text, 'ü\n')
    assert.equal(digest(Buffer.from([0x61, 0xc3])).text, 'a\uFFFD\n')
  })

  it('a line of 5 MB is cut in its middle, and never held whole', () => {
    const log = new LogDigest()
    for (let i = 0; i < 80; i++) log.push(Buffer.alloc(65536, 'x'))
    log.push(Buffer.from('end\nnext\n'))
    const {text} = log.end()
    assert.match(text, /^x{3072}\[\.\.\. 5238787 characters left out \.\.\.\]x{1021}end\nnext\n$/)
  })

  it('of a long one the beginning, the end, and each first trouble with three lines before it', () => {
    const lines = Array.from({length: 20_000}, (_, i) => i === 9000 ? 'FATAL: password authentication failed for user "app"'
      : i === 9001 ? 'FATAL: password authentication failed for user "bob"' : i === 15_000 ? 'java.lang.OutOfMemoryError: heap' : `line ${i} of many`)
    const {text, cut} = digest(lines.join('\n'))
    assert.equal(cut, true)
    assert.ok(text.length <= 66_000, `${text.length}`)
    const kept = text.split('\n')
    assert.equal(kept[0], 'line 0 of many')
    assert.equal(kept.at(-2), 'line 19999 of many')
    const fatal = kept.indexOf(lines[9000]!)
    assert.deepEqual(kept.slice(fatal - 3, fatal), lines.slice(8997, 9000))
    assert.match(kept[fatal - 4]!, /^\[\.\.\. \d+ lines left out \.\.\.\]$/)
    assert.match(kept[fatal + 1]!, /^\[\.\.\. 5996 lines left out \.\.\.\]$/)
    assert.ok(kept.includes(lines[15_000]!))
    assert.ok(!text.includes('"bob"'), 'a second line of the same sort says nothing new')
    // Every line is either there or counted.
    const counted = kept.reduce((sum, line) => sum + Number(/^\[\.\.\. (\d+) lines? left out/.exec(line)?.[1] ?? 1), 0)
    assert.equal(counted, 20_001)
  })

  it('trouble of a thousand sorts does not push the end out', () => {
    const lines = Array.from({length: 50_000}, (_, i) => `error ${String.fromCharCode(97 + i % 26)}${String.fromCharCode(97 + Math.floor(i / 26) % 26)}${String.fromCharCode(97 + Math.floor(i / 676) % 26)} happened`)
    const {text} = digest(`${lines.join('\n')}\nthe end\n`)
    assert.ok(text.length <= 68_000)
    assert.ok(text.endsWith('\nthe end\n'))
  })

  it('16 MiB take no memory and no time to speak of', () => {
    const log = new LogDigest()
    const chunk = Buffer.from(`${'2026-01-01 some line of a log that goes on and on\n'.repeat(1300)}`)
    const before = process.memoryUsage().heapUsed
    const began = Date.now()
    for (let size = 0; size < 16 * 1024 * 1024; size += chunk.length) log.push(chunk)
    const seconds = (Date.now() - began) / 1000
    assert.ok(log.end().text.length < 66_000)
    assert.ok(process.memoryUsage().heapUsed - before < 100 * 1024 * 1024)
    assert.ok(seconds < 5, `16 MiB took ${seconds} s`)
  })
})
