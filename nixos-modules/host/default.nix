# A NixOS host whose machines are systemd units: `systemctl start microvm@web` returns when the guest is ready.
{
  imports = [
    ./options.nix
    ./removed.nix
    ./rules.nix
    ./taps.nix
    ./units.nix
    ./users.nix
  ];
}
