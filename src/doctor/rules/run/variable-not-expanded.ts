import {editTemplate} from '../../fix.js'
import {logOfEnd, tellingLine} from '../../log-scan.js'
import {nearMisses, STRONG} from '../../near-miss.js'
import {placeholdersOf} from '../../placeholders.js'
import {defineRule} from '../../rule.js'

/**
 * The kubelet leaves `$(NAME)` as it stands where it knows no such variable (third_party/forked/golang/expansion/expand.go). Programs that expand `${NAME}` themselves exist: only a
 * program that repeats the placeholder in its log, or whose log is empty, proves that nobody did.
 */
export default defineRule({
  id: 'variable-not-expanded',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: ['container-exited', 'init-container-failed', 'shell-command-not-found', 'host-not-resolved', 'connection-refused'],
  title: 'A placeholder reached the program as it was written',
  explain: `In env, command and args the kubelet replaces $(NAME) by the variable NAME, if the container has one: from envFrom, or from an entry of env further up. Any
other reference is passed on as it stands, without a warning. \${NAME} is the way of shells, {{ .Values.name }} that of Helm: neither means anything to Kubernetes.`,

  * check(patient) {
    for (const container of patient.ended) {
      const {name, ended} = container
      const log = ended.exitCode === 0 ? undefined : logOfEnd(patient, container)
      const lines = log?.text.split('\n') ?? []
      for (const {text, variable, where, path, editPath, value, why, known} of placeholdersOf(patient, container)) {
        const line = lines.findIndex(line => line.includes(text))
        // It may have nothing to do with what the program complains about.
        const about = log && tellingLine(log)
        const named = about && where.startsWith('env ') && new RegExp(String.raw`\b${where.slice(4)}\b`).test(about.text)
        if (line < 0 && !named) continue
        const [near] = variable === undefined ? [] : nearMisses(variable, known.filter(other => `env ${other}` !== where)).filter(({score}) => score >= STRONG)
        const exact = variable !== undefined && known.includes(variable) ? variable : near?.name
        const better = exact === undefined ? undefined : value.replaceAll(text, `$(${exact})`)
        yield {
          container: name,
          ...(line < 0 && {likely: true as const}),
          summary: `Container "${name}" gets "${text}" as it is written in ${where}${where.startsWith('env') && value !== text ? ` (${value.length > 80 ? `${value.slice(0, 77)}...` : value})` : ''}: ${why}${
            exact !== undefined && exact !== variable ? `; ${exact} is` : ''}.`,
          evidence: [patient.cite(patient.pod, path), ...(line >= 0 ? [patient.citeLog(log!, line)] : about ? [patient.citeLog(about.log, about.line)] : []), patient.cite(patient.pod, `${ended.path}.exitCode`)],
          fixes: [better !== undefined ? {action: `Write $(${exact}) in ${where} instead of ${text}`, ...editTemplate(patient, [{path: editPath, to: better}])}
            : {action: variable === undefined ? `Render the template (helm template shows the result), or write the value itself into ${where}`
              : /defined after/.test(why) ? `Move the entry ${variable} of env above the one that uses it` : `Define ${variable} in env of container "${name}" above ${where}, or write its value into ${where}`}],
          culprit: {...patient.owner.ref, part: `${name} ${where}`},
        }
      }
    }
  },
})
