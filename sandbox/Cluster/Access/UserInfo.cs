using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Access;

/// <summary>Who asks.</summary>
public sealed record UserInfo(string Name, IReadOnlyList<string> Groups, string Uid = "")
{
    public const string Masters = "system:masters";
    public const string Authenticated = "system:authenticated";

    private const string AccountPrefix = "system:serviceaccount:";

    /// <summary>Further attributes, such as the pod that a token belongs to.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The user of the kubeconfig that the cluster writes.</summary>
    public static UserInfo Administrator { get; } = new("tempocos-admin", [Masters, Authenticated]);

    /// <summary>Who shows nothing.</summary>
    public static UserInfo Anonymous { get; } = new("system:anonymous", ["system:unauthenticated"]);

    public bool IsMaster => Groups.Contains(Masters);

    public static UserInfo ServiceAccount(string ns, string account, string uid = "") =>
        new($"{AccountPrefix}{ns}:{account}", ["system:serviceaccounts", $"system:serviceaccounts:{ns}", Authenticated], uid);

    /// <summary>Namespace and name if it is a service account.</summary>
    public static (string Namespace, string Name)? AccountOf(string user) =>
        user.StartsWith(AccountPrefix, StringComparison.Ordinal) && user.Split(':') is [_, _, { Length: > 0 } ns, { Length: > 0 } name] ? (ns, name) : null;

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["username"] = Name };
        if (Uid.Length > 0)
        {
            json["uid"] = Uid;
        }

        json["groups"] = Groups.Select(group => (JsonNode)group).ToJsonArray();
        if (Extra.Count > 0)
        {
            json["extra"] = new JsonObject(Extra.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Key, one.Value.Select(value => (JsonNode)value).ToJsonArray())));
        }

        return json;
    }
}
