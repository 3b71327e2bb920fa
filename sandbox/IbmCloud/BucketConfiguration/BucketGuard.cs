using System.Globalization;
using System.Net;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.BucketConfiguration;

/// <summary>Holds requests to the object store to the bucket's firewall and hard quota.</summary>
public sealed class BucketGuard(SettingsStore settings, KnobPanel knobs)
{
    /// <summary>Refuses a request that comes from elsewhere than the firewall allows, or writes what the quota does not.</summary>
    public void Check(S3Request request, Bucket bucket)
    {
        var current = settings.Of(bucket.Record).Settings;
        if (current.Firewall is { } firewall && !Allows(firewall, request.Context))
        {
            throw S3Errors.AccessDenied();
        }

        if (current.HardQuota is { } quota && AddedBytes(request) is { } added)
        {
            // Whether an overwrite frees bytes is not looked at: IBM's counters lag anyway.
            var used = bucket.Usage().Bytes;
            if (used >= quota || used + added > quota)
            {
                throw new S3Exception(knobs.Current.QuotaStatus, knobs.Current.QuotaCode, $"The hard quota of {quota} bytes of the bucket does not allow more data.");
            }
        }
    }

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
        S3Operation.CopyObject or S3Operation.UploadPartCopy or S3Operation.CreateMultipartUpload or S3Operation.CompleteMultipartUpload => 0,
        _ => null,
    };
}
