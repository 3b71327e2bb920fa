namespace TempoCos.Cluster.Operator.Storage;

/// <summary>The object store as Tempo's configuration and pods name it. The credentials stay in the Secret.</summary>
public sealed record StorageParameters
{
    /// <summary>s3, azure, gcs; memory and pv in a TempoMonolithic.</summary>
    public required string Type { get; init; }

    /// <summary>static, token, token-cco.</summary>
    public string CredentialMode { get; init; } = "";

    public string SecretName { get; init; } = "";

    /// <summary>Of the bucket, or Azure's container.</summary>
    public string Bucket { get; init; } = "";

    /// <summary>Without its scheme.</summary>
    public string Endpoint { get; init; } = "";

    public bool Insecure { get; init; }

    public string Region { get; init; } = "";

    public string RoleArn { get; init; } = "";

    /// <summary>Which key of the CA's ConfigMap has the certificate.</summary>
    public string CaFile { get; init; } = "";

    public string ClientId { get; init; } = "";

    public string TenantId { get; init; } = "";

    public string Audience { get; init; } = "";

    /// <summary>Hash of the Secret's content, where the credentials are the cluster's.</summary>
    public string ContentHash { get; init; } = "";

    public bool IsStatic => CredentialMode == "static";

    public bool IsToken => CredentialMode == "token";
}
