import type {ContainerView, Patient} from './patient.js'
import type {Fix} from './types.js'

/** Exit codes by convention: shells use 126 and 127, a runtime reports death by signal n as 128+n. */
const MEANING: Record<number, string> = {
  126: 'what a shell should run may not be executed', 127: 'a shell did not find what it should run', 129: 'SIGHUP', 130: 'SIGINT: it was asked to stop', 131: 'SIGQUIT',
  132: 'SIGILL: an instruction that this processor does not have', 133: 'SIGTRAP: the program stopped itself', 134: 'SIGABRT: the program gave up by itself', 135: 'SIGBUS: memory behind a mapped file is not there',
  136: 'SIGFPE: a division by zero', 137: 'SIGKILL', 139: 'SIGSEGV: the program touched memory that is not its own', 141: 'SIGPIPE: nobody reads what it writes', 143: 'SIGTERM: it was asked to stop',
  152: 'SIGXCPU: its limit of processor time is over', 153: 'SIGXFSZ: a file grew over its limit', 159: 'SIGSYS: a system call that its seccomp profile forbids', 255: 'the program ended with -1',
}

export const meaningOf = (code: number): string | undefined => MEANING[code]

/** What the number alone lets one do. */
export function fixesForCode(patient: Patient, {name, spec}: ContainerView, code: number): Fix[] {
  if (code === 132) {
    const node = patient.pod.spec?.nodeName
    const {architecture} = (node === undefined ? undefined : patient.find('Node', node))?.status?.nodeInfo ?? {}
    return [{action: `Build image ${spec.image} for the processor of ${node === undefined ? 'its node' : `node "${node}"`}${architecture ? ` (${architecture})` : ''}, without instructions that only newer ones have (for example -march=x86-64-v2)`}]
  }
  if (code === 135) {
    const shared = spec.volumeMounts?.find(({mountPath}) => mountPath === '/dev/shm')
    return shared ? [] : [{action: `Mount an emptyDir with medium Memory on /dev/shm of container "${name}": without one a container has 64Mi of shared memory there, and a program that maps more dies with SIGBUS`}]
  }
  if (code === 139 || code === 136 || code === 134) return [{action: `Mend the program of container "${name}", or go back to an image that worked: it crashes in its own code or in a native library (built for another libc than the image has, for example)`}]
  if (code === 159) return [{action: `Allow the system call in the seccomp profile of container "${name}", or use RuntimeDefault`}]
  return []
}
