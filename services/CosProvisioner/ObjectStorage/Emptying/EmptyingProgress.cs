using System.Globalization;
using Amazon.S3.Model;
using TempoCos.CosProvisioner.Steps;

namespace TempoCos.CosProvisioner.ObjectStorage.Emptying;

/// <summary>How far the emptying of a bucket is, and what the store refused to delete.</summary>
internal sealed class EmptyingProgress(string bucket, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly long _started = time.GetTimestamp();
    private bool _listedAll;

    /// <summary>Objects, versions and delete markers seen in lists.</summary>
    public long Listed { get; private set; }

    public long Deleted { get; private set; }

    public long Refused { get; private set; }

    /// <summary>The first that was refused.</summary>
    public DeleteError? FirstRefused { get; private set; }

    public double PerSecond => Deleted / Math.Max(time.GetElapsedTime(_started).TotalSeconds, 0.001);

    public void Found(int count, bool isLast)
    {
        lock (_gate)
        {
            Listed += count;
            _listedAll = isLast;
        }
    }

    public void Settled(int deleted, IReadOnlyList<DeleteError> refused)
    {
        ProvisionerTelemetry.ObjectsDeleted.Add(deleted);
        string said;
        lock (_gate)
        {
            Deleted += deleted;
            Refused += refused.Count;
            FirstRefused ??= refused.Count > 0 ? refused[0] : null;
            said = Describe();
        }

        StepScope.Current?.Say(said);
    }

    // The store does not tell how many objects there are: only when the list has ended is it known.
    private string Describe()
    {
        var left = Listed - Deleted - Refused;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Deleted {Deleted:N0} objects from {bucket}, {PerSecond:N0} a second, {(_listedAll ? "" : "more than ")}{left:N0} left{(Refused > 0 ? $", {Refused:N0} refused" : "")}");
    }
}
