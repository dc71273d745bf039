import {droppedBy, lackOf, neededFor} from '../../capabilities.js'
import {execFailures} from '../../exec-words.js'
import {editTemplate} from '../../fix.js'
import {logOfEnd, shortened} from '../../log-scan.js'
import {defineRule} from '../../rule.js'

/**
 * EPERM of the kernel, `Operation not permitted`, in the program's own words. `Permission denied` (EACCES) is about the modes of files, and so is
 * EPERM for a user who is not root: such a container has no capabilities that it could lack.
 */
export default defineRule({
  id: 'capability-missing',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: 'container-exited',
  title: 'The program does what its container has no capability for',
  explain: `Root in a container is not root on the machine: what it may do is divided into capabilities, of which a container gets about a dozen. "drop: [ALL]" takes
these, too, and then root may not even give a file to another user (CHOWN) or change to one (SETUID, SETGID), as the start scripts of many images do.
Others, such as NET_ADMIN, SYS_ADMIN or SYS_TIME, a container has only when it asks for them.`,

  * check(patient) {
    for (const {container, program, why, evidence} of execFailures(patient)) {
      const [dropped] = why === 'operation not permitted' ? droppedBy(container) : []
      if (dropped === undefined) continue
      const {name, specPath} = container
      yield {
        container: name,
        summary: `Container "${name}" drops capabilities that the file ${program ?? 'of its program'} was given (setcap), so the kernel does not execute it: operation not permitted.`,
        evidence: [...evidence, patient.cite(patient.pod, `${specPath}.securityContext.capabilities.drop`)],
        fixes: [{action: `Add the capability that ${program ?? 'the file'} was given to container "${name}"; servers are mostly given NET_BIND_SERVICE`}],
        culprit: {...patient.owner.ref, part: `${name} setcap`},
      }
    }
    for (const container of patient.ended) {
      const {name, ended, editPath, spec} = container
      const log = ended.exitCode === 0 ? undefined : logOfEnd(patient, container)
      const lines = log?.text.split('\n') ?? []
      const line = lines.findIndex(text => neededFor(text) !== undefined)
      const lack = line < 0 ? undefined : lackOf(patient, container, neededFor(lines[line]!)!)
      if (!lack || !log) continue
      const {capability, how, path} = lack
      const context = spec.securityContext?.capabilities
      const change = editTemplate(patient, [context?.add ? {path: `${editPath}.securityContext.capabilities.add`, append: capability} : {path: `${editPath}.securityContext.capabilities.add`, to: [capability]}])
      yield {
        container: name,
        summary: `Container "${name}" ${how === 'dropped' ? `drops the capability ${capability}` : `has not asked for the capability ${capability}`}, which its program needs: ${shortened(lines[line]!.trim())}`,
        evidence: [patient.citeLog(log, line), ...(path === undefined ? [] : [patient.cite(patient.pod, path)]), patient.cite(patient.pod, `${ended.path}.exitCode`)],
        fixes: [
          {action: `Add capability ${capability} to container "${name}"`, ...change},
          ...(capability === 'CHOWN' || capability === 'SETUID' || capability === 'SETGID' ? [{action: `Run container "${name}" as the user that it changes to (runAsUser, fsGroup for its volumes), so that it need not change anything`}] : []),
        ],
        culprit: {...patient.owner.ref, part: `${name} ${capability}`},
        ...(how === 'not added' && {likely: true as const}),
      }
    }
  },
})
