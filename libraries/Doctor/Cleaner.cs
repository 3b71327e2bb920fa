using TempoCos.Doctor.Wire;

namespace TempoCos.Doctor;

/// <summary>Removes canaries: those of an examination that ends, however it ends, and those of earlier ones that died.</summary>
internal static class Cleaner
{
    private const int AtOnce = 8;

    public static async Task RemoveOwnAsync(Examination examination, CancellationToken cancellationToken)
    {
        var (keys, versions, uploads) = examination.Canary.Left();
        await ForEachAsync(uploads, (upload, token) => AbortAsync(examination, upload.Key, upload.UploadId, token), cancellationToken);
        await ForEachAsync(versions, (version, token) => DeleteAsync(examination, version.Key, version.Version, token), cancellationToken);
        await ForEachAsync(keys, (key, token) => DeleteAsync(examination, key, null, token), cancellationToken);
    }

    /// <summary>One page is enough: an examination writes fewer than a hundred.</summary>
    public static async Task RemoveStaleAsync(Examination examination, CancellationToken cancellationToken)
    {
        var (bucket, prefix) = (examination.Bucket, examination.Canary.AnyPrefix);
        var before = DateTimeOffset.UtcNow + (examination.Wire.Record.ClockOffset ?? TimeSpan.Zero) - examination.Options.StaleAfter;
        var page = ObjectPage.Read(await bucket.ListObjectsV2Async(prefix, cancellationToken));
        var uploads = await bucket.ListUploadsAsync(prefix, cancellationToken) ?? [];
        var stale = page.Objects.Where(item => item.LastModified < before && item.Key.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        await ForEachAsync(stale, (item, token) => DeleteAsync(examination, item.Key, null, token), cancellationToken);
        await ForEachAsync(
            uploads.Where(upload => upload.Initiated < before && upload.Key.StartsWith(prefix, StringComparison.Ordinal)),
            (upload, token) => AbortAsync(examination, upload.Key, upload.Id, token),
            cancellationToken);
        examination.Cleaning.Stale = stale.Count;
    }

    private static async ValueTask AbortAsync(Examination examination, string key, string uploadId, CancellationToken cancellationToken)
    {
        var answer = await examination.Bucket.AbortUploadAsync(key, uploadId, cancellationToken);
        if (answer.Status is not (200 or 204 or 404))
        {
            Leave(examination, $"upload of {key}: {answer.Outcome}");
        }
    }

    private static async ValueTask DeleteAsync(Examination examination, string key, string? version, CancellationToken cancellationToken)
    {
        var answer = await examination.Bucket.DeleteObjectAsync(key, cancellationToken, version);
        if (answer.Status is not (200 or 204 or 404))
        {
            Leave(examination, $"{key}: {answer.Outcome}");
        }
    }

    private static void Leave(Examination examination, string what)
    {
        lock (examination.Cleaning)
        {
            examination.Cleaning.Left.Add(what);
        }
    }

    private static Task ForEachAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, ValueTask> body, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, body);
}
