# A NixOS host with two machines. `systemctl start microvm@web` returns when web's guest is ready, and that is after db's is.
{
  microvm = {
    host.operators = [ "alice" ];
    vms = {
      db.config = ./db.nix;
      web = {
        config = ./web.nix;
        after = [ "db" ];
      };
    };
  };

  users.users.alice.isNormalUser = true;

  # The host itself: replace by yours.
  boot.loader.grub.device = "nodev";
  fileSystems."/" = {
    device = "/dev/disk/by-label/nixos";
    fsType = "ext4";
  };
  system.stateVersion = "26.11";
}
