using TempoCos.Contracts;
using TempoCos.CosProvisioner.ResourceController;

namespace TempoCos.CosProvisioner;

/// <summary>Section <c>S3</c>: credentials for a store that is not IBM's. What it leaves out is taken from the variables that every S3 tool reads.</summary>
internal sealed class S3Options
{
    public const string Section = "S3";

    /// <summary>Secret.</summary>
    public string AccessKeyId { get; set; } = "";

    /// <summary>Secret.</summary>
    public string SecretAccessKey { get; set; } = "";

    /// <summary>That requests are signed for, and new buckets are made in.</summary>
    public string Region { get; set; } = "";

    public void CompleteFrom(IConfiguration variables)
    {
        if (AccessKeyId.Length == 0 && SecretAccessKey.Length == 0)
        {
            (AccessKeyId, SecretAccessKey) = (variables["AWS_ACCESS_KEY_ID"] ?? "", variables["AWS_SECRET_ACCESS_KEY"] ?? "");
        }

        Region = Region.Length > 0 ? Region : variables["AWS_REGION"] ?? variables["AWS_DEFAULT_REGION"] ?? "";
    }

    /// <param name="endpoint">Where they would be used.</param>
    public HmacKey Key(string endpoint) => (AccessKeyId.Trim(), SecretAccessKey.Trim()) is ({ Length: > 0 } id, { Length: > 0 } secret)
        ? new HmacKey(id, secret)
        : throw new DiagnosticException(
            DiagnosticCode.CredentialsMissing,
            endpoint,
            $"there are no credentials for the object store: {(AccessKeyId.Length == 0 ? "the access key id" : "the secret access key")} is not set",
            "Set S3__AccessKeyId and S3__SecretAccessKey, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.");
}
