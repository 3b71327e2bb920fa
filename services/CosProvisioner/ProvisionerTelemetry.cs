using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TempoCos.CosProvisioner;

internal static class ProvisionerTelemetry
{
    public const string Name = "TempoCos.CosProvisioner";

    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    public static readonly Counter<long> Retries =
        Meter.CreateCounter<long>("tempocos.cos.retries", "{request}", "Requests that were repeated, by remote system.");

    public static readonly Counter<long> ObjectsDeleted =
        Meter.CreateCounter<long>("tempocos.cos.objects.deleted", "{object}", "Objects and versions deleted from buckets.");
}
