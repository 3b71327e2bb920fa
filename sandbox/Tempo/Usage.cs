namespace TempoCos.Tempo;

/// <summary>The program's help.</summary>
public static class Usage
{
    public const string Text = """
        Usage: tempo [flags]
               tempo jaeger-query --tempo-url URL [--http-port PORT]
               tempo tempo-query -config=FILE
               tempo gateway [flags]
               tempo gateway-opa [flags]

        A drop-in for Grafana Tempo's binary for one machine: same flags, configuration, ports, HTTP API and blocks.
        Flags take one dash or two, -flag=value or -flag value.

          -target                  all (default), distributor, ingester, querier, query-frontend, compactor,
                                   metrics-generator; several with commas; all is without the last
          -config.file             YAML file; a key that Tempo does not know is an error
          -config.expand-env       replace ${NAME} and ${NAME:default} in the file
          -config.verify           check the configuration and exit
          -log.level               debug, info, warn, error
          -multitenancy.enabled    take the tenant from X-Scope-OrgID
          -mem-ballast-size-mbs    accepted, without effect
          -<path.to.key>           any key of the file, e.g. -storage.trace.s3.access_key, -server.http-listen-port
          -version, -help

        jaeger-query serves Jaeger's HTTP API from a Tempo's HTTP API.
          --tempo-url              e.g. http://127.0.0.1:3200
          --http-port              default 16686; 0 lets the system choose
          --http-address           default 127.0.0.1
        With --grpc-storage.server it takes the real jaeger-query's flags and asks the tempo-query there.

        tempo-query stands between jaeger-query and Tempo, with the real one's file: it passes on Tempo's
        HTTP API over HTTP/2 and answers gRPC's health check, but does not speak Jaeger's storage protocol.

        gateway and gateway-opa take the flags that the operator sets of Observatorium's API and its policy
        agent for OpenShift.

        Environment: TEMPOCOS_PARENT_PID ends this process when that one is gone.
        """;
}
