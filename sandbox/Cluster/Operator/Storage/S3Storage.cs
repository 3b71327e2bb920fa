namespace TempoCos.Cluster.Operator.Storage;

/// <summary>The object store as Tempo's configuration names it. The credentials stay in the Secret.</summary>
public sealed record S3Storage(string Endpoint, string Bucket, bool Insecure);
