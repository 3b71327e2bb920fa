using System.Collections.Concurrent;
using System.Diagnostics;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>Names, tags and events of every span of this process.</summary>
internal sealed class CollectedSpans : IDisposable
{
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly ActivityListener _listener;

    public CollectedSpans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => _lines.Enqueue(
                $"{activity.OperationName} {activity.StatusDescription} {string.Join(' ', activity.TagObjects)} {string.Join(' ', activity.Events.SelectMany(@event => @event.Tags))}"),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public string Text => string.Join('\n', _lines);

    public void Dispose() => _listener.Dispose();
}
