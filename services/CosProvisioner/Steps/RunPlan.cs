using System.Text.RegularExpressions;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.ObjectStorage;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>The request with all its defaults filled in and its names checked, before anything is asked of anybody.</summary>
internal sealed partial record RunPlan(
    string RunId,
    ResourceName ResourceGroup,
    ResourceName ServiceInstance,
    ResourceName Bucket,
    ResourceName ResourceKey,
    string Provider,
    string Region,
    string StorageClass,
    string EndpointType,
    string Endpoint,
    ServicePlan ServicePlan,
    Adoption Adoption,
    BucketOptions BucketOptions,
    string Namespace,
    string SecretName)
{
    public IReadOnlyList<string> Tags => RunMark.TagsOf(RunId);

    public static RunPlan From(ProvisionRequest request)
    {
        CheckRunId(request.RunId);
        var prefix = Or(request.Prefix, "tempocos");
        Check(Label(), prefix, "prefix", "Use lower-case letters, digits and single dashes.");
        var derived = $"{prefix}-{request.RunId}";
        var provider = Or(request.Provider, Steps.Provider.Ibm);
        var storageClass = Or(request.StorageClass, "standard");
        CheckProvider(provider, request);
        if (provider == Steps.Provider.Ibm)
        {
            StorageClasses.Check(storageClass);
        }

        var plan = new RunPlan(
            request.RunId,
            ResourceName.From(request.ResourceGroup, derived),
            ResourceName.From(request.ServiceInstance, derived),
            ResourceName.From(request.Bucket, derived),
            ResourceName.From(request.ResourceKey, derived),
            provider,
            Or(request.Region, provider == Steps.Provider.Ibm ? "us-east" : ""),
            storageClass,
            Or(request.EndpointType, "public"),
            request.S3Endpoint.TrimEnd('/'),
            ServicePlan.From(request.Plan, storageClass),
            Adoption.From(request.Adopt),
            BucketOptions.From(request),
            Or(request.Namespace, $"tempocos-{request.RunId}"),
            Or(request.SecretName, "ibm-cos-secret"));

        CheckBucketName(plan.Bucket.Value, provider);
        Check(InstanceName(), plan.ServiceInstance.Value, "name of a service instance", "Use up to 180 letters, digits, spaces and . _ : -");
        Check(Label(), plan.Namespace, "namespace", "Use up to 63 lower-case letters, digits and dashes.");
        Check(Subdomain(), plan.SecretName, "name of a Secret", "Use up to 253 lower-case letters, digits, dashes and dots.");
        return plan;
    }

    /// <summary>The run id becomes part of file, bucket and label names.</summary>
    public static void CheckRunId(string runId) =>
        Check(ShortLabel(), runId, "run id", "Use up to 32 lower-case letters, digits and dashes.", DiagnosticCode.RunIdInvalid);

    private static string Or(string value, string otherwise) => value.Length > 0 ? value : otherwise;

    private static void Check(Regex rule, string value, string what, string fix, string code = DiagnosticCode.NameInvalid)
    {
        if (!rule.IsMatch(value))
        {
            throw new DiagnosticException(code, value, $"this is not a valid {what}", fix);
        }
    }

    private static void CheckProvider(string provider, ProvisionRequest request)
    {
        if (provider is not (Steps.Provider.Ibm or Steps.Provider.S3))
        {
            throw new DiagnosticException(
                DiagnosticCode.OptionInvalid, $"provider {provider}", "there is no such provider of buckets", "Choose ibm for IBM Cloud, or s3 for a bucket at any other store.");
        }

        if (provider == Steps.Provider.Ibm)
        {
            return;
        }

        if (!Uri.TryCreate(request.S3Endpoint, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https") || endpoint.AbsolutePath != "/" || endpoint.Query.Length > 0)
        {
            throw new DiagnosticException(
                DiagnosticCode.OptionInvalid,
                $"s3 endpoint '{request.S3Endpoint}'",
                "the provider s3 needs the address of a store: scheme, host and port, without a path",
                "Give it as --s3-endpoint https://s3.example.com.");
        }

        var foreign = (ReadOnlySpan<(bool Given, string Option)>)
        [
            (request.ResourceGroup.Length > 0, "--resource-group"), (request.ServiceInstance.Length > 0, "--service-instance"), (request.StorageClass.Length > 0, "--storage-class"),
            (request.EndpointType.Length > 0, "--endpoint-type"), (request.Plan.Length > 0, "--plan"), (request.HardQuotaBytes != 0, "--hard-quota"),
            (request.RootKeyCrn.Length > 0, "--root-key"), (request.AllowedIps.Count > 0, "--allow-ip"), (request.MetricsMonitoringCrn.Length > 0, "--metrics-monitoring"),
        ];
        foreach (var (given, option) in foreign)
        {
            if (given)
            {
                throw new DiagnosticException(
                    DiagnosticCode.OptionInvalid, option, "the provider s3 has a bucket and credentials only: this is an option of IBM Cloud", $"Leave {option} out, or choose the provider ibm.");
            }
        }
    }

    private static void CheckBucketName(string name, string provider)
    {
        // Names of Cloud Object Storage are those of S3 with some more left out.
        var ibm = provider == Steps.Provider.Ibm;
        if (!BucketName().IsMatch(name) || (ibm ? AdjacentMarks() : AdjacentDots()).IsMatch(name) || (ibm ? ReservedBucketName() : AddressName()).IsMatch(name))
        {
            throw new DiagnosticException(
                DiagnosticCode.BucketNameInvalid,
                name,
                ibm ? "Cloud Object Storage takes no bucket of this name" : "S3 takes no bucket of this name",
                $"Use 3 to 63 lower-case letters, digits, single dots and dashes, with a letter or digit at both ends, not an IP address{(ibm ? ", not beginning with cosv1- or account-" : "")}.");
        }
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$")]
    private static partial Regex ShortLabel();

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex Label();

    [GeneratedRegex("^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$")]
    private static partial Regex Subdomain();

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    private static partial Regex BucketName();

    [GeneratedRegex("[.-]{2}")]
    private static partial Regex AdjacentMarks();

    [GeneratedRegex("\\.[.-]|-\\.")]
    private static partial Regex AdjacentDots();

    [GeneratedRegex("^[0-9]+(\\.[0-9]+){3}$")]
    private static partial Regex AddressName();

    [GeneratedRegex("^[\\p{L}\\p{N} ._:-]{1,180}$")]
    private static partial Regex InstanceName();

    [GeneratedRegex("^(cosv1-|account-|[0-9]+(\\.[0-9]+){3}$)")]
    private static partial Regex ReservedBucketName();
}
