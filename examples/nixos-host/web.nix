{
  microvm = {
    interfaces = [
      {
        type = "user";
        id = "uplink";
        forwardPorts = [
          {
            host.port = 8080;
            guest.port = 80;
          }
        ];
      }
    ];
    # The host's /srv/www, read-only, at the same place in the guest.
    shares = [
      {
        tag = "www";
        source = "/srv/www";
        mountPoint = "/srv/www";
        readOnly = true;
      }
    ];
    # A file of the host, read by systemd there and handed over as a credential; it is in no store and on no command line.
    credentials."web.key".file = "/var/lib/secrets/web.key";
  };

  services.nginx = {
    enable = true;
    virtualHosts.default.root = "/srv/www";
  };
  networking.firewall.allowedTCPPorts = [ 80 ];
}
