using System.Globalization;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Object lock: the bucket's default, and retention and legal hold of versions.</summary>
public sealed class LockOperations(BucketAccess access, TimeProvider time)
{
    public async Task GetOfBucketAsync(S3Call call)
    {
        var settings = access.Require(call).Settings.ObjectLock
            ?? throw new S3Exception(404, "ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket");
        using var xml = new S3Xml();
        xml.OpenRoot("ObjectLockConfiguration").Element("ObjectLockEnabled", "Enabled");
        if (settings.DefaultMode is { } mode)
        {
            xml.Open("Rule").Open("DefaultRetention").Element("Mode", mode);
            if (settings.Days is { } days)
            {
                xml.Element("Days", days);
            }

            if (settings.Years is { } years)
            {
                xml.Element("Years", years);
            }

            xml.Close("DefaultRetention").Close("Rule");
        }

        await xml.Close("ObjectLockConfiguration").SendAsync(call.Context);
    }

    public async Task PutOfBucketAsync(S3Call call)
    {
        var bucket = access.Require(call);
        if (bucket.Settings.Versioning != VersioningState.Enabled)
        {
            throw new S3Exception(409, "InvalidBucketState", "Object Lock configuration cannot be enabled on existing buckets without versioning");
        }

        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!await XmlInput.ReadAsync(call, "ObjectLockConfiguration", (element, text, _) => fields[element] = text.Trim()) || fields.GetValueOrDefault("ObjectLockEnabled") != "Enabled")
        {
            throw S3Errors.MalformedXml();
        }

        bucket.Change(settings => settings with { ObjectLock = Default(fields) });
    }

    public async Task GetRetentionAsync(S3Call call)
    {
        RequireLock(call);
        using var file = access.RequireObject(call);
        var retention = file.Info.Retention ?? throw NotLocked();
        using var xml = new S3Xml();
        await xml.OpenRoot("Retention").Element("Mode", retention.Mode).Element("RetainUntilDate", retention.Until).Close("Retention").SendAsync(call.Context);
    }

    public async Task PutRetentionAsync(S3Call call)
    {
        RequireLock(call);
        using var file = access.RequireObject(call);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!await XmlInput.ReadAsync(call, "Retention", (element, text, _) => fields[element] = text.Trim()))
        {
            throw S3Errors.MalformedXml();
        }

        var wanted = Retention(fields);
        ObjectAmendment.Apply(access.Find(call.Request.Bucket), file.Info, attributes =>
        {
            LockRules.RequireChange(attributes.Retention, wanted, LockRules.Bypasses(call), time.GetUtcNow());
            return attributes with { Retention = wanted };
        });
    }

    public async Task GetLegalHoldAsync(S3Call call)
    {
        RequireLock(call);
        using var file = access.RequireObject(call);
        using var xml = new S3Xml();
        await xml.OpenRoot("LegalHold").Element("Status", file.Info.LegalHold ? "ON" : "OFF").Close("LegalHold").SendAsync(call.Context);
    }

    public async Task PutLegalHoldAsync(S3Call call)
    {
        RequireLock(call);
        using var file = access.RequireObject(call);
        var status = "";
        await XmlInput.ReadAsync(call, "LegalHold", (element, text, _) => status = element == "Status" ? text.Trim() : status);
        var hold = status switch
        {
            "ON" => true,
            "OFF" => false,
            _ => throw S3Errors.MalformedXml(),
        };
        ObjectAmendment.Apply(access.Find(call.Request.Bucket), file.Info, attributes => attributes with { LegalHold = hold });
    }

    private static S3Exception NotLocked() => new(404, "NoSuchObjectLockConfiguration", "The specified object does not have a ObjectLock configuration");

    private static ObjectLockSettings Default(Dictionary<string, string> fields)
    {
        if (!fields.TryGetValue("Mode", out var mode))
        {
            return fields.ContainsKey("Rule") ? throw S3Errors.MalformedXml() : new ObjectLockSettings(null, null, null);
        }

        var (days, years) = (Period("Days"), Period("Years"));
        return mode is ObjectRetention.Governance or ObjectRetention.Compliance && days is null != years is null
            ? new ObjectLockSettings(mode, days, years)
            : throw S3Errors.MalformedXml();

        int? Period(string name) => !fields.TryGetValue(name, out var text) ? null
            : !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? throw S3Errors.MalformedXml()
            : value > 0 ? value
            : throw new S3Exception(400, "InvalidRetentionPeriod", "The default retention period must be a positive integer value");
    }

    private static ObjectRetention? Retention(Dictionary<string, string> fields)
    {
        if (!fields.TryGetValue("Mode", out var mode) && !fields.ContainsKey("RetainUntilDate"))
        {
            return null;
        }

        return mode is ObjectRetention.Governance or ObjectRetention.Compliance
            && DateTimeOffset.TryParse(fields.GetValueOrDefault("RetainUntilDate"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
            ? new ObjectRetention(mode, until)
            : throw S3Errors.MalformedXml();
    }

    private void RequireLock(S3Call call)
    {
        if (access.Require(call).Settings.ObjectLock is null)
        {
            throw S3Errors.InvalidRequest("Bucket is missing Object Lock Configuration");
        }
    }
}
