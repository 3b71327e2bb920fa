namespace TempoCos.Cluster.Api.Resources;

/// <summary>A kind of object as discovery shows it.</summary>
public sealed record ResourceType(string Group, string Version, string Kind, string Plural, bool Namespaced, bool HasStatus = false)
{
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    public IReadOnlyList<string> OtherSubresources { get; init; } = [];

    /// <summary>A question that is answered and not kept, such as a SelfSubjectAccessReview.</summary>
    public bool IsReview { get; init; }

    public string Singular => Kind.ToLowerInvariant();

    public string ListKind => Kind + "List";

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The group-resource: <c>pods</c>, <c>deployments.apps</c>.</summary>
    public string Resource => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    public IReadOnlyList<string> Verbs => IsReview ? ["create"] : ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
}
