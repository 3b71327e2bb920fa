using TempoCos.Doctor.Wire;

namespace TempoCos.Doctor;

/// <summary>Looks whether what is written can be deleted again, before anything is written.</summary>
internal static class LockProbe
{
    public static async Task RunAsync(Examination examination, CancellationToken cancellationToken)
    {
        // AWS' object lock, and IBM's older retention policy.
        foreach (var resource in new[] { "object-lock", "protection" })
        {
            if (DefaultRetention(await examination.Bucket.GetBucketAsync(resource, cancellationToken)) is { } retention)
            {
                examination.Lock = retention;
                examination.Lacks(StoreRight.Delete, $"not asked: the bucket locks every object for {retention}, and a canary could not be removed");
            }
        }
    }

    // Stores without it answer 400, 404 or 501.
    private static string? DefaultRetention(S3Answer answer)
    {
        var retention = answer.Status == 200 ? answer.Xml?.Descendants().FirstOrDefault(element => element.Name.LocalName == "DefaultRetention") : null;
        return retention is null
            ? null
            : ObjectPage.Child(retention, "Days") is { } days ? $"{days} days" : $"{ObjectPage.Child(retention, "Years") ?? "some"} years";
    }
}
