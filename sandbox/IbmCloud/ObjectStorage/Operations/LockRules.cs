using System.Globalization;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>What object lock forbids.</summary>
public static class LockRules
{
    /// <summary>Refuses to delete a locked version.</summary>
    public static Action<IndexEntry?> OfDelete(S3Call call, TimeProvider time)
    {
        var bypass = Bypasses(call);
        return version =>
        {
            if (version is not null && IsLocked(version.Attributes, bypass, time.GetUtcNow()))
            {
                throw S3Errors.AccessDenied("Access Denied because object protected by object lock.");
            }
        };
    }

    public static bool Bypasses(S3Call call) => string.Equals(call.Header("x-amz-bypass-governance-retention"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Refuses to weaken a retention that is in force.</summary>
    public static void RequireChange(ObjectRetention? current, ObjectRetention? wanted, bool bypass, DateTimeOffset now)
    {
        if (current is null || current.Until <= now || (current.Mode == ObjectRetention.Governance && bypass))
        {
            return;
        }

        var weaker = wanted is null || wanted.Until < current.Until || (current.Mode == ObjectRetention.Compliance && wanted.Mode != current.Mode)
            || (current.Mode == ObjectRetention.Governance && wanted.Mode != current.Mode);
        if (weaker)
        {
            throw S3Errors.AccessDenied("Access Denied because object protected by object lock.");
        }
    }

    /// <summary>The lock that a write's headers ask for, else the bucket's default.</summary>
    public static (ObjectRetention? Retention, bool LegalHold) OfWrite(S3Call call, BucketSettings settings, DateTimeOffset now)
    {
        var mode = call.Header("x-amz-object-lock-mode");
        var until = call.Header("x-amz-object-lock-retain-until-date");
        var hold = call.Header("x-amz-object-lock-legal-hold");
        if (settings.ObjectLock is not { } configured)
        {
            return mode is null && until is null && hold is null ? (null, false) : throw S3Errors.InvalidRequest("Bucket is missing Object Lock Configuration");
        }

        if (mode is null != until is null)
        {
            throw S3Errors.InvalidArgument("x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied");
        }

        var retention = mode is null ? configured.DefaultAt(now) : Retention(mode, until!, now);
        return (retention, hold switch
        {
            null or "OFF" => false,
            "ON" => true,
            _ => throw S3Errors.InvalidArgument("Legal Hold must be either of 'ON' or 'OFF'"),
        });
    }

    private static ObjectRetention Retention(string mode, string until, DateTimeOffset now)
    {
        if (mode is not (ObjectRetention.Governance or ObjectRetention.Compliance)
            || !DateTimeOffset.TryParse(until, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
        {
            throw S3Errors.InvalidArgument("Unknown wormMode directive.");
        }

        return date > now ? new ObjectRetention(mode, date) : throw S3Errors.InvalidArgument("The retain until date must be in the future!");
    }

    private static bool IsLocked(ObjectAttributes attributes, bool bypass, DateTimeOffset now) =>
        attributes.LegalHold
        || (attributes.Retention is { } retention && retention.Until > now && !(retention.Mode == ObjectRetention.Governance && bypass));
}
