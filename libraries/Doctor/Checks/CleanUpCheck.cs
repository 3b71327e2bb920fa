using TempoCos.Doctor.Wire;

namespace TempoCos.Doctor.Checks;

/// <summary>What would keep the bucket from being emptied: locks, old versions, objects of others. Asked after the canaries were removed, so that their removal counts.</summary>
internal sealed class CleanUpCheck : StoreCheck
{
    public override CheckDescription Description { get; } = new("TC502", "clean-up", "Looking for what would keep the bucket from being emptied");

    public override string Fix => "See whether a retention policy or legal hold is on the bucket.";

    public override async Task<Finding> RunAsync(Examination examination, CancellationToken cancellationToken)
    {
        if (examination.Lock is { } locked)
        {
            return Finding.Fail(
                $"every object is locked for {locked}: Tempo's compaction and retention cannot delete blocks, and neither can a clean-up",
                "Give Tempo a bucket without object lock or retention policy.").With("retention", locked);
        }

        if (examination.Missing([StoreRight.Delete, StoreRight.List]) is { } missing)
        {
            return Finding.Skip(missing);
        }

        var (keys, versions, uploads) = examination.Canary.Left();
        if (keys.Count + versions.Count + uploads.Count > 0)
        {
            return Finding.Fail(
                $"{keys.Count + versions.Count + uploads.Count} canaries could not be removed: {string.Join("; ", examination.Cleaning.Left.DefaultIfEmpty("no answer in time"))}",
                $"{Fix} The next examination, or the bucket's removal, takes what begins with {examination.Canary.Prefix}.").With("left_behind", examination.Canary.Prefix);
        }

        var versioning = (await examination.Bucket.GetBucketAsync("versioning", cancellationToken)).Text("Status");
        var strangers = ObjectPage.Read(await examination.Bucket.ListObjectsV2Async(examination.TempoPrefix, cancellationToken))
            .Objects.Where(item => !TempoLayout.Knows(item.Key[examination.TempoPrefix.Length..])).ToList();
        var finding = strangers.Count > 0
            ? Finding.Warn(
                $"{strangers.Count} objects are not Tempo's, such as {strangers[0].Key}: somebody else writes here too, and removing the bucket would delete them",
                "Give Tempo a bucket or a prefix of its own.").With("example", strangers[0].Key)
            : versioning == "Enabled" ? Finding.Warn(
                "the bucket keeps old versions: blocks that Tempo deletes are billed on, and only a clean-up by version empties the bucket",
                "Suspend versioning, or add a lifecycle rule NoncurrentVersionExpiration.")
            : Finding.Pass("nothing keeps the bucket from being emptied, and every canary is gone");
        return finding.With("versioning", versioning ?? "never").With("stale_canaries_removed", $"{examination.Cleaning.Stale}");
    }
}
