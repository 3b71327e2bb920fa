using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Access control lists of buckets and objects, and the block of public access.</summary>
public sealed class AclOperations(BucketAccess access, AclInput acls)
{
    public Task GetOfBucketAsync(S3Call call)
    {
        var bucket = access.Require(call);
        return WriteAsync(call, bucket.Record.InstanceGuid, bucket.Settings.Acl);
    }

    public async Task PutOfBucketAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var acl = await acls.ReadAsync(call, bucket, null);
        bucket.Change(settings => settings with { Acl = acl });
    }

    public async Task GetOfObjectAsync(S3Call call)
    {
        var bucket = access.Find(call.Request.Bucket);
        using var file = access.RequireObject(call);
        ObjectHeaders.WriteVersion(call.Response.Headers, file.Info);
        await WriteAsync(call, file.Info.Owner ?? bucket.Record.InstanceGuid, file.Info.Acl);
    }

    public async Task PutOfObjectAsync(S3Call call)
    {
        var bucket = access.Find(call.Request.Bucket);
        using var file = access.RequireObject(call);
        var acl = await acls.ReadAsync(call, bucket, file.Info.Owner);
        ObjectAmendment.Apply(bucket, file.Info, attributes => attributes with { Acl = acl });
        ObjectHeaders.WriteVersion(call.Response.Headers, file.Info);
    }

    public async Task GetBlockAsync(S3Call call)
    {
        var block = access.Require(call).Settings.PublicAccess
            ?? throw new S3Exception(404, "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found");
        using var xml = new S3Xml();
        await xml.OpenRoot("PublicAccessBlockConfiguration")
            .Element("BlockPublicAcls", block.BlockPublicAcls)
            .Element("IgnorePublicAcls", block.IgnorePublicAcls)
            .Element("BlockPublicPolicy", block.BlockPublicPolicy)
            .Element("RestrictPublicBuckets", block.RestrictPublicBuckets)
            .Close("PublicAccessBlockConfiguration")
            .SendAsync(call.Context);
    }

    public async Task PutBlockAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var block = new PublicAccessBlock(false, false, false, false);
        var present = await XmlInput.ReadAsync(call, "PublicAccessBlockConfiguration", (element, text, _) =>
        {
            var on = text.Trim().Equals("true", StringComparison.OrdinalIgnoreCase);
            block = element switch
            {
                "BlockPublicAcls" => block with { BlockPublicAcls = on },
                "IgnorePublicAcls" => block with { IgnorePublicAcls = on },
                "BlockPublicPolicy" => block with { BlockPublicPolicy = on },
                "RestrictPublicBuckets" => block with { RestrictPublicBuckets = on },
                _ => block,
            };
        });
        if (!present)
        {
            throw S3Errors.MalformedXml();
        }

        bucket.Change(settings => settings with { PublicAccess = block });
    }

    public Task DeleteBlockAsync(S3Call call)
    {
        access.Require(call).Change(settings => settings with { PublicAccess = null });
        call.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static async Task WriteAsync(S3Call call, string owner, AccessControlList? acl)
    {
        using var xml = new S3Xml();
        xml.OpenRoot("AccessControlPolicy").Open("Owner").Element("ID", owner).Element("DisplayName", owner).Close("Owner").Open("AccessControlList");
        foreach (var grant in (acl?.Grants ?? [new AclGrant(owner, AclPermission.FullControl)]).OrderByDescending(grant => grant.IsGroup))
        {
            xml.Open("Grant").Grantee(grant.Grantee, grant.IsGroup).Element("Permission", grant.Permission).Close("Grant");
        }

        await xml.Close("AccessControlList").Close("AccessControlPolicy").SendAsync(call.Context);
    }
}
