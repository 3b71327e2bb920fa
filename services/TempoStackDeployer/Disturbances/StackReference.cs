using Google.Protobuf.WellKnownTypes;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Disturbances;

/// <summary>Which stack, and for whom.</summary>
/// <param name="RunId">Of the run that asks.</param>
/// <param name="Namespace">Where it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Anyones">Also one that the run did not make.</param>
/// <param name="Timeout">For all that is waited for.</param>
/// <param name="AskedKind">TempoStack, TempoMonolithic, or empty for the first.</param>
internal sealed record StackReference(string RunId, string Namespace, string Name, bool Anyones, Duration? Timeout, string AskedKind)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(2);

    public string Kind => StackKind.Or(AskedKind);

    public string FullName => $"{Namespace}/{Name}";

    public TimeSpan Limit => Timeout?.ToTimeSpan() is { Ticks: > 0 } asked ? asked : DefaultTimeout;
}
