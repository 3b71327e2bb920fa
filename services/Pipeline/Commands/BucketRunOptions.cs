using System.CommandLine;
using System.CommandLine.Parsing;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Commands;

/// <summary>The options of a run that say whose its bucket is and what it is made with.</summary>
internal sealed class BucketRunOptions
{
    private static readonly string[] Kinds = ["resource-group", "service-instance", "bucket"];

    private readonly Option<string> _prefix = new("--prefix") { Description = "Beginning of every derived name [default: tempocos].", HelpName = "NAME" };
    private readonly Option<string[]> _adopt = new("--adopt")
    {
        Description = "What may be there already and not be this run's: resource-group, service-instance, bucket, with commas. It is used and never deleted; an adopted bucket must be empty and is emptied in the end.",
        HelpName = "KIND",
    };
    private readonly Option<string> _plan = new("--plan") { Description = "Plan of the Cloud Object Storage instance: standard, one-rate or a plan's id [default: the one of the storage class].", HelpName = "PLAN" };
    private readonly Option<string> _quota = new("--hard-quota") { Description = "Size that the bucket cannot grow beyond, such as 10GiB.", HelpName = "SIZE" };
    private readonly NumberOption<int> _abortUploads = new(
        "--abort-uploads-after-days", "Days until a lifecycle rule aborts unfinished uploads; -1 for no rule [default: 1].", days => days is -1 or (>= 1 and <= 3650), "must be between 1 and 3650, or -1 for no rule");
    private readonly Option<string> _rootKey = new("--root-key") { Description = "Root key in Key Protect that the bucket is encrypted with.", HelpName = "CRN" };
    private readonly Option<string[]> _allowIp = new("--allow-ip")
    {
        Description = "Closes the bucket to all but this address or network, as 203.0.113.0/24; may be repeated. Name this machine and the cluster's nodes.",
        HelpName = "ADDRESS",
    };
    private readonly Option<string> _metrics = new("--metrics-monitoring") { Description = "IBM Cloud Monitoring instance that gets the bucket's metrics, or default.", HelpName = "CRN" };
    private readonly Option<string> _provider = new("--provider") { Description = "ibm, or s3: a bucket at --s3-endpoint with the credentials S3__AccessKeyId and S3__SecretAccessKey [default: ibm]." };
    private readonly Option<Uri> _s3Endpoint = new("--s3-endpoint") { Description = "Address of the store of --provider s3, with scheme.", HelpName = "URL", CustomParser = ParseAddress };

    public BucketRunOptions()
    {
        _provider.AcceptOnlyFromAmong("ibm", "s3");
        _quota.Validators.Add(result => OptionRule.Require(result, ByteCount.TryParse(result.GetValueOrDefault<string>(), out _), "not a size; write 500MB, 10GiB or a number of bytes"));
        _adopt.Validators.Add(result => OptionRule.Require(result, Split(result.GetValueOrDefault<string[]>()).All(kind => Kinds.Contains(kind)), $"must be of {string.Join(", ", Kinds)}"));
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _prefix, _adopt, _plan, _quota, _abortUploads, _rootKey, _allowIp, _metrics, _provider, _s3Endpoint })
        {
            command.Add(option);
        }
    }

    public ProvisionRequest Complete(ParseResult parsed, ProvisionRequest request)
    {
        request.Prefix = parsed.GetValue(_prefix) ?? "";
        request.Plan = parsed.GetValue(_plan) ?? "";
        request.HardQuotaBytes = ByteCount.TryParse(parsed.GetValue(_quota), out var bytes) ? bytes : 0;
        request.AbortUploadsAfterDays = _abortUploads.Read(parsed);
        request.RootKeyCrn = parsed.GetValue(_rootKey) ?? "";
        request.MetricsMonitoringCrn = parsed.GetValue(_metrics) ?? "";
        request.Provider = parsed.GetValue(_provider) ?? "";
        request.S3Endpoint = parsed.GetValue(_s3Endpoint)?.GetLeftPart(UriPartial.Authority) ?? "";
        request.Adopt.AddRange(Split(parsed.GetValue(_adopt)));
        request.AllowedIps.AddRange(parsed.GetValue(_allowIp) ?? []);
        return request;
    }

    private static IEnumerable<string> Split(string[]? given) =>
        (given ?? []).SelectMany(one => one.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct();

    private static Uri? ParseAddress(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address is { AbsolutePath: "/", Query: "" })
        {
            return address;
        }

        result.AddError($"--s3-endpoint {result.Tokens[0].Value}: not an http or https address without a path");
        return null;
    }
}
