using System.Globalization;
using System.Net;
using TempoCos.IbmCloud.ObjectStorage.Authentication;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.BucketConfiguration;

/// <summary>Holds requests to the object store to the firewalls and hard quotas of buckets.</summary>
public sealed class BucketGuard(BucketStore buckets, ConfigurationStore configurations, KnobPanel knobs)
{
    /// <summary>Refuses a request that comes from elsewhere than a firewall allows, or adds what a quota does not.</summary>
    public void Check(S3Request request, S3Principal principal)
    {
        var target = buckets.Find(request.Bucket);
        foreach (var bucket in new[] { target, buckets.Find(SourceBucket(request)) })
        {
            if (bucket is not null && configurations.Of(bucket.Record).Settings.Firewall is { } firewall && !Allows(firewall, request.Context))
            {
                throw S3Errors.AccessDenied();
            }
        }

        // Who may not write is told that, not that there is no room.
        if (target is not null && AddedBytes(request) is { } added && KeyRoles.Allows(principal.Role, request.Operation)
            && configurations.Of(target.Record).Settings.HardQuota is { } quota)
        {
            // Whether an overwrite frees bytes is not looked at: IBM's counters lag anyway.
            var used = target.Usage().Bytes + target.NoncurrentUsage().Bytes;
            if (used >= quota || used + added > quota)
            {
                throw new S3Exception(knobs.Current.QuotaStatus, knobs.Current.QuotaCode, $"The hard quota of {quota} bytes of the bucket does not allow more data.");
            }
        }
    }

    private static string SourceBucket(S3Request request) =>
        request.Header("x-amz-copy-source") is { } source ? Uri.UnescapeDataString(source).TrimStart('/').Split('/')[0] : "";

    private static bool Allows(FirewallSettings firewall, HttpContext context)
    {
        var address = AddressOf(context);
        return (firewall.AllowedIp is not { Length: > 0 } allowed || allowed.Any(range => Contains(range, address)))
            && !(firewall.DeniedIp ?? []).Any(range => Contains(range, address))
            && (firewall.AllowedNetworkType is not { Length: > 0 } types || types.Contains(NetworkOf(context.Request.Host.Host)));
    }

    private static bool Contains(string range, IPAddress address) => AddressRange.Parse(range)?.Contains(address) == true;

    /// <summary>Every client is on this machine: one that wants to come from elsewhere says so as a proxy would.</summary>
    private static IPAddress AddressOf(HttpContext context) =>
        IPAddress.TryParse(context.Request.Headers["X-Forwarded-For"].ToString().Split(',')[^1].Trim(), out var forwarded) ? forwarded : context.Connection.RemoteIpAddress ?? IPAddress.Loopback;

    /// <summary>By the real endpoint's name: s3.private.… and s3.direct.…; all else is public.</summary>
    private static string NetworkOf(string host) =>
        host.Split('.').SkipWhile(label => label != "s3").Skip(1).FirstOrDefault() is ("private" or "direct") and var type ? type : "public";

    /// <summary>How much a request is to add, as far as it says so; null when it adds nothing.</summary>
    private static long? AddedBytes(S3Request request) => request.Operation switch
    {
        S3Operation.PutObject or S3Operation.UploadPart =>
            long.TryParse(request.Header("x-amz-decoded-content-length"), NumberStyles.None, CultureInfo.InvariantCulture, out var decoded) ? decoded : request.Context.Request.ContentLength ?? 0,
        S3Operation.CopyObject or S3Operation.PostObject or S3Operation.UploadPartCopy or S3Operation.CreateMultipartUpload or S3Operation.CompleteMultipartUpload => 0,
        _ => null,
    };
}
