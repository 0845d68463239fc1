const SHELL = 'To type in a guest: microvm console NAME. '
const LIST = 'To list machines: microvm ps --all. '
const HARD = 'To stop a machine at once: microvm down NAME --force. '
const REMOVE = 'To remove what a stopped machine left: microvm rm NAME. '
const SHARE = 'Share a folder with the guest instead: [[machines.NAME.shares]] in its definition. '

/** What people type who know docker, compose, Lima, Multipass, virsh or machinectl, and what does it here. */
export const WORDS_OF_OTHERS: Readonly<Record<string, string | undefined>> = {
  attach: SHELL,
  exec: SHELL,
  login: SHELL,
  shell: SHELL,
  ssh: SHELL,
  cp: SHARE,
  copy: SHARE,
  'copy-from': SHARE,
  'copy-to': SHARE,
  mount: SHARE,
  transfer: SHARE,
  list: LIST,
  ls: LIST,
  top: LIST,
  info: 'To see all of a machine: microvm ps NAME --json. ',
  inspect: 'To see all of a machine: microvm ps NAME --json. ',
  show: 'To see all of a machine: microvm ps NAME --json. ',
  kill: HARD,
  poweroff: 'To stop a machine: microvm down NAME. ',
  shutdown: 'To stop a machine: microvm down NAME. ',
  terminate: HARD,
  delete: REMOVE,
  destroy: REMOVE,
  purge: REMOVE,
  remove: REMOVE,
  undefine: REMOVE,
  create: 'To start what the definition here names: microvm up -d. ',
  init: 'Write a microvm.toml; "microvm schema" prints what may be in it. ',
  launch: 'To start what the definition here names: microvm up -d. ',
  config: 'To check a definition: microvm validate. ',
  edit: 'Edit the definition, then: microvm up -d. ',
  images: 'To list guest images: microvm image ls. ',
  pull: 'To build guest images: microvm image build. ',
  build: 'To build guest images: microvm image build. ',
  snapshot: 'Snapshots are not there yet. ',
  volume: 'Volumes belong to the definition; "microvm plan" shows them. ',
}
