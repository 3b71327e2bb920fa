namespace TempoCos.CosProvisioner.Search;

/// <summary>A resource as Global Search finds it.</summary>
internal sealed record FoundResource(string Crn, string? Name, string? Type, DateTimeOffset? CreationDate, IReadOnlyList<string>? Tags)
{
    /// <summary>The service instance that it is or stands in.</summary>
    public string? InstanceGuid => Crn.Split(':') is { Length: > 7 } parts && parts[7].Length > 0 ? parts[7] : null;
}
