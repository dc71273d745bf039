import type {RequestListener} from 'node:http'
import {json} from 'node:stream/consumers'

/** An admission webhook that denies whatever it is asked about. Below `/slow` it never answers, below `/silent` it gives no reason. */
export const answer: RequestListener = async (request, response) => {
  const {request: {uid}} = await json(request) as {request: {uid: string}}
  if (request.url?.startsWith('/slow')) return
  const status = {code: 403, message: 'label "team" is required on every pod (policy require-team-label)'}
  const verdict = {uid, allowed: false, ...(!request.url?.startsWith('/silent') && {status})}
  response.writeHead(200, {'Content-Type': 'application/json'})
  response.end(JSON.stringify({apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: verdict}))
}
