{
  microvm = {
    mem = "1G";
    volumes = [
      {
        image = "postgresql.img";
        size = "4G";
        mountPoint = "/var/lib/postgresql";
      }
    ];
    # Ready is when the database is, not when the guest has booted.
    ready = "target:multi-user.target";
  };
  services.postgresql.enable = true;
}
