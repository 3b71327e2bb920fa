using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TempoCos.IbmCloud.Hosting;

namespace TempoCos.IbmCloud.Iam;

/// <summary>Signs and checks RS256 tokens. The key lives in the data directory, so that tokens outlive a restart.</summary>
public sealed class TokenIssuer(DataDirectory data, KnobPanel knobs, TimeProvider time) : IDisposable
{
    public const string Issuer = "https://iam.cloud.ibm.com/identity";
    public const string KeyId = "sandbox";
    private const string AccessUse = "access";
    private const string RefreshUse = "refresh";

    private const long ImsUser = 1_000_001;

    // Made on first use: it takes a tenth of a second, which an S3-only start need not pay.
    private readonly Lazy<RSA> _key = new(() => LoadOrCreate(data.FilePath("iam-signing-key.pem")));

    /// <param name="identity">For whom.</param>
    /// <param name="client">The client that signed in; only such a one gets a refresh token.</param>
    /// <param name="grant">What it was bought with.</param>
    public TokenResponse Issue(IamIdentity identity, string? client, string grant)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var lifetime = (long)knobs.Current.TokenLifetimeSeconds;
        return new TokenResponse(
            Sign(identity, client, grant, now, now + lifetime, AccessUse),
            client is null ? "not_supported" : Sign(identity, client, grant, now, now + (30 * 86_400), RefreshUse),
            identity.IsServiceId ? null : ImsUser,
            "Bearer",
            lifetime,
            now + lifetime,
            "ibm openid");
    }

    /// <summary>The identity of a valid, unexpired access token; null otherwise.</summary>
    public IamIdentity? Validate(string token) => Validate(token, AccessUse);

    public IamIdentity? ValidateRefresh(string token) => Validate(token, RefreshUse);

    /// <summary>Whether the token was good once.</summary>
    public bool IsExpired(string token) => Read(token) is { } claims && claims.Exp <= time.GetUtcNow().ToUnixTimeSeconds();

    public RSAParameters PublicKey() => _key.Value.ExportParameters(includePrivateParameters: false);

    public void Dispose()
    {
        if (_key.IsValueCreated)
        {
            _key.Value.Dispose();
        }
    }

    private static RSA LoadOrCreate(string path)
    {
        var key = RSA.Create(2048);
        if (File.Exists(path))
        {
            key.ImportFromPem(File.ReadAllText(path));
        }
        else
        {
            AtomicFile.Write(path, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        }

        return key;
    }

    private string Sign(IamIdentity identity, string? client, string grant, long now, long expires, string use)
    {
        var id = identity.IamId[(identity.IamId.IndexOf('-', StringComparison.Ordinal) + 1)..];
        var claims = new TokenClaims(
            identity.IamId, identity.IamId, identity.IsServiceId ? "iam" : "IBMid", $"C-{Guid.NewGuid()}", Guid.NewGuid().ToString(), id, identity.IsServiceId ? "service id" : "Sandbox User", id,
            identity.IsServiceId ? "ServiceId" : null, new TokenAccount(true, identity.AccountId, "1000001"), now, expires, Issuer, grant, "ibm openid", client ?? "default", 1, ["pwd"], use);
        var head = Base64Url.EncodeToString("""{"kid":"sandbox","alg":"RS256"}"""u8);
        var body = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims, IamJson.Default.TokenClaims));
        var signed = $"{head}.{body}";
        var signature = _key.Value.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private IamIdentity? Validate(string token, string use) =>
        Read(token) is { } claims && claims.TokenUse == use && claims.Exp > time.GetUtcNow().ToUnixTimeSeconds() ? new IamIdentity(claims.Account.Bss, claims.IamId) : null;

    /// <summary>The claims of a token that was signed here, expired or not; null of any other.</summary>
    private TokenClaims? Read(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
        {
            return null;
        }

        try
        {
            var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
            if (!_key.Value.VerifyData(signed, Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            {
                return null;
            }

            return JsonSerializer.Deserialize(Base64Url.DecodeFromChars(parts[1]), IamJson.Default.TokenClaims);
        }
        catch (Exception exception) when (exception is FormatException or JsonException or CryptographicException)
        {
            return null;
        }
    }
}
