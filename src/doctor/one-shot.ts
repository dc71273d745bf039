import {wordOf} from './fix.js'
import type {Ended, Patient} from './patient.js'
import type {Fix} from './types.js'

/** Images whose own command is a shell, which ends at once where nobody types. */
export const SHELL_IMAGE = /^(?:docker\.io\/)?(?:library\/)?(?:busybox|alpine|ubuntu|debian|centos|fedora|rockylinux|almalinux|amazonlinux|bash|python|node|ruby|php)(?:[:@]|$)/
/** A command that is nothing but a shell or another interpreter. */
export const SHELL = /^(?:\S*\/)?(?:ba|da|a|z)?sh$|^(?:\S*\/)?(?:python[\d.]*|node|irb)$/
/** Servers that go into the background, by what they are called with: sysvinit and systemd, Apache, nginx without `daemon off`, flags of redis, squid and others, a shell's `&` at the end. */
export const BACKGROUND = /\b(?:service|systemctl|initctl) (?:start )?[\w.@-]+(?: start)?\b|\/etc\/init\.d\/\S+ start|\b(?:apachectl|apache2ctl|pg_ctl|mongod --fork)\b(?: (?:-\S+ )*start)?|(?:^|\s|;)nginx(?!.*daemon off)(?:$|\s*;|\s*&&)|--daemon(?:ize)?(?:[ =]yes)?(?=\s|$)|(?<!&)&\s*$/

/** The same as a Job, where the template is so simple that `kubectl create job` says all of it. */
export function asJob({owner, pod}: Patient, {spec}: Ended): Fix[] {
  const {volumes = [], initContainers = [], containers = []} = pod.spec ?? {}
  const simple = containers.length === 1 && initContainers.length === 0 && volumes.every(({projected}) => projected) && !spec.env?.length && !spec.envFrom?.length
  if (!simple || !spec.command?.length || owner.ref.kind !== 'Deployment') return []
  return [{
    action: `Run it once as a Job, and stop ${wordOf(owner.ref)}`,
    commands: [['kubectl', 'create', 'job', owner.ref.name, `--image=${spec.image}`, '--', ...spec.command, ...spec.args ?? []], ['kubectl', 'scale', wordOf(owner.ref), '--replicas=0']],
    effect: 'changes-spec',
  }]
}
