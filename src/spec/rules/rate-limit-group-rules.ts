import { type Finding, type Rule, those, wrong } from './rule.ts'

/** cloud-hypervisor keeps groups and devices in one set of names (VmConfig::validate_identifier); these are ours for devices. */
const TAKEN = /^(root|vsock|rng|balloon|(vol|net|fs|pci)\d+)$/

export const rateLimitGroupRules: Rule = {
  reads: ['rateLimitGroups'],
  check: ({ rateLimitGroups }) =>
    rateLimitGroups.flatMap(({ id, bandwidth, ops }): Finding[] =>
      those(
        TAKEN.test(id) &&
          wrong(
            ['rateLimitGroups', id],
            'is a name that devices have.',
            'Groups and devices must differ in their names.',
            'Choose another name.',
          ),
        bandwidth === undefined &&
          ops === undefined &&
          wrong(
            ['rateLimitGroups', id],
            'limits nothing.',
            'It has neither bandwidth nor ops.',
            'Add one of them, or remove the group.',
          ),
      ),
    ),
}
