using System.Text.RegularExpressions;
using TempoCos.Contracts;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>The request with all its defaults filled in and its names checked, before anything is asked of anybody.</summary>
internal sealed partial record RunPlan(
    string RunId,
    ResourceName ResourceGroup,
    ResourceName ServiceInstance,
    ResourceName Bucket,
    ResourceName ResourceKey,
    string Region,
    string StorageClass,
    string EndpointType,
    string Namespace,
    string SecretName)
{
    // One-rate classes need the one-rate plan.
    private static readonly string[] StorageClasses = ["standard", "smart", "vault", "cold"];

    public string LocationConstraint => $"{Region}-{StorageClass}";

    public IReadOnlyList<string> Tags => ["tempocos", $"tempocos-run:{RunId}"];

    public static RunPlan From(ProvisionRequest request)
    {
        CheckRunId(request.RunId);
        var prefix = Or(request.Prefix, "tempocos");
        Check(Label(), prefix, "prefix", "Use lower-case letters, digits and single dashes.");
        var derived = $"{prefix}-{request.RunId}";
        var plan = new RunPlan(
            request.RunId,
            ResourceName.From(request.ResourceGroup, derived),
            ResourceName.From(request.ServiceInstance, derived),
            ResourceName.From(request.Bucket, derived),
            ResourceName.From(request.ResourceKey, derived),
            Or(request.Region, "us-east"),
            Or(request.StorageClass, "standard"),
            Or(request.EndpointType, "public"),
            Or(request.Namespace, $"tempocos-{request.RunId}"),
            Or(request.SecretName, "ibm-cos-secret"));

        CheckBucketName(plan.Bucket.Value);
        Check(Label(), plan.Namespace, "namespace", "Use up to 63 lower-case letters, digits and dashes.");
        Check(Subdomain(), plan.SecretName, "name of a Secret", "Use up to 253 lower-case letters, digits, dashes and dots.");
        if (!StorageClasses.Contains(plan.StorageClass, StringComparer.Ordinal))
        {
            throw new DiagnosticException(
                DiagnosticCode.StorageClassUnknown, plan.StorageClass, "the plan Standard has no such storage class", $"Choose one of {string.Join(", ", StorageClasses)}.");
        }

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

    private static void CheckBucketName(string name)
    {
        if (!BucketName().IsMatch(name) || AdjacentMarks().IsMatch(name) || ReservedBucketName().IsMatch(name))
        {
            throw new DiagnosticException(
                DiagnosticCode.BucketNameInvalid,
                name,
                "Cloud Object Storage takes no bucket of this name",
                "Use 3 to 63 lower-case letters, digits, single dots and dashes, with a letter or digit at both ends, not an IP address, not beginning with cosv1- or account-.");
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

    [GeneratedRegex("^(cosv1-|account-|[0-9]+(\\.[0-9]+){3}$)")]
    private static partial Regex ReservedBucketName();
}
