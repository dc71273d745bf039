import {BROADER, failsWith, saidBy} from '../../complaint.js'
import {editTemplate} from '../../fix.js'
import {defineRule} from '../../rule.js'

/** `if true then`: the shell takes "then" for a word of the condition. */
const UNENDED = /(\b(?:if|while|until|for)\b[^;\n]*?)\s+(then|do)\b/

/** The parser of ash, dash and bash. A command that is not found (127) or not executable (126) was parsed, and is another fault. */
export default defineRule({
  id: 'shell-syntax-error',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: BROADER,
  title: 'The shell script in the command does not parse',
  explain: `The command or the arguments of the container are a script for "sh -c", and the shell cannot read it: a "then" or "do" without the semicolon or the line
before it, a quote that is not closed, a keyword of bash in an ash. YAML folds the lines of a ">" block into one, which takes away the line breaks that
the script needs; "|" keeps them.`,

  * check(patient) {
    for (const container of patient.ended) {
      const said = saidBy(patient, container, 'shell')
      if (!said) continue
      const {name, spec, specPath, editPath} = container
      const field = (['args', 'command'] as const).find(field => spec[field]?.some(text => /[\s;]/.test(text)))
      const index = field === undefined ? -1 : spec[field]!.findLastIndex(text => /[\s;]/.test(text))
      const token = /(?:unexpected|near unexpected token|matching) [`'"(]*([^`'")\s]+)|["']([^"']+)["'] unexpected/.exec(said.raw)
      const word = token?.[1] ?? token?.[2]
      const script = field === undefined ? '' : spec[field]![index]!
      const line = Number(/line (\d+)|: (\d+): /.exec(said.raw)?.slice(1).find(Boolean) ?? 0)
      const shown = (script.split('\n')[line > 0 ? line - 1 : 0] ?? script).trim()
      const missing = UNENDED.exec(script)?.[2]
      if (field === undefined || (word !== undefined && !/^(?:end|newline|EOF|word)/.test(word) && !script.includes(word))) continue
      yield {
        container: name,
        summary: `${failsWith(container, said)}: in its ${field === 'args' ? 'arguments' : 'command'}, "${shown.length > 100 ? `${shown.slice(0, 97)}...` : shown}"${missing ? `, a semicolon is missing before "${missing}"` : ''}.`,
        evidence: [...said.evidence, patient.cite(patient.pod, `${specPath}.${field}[${index}]`)],
        fixes: [missing ? {action: `Write the semicolon before "${missing}"`, ...editTemplate(patient, [{path: `${editPath}.${field}[${index}]`, to: script.replace(UNENDED, '$1; $2')}])} : {action: `Mend the script in the ${field} of container "${name}"${word ? ` before "${word}"` : ''}`}],
        culprit: {...patient.owner.ref, part: `${name} ${field}`},
      }
    }
  },
})
