using System.Net;
using System.Text.RegularExpressions;
using TempoCos.Contracts;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>What a bucket of ours is made with, beside its place.</summary>
/// <param name="HardQuotaBytes">0 for none.</param>
/// <param name="AbortUploadsAfterDays">Null for no rule.</param>
/// <param name="AbortIsAsked">False when the rule is only the default, and a store without lifecycle rules will do.</param>
/// <param name="RootKeyCrn">Empty for the store's own keys.</param>
/// <param name="AllowedIps">Empty for no firewall.</param>
/// <param name="MetricsMonitoringCrn">Empty for none, <c>default</c> for the account's own instance.</param>
internal sealed partial record BucketOptions(
    long HardQuotaBytes, int? AbortUploadsAfterDays, bool AbortIsAsked, string RootKeyCrn, IReadOnlyList<string> AllowedIps, string MetricsMonitoringCrn)
{
    public const string DefaultInstance = "default";
    private const int MostIps = 1000;

    /// <summary>Whether anything is asked for that is set by the bucket configuration API.</summary>
    public bool NeedConfiguration => HardQuotaBytes > 0 || MetricsMonitoringCrn.Length > 0;

    /// <summary>Whether anything is asked for that only a bucket of ours can be given.</summary>
    public bool ChangeTheBucket => NeedConfiguration || AbortIsAsked || RootKeyCrn.Length > 0 || AllowedIps.Count > 0;

    public static BucketOptions From(ProvisionRequest request)
    {
        Require(request.HardQuotaBytes >= 0, $"hard quota {request.HardQuotaBytes}", "a quota is a number of bytes", "Give 1 byte or more, or leave it out for no quota.");
        Require(
            request.AbortUploadsAfterDays is >= -1 and <= 3650,
            $"abort uploads after {request.AbortUploadsAfterDays} days",
            "unfinished uploads are aborted after a number of days",
            "Give 1 to 3650, or -1 for no rule.");
        Require(
            request.RootKeyCrn.Length == 0 || RootKey().IsMatch(request.RootKeyCrn),
            $"root key {request.RootKeyCrn}",
            "this is not the CRN of a root key in Key Protect or Hyper Protect Crypto Services",
            "Give what `ibmcloud kp key show ID` names as CRN: crn:v1:bluemix:public:kms:REGION:a/ACCOUNT:INSTANCE:key:ID.");
        Require(
            request.MetricsMonitoringCrn is "" or DefaultInstance || Monitoring().IsMatch(request.MetricsMonitoringCrn),
            $"metrics monitoring {request.MetricsMonitoringCrn}",
            "this is not the CRN of an IBM Cloud Monitoring instance",
            "Give crn:v1:bluemix:public:sysdig-monitor:REGION:a/ACCOUNT:INSTANCE::, or default for the account's own.");
        foreach (var ip in request.AllowedIps)
        {
            Require(IsAddress(ip), $"allowed address {ip}", "this is neither an address nor a network in CIDR notation", "Write it as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/64.");
        }

        Require(request.AllowedIps.Count <= MostIps, $"{request.AllowedIps.Count} allowed addresses", $"a firewall takes up to {MostIps}", "Put them together to networks in CIDR notation.");
        return new BucketOptions(
            request.HardQuotaBytes,
            request.AbortUploadsAfterDays switch { 0 => 1, -1 => null, var days => days },
            request.AbortUploadsAfterDays > 0,
            request.RootKeyCrn,
            [.. request.AllowedIps],
            request.MetricsMonitoringCrn);
    }

    private static bool IsAddress(string text) =>
        text.Contains('/', StringComparison.Ordinal)
            ? IPNetwork.TryParse(text, out _)
            : IPAddress.TryParse(text, out var address) && (text.Contains(':', StringComparison.Ordinal) || address.ToString() == text);

    private static void Require(bool holds, string value, string reason, string fix)
    {
        if (!holds)
        {
            throw new DiagnosticException(DiagnosticCode.OptionInvalid, value, reason, fix);
        }
    }

    [GeneratedRegex("^crn:v1:[a-z0-9-]+:[a-z0-9-]+:(kms|hs-crypto):[a-z0-9-]+:a/[0-9a-f]+:[0-9a-f-]+:key:[0-9a-f-]+$")]
    private static partial Regex RootKey();

    [GeneratedRegex("^crn:v1:[a-z0-9-]+:[a-z0-9-]+:sysdig-monitor:[a-z0-9-]+:a/[0-9a-f]+:[0-9a-f-]+::$")]
    private static partial Regex Monitoring();
}
