import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import {dirname, join, relative} from 'node:path'

const root = join(import.meta.dirname, '..')
const src = join(root, 'src')

/** What each folder of src may import at run time, besides itself. Types cost nothing and may come from anywhere. */
const allowed: Record<string, RegExp> = {
  // Judges: the snapshot is all it knows.
  doctor: /^yaml$/,
  // Talks to clusters and reads files. Of the doctor it needs the shape of a question.
  kube: /^(node:\w+(\/promises)?|@kubernetes\/client-node(\/dist\/\w+\.js)?|hpagent|js-yaml|socks-proxy-agent|doctor\/ask)$/,
  // Words in, words out.
  cli: /^(node:(fs|tty)|@oclif\/core\/(flags|help)|ora|package|kube\/.*|doctor\/(diagnose|near-miss|workload))$/,
  commands: /^(@oclif\/core\/(command|flags)|cli\/.*|kube\/\w+|doctor\/(near-miss|rules\/index|report\/\w+))$/,
}

const filesIn = (folder: string) => readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'})
  .filter(file => /\.(ts|cjs)$/.test(file)).map(file => ({file: join(folder, file), text: readFileSync(join(root, folder, file), 'utf8')}))

/** What a file imports at run time: packages as they are named, our own files by their path in src. */
const importsOf = ({file, text}: {file: string, text: string}): string[] =>
  [...text.matchAll(/(?:^import (?!type)[^'\n]*|^\} from |^export [^'\n]* from |\bimport\()'([^']+)'/gm)].map(([, from = '']) =>
    from.startsWith('.') ? relative(src, join(root, dirname(file), from)).replace(/\.js$/, '').replace('../package.json', 'package') : from)

/** Code without its comments. */
const codeOf = (text: string) => text.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '')

describe('architecture', () => {
  for (const [folder, pattern] of Object.entries(allowed)) {
    it(`src/${folder} imports only what it may`, () => {
      for (const source of filesIn(`src/${folder}`)) {
        for (const target of importsOf(source)) assert.ok(target.startsWith(`${folder}/`) || pattern.test(target), `${source.file} imports ${target}`)
      }
    })
  }

  it('the doctor reads no clock, no environment, no chance, and no locale', () => {
    for (const {file, text} of filesIn('src/doctor')) {
      assert.doesNotMatch(codeOf(text), /Date\.now|new Date\(\)|process\.|performance\.|Math\.random|\.localeCompare|\.toLocale|\bIntl\b|\bfetch\(|\bglobalThis\b/, file)
    }
  })

  it('only commands and the command line print; a credential plugin may speak to the person while it runs', () => {
    for (const {file, text} of [...filesIn('src/doctor'), ...filesIn('src/kube')]) {
      assert.doesNotMatch(codeOf(text), file === 'src/kube/exec-plugin.ts' ? /console\.|process\.stdout/ : /console\.|process\.std(out|err)/, file)
    }
  })

  it('nobody ends the process: main.ts sets the exit code', () => {
    for (const {file, text} of [...filesIn('src'), ...filesIn('bin')]) assert.doesNotMatch(codeOf(text), /process\.(exit|abort|reallyExit)\b(?!Code)/, file)
  })

  it('importing a module does nothing', () => {
    for (const {file, text} of filesIn('src')) assert.doesNotMatch(codeOf(text), /^(await |void |if \(|for \(|while \(|try \{|[a-z]\w*(\.\w+)*\()/m, file)
  })

  it('a file fits into a head: 250 lines, and a name that says what is in it', () => {
    for (const {file, text} of ['src', 'bin', 'bench', 'test/support', 'test/cluster'].flatMap(filesIn)) {
      assert.ok(text.trimEnd().split('\n').length <= 250, `${file} is too long`)
      assert.match(file, /^[a-z\d./-]+(_doctor)?\.(test\.)?(ts|cjs)$/)
      assert.doesNotMatch(file, /util|helper|manager|misc|common/)
    }
  })
})
