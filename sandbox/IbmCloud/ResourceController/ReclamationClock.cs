using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary>Ends what is due. Asked before every answer that depends on it, so that no timer is needed.</summary>
public sealed partial class ReclamationClock(CloudState state, BucketStore buckets, KnobPanel knobs, TimeProvider time, ILogger<ReclamationClock> logger)
{
    public static readonly TimeSpan Retention = TimeSpan.FromDays(7);

    /// <summary>Whether a reclamation is listed yet.</summary>
    public bool IsVisible(Reclamation reclamation) =>
        reclamation.CreatedAt + TimeSpan.FromSeconds(knobs.Current.ReclamationDelaySeconds) <= time.GetUtcNow();

    public void Settle()
    {
        foreach (var reclamation in state.Reclamations.All)
        {
            if (!IsDue(reclamation))
            {
                continue;
            }

            lock (state.Gate)
            {
                if (state.Reclamations.Find(reclamation.Id) is not { } current || !IsDue(current))
                {
                    continue;
                }

                End(current);
            }
        }
    }

    private bool IsDue(Reclamation reclamation)
    {
        var now = time.GetUtcNow();
        return reclamation.State == Reclamation.Reclaiming
            ? reclamation.UpdatedAt + TimeSpan.FromSeconds(knobs.Current.ReclaimSeconds) <= now
            : reclamation.State == Reclamation.Scheduled && reclamation.TargetTime <= now;
    }

    private void End(Reclamation reclamation)
    {
        buckets.RemoveAllOf(reclamation.ResourceInstanceId);
        if (state.Instances.TryFind(reclamation.ResourceInstanceId, out var instance))
        {
            state.Instances.Put(instance.Guid, instance with
            {
                State = InstanceState.Removed,
                UpdatedAt = time.GetUtcNow(),
                ScheduledReclaimAt = null,
                LastOperation = new LastOperation("delete", "succeeded", null, false, "Completed delete instance operation"),
            });
        }

        state.Reclamations.Remove(reclamation.Id);
        Log.Reclaimed(logger, reclamation.ResourceInstanceId);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Reclaimed service instance {Guid}: it and its buckets are gone")]
        public static partial void Reclaimed(ILogger logger, string guid);
    }
}
