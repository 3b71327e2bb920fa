namespace TempoCos.Cluster.Operator.Storage;

/// <summary>What is wrong with an instance's store: the field, the value and why.</summary>
public sealed record StorageFault(string Field, string Value, string Detail)
{
    public const string MissingSecret = "could not fetch storage configuration secret";
    public const string MissingMap = "could not fetch ConfigMap";

    /// <summary>It may be made later, so the webhook only warns.</summary>
    public bool MayCome => Detail.StartsWith(MissingSecret, StringComparison.Ordinal) || Detail.StartsWith(MissingMap, StringComparison.Ordinal);
}
