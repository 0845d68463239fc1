import { findCloudHypervisor } from './find-cloud-hypervisor.ts'
import { needs as needsGuest } from '../guest/needs.ts'

/** What this host lacks for running the real cloud-hypervisor on emulated KVM, or undefined. */
export const needs = async (): Promise<string | undefined> =>
  findCloudHypervisor() === undefined
    ? 'a cloud-hypervisor binary: set CLOUD_HYPERVISOR=/path/to/cloud-hypervisor, or put it on PATH; with ch-remote beside it'
    : needsGuest()
