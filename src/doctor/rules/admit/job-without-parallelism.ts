import type {Job} from '../../../kube/types.js'
import {wordOf} from '../../fix.js'
import {setBy} from '../../guard.js'
import {defineWorkloadRule} from '../../rule.js'

export default defineWorkloadRule({
  id: 'job-without-parallelism',
  judges: 'workload',
  phase: 'admit',
  severity: 'error',
  heals: 'never',
  title: 'A Job may not have any pod at a time',
  explain: `parallelism says how many pods of a Job may run at the same time, and 0 means none: the Job is there, is not complete, is not marked as
suspended, and never starts. It is a way to halt a Job that is often forgotten.`,

  * check(workload) {
    const job = workload.maker as Job
    if (job.kind !== 'Job' || job.spec?.parallelism !== 0 || job.spec.suspend || job.status?.conditions?.some(({status, type}) => status === 'True' && /^(?:Complete|Failed)$/.test(type))) return
    const who = setBy(job, 'spec.parallelism')
    const word = wordOf({kind: 'Job', name: job.metadata?.name ?? ''})
    yield {
      summary: `Job "${job.metadata?.name}" makes no pods: its parallelism is 0${who ? `, ${who}` : ''}.`,
      evidence: [workload.cite(job, 'spec.parallelism')],
      fixes: [{action: `Let ${word} have a pod`, commands: [['kubectl', 'patch', word, '--type=merge', '-p', JSON.stringify({spec: {parallelism: 1}})]], effect: 'changes-spec'}],
      culprit: {...workload.owner.ref, part: 'parallelism'},
    }
  },
})
