using Google.Protobuf.WellKnownTypes;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>The manifest of the original test, and pieces of it.</summary>
internal static class Samples
{
    public const string Run = "r0123456789";

    public const string Manifest = """
        apiVersion: tempo.grafana.com/v1alpha1
        kind: TempoStack
        metadata:
          name: simplest
        spec:
          storage:
            secret:
              name: ibm-cos-secret
              type: s3
          storageSize: 200M
          resources:
            total:
              limits:
                memory: 4Gi
                cpu: 2000m
          extraConfig:
            tempo:
              ingester:
                max_block_duration: 5s
              storage:
                trace:
                  blocklist_poll: 2s
          template:
            queryFrontend:
              jaegerQuery:
                enabled: true
                ingress:
                  type: ingress
        """;

    public static string Namespace(string run = Run) => $"tempocos-{run}";

    public static DeployRequest Request(string manifest = Manifest, string run = Run, int seconds = 120) =>
        new() { RunId = run, Namespace = Namespace(run), Manifest = manifest, Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds)) };

    public static StackManifest Read(string manifest = Manifest) => ManifestReader.Read(Request(manifest));
}
