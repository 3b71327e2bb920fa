using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary>Ends what is due. Asked before every answer that depends on it, so that no timer is needed.</summary>
public sealed partial class CloudClock(CloudState state, BucketStore buckets, KnobPanel knobs, TimeProvider time, ILogger<CloudClock> logger)
{
    public static readonly TimeSpan Retention = TimeSpan.FromDays(7);

    /// <summary>Whether something that was made or happened then has come through to everywhere.</summary>
    public bool HasPassed(DateTimeOffset since, double seconds) => since + TimeSpan.FromSeconds(seconds) <= time.GetUtcNow();

    /// <summary>Whether a reclamation is listed yet.</summary>
    public bool IsVisible(Reclamation reclamation) => HasPassed(reclamation.CreatedAt, knobs.Current.ReclamationDelaySeconds);

    public void Settle()
    {
        foreach (var instance in state.Instances.All.Where(IsProvisioned))
        {
            lock (state.Gate)
            {
                if (state.Instances.Find(instance.Guid) is { } current && IsProvisioned(current))
                {
                    EndProvisioning(current);
                }
            }
        }

        foreach (var reclamation in state.Reclamations.All.Where(IsDue))
        {
            lock (state.Gate)
            {
                if (state.Reclamations.Find(reclamation.Id) is { } current && IsDue(current))
                {
                    End(current);
                }
            }
        }
    }

    private bool IsProvisioned(ResourceInstance instance) =>
        instance.State == InstanceState.Provisioning && HasPassed(instance.CreatedAt, knobs.Current.InstanceAsync);

    private bool IsDue(Reclamation reclamation) => reclamation.State == Reclamation.Scheduled
        ? reclamation.TargetTime <= time.GetUtcNow()
        : !knobs.Current.ReclaimStuck && HasPassed(reclamation.UpdatedAt ?? reclamation.CreatedAt, knobs.Current.ReclaimSeconds);

    private void EndProvisioning(ResourceInstance instance)
    {
        var fails = knobs.Current.InstanceFails;
        state.Instances.Put(instance.Guid, instance with
        {
            State = fails ? InstanceState.Failed : InstanceState.Active,
            UpdatedAt = time.GetUtcNow(),
            LastOperation = instance.LastOperation with
            {
                State = fails ? LastOperation.Failed : LastOperation.Succeeded,
                Description = fails ? "The service broker could not create the instance" : "Completed create instance operation",
                PollAfter = null,
                Poll = false,
            },
        });
    }

    private void End(Reclamation reclamation)
    {
        if (state.Instances.TryFind(reclamation.ResourceInstanceId, out var instance))
        {
            if (reclamation.State == Reclamation.Restoring)
            {
                Restore(instance, reclamation);
            }
            else
            {
                Remove(instance);
            }
        }

        state.Reclamations.Remove(reclamation.Id);
    }

    private void Remove(ResourceInstance instance)
    {
        buckets.RemoveAllOf(instance.Guid);
        state.Withdrawn.TakeOf(instance.Crn);
        state.Instances.Put(instance.Guid, instance with
        {
            State = InstanceState.Removed,
            UpdatedAt = time.GetUtcNow(),
            ScheduledReclaimAt = null,
            LastOperation = LastOperation.Done("delete", "delete instance"),
        });
        Log.Reclaimed(logger, instance.Guid);
    }

    private void Restore(ResourceInstance instance, Reclamation reclamation)
    {
        var now = time.GetUtcNow();
        state.Instances.Put(instance.Guid, instance with
        {
            State = InstanceState.Active,
            DeletedAt = null,
            DeletedBy = null,
            ScheduledReclaimAt = null,
            ScheduledReclaimBy = null,
            RestoredAt = now,
            RestoredBy = reclamation.UpdatedBy,
            UpdatedAt = now,
            LastOperation = LastOperation.Done("reclamation", "restore", "restore"),
        });
        foreach (var key in state.Withdrawn.TakeOf(instance.Crn).Where(_ => knobs.Current.RestoreKeys))
        {
            state.Keys.Put(key.Guid, key with { UpdatedAt = now });
        }

        Log.Restored(logger, instance.Guid);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Reclaimed service instance {Guid}: it and its buckets are gone")]
        public static partial void Reclaimed(ILogger logger, string guid);

        [LoggerMessage(Level = LogLevel.Information, Message = "Restored service instance {Guid}")]
        public static partial void Restored(ILogger logger, string guid);
    }
}
