using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TempoCos.TempoStackDeployer;

internal static class Telemetry
{
    public const string Name = "TempoCos.TempoStackDeployer";

    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    public static readonly UpDownCounter<long> OpenConnections =
        Meter.CreateUpDownCounter<long>("tempocos.port_forward.connections", "{connection}", "Connections that are being forwarded.");

    public static readonly Counter<long> ForwardedBytes =
        Meter.CreateCounter<long>("tempocos.port_forward.bytes", "By", "Bytes forwarded, both ways.");

    public static readonly Histogram<double> ReadyAfter =
        Meter.CreateHistogram<double>("tempocos.tempostack.ready_after", "s", "From the apply to the stack being ready.");
}
