# Options of the guest module itself: how the NixOS guest is built, and what comes out.
{ lib, pkgs }:
let
  inherit (lib) mkOption types;
in
{
  guest.enable = mkOption {
    type = types.bool;
    default = true;
    description = "Whether this NixOS is a guest of microvm. Off, the module only declares its options.";
  };
  optimize.enable = mkOption {
    type = types.bool;
    default = true;
    description = ''
      Leave out what a small guest hardly needs: manuals, Nix itself, switch-to-configuration, the wait for the network at
      boot. Each is a default that the guest's own configuration can take back.
    '';
  };
  name = mkOption {
    type = types.strMatching "[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?" // {
      description = ''machine name: a-z, 0-9 and "-", not at either end, at most 48'';
    };
    description = "Name of the machine in its definition. Default: `networking.hostName`.";
  };
  package = mkOption {
    type = types.package;
    default = pkgs.callPackage ../../package.nix { };
    defaultText = lib.literalExpression "pkgs.microvm";
    description = "The microvm program that `microvm.runner` runs.";
  };
  storeDiskErofsFlags = mkOption {
    type = types.listOf types.str;
    default = [ "-zlz4" ];
    description = "Arguments of mkfs.erofs for the disk with the guest's store.";
  };
  storeDisk = mkOption {
    type = types.path;
    readOnly = true;
    description = "The disk with the guest's store: an EROFS file system that is mounted at /nix/store.";
  };
  writableStoreOverlay = mkOption {
    type = types.nullOr (import ./types.nix { inherit lib; }).absolutePath;
    default = null;
    example = "/nix/.rw-store";
    description = ''
      Make /nix/store writable: what is built or fetched in the guest is kept in this directory, as an overlay above the store
      disk. It lies on the volume (or share with xattr = true) whose mountPoint holds it, else on `/`, which is in memory
      unless a volume is the root. Nix is on in such a guest.
    '';
  };
  registerClosure = mkOption {
    type = types.bool;
    default = false;
    defaultText = lib.literalExpression "config.nix.enable";
    description = ''
      Tell the guest's Nix, at each boot, of the store paths on the store disk, so that it does not fetch or build them again.
      Default: where the guest has Nix.
    '';
  };
  machine = mkOption {
    type = types.attrsOf types.anything;
    readOnly = true;
    description = "The machine as it stands in the definition, under `machines.NAME`.";
  };
  definition = mkOption {
    type = types.package;
    readOnly = true;
    description = ''
      The definition as a JSON file, for `microvm --file`. It refers to kernel, initrd and store disk, and to nothing else
      of the guest.
    '';
  };
  runner = mkOption {
    type = types.package;
    readOnly = true;
    description = ''
      A program `microvm-NAME` that runs this machine: `microvm-NAME` is `microvm up`, `microvm-NAME ps` is `microvm ps`,
      and so on, all with this definition.
    '';
  };
}
