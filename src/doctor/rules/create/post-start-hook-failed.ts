import {editTemplate} from '../../fix.js'
import {realPort} from '../../listening.js'
import {hookFailureOf, hookWords} from '../../post-start.js'
import {portOf} from '../../probes.js'
import {defineRule} from '../../rule.js'

/** Waiting reason `PostStartHookError`, and the killing that follows it. Exit code 137 is then the kubelet's doing: neither memory nor a probe. */
export default defineRule({
  id: 'post-start-hook-failed',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: ['container-not-created', 'container-exited', 'killed-by-sigkill'],
  title: 'The container is killed because its postStart hook fails',
  explain: `The hook runs at the same time as the container's program, not after it is up. When the hook ends with an error or its request gets no answer, the kubelet
kills the container and starts over, so that a program in perfect health is restarted for ever. What the hook printed is kept only while the pod shows
PostStartHookError; in its log stands nothing of it. A hook that needs the running program has to wait for it; a hook whose failure does not matter should end with success.`,

  * check(patient) {
    for (const container of patient.containers) {
      const {name, spec, specPath, editPath} = container
      const hook = spec.lifecycle?.postStart
      const failure = hook && hookFailureOf(patient, container)
      if (!failure) continue
      const {why, evidence, likely} = failure
      const port = hook.httpGet && portOf({httpGet: hook.httpGet}, spec)
      const real = port === undefined ? undefined : realPort(patient, container, port)
      const change = real?.proved ? editTemplate(patient, [{path: `${editPath}.lifecycle.postStart.httpGet.port`, to: real.port}]) : undefined
      yield {
        container: name,
        summary: `${likely ? `Container "${name}" is killed again and again, most likely because its postStart hook (${hookWords(hook)}) fails`
          : `The postStart hook of container "${name}" (${hookWords(hook)}) ${why || 'fails, and the kubelet kills the container for it'}`}${real ? `; ${real.why}` : ''}.`.replace(/\.{2,}$/, '.'),
        evidence: [...evidence, patient.cite(patient.pod, `${specPath}.lifecycle.postStart`), ...real?.from ?? []],
        fixes: [
          ...(change ? [{action: `Let the hook ask port ${real!.port}`, ...change}] : []),
          {action: hook.httpGet ? `Let the hook ask what container "${name}" answers by then: the hook is called as soon as the program is started, and is not tried again`
            : `Mend the command of the hook, or let it end with success where the container can do without it ("... || true")`},
        ],
        culprit: {...patient.owner.ref, part: `${name} postStart`}, ...(likely && {likely}),
      }
    }
  },
})
