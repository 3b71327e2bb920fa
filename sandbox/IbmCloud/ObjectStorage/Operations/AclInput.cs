using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Reads access control lists: canned ones, grants in headers, XML.</summary>
public sealed class AclInput(BucketAccess access)
{
    private static readonly (string Header, string Permission)[] GrantHeaders =
    [
        ("x-amz-grant-full-control", AclPermission.FullControl), ("x-amz-grant-read", AclPermission.Read), ("x-amz-grant-write", AclPermission.Write),
        ("x-amz-grant-read-acp", AclPermission.ReadAcl), ("x-amz-grant-write-acp", AclPermission.WriteAcl),
    ];

    /// <summary>The list that headers ask for; null when they ask for none, or for the owner's alone.</summary>
    public AccessControlList? OfHeaders(S3Call call, Bucket? bucket, string? owner)
    {
        var grants = new List<AclGrant>();
        foreach (var (header, permission) in GrantHeaders)
        {
            if (call.Header(header) is { Length: > 0 } value)
            {
                grants.AddRange(value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(one => new AclGrant(Grantee(one), permission)));
            }
        }

        var canned = call.Header("x-amz-acl");
        if (grants.Count > 0)
        {
            return canned is null ? Allowed(bucket, new AccessControlList(grants)) : throw S3Errors.InvalidRequest("Specifying both Canned ACLs and Header Grants is not allowed");
        }

        return canned is null ? null : Allowed(bucket, OfCanned(canned, bucket, owner));
    }

    /// <summary>The list that the request puts, by headers or by body.</summary>
    public async Task<AccessControlList?> ReadAsync(S3Call call, Bucket bucket, string? owner)
    {
        List<AclGrant>? grants = null;
        string? grantee = null, permission = null;
        var byMail = false;
        var present = await XmlInput.ReadAsync(call, "AccessControlPolicy", (element, text, parent) =>
        {
            switch (element, parent)
            {
                case ("ID" or "URI", "Grantee"):
                    grantee = text.Trim();
                    break;
                case ("EmailAddress", "Grantee"):
                    byMail = true;
                    break;
                case ("Permission", "Grant"):
                    permission = text.Trim();
                    break;
                case ("Grant", _):
                    (grants ??= []).Add(new AclGrant(byMail ? throw UnknownMail() : Known(grantee ?? throw S3Errors.MalformedXml()), KnownPermission(permission)));
                    grantee = permission = null;
                    break;
                case ("AccessControlList", _):
                    grants ??= [];
                    break;
            }
        });
        return present ? Allowed(bucket, new AccessControlList(grants ?? throw S3Errors.MalformedXml())) : OfHeaders(call, bucket, owner);
    }

    private static S3Exception UnknownMail() =>
        new(400, "UnresolvableGrantByEmailAddress", "The e-mail address you provided does not match any account on record.");

    private static AccessControlList? Allowed(Bucket? bucket, AccessControlList? acl) =>
        acl is not null && bucket is { Settings.PublicAccess.BlockPublicAcls: true } && acl.Grants.Any(grant => grant.IsGroup) ? throw S3Errors.AccessDenied() : acl;

    private static string KnownPermission(string? text) => text is AclPermission.FullControl or AclPermission.Read or AclPermission.Write or AclPermission.ReadAcl or AclPermission.WriteAcl
        ? text
        : throw S3Errors.MalformedXml();

    private static AccessControlList? OfCanned(string canned, Bucket? bucket, string? owner)
    {
        // On an object of the bucket's own owner, what is for that owner adds nothing.
        var ofBucket = owner is null ? null : bucket?.Record.InstanceGuid;
        List<AclGrant> grants = canned switch
        {
            "private" => [],
            "public-read" => [new AclGrant(AclGrant.AllUsers, AclPermission.Read)],
            "public-read-write" => [new AclGrant(AclGrant.AllUsers, AclPermission.Read), new AclGrant(AclGrant.AllUsers, AclPermission.Write)],
            "authenticated-read" => [new AclGrant(AclGrant.AuthenticatedUsers, AclPermission.Read)],
            "bucket-owner-read" => ofBucket is null ? [] : [new AclGrant(ofBucket, AclPermission.Read)],
            "bucket-owner-full-control" => ofBucket is null ? [] : [new AclGrant(ofBucket, AclPermission.FullControl)],
            _ => throw S3Errors.InvalidArgument($"{canned} is no canned access control list."),
        };
        if (grants.Count == 0)
        {
            return null;
        }

        return (owner ?? bucket?.Record.InstanceGuid) is { } whose
            ? new AccessControlList([.. grants, new AclGrant(whose, AclPermission.FullControl)])
            : new AccessControlList(grants);
    }

    private string Grantee(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var value = text[(equals + 1)..].Trim('"');
        return (equals < 0 ? "" : text[..equals]) switch
        {
            "id" or "uri" => Known(value),
            "emailAddress" => throw UnknownMail(),
            _ => throw S3Errors.InvalidArgument("A grant names its grantee by id or uri."),
        };
    }

    private string Known(string grantee) => grantee is AclGrant.AllUsers or AclGrant.AuthenticatedUsers || access.IsOwner(grantee)
        ? grantee
        : throw S3Errors.InvalidArgument("Invalid id");
}
