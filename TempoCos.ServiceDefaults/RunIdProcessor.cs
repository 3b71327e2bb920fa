using System.Diagnostics;
using OpenTelemetry;

namespace TempoCos.ServiceDefaults;

/// <summary>Copies the run id, which travels as baggage, onto every span of every service.</summary>
public sealed class RunIdProcessor : BaseProcessor<Activity>
{
    /// <summary>Baggage key and span attribute.</summary>
    public const string Key = "tempocos.run.id";

    public override void OnStart(Activity data)
    {
        if (Baggage.GetBaggage(Key) is { } runId)
        {
            data.SetTag(Key, runId);
        }
    }
}
