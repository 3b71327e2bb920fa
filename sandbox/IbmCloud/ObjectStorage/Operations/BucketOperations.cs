using System.Buffers.Text;
using System.Globalization;
using System.Text;
using TempoCos.IbmCloud.BucketConfiguration;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Buckets themselves.</summary>
public sealed class BucketOperations(BucketStore buckets, BucketAccess access, AclInput acls, RootKeys rootKeys, TimeProvider time)
{
    private const int MostListed = 1000;

    public async Task ListAsync(S3Call call)
    {
        if (call.Identity.Principal.IsAnonymous)
        {
            throw S3Errors.AccessDenied();
        }

        var instance = access.RequireInstance(call);
        var prefix = call.Query["prefix"] ?? "";
        var after = Marker(call);
        var most = Most(call);
        var rest = buckets.All
            .Where(bucket => bucket.Record.InstanceGuid == instance.Guid
                && bucket.Record.Name.StartsWith(prefix, StringComparison.Ordinal)
                && string.CompareOrdinal(bucket.Record.Name, after) > 0)
            .Take(most + 1)
            .ToList();
        var truncated = rest.Count > most;
        using var xml = new S3Xml();
        xml.OpenRoot("ListAllMyBucketsResult")
            .Open("Owner").Element("ID", instance.Guid).Element("DisplayName", instance.Guid).Close("Owner");
        var extended = call.Query.Has("extended");
        if (extended)
        {
            xml.Element("IsTruncated", truncated).Element("MaxKeys", most).Element("Prefix", prefix).Element("Marker", after);
        }

        xml.Open("Buckets");
        foreach (var bucket in rest.Take(most))
        {
            xml.Open("Bucket").Element("Name", bucket.Record.Name).Element("CreationDate", bucket.Record.CreatedAt);
            if (extended)
            {
                xml.Element("LocationConstraint", bucket.Record.LocationConstraint);
            }

            xml.Close("Bucket");
        }

        xml.Close("Buckets");
        if (truncated && !extended)
        {
            xml.Element("ContinuationToken", Base64Url.EncodeToString(Encoding.UTF8.GetBytes(rest[most - 1].Record.Name)));
        }

        await xml.Close("ListAllMyBucketsResult").SendAsync(call.Context);
    }

    public async Task CreateAsync(S3Call call)
    {
        var instance = access.RequireInstance(call);
        var name = call.Request.Bucket;
        if (!BucketName.IsValid(name))
        {
            throw new S3Exception(400, "InvalidBucketName", "The specified bucket is not valid.");
        }

        var constraint = "";
        await XmlInput.ReadAsync(call, "CreateBucketConfiguration", (element, text, _) => constraint = element == "LocationConstraint" ? text.Trim() : constraint);
        var anywhere = constraint.Length == 0;
        if (anywhere)
        {
            constraint = CosLocations.Default;
        }
        else if (!CosLocations.IsLocationConstraint(constraint))
        {
            throw new S3Exception(400, "InvalidLocationConstraint", "The specified location constraint is not valid.");
        }

        var rootKey = rootKeys.Read(call.Request);
        var locked = string.Equals(call.Header("x-amz-bucket-object-lock-enabled"), "true", StringComparison.OrdinalIgnoreCase);
        var settings = new BucketSettings
        {
            Acl = acls.OfHeaders(call, null, instance.Guid),
            ObjectLock = locked ? new ObjectLockSettings(null, null, null) : null,
            Versioning = locked ? VersioningState.Enabled : VersioningState.Off,
        };
        var record = new BucketRecord(name, instance.AccountId, instance.Guid, instance.Crn, constraint, time.GetUtcNow());
        buckets.Create(record, settings, asIs: anywhere);
        rootKeys.Save(record, rootKey);
        call.Response.Headers.Location = "/" + name;
        call.Response.ContentLength = 0;
    }

    public Task HeadAsync(S3Call call)
    {
        var bucket = access.Require(call);
        call.Response.Headers["x-amz-bucket-region"] = bucket.Record.LocationConstraint;
        rootKeys.Show(bucket.Record, call.Response.Headers);
        return Task.CompletedTask;
    }

    public Task DeleteAsync(S3Call call)
    {
        buckets.Delete(access.Require(call));
        call.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public async Task LocationAsync(S3Call call)
    {
        var bucket = access.Require(call);
        using var xml = new S3Xml();
        // The root element holds the text itself.
        await xml.RootText("LocationConstraint", bucket.Record.LocationConstraint).SendAsync(call.Context);
    }

    private static string Marker(S3Call call)
    {
        if (call.Query["continuation-token"] is not { Length: > 0 } token)
        {
            return call.Query["marker"] ?? "";
        }

        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
        }
        catch (FormatException)
        {
            throw S3Errors.InvalidArgument("The continuation token provided is incorrect");
        }
    }

    private static int Most(S3Call call)
    {
        var text = call.Query["max-buckets"] ?? call.Query["max-keys"];
        return string.IsNullOrEmpty(text) ? MostListed
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 ? Math.Min(value, MostListed)
            : throw S3Errors.InvalidArgument("max-buckets must be a positive number.");
    }
}
