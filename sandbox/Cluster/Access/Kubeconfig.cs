using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Access;

/// <summary>The file that kubectl and client libraries find the cluster with.</summary>
public static class Kubeconfig
{
    private const string Name = "tempocos";

    public static void Write(string path, Uri server, string authorityPem, string token) => PrivateFile.Write(path, YamlJson.Write(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Config",
        ["clusters"] = new JsonArray(new JsonObject
        {
            ["name"] = Name,
            ["cluster"] = new JsonObject
            {
                ["server"] = server.GetLeftPart(UriPartial.Authority),
                ["certificate-authority-data"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(authorityPem)),
            },
        }),
        ["users"] = new JsonArray(new JsonObject { ["name"] = Name, ["user"] = new JsonObject { ["token"] = token } }),
        ["contexts"] = new JsonArray(new JsonObject { ["name"] = Name, ["context"] = new JsonObject { ["cluster"] = Name, ["user"] = Name } }),
        ["current-context"] = Name,
    }));
}
