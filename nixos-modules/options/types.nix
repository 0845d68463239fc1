# What several options are made of. Everything a user may leave out is null by default: a null is left out of the
# definition, so that the defaults stand in one place only, the engine.
{ lib }:
let
  inherit (lib) mkOption types;
in
rec {
  /** An option of the definition that may be left out. */
  optional =
    type: description:
    mkOption {
      type = types.nullOr type;
      default = null;
      inherit description;
    };

  /** A list that may be left out: several modules may add to it. */
  many =
    type: description:
    mkOption {
      type = types.listOf type;
      default = [ ];
      inherit description;
    };

  /** A set by names that may be left out. */
  named =
    type: description:
    mkOption {
      type = types.attrsOf type;
      default = { };
      inherit description;
    };

  required = type: description: mkOption { inherit type description; };

  /**
    An option of microvm.nix that means nothing here and stands inside another one (guest/removed.nix has the others). It takes
    any value, and gone.nix finds and refuses what is not null, by the names of the option and of its machine.
  */
  gone =
    advice:
    mkOption {
      type = types.nullOr (
        lib.mkOptionType {
          name = "gone";
          description = "nothing (microvm.nix has this option, microvm does not. ${advice})";
          merge = _: definitions: (lib.head definitions).value;
        }
      );
      default = null;
      internal = true;
      description = advice;
    };

  /** An enum whose error says what to do about a value that microvm.nix takes. */
  enumInsteadOf =
    advice: values:
    types.enum values
    // {
      description = "one of ${lib.concatMapStringsSep ", " builtins.toJSON values} (${advice})";
    };

  table = options: types.submodule { inherit options; };

  /** A table of options whose error says what to do about a value that is none, as microvm.nix takes. */
  tableInsteadOf =
    advice: options: description:
    let
      # The module system makes the type of a table anew, with where its options stand; what is said of it must stay.
      said =
        type:
        type
        // {
          check = value: lib.isAttrs value || lib.isFunction value;
          description = "table (${advice})";
          substSubModules = modules: said (type.substSubModules modules);
        };
    in
    mkOption {
      type = types.nullOr (said (table options));
      default = { };
      inherit description;
    };

  /** Text of 1 to `max` bytes. */
  text =
    max:
    types.addCheck types.nonEmptyStr (value: builtins.stringLength value <= max)
    // {
      description = "text of 1 to ${toString max} bytes";
    };

  /** A size such as "512M", or a whole number of MiB. */
  size =
    types.either types.ints.positive (
      types.strMatching "[[:space:]]*[0-9]+([.][0-9]+)?[[:space:]]*([KMGTkmgt]?)([iI]?[bB])?[[:space:]]*"
    )
    // {
      description = ''size such as "512M" or "2G", or whole number of MiB'';
    };

  /** A time span as in systemd.time(7), or a number of seconds. */
  duration =
    types.either types.numbers.nonnegative (
      types.strMatching "[[:space:]]*([0-9]+([.][0-9]+)?[[:space:]]*(ms|min|m|s|h)?[[:space:]]*)+"
    )
    // {
      description = ''time span such as "90s" or "2min", or number of seconds'';
    };

  /** A size that may be left out, as in microvm.nix by 0. */
  sizeOrNone =
    description:
    optional (
      types.either size (types.enum [ 0 ])
      // {
        description = ''size such as "512M" or "2G", whole number of MiB, or 0 for none'';
      }
    ) description
    // {
      apply = value: if value == 0 then null else value;
    };

  absolutePath = types.strMatching "/.*" // {
    description = "absolute path";
  };

  port = types.ints.between 1 65535;

  vsockPort = types.ints.between 1 4294967294;

  /** Descriptors of a virtio ring; the engine asks for a power of two. */
  queueSize = types.ints.between 2 32768;

  pci = {
    pciSegment = optional (types.ints.between 0 95) "PCI segment. Default: 0.";
    iommu = optional types.bool "Behind the virtual IOMMU. Default: false.";
  };

  rateLimit =
    let
      bucket = table {
        size = required types.ints.positive "Bucket size: bytes for bandwidth, operations for ops.";
        refillTime = required types.ints.positive "Milliseconds in which an empty bucket fills up.";
        oneTimeBurst = optional types.ints.unsigned "Extra tokens at start. Default: 0.";
      };
    in
    table {
      bandwidth = optional bucket "Bytes per time.";
      ops = optional bucket "Operations per time.";
    };
}
