using System.Security.Cryptography.X509Certificates;

namespace TempoCos.Doctor;

/// <summary>The object store to examine, and the key to do it with: the one that Tempo gets.</summary>
/// <param name="Endpoint">As it stands in the Secret or on the command line: its form is a check of its own.</param>
/// <param name="Bucket">Name of an existing bucket.</param>
/// <param name="Prefix">Tempo's <c>storage.trace.s3.prefix</c>, without slashes at its ends; empty for none.</param>
/// <param name="Region">Region that requests are signed for.</param>
/// <param name="AccessKey">Access key id.</param>
/// <param name="SecretKey">Secret; it reaches no message, evidence or exception.</param>
public sealed record StoreTarget(string Endpoint, string Bucket, string Prefix, string Region, string AccessKey, string SecretKey)
{
    /// <summary>Of temporary credentials; null for none.</summary>
    public string? SessionToken { get; init; }

    /// <summary>Whether the bucket stands in the path, as Tempo asks of every store but AWS, or in the host name.</summary>
    public bool PathStyle { get; init; } = true;

    /// <summary>Authorities that are trusted beside the machine's own; null for none.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Without the key.</summary>
    public override string ToString() => Prefix.Length == 0 ? $"s3://{Bucket} at {Endpoint}" : $"s3://{Bucket}/{Prefix} at {Endpoint}";
}
