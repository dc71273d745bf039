import {timeOf} from '../../cluster.js'
import {isHeld, isOverdue, removerOf} from '../../deletion.js'
import {wordOf} from '../../fix.js'
import {setBy} from '../../guard.js'
import {defineRule} from '../../rule.js'
import type {Fix} from '../../types.js'

export default defineRule({
  id: 'stuck-terminating',
  phase: 'stop',
  severity: 'error',
  heals: 'never',
  title: 'The pod is being deleted, and does not go',
  explain: `The pod's grace period is over, and the pod is still there. Either a finalizer keeps the object: some program wants to do
something before the pod may go, and is not there to do it. Or the kubelet cannot stop the containers, or cannot say that it has. Deleting
with force only makes the API server forget the pod: its processes may go on running, and for a StatefulSet a second one may start beside them.`,

  * check(patient) {
    const {pod, ref} = patient
    if (!isOverdue(patient)) return
    const since = pod.metadata?.deletionTimestamp ?? ''
    const finalizers = pod.metadata?.finalizers ?? []
    const running = patient.containers.filter(({status}) => status?.state?.running)
        const words = patient.events('FailedKillPod').find(event => timeOf(event) >= since)
    const held = isHeld(pod)
    const names = finalizers.map(name => `"${name}"`).join(', ')
    const plural = finalizers.length === 1 ? '' : 's'
    const removal = finalizers.flatMap((value, i) => [{op: 'test', path: `/metadata/finalizers/${i}`, value}, {op: 'remove', path: `/metadata/finalizers/${i}`}])
    const fixes: Fix[] = !held ? [] : [
      {action: `Bring back what removes finalizer${plural} ${names}: ${[...new Set(finalizers.map(removerOf))].join('; ')}`},
      {
        action: `Remove the finalizer${plural} by hand, when what ${plural ? 'they wait' : 'it waits'} for is done or not needed`, removesGuard: setBy(pod, 'metadata.finalizers'),
        commands: [['kubectl', 'patch', wordOf(ref), '--type=json', '-p', JSON.stringify(pairsReversed(removal))]],
      },
    ]
    yield {
      summary: held ? `The pod has ended, but finalizer${plural} ${names} ${plural ? 'keep' : 'keeps'} it from being deleted since ${since}.`
        : words ? `The pod cannot be stopped: ${(words.message ?? '').trim().replace(/\.$/, '')}.`
        : `The pod should have been gone since ${since}${running.length > 0 ? `, but container "${running.map(({name}) => name).join('", "')}" is still said to run` : ''}.`,
      evidence: [
        patient.cite(pod, 'metadata.deletionTimestamp'),
        ...(held ? [patient.cite(pod, 'metadata.finalizers')] : words ? [patient.cite(words, 'reason'), ...patient.citeIfPresent(words, 'message')] : running.map(({statusPath}) => patient.cite(pod, `${statusPath}.state.running`))),
      ],
      fixes,
      culprit: held ? {...patient.owner.ref, part: finalizers.join(' ')} : patient.owner.ref,
    }
  },
})

/** Later items first, so that the places of the others stay what they are; each test before its removal. */
const pairsReversed = (operations: object[]): object[] => operations.map((_, i) => operations[operations.length - 2 - i + 2 * (i % 2)]!)
