using TempoCos.IbmCloud.BucketConfiguration;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Buckets themselves.</summary>
public sealed class BucketOperations(BucketStore buckets, BucketAccess access, RootKeys rootKeys, TimeProvider time)
{
    public async Task ListAsync(S3Call call)
    {
        var instance = access.RequireInstance(call);
        var extended = call.Query.Has("extended");
        var prefix = call.Query["prefix"] ?? "";
        using var xml = new S3Xml();
        xml.OpenRoot("ListAllMyBucketsResult")
            .Open("Owner").Element("ID", instance.Guid).Element("DisplayName", instance.Guid).Close("Owner");
        if (extended)
        {
            xml.Element("IsTruncated", false).Element("MaxKeys", 1000).Element("Prefix", prefix).Element("Marker", "");
        }

        xml.Open("Buckets");
        foreach (var bucket in buckets.All.Where(bucket => bucket.Record.InstanceGuid == instance.Guid && bucket.Record.Name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            xml.Open("Bucket").Element("Name", bucket.Record.Name).Element("CreationDate", bucket.Record.CreatedAt);
            if (extended)
            {
                xml.Element("LocationConstraint", bucket.Record.LocationConstraint);
            }

            xml.Close("Bucket");
        }

        await xml.Close("Buckets").Close("ListAllMyBucketsResult").SendAsync(call.Context);
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
        if (constraint.Length == 0)
        {
            constraint = CosLocations.Default;
        }
        else if (!CosLocations.IsLocationConstraint(constraint))
        {
            throw new S3Exception(400, "InvalidLocationConstraint", "The specified location constraint is not valid.");
        }

        var rootKey = rootKeys.Read(call.Request);
        var record = new BucketRecord(name, instance.AccountId, instance.Guid, instance.Crn, constraint, time.GetUtcNow());
        buckets.Create(record);
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

    /// <summary>No bucket is versioned, which S3 says by an empty document.</summary>
    public async Task VersioningAsync(S3Call call)
    {
        access.Require(call);
        using var xml = new S3Xml();
        await xml.OpenRoot("VersioningConfiguration").Close("VersioningConfiguration").SendAsync(call.Context);
    }
}
