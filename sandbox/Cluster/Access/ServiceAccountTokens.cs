using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Startup;

namespace TempoCos.Cluster.Access;

/// <summary>Tokens of service accounts: JWTs signed with a key of the cluster (ES256, kept over restarts), good until they expire or what they are bound to goes.</summary>
public sealed class ServiceAccountTokens(DataDirectory data, ObjectStore store, TimeProvider time) : IDisposable
{
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    private const string PodName = "authentication.kubernetes.io/pod-name";

    private readonly ECDsa key = LoadOrCreate(data.Path);

    /// <summary>A token of an account that exists, bound to a pod unless that is "".</summary>
    public string Issue(string ns, string account, string pod, TimeSpan lifetime) => Issue(ns, account, pod, lifetime, [Issuer]);

    public string Issue(string ns, string account, string pod, TimeSpan lifetime, IReadOnlyList<string> audiences)
    {
        var found = store.Find(new ObjectKey(BuiltInResources.ServiceAccounts, ns, account)) ?? throw ApiException.NotFound(BuiltInResources.ServiceAccounts, account);
        var now = time.GetUtcNow();
        var bound = new JsonObject { ["namespace"] = ns, ["serviceaccount"] = new JsonObject { ["name"] = account, ["uid"] = found.Uid } };
        if (pod.Length > 0)
        {
            var running = store.Find(new ObjectKey(BuiltInResources.Pods, ns, pod)) ?? throw ApiException.NotFound(BuiltInResources.Pods, pod);
            bound["pod"] = new JsonObject { ["name"] = pod, ["uid"] = running.Uid };
        }

        var claims = new JsonObject
        {
            ["aud"] = audiences.Select(audience => (JsonNode)audience).ToJsonArray(),
            ["exp"] = now.Add(lifetime).ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["iss"] = Issuer,
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = bound,
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["sub"] = UserInfo.ServiceAccount(ns, account).Name,
        };
        var signed = $"{Encode("""{"alg":"ES256","typ":"JWT"}"""u8)}.{Encode(claims.ToBytes())}";
        lock (key)
        {
            return $"{signed}.{Encode(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
        }
    }

    /// <summary>Whose token it is; null for one that is not (or no longer) good for the audience.</summary>
    public UserInfo? Verify(string token, string audience = Issuer)
    {
        if (Claims(token) is not { } claims
            || claims.Text("iss") != Issuer
            || !claims.Texts("aud").Contains(audience)
            || claims.Number("exp") <= time.GetUtcNow().ToUnixTimeSeconds())
        {
            return null;
        }

        var (ns, account, uid) = (claims.Text("kubernetes.io", "namespace") ?? "", claims.Text("kubernetes.io", "serviceaccount", "name") ?? "", claims.Text("kubernetes.io", "serviceaccount", "uid") ?? "");
        if (store.Find(new ObjectKey(BuiltInResources.ServiceAccounts, ns, account))?.Uid != uid)
        {
            return null;
        }

        var extra = new Dictionary<string, IReadOnlyList<string>> { ["authentication.kubernetes.io/credential-id"] = [$"JTI={claims.Text("jti")}"] };
        if (claims.Text("kubernetes.io", "pod", "name") is { } pod)
        {
            if (store.Find(new ObjectKey(BuiltInResources.Pods, ns, pod))?.Uid != claims.Text("kubernetes.io", "pod", "uid"))
            {
                return null;
            }

            extra[PodName] = [pod];
        }

        return UserInfo.ServiceAccount(ns, account, uid) with { Extra = extra };
    }

    public void Dispose() => key.Dispose();

    private static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    private static ECDsa LoadOrCreate(string directory)
    {
        var file = Path.Combine(directory, "sa.key");
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (File.Exists(file))
        {
            key.ImportFromPem(File.ReadAllText(file));
        }
        else
        {
            PrivateFile.Write(file, key.ExportPkcs8PrivateKeyPem() + "\n");
        }

        return key;
    }

    private JsonObject? Claims(string token)
    {
        if (token.Split('.') is not [var header, var payload, var signature])
        {
            return null;
        }

        try
        {
            lock (key)
            {
                return key.VerifyData(Encoding.ASCII.GetBytes($"{header}.{payload}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256)
                    ? JsonNode.Parse(Base64Url.DecodeFromChars(payload)) as JsonObject
                    : null;
            }
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException)
        {
            return null;
        }
    }
}
